"""Frames and notes: in the layout file only, canonical, with exact undo, in journal, clipboard and subgraphs."""

from __future__ import annotations

import pytest

from editor.document import commands
from editor.document.change_json import change_to_json, read_change
from editor.document.changes import RemarkChanged, apply_changes, inverse_of
from editor.document.clipboard import copy_text, paste, pasted_remarks
from editor.document.command import Command, CommandError
from editor.document.dissolve_subgraph import dissolve
from editor.document.document import Document
from editor.document.layout import Layout
from editor.document.layout_file import format_layout, layout_to_json, parse_layout
from editor.document.level_history import LevelHistory
from editor.document.remark import MOST_LETTERS, Remark
from editor.document.remark_commands import (
    add_frame,
    add_note,
    delete_remarks,
    move_things,
    new_key,
    recolour_frames,
    resize_remark,
    write_remark,
)
from editor.document.subgraph_commands import make_subgraph
from editor.document.undo_history import UndoHistory

FILE = """\
{
  "format": "stategraph-layout",
  "format_version": "1.0",
  "nodes": {
    "a": [0, 0]
  },
  "remarks": {
    "frame": {"kind": "frame", "rect": [-24, -48, 400, 200], "text": "Retrieval", "colour": "blue", "x-mine": [1]},
    "note": {"kind": "note", "rect": [0, 200, 200, 96], "text": ["one", "", "three"]}
  },
  "x-other": true
}
"""


def did(document: Document, command: Command) -> Document:
    after = apply_changes(document, command.changes)
    assert apply_changes(after, inverse_of(command.changes)) == document
    assert tuple(read_change(change_to_json(change)) for change in command.changes) == command.changes
    return after


def two_nodes() -> Document:
    document = did(Document(), commands.add_node(Document(), "a", (0, 0)))
    return did(document, commands.add_node(document, "b", (400, 0)))


def test_a_layout_file_with_remarks_is_written_as_it_was_read() -> None:
    read = parse_layout(FILE)

    assert read.warnings == ()
    assert read.layout.remarks["note"].text == "one\n\nthree"
    assert read.layout.remarks["frame"].extra == {"x-mine": [1]}
    assert format_layout(read.layout) == FILE


def test_remarks_stand_in_the_layout_of_a_subgraph_too() -> None:
    inner = parse_layout(FILE).layout
    outer = Layout({"sub": (0, 0)}, {}, {"sub": inner})

    assert parse_layout(format_layout(outer)).layout == outer
    assert layout_to_json(outer)["subgraphs"]["sub"]["remarks"].keys() == {"frame", "note"}


@pytest.mark.parametrize(
    "value",
    [
        "1",
        "null",
        '{"kind": "frame"}',
        '{"kind": "picture", "rect": [0, 0, 200, 200]}',
        '{"kind": "note", "rect": [0, 0, 200]}',
        '{"kind": "note", "rect": [0, 0, 1e9, 4]}',
        '{"kind": "note", "rect": [0, 0, 200, 100], "text": 7}',
        '{"kind": "note", "rect": [0, 0, 200, 100], "text": [7]}',
        '{"kind": "frame", "rect": [0, 0, 200, 100], "colour": 7}',
    ],
)
def test_a_remark_that_is_none_is_left_out_with_a_warning(value: str) -> None:
    read = parse_layout('{"format": "stategraph-layout", "nodes": {"a": [0, 0]}, "remarks": {"odd": ' + value + "}}")

    assert "odd" in read.warnings[0]
    assert read.layout == Layout({"a": (0, 0)})


def test_a_damaged_rectangle_comes_onto_the_grid_and_can_be_taken_hold_of() -> None:
    read = parse_layout('{"format": "stategraph-layout", "remarks": {"f": {"kind": "frame", "rect": [1.9, 3, 2, -5]}}}')

    assert read.layout.remarks["f"].rect == (0, 4, 120, 72)


def test_every_edit_of_remarks_goes_back_and_touches_no_graph() -> None:
    document = two_nodes()
    framed = did(document, add_frame(document, (-21, -50, 300, 150)))
    noted = did(framed, add_note(framed, (0, 300), "why"))
    written = did(noted, write_remark(noted, "frame", "  The  start "))
    coloured = did(written, recolour_frames(written, ["frame", "note"], "violet"))
    resized = did(coloured, resize_remark(coloured, "note", (0, 300, 10, 400)))
    moved = did(resized, move_things(resized, {"a": (40, 0)}, {"frame": (20, -48)}))

    assert moved.layout.remarks == {
        "frame": Remark("frame", (20, -48, 300, 152), "The start", "violet"),
        "note": Remark("note", (0, 300, 96, 400), "why"),
    }
    assert moved.position_of("a") == (40, 0)
    assert moved.graph is document.graph
    assert did(moved, delete_remarks(moved, ["frame", "note"])).layout.remarks == {}


def test_what_cannot_be_is_refused_in_words() -> None:
    document = two_nodes()
    document = did(document, add_frame(document, (0, 0, 200, 200)))

    for attempt in (
        lambda: write_remark(document, "frame", " \n "),
        lambda: write_remark(document, "gone", "x"),
        lambda: write_remark(document, "frame", "x" * (MOST_LETTERS + 1)),
        lambda: recolour_frames(document, ["frame"], "pink"),
        lambda: delete_remarks(document, ["gone"]),
    ):
        with pytest.raises(CommandError, match=r"\.$"):
            attempt()


def test_a_key_held_down_moves_a_frame_in_one_step() -> None:
    document = two_nodes()
    history = UndoHistory(did(document, add_frame(document, (0, 0, 200, 200))))
    for x in (4, 8, 12):
        history.do(move_things(history.document, {"a": (x, 0)}, {"frame": (x, 0)}))

    history.undo()

    assert history.document.position_of("a") == (0, 0)
    assert history.document.layout.remarks["frame"].rect[0] == 0
    assert not history.can_undo


def test_copied_remarks_come_with_their_nodes_or_alone_and_keep_their_distance() -> None:
    document = two_nodes()
    document = did(document, add_frame(document, (-24, -48, 300, 200)))
    document = did(document, add_note(document, (0, 300), "alone\nhere"))
    text = copy_text(document, ["a"], ["frame"])

    command = paste(document, text, (1000, 1000))
    pasted = did(document, command)

    assert pasted_remarks(command) == ("frame_2",)
    assert pasted.layout.remarks["frame_2"].rect == (1000, 1000, 300, 200)
    assert pasted.position_of("a_2") == (1024, 1048)
    only_note = paste(document, copy_text(document, [], ["note"]))
    assert did(document, only_note).layout.remarks["note_2"].text == "alone\nhere"
    assert copy_text(document, [], []) == ""


def test_a_frame_round_nodes_that_become_a_subgraph_goes_inside_and_comes_out_again() -> None:
    document = two_nodes()
    document = did(document, add_frame(document, (-24, -48, 300, 200)))
    document = did(document, add_note(document, (0, 64), "in the frame"))
    document = did(document, add_frame(document, (380, -48, 300, 200)))

    inside = did(document, make_subgraph(document, ["a"], "sub"))

    assert inside.layout.remarks.keys() == {"frame_2"}
    assert inside.layout.subgraphs["sub"].remarks.keys() == {"frame", "note"}
    outside = did(inside, dissolve(inside, "sub"))
    assert {remark.text for remark in outside.layout.remarks.values()} == {"Frame", "in the frame"}
    assert len(outside.layout.remarks) == 3


def test_on_a_level_only_its_own_remarks_change() -> None:
    document = two_nodes()
    whole = UndoHistory(did(document, make_subgraph(document, ["a"], "sub")))
    level = LevelHistory(whole)
    level.open(("sub",))

    command = add_note(level.document, (0, 0), "inner")
    level.do(command)

    assert new_key(command) == "note"
    assert level.document.layout.remarks["note"].text == "inner"
    assert whole.document.layout.remarks == {}
    assert whole.document.layout.subgraphs["sub"].remarks["note"].text == "inner"
    level.undo()
    assert level.document.layout.remarks == {}


def test_a_journal_with_a_remark_that_is_none_is_refused() -> None:
    change = change_to_json(RemarkChanged("note", None, Remark("note", (0, 0, 200, 96))))

    with pytest.raises(ValueError, match="no change|not a change"):
        read_change({**change, "new": {"kind": "note"}})
