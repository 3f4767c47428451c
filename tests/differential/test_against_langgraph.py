"""The same random graph, driven the same way, on our engine and on the installed LangGraph: everything seen is equal.

2,000 graphs in CI and 300 elsewhere, half of them asynchronous; ``STEPGRAPH_GRAPHS`` sets another number and
``--hypothesis-seed`` repeats a run.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.differential.graph_plan import Scenario, scenarios
from tests.differential.libraries import A_MOMENT_S, langgraph, ours
from tests.differential.observe import first_difference, observe

GRAPHS = int(os.environ.get("STEPGRAPH_GRAPHS", "2000" if os.environ.get("CI") else "300"))
MOMENTS_S = (A_MOMENT_S, A_MOMENT_S, A_MOMENT_S, 0.02, 0.1, 0.5, 2.0)
"""Which of two parallel tasks comes first is luck: it may take another try until both are lucky in the same way. What a
busy machine needs is time for a node's siblings to begin before it breaks; a real difference stays."""

pytestmark = [pytest.mark.differential, pytest.mark.timeout(1200)]


half_of_the_graphs = settings(
    max_examples=GRAPHS // 2,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)


@half_of_the_graphs
@given(scenarios(is_async=False))
def test_our_engine_shows_what_langgraph_shows(scenario: Scenario) -> None:
    compare(scenario)


@half_of_the_graphs
@given(scenarios(is_async=True))
def test_our_engine_shows_what_langgraph_shows_in_async(scenario: Scenario) -> None:
    compare(scenario)


def compare(scenario: Scenario) -> None:
    for moment_s in MOMENTS_S:
        own = observe(scenario, ours(moment_s))
        difference = first_difference(observe(scenario, langgraph(moment_s)), own)
        if difference is None:
            return
    pytest.fail(f"LangGraph and we part here: {difference}")
