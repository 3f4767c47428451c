"""Breakpoints follow what is renamed, and follow it back when the rename is undone."""

from __future__ import annotations

from pathlib import Path

from editor.app.breakpoint_renames import after_renames
from editor.debugger.breakpoints import Breakpoint, Where
from editor.document.commands import add_node, delete, rename_branch, rename_node
from editor.document.dissolve_subgraph import dissolve
from editor.document.document import Document
from editor.document.level_history import LevelHistory
from editor.document.renames import Renames, renames_of
from editor.document.source_code import ProjectSources
from editor.document.state_commands import remove_state_key, rename_state_key
from editor.document.subgraph_commands import make_subgraph
from editor.document.undo_history import HistoryEvent, UndoHistory
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

POINTS = (
    Breakpoint("1", node="a"),
    Breakpoint("2", Where.BRANCH, "a", "", "yes"),
    Breakpoint("3", Where.KEY, key="n", becomes="n"),
    Breakpoint("4", node="b", condition="n > 1 and m", log="n is {n!r:>5}, {m}"),
    Breakpoint("5", node="a", within=("a", "b")),
)


def following(tmp_path: Path) -> tuple[UndoHistory, list[tuple[Breakpoint, ...]]]:
    """A history, and the breakpoints after each of its events."""
    (tmp_path / "state.py").write_text("class State(TypedDict):\n    n: int\n    m: int\n", encoding="utf-8")
    routers = {"a": (RouterSpec("r:f", (BranchSpec("yes", "b"), BranchSpec("no", END))),)}
    nodes = {"a": NodeSpec("n:a"), "b": NodeSpec("n:b")}
    graph = GraphSpec(state="state:State", nodes=nodes, edges=(EdgeSpec(START, "a"),), routers=routers)
    history = UndoHistory(Document(graph))
    seen = [POINTS]

    def follow(event: HistoryEvent) -> None:
        renames = renames_of(event.old, event.new, event.changes)
        seen.append(tuple(after_renames(each, renames) for each in seen[-1]))

    history.subscribe(follow)
    return history, seen


def test_the_name_of_a_node_is_followed_there_and_back(tmp_path: Path) -> None:
    history, seen = following(tmp_path)

    history.do(rename_node(history.document, "a", "c"))

    assert [(each.node, each.within) for each in seen[-1]] == [
        ("c", ()),
        ("c", ()),
        ("", ()),
        ("b", ()),
        ("a", ("c", "b")),
    ]
    history.undo()
    assert seen[-1] == POINTS


def test_the_label_of_a_branch_is_followed_there_and_back(tmp_path: Path) -> None:
    history, seen = following(tmp_path)

    history.do(rename_branch(history.document, "a", "", "yes", "again"))

    assert seen[-1][1].label == "again"
    history.undo()
    assert seen[-1] == POINTS


def test_a_key_is_followed_in_places_conditions_and_logs_there_and_back(tmp_path: Path) -> None:
    history, seen = following(tmp_path)

    history.do(rename_state_key(history.document, ProjectSources(tmp_path), "n", "count"))

    assert seen[-1][2] == Breakpoint("3", Where.KEY, key="count", becomes="n")
    assert (seen[-1][3].condition, seen[-1][3].log) == ("count > 1 and m", "n is {count!r:>5}, {m}")
    history.undo()
    assert seen[-1] == POINTS


def test_a_key_that_is_removed_is_no_rename(tmp_path: Path) -> None:
    history, seen = following(tmp_path)

    history.do(remove_state_key(history.document, ProjectSources(tmp_path), "n"))

    assert seen[-1] == POINTS
    assert not Renames()


def line_of_four() -> UndoHistory:
    names = ("a", "b", "c", "d")
    edges = [EdgeSpec(START, "a"), EdgeSpec("a", "b"), EdgeSpec("b", "c"), EdgeSpec("d", END)]
    routers = {"c": (RouterSpec("r:f", (BranchSpec("on", "d"), BranchSpec("back", "a"))),)}
    nodes = {name: NodeSpec(f"n:{name}") for name in names}
    return UndoHistory(Document(GraphSpec(nodes=nodes, edges=tuple(edges), routers=routers)))


INSIDE = (
    Breakpoint("1", node="b"),
    Breakpoint("2", Where.AFTER, "c"),
    Breakpoint("3", Where.BRANCH, "c", "", "on"),
    Breakpoint("4", node="d"),
)


def followed(history: UndoHistory, points: tuple[Breakpoint, ...]) -> list[tuple[Breakpoint, ...]]:
    seen = [points]

    def follow(event: HistoryEvent) -> None:
        renames = renames_of(event.old, event.new, event.changes)
        seen.append(tuple(after_renames(each, renames) for each in seen[-1]))

    history.subscribe(follow)
    return seen


def test_nodes_that_become_a_subgraph_take_their_breakpoints_along_there_and_back() -> None:
    history = line_of_four()
    seen = followed(history, INSIDE)

    history.do(make_subgraph(history.document, ["b", "c"], "s"))

    graph = history.document.graph
    at = [((*each.within, each.node), each.where) for each in seen[-1]]
    branch_at = ("s",) if "s" in graph.routers else ("s", "c")
    assert at == [
        (("s", "b"), Where.BEFORE),
        (("s", "c"), Where.AFTER),
        (branch_at, Where.BRANCH),
        (("d",), Where.BEFORE),
    ]
    history.undo()
    assert seen[-1] == INSIDE
    history.redo()
    history.do(dissolve(history.document, "s"))
    assert seen[-1] == INSIDE


def test_a_node_that_gets_another_name_as_its_subgraph_is_dissolved_is_followed() -> None:
    history = line_of_four()
    history.do(make_subgraph(history.document, ["b", "c"], "s"))
    history.do(add_node(history.document, "b", (0, 400)))
    seen = followed(history, (Breakpoint("1", node="b", within=("s",)), Breakpoint("2", node="b")))

    history.do(dissolve(history.document, "s"))

    assert [(each.within, each.node) for each in seen[-1]] == [((), "b_2"), ((), "b")]


def test_a_node_inside_a_subgraph_that_is_renamed_or_goes_deeper_is_followed() -> None:
    history = line_of_four()
    history.do(make_subgraph(history.document, ["a", "b"], "s"))
    level = LevelHistory(history)
    level.open(("s",))
    seen = followed(history, (Breakpoint("1", node="b", within=("s",)), Breakpoint("2", node="d")))

    level.do(rename_node(level.document, "b", "x"))
    assert [(each.within, each.node) for each in seen[-1]] == [(("s",), "x"), ((), "d")]
    level.do(make_subgraph(level.document, ["x"], "t", depth=1))
    assert [(each.within, each.node) for each in seen[-1]] == [(("s", "t"), "x"), ((), "d")]


def test_a_deleted_node_is_not_taken_for_a_moved_one() -> None:
    history = line_of_four()
    seen = followed(history, INSIDE)

    history.do(delete(history.document, ["b"]))

    assert seen[-1] == INSIDE
