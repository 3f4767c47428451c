"""Benchmarks are no timed tests: here they only have to run. How fast it is, ``dev.py bench`` tells."""

from __future__ import annotations

import pytest

from tests.benchmarks import bench_engine, bench_store, side_by_side
from tests.benchmarks.side_by_side import Row, Scenario

MODULE = "tests.benchmarks.bench_engine"
STORE = "tests.benchmarks.bench_store"


@pytest.mark.parametrize(
    "number", range(len(bench_engine.SCENARIOS)), ids=[scenario.title for scenario in bench_engine.SCENARIOS]
)
def test_each_scenario_of_the_engine_can_be_measured(number: int) -> None:
    value = side_by_side.sample(MODULE, number, bench_engine.OURS, True)

    assert value is not None
    assert value > 0


@pytest.mark.parametrize(
    "number", range(len(bench_store.SCENARIOS)), ids=[scenario.title for scenario in bench_store.SCENARIOS]
)
def test_each_scenario_of_the_store_can_be_measured(number: int) -> None:
    value = side_by_side.sample(STORE, number, bench_store.OURS, True)

    assert value is not None
    assert value >= 0  # the memory of a few steps may not grow at all


def test_the_table_shows_what_could_not_be_measured_as_unknown() -> None:
    scenario = Scenario("a thing", "µs", lambda side, quick: 1.0, "1/10")

    lines = side_by_side.table([Row(scenario, {"peer": 200.0, "ours": None})], ("peer", "ours")).splitlines()

    assert lines[2].split() == ["a", "thing", "µs", "200", "–", "–", "1/10"]


def test_the_ratio_says_how_much_of_the_peers_time_is_needed() -> None:
    scenario = Scenario("a thing", "µs", lambda side, quick: 1.0, "1/10")

    lines = side_by_side.table([Row(scenario, {"peer": 200.0, "ours": 20.0})], ("peer", "ours")).splitlines()

    assert "1/10.0" in lines[2]
