"""Breakpoints follow what is renamed, and follow it back when the rename is undone."""

from __future__ import annotations

from pathlib import Path

from editor.app.breakpoint_renames import after_renames
from editor.debugger.breakpoints import Breakpoint, Where
from editor.document.commands import rename_branch, rename_node
from editor.document.document import Document
from editor.document.renames import Renames, renames_of
from editor.document.source_code import ProjectSources
from editor.document.state_commands import remove_state_key, rename_state_key
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
