"""What a router decided that was not asked, because its node's result came from the cache."""

from __future__ import annotations

from engine.graph.spec import END, BranchSpec, RouterSpec
from engine.runner.cached_routes import cached_routes
from engine.runner.run_events import RouteFacts, TaskFacts

ROUTERS = {
    "a": (
        RouterSpec("m:r", (BranchSpec("left", "b"), BranchSpec("right", "c"), BranchSpec("stop", END)), "first"),
        RouterSpec("m:s", (BranchSpec("aside", "d"), BranchSpec("also right", "c")), "second"),
    )
}
CACHED = TaskFacts("1", "a", "done", result_from="cache")
RAN = TaskFacts("2", "x", "done")


def labels(due: tuple[str, ...], *tasks: TaskFacts) -> list[str]:
    return [route.label for route in cached_routes(ROUTERS, tasks, due)]


def test_the_only_branch_that_can_have_led_on_was_taken() -> None:
    assert cached_routes(ROUTERS, [CACHED], ("b",)) == (RouteFacts("a", "first", "left", "b"),)
    assert labels(("b", "d"), CACHED) == ["left", "aside"]
    assert labels((), CACHED) == ["stop"]
    assert labels(("b",), CACHED, TaskFacts("3", "a", "done", result_from="cache")) == ["left"]


def test_what_may_have_been_otherwise_is_not_told() -> None:
    assert labels(("c",), CACHED) == [], "both routers have a branch to it"
    assert labels(("b", "c"), CACHED) == [], "the first router may have chosen both, or the second one of them"
    assert labels(("b",), CACHED, RAN) == [], "the node beside may have made it due"
    assert labels(("b",), RAN) == []
