"""Watches, pins and saved inputs outlive the session; a strange file does no harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from editor.debugger.breakpoints import Breakpoint
from editor.debugger.local_state import read_breakpoints, write_breakpoints
from editor.debugger.own_marks import MOST_WATCHES, Marks, OwnMarks, PinnedCheckpoint, marks_from_json
from engine.runner.local_files import local_state


@pytest.fixture
def marks(qapp: Any, tmp_path: Path) -> OwnMarks:
    made = OwnMarks()
    made.open(tmp_path / "a.graph.json")
    return made


def test_everything_is_there_again_in_the_next_session(marks: OwnMarks, tmp_path: Path) -> None:
    marks.add_watch("len(messages)")
    marks.toggle_pin(("messages", 0, "content"))
    marks.pin_checkpoint(PinnedCheckpoint("t", "c1"))
    marks.save_input("Ada asks", {"message": "Why?"})

    again = OwnMarks()
    again.open(tmp_path / "a.graph.json")

    assert again.now == Marks(
        ("len(messages)",),
        (("messages", 0, "content"),),
        PinnedCheckpoint("t", "c1"),
        {"Ada asks": {"message": "Why?"}},
    )


def test_breakpoints_and_marks_share_the_file(marks: OwnMarks, tmp_path: Path) -> None:
    graph = tmp_path / "a.graph.json"
    write_breakpoints(graph, (Breakpoint("1", node="a"),))
    marks.add_watch("x")
    write_breakpoints(graph, (Breakpoint("2", node="b"),))

    assert [each.node for each in read_breakpoints(graph)] == ["b"]
    assert json.loads(local_state(graph).read_text(encoding="utf-8"))["marks"]["watches"] == ["x"]


def test_another_graph_has_marks_of_its_own(marks: OwnMarks, tmp_path: Path) -> None:
    marks.add_watch("x")
    told: list[tuple[Marks, Marks]] = []
    marks.changed.connect(lambda old, new: told.append((old, new)))

    marks.open(tmp_path / "b.graph.json")

    assert marks.now == Marks() and told == [(Marks(("x",)), Marks())]


def test_the_same_watch_is_kept_once_and_there_is_a_limit(marks: OwnMarks) -> None:
    assert marks.add_watch(" len( x ) ") and marks.add_watch("len( x )")
    assert marks.now.watches == ("len( x )",)
    assert all(marks.add_watch(f"x{i}") for i in range(MOST_WATCHES - 1))
    assert not marks.add_watch("one more")


@pytest.mark.parametrize(
    "content",
    [None, 3, [], {"watches": 3, "pins": [1, []], "checkpoint": "x", "inputs": []}, {"inputs": {"a": 3}}],
)
def test_what_makes_no_sense_is_left_out(content: Any) -> None:
    assert marks_from_json(content) == Marks()
