"""The session's list of breakpoints: its verbs and signals, by a scripted backend, and with a real runner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from editor.debugger.breakpoints import (
    Breakpoint,
    BreakpointFacts,
    BreakpointLook,
    Where,
    breakpoint_looks,
    conditions_in_words,
    is_bound,
    place_in_words,
)
from editor.debugger.run_state import Phase
from engine.runner import requests
from engine.runner.run_events import BreakpointsHit, RunStarted, ThreadOpened
from tests.editor.debugger.test_session_with_a_scripted_backend import BILLING, TECHNICAL, Bench


@pytest.fixture
def bench(qapp: Any, tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def only(bench: Bench) -> Breakpoint:
    (found,) = bench.session.breakpoint_list
    return found


def test_toggling_sets_a_plain_breakpoint_and_takes_away_any(bench: Bench) -> None:
    session = bench.session
    session.toggle_breakpoint("format")
    assert session.breakpoints == {"format"}

    session.change_breakpoint(Breakpoint(only(bench).id, node="format", condition="x"))
    assert session.breakpoints == frozenset()

    session.toggle_breakpoint("format")
    assert session.breakpoint_list == ()


def test_only_enabled_plain_breakpoints_before_a_node_are_named(bench: Bench) -> None:
    session = bench.session
    for each in (
        Breakpoint("", node="a"),
        Breakpoint("", node="b", enabled=False),
        Breakpoint("", node="c", log="x"),
        Breakpoint("", Where.AFTER, "d"),
        Breakpoint("", node="e", hit_count=2),
    ):
        session.add_breakpoint(each)

    assert session.breakpoints == {"a"}
    assert len({each.id for each in session.breakpoint_list}) == 5


def test_each_change_is_told_kept_and_sent(bench: Bench, tmp_path: Path) -> None:
    session = bench.session
    told: list[Any] = []
    session.breakpoint_list_changed.connect(lambda old, new: told.append((len(old), len(new))))
    bench.do("run_and_step", BILLING)

    name = session.add_breakpoint(Breakpoint("", Where.KEY, key="intent"))
    session.enable_breakpoint(name, False)
    session.remove_breakpoint(name)
    bench.settle()

    sent = [each.breakpoints for each in bench.backends[-1].requests if isinstance(each, requests.SetBreakpoints)]
    assert told == [(0, 1), (1, 1), (1, 0)]
    assert [tuple(one.enabled for one in each) for each in sent] == [(), (True,), (False,), ()]
    assert Bench(tmp_path).session.breakpoint_list == ()


def test_what_changes_nothing_tells_nothing(bench: Bench) -> None:
    name = bench.session.add_breakpoint(Breakpoint("", node="a"))
    told: list[Any] = []
    bench.session.breakpoint_list_changed.connect(lambda old, new: told.append(new))

    bench.session.enable_breakpoint(name, True)
    bench.session.remove_breakpoint("no such")
    bench.session.change_breakpoint(Breakpoint("no such", node="b"))

    assert told == []


def test_a_spent_breakpoint_leaves_the_list_and_hits_are_shown_until_the_next_run(bench: Bench) -> None:
    session = bench.session
    kept, spent = (session.add_breakpoint(Breakpoint("", node=node)) for node in "ab")
    bench.do("run_and_step", BILLING)
    live = session._runners.live
    session._on_events(live, [BreakpointsHit((BreakpointFacts(kept, 3), BreakpointFacts(spent, 1, spent=True)))])

    assert [each.id for each in session.breakpoint_list] == [kept]
    assert session.breakpoint_facts[kept].hits == 3

    session._on_events(live, [RunStarted("t")])
    assert session.breakpoint_facts == {}


def test_running_to_a_node_stops_before_it_once(bench: Bench) -> None:
    bench.do("run_and_step", TECHNICAL)
    bench.do("run_to", "answer_technical")

    assert (bench.phase, bench.next) == (Phase.PAUSED, ("answer_technical",))
    assert bench.session.breakpoint_list == ()


@pytest.mark.parametrize(
    ("breakpoint", "words"),
    [
        (Breakpoint("", node="a"), "before a"),
        (Breakpoint("", Where.AFTER, "a"), "after a"),
        (Breakpoint("", Where.BRANCH, "a", label="yes"), "branch yes of a"),
        (Breakpoint("", Where.KEY, key="k"), "k changes"),
        (Breakpoint("", Where.KEY, key="k", becomes="3"), "k becomes 3"),
        (Breakpoint("", Where.ERROR), "error in any node"),
        (Breakpoint("", Where.INTERRUPT, "a"), "question of a"),
    ],
)
def test_each_kind_has_words(breakpoint: Breakpoint, words: str) -> None:
    assert place_in_words(breakpoint) == words


def test_conditions_are_told_in_one_line() -> None:
    wanted = Breakpoint("", node="a", condition="x > 1", hit_count=3, log="{x}", one_shot=True)

    assert conditions_in_words(wanted) == "if x > 1, from hit 3 on, prints “{x}”, once"


def test_each_state_of_a_breakpoint_before_a_node_has_its_look() -> None:
    looks = breakpoint_looks(
        [
            Breakpoint("", node="plain"),
            Breakpoint("", node="off", enabled=False),
            Breakpoint("", node="if", condition="x"),
            Breakpoint("", node="count", hit_count=12),
            Breakpoint("", node="log", log="x"),
            Breakpoint("", Where.AFTER, "after"),
            Breakpoint("", node="two", enabled=False),
            Breakpoint("", node="two", log="x"),
            Breakpoint("", node="two"),
        ]
    )

    assert looks == {
        "plain": (BreakpointLook.PLAIN, ""),
        "off": (BreakpointLook.DISABLED, ""),
        "if": (BreakpointLook.CONDITIONAL, ""),
        "count": (BreakpointLook.HIT_COUNT, "12"),
        "log": (BreakpointLook.LOG, ""),
        "two": (BreakpointLook.PLAIN, ""),
    }


def test_a_breakpoint_whose_place_is_gone_is_not_bound(bench: Bench) -> None:
    graph = bench.session.graph
    node, routers = next(iter(bench.script.graph.routers.items()))
    label = routers[0].branches[0].label

    assert is_bound(Breakpoint("", node="format"), graph)
    assert not is_bound(Breakpoint("", node="renamed"), graph)
    assert is_bound(Breakpoint("", Where.BRANCH, node, routers[0].name, label), graph)
    assert not is_bound(Breakpoint("", Where.BRANCH, node, routers[0].name, "no such"), graph)
    assert is_bound(Breakpoint("", Where.ERROR), graph)


def test_hits_of_the_shown_run_are_forgotten_when_another_thread_is_opened(bench: Bench) -> None:
    session = bench.session
    session._hear_of_breakpoints(BreakpointsHit((BreakpointFacts("1", 3),)))

    session._hear_of_breakpoints(ThreadOpened("another", (), None))

    assert session.breakpoint_facts == {}
    assert session._breakpoint_request().hits == {}
