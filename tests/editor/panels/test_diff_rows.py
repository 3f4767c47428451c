"""What the diff list shows, from real diffs of the engine."""

from __future__ import annotations

from typing import Any

from editor.panels.diff_rows import (
    FIRST_CHANGES,
    MOST_LINES,
    UNCHANGED,
    ChangeRow,
    FoldRow,
    InlineChange,
    KeyRow,
    SameRow,
    lines_of,
    row_text,
    rows_of,
)
from engine.time_travel.state_diff import StateDiff, diff_states


def diff(before: dict[str, Any], after: dict[str, Any]) -> StateDiff:
    return StateDiff.from_json(diff_states(before, after).to_json())


def changes(before: Any, after: Any) -> list[ChangeRow]:
    return [row for row in rows_of(diff({"k": before}, {"k": after})) if isinstance(row, ChangeRow)]


def test_changed_keys_come_first_and_the_rest_is_one_folded_row() -> None:
    rows = rows_of(diff({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "c": 3}))

    assert rows[0] == KeyRow("b", "changed", "replace")
    assert rows[-1] == FoldRow(UNCHANGED, "2 unchanged", False)
    assert len(rows) == 3


def test_the_fold_of_unchanged_keys_opens() -> None:
    rows = rows_of(diff({"a": 1, "b": 2}, {"a": 1, "b": 3}), frozenset({UNCHANGED}))

    assert rows[-2:] == (FoldRow(UNCHANGED, "1 unchanged", True), SameRow("a"))


def test_appended_items_are_shown_with_their_index_not_the_whole_list() -> None:
    rows = changes([1, 2], [1, 2, "x", "y"])

    assert [(row.label, row.kind) for row in rows] == [("[2]", "added"), ("[3]", "added")]
    assert rows[0].path == ("k", 2)


def test_a_change_deep_inside_names_the_way_to_it() -> None:
    (row,) = changes({"query": {"parameters": ["INV-1"]}}, {"query": {"parameters": ["INV-2"]}})

    assert row.label == ".query.parameters[0]"
    assert row.path == ("k", "query", "parameters", 0)
    assert row_text(row) == ".query.parameters[0] 'INV-1' → 'INV-2'"


def test_short_values_stand_on_one_line_and_long_ones_below_each_other() -> None:
    (short,) = changes("billing", "technical")
    (long,) = changes("b" * 60, "t " * 60)

    assert lines_of(short, 60) == InlineChange("", "'billing'", "'technical'")
    lines = lines_of(long, 60)
    assert not isinstance(lines, InlineChange)
    assert [line.sign for line in lines if line.sign.strip()] == ["−", "+"]
    assert all(len(line.text) <= 60 for line in lines)


def test_a_narrow_view_breaks_what_a_wide_one_keeps_on_one_line() -> None:
    (row,) = changes("billing question", "technical question")

    assert isinstance(lines_of(row, 80), InlineChange)
    assert len(lines_of(row, 20)) >= 4  # type: ignore[arg-type]


def test_many_changes_of_one_key_wait_behind_a_row_that_opens() -> None:
    before, after = list(range(50)), list(range(80))

    rows = rows_of(diff({"k": before}, {"k": after}))
    opened = rows_of(diff({"k": before}, {"k": after}), frozenset({"k"}))

    assert rows[-1] == FoldRow("k", f"{30 - FIRST_CHANGES} more in k", False)
    assert sum(isinstance(row, ChangeRow) for row in opened) == 30


def test_a_new_and_a_removed_key_are_told_apart() -> None:
    rows = rows_of(diff({"old": 1}, {"new": 2}))

    assert [row_text(row) for row in rows] == ["new (new)", "+ 2", "old (removed)", "− 1"]


def test_a_change_far_inside_a_long_text_is_shown_where_it_is() -> None:
    start = "We looked at all of your invoices of this year and found that number "
    (row,) = changes(start + "2291 was charged twice. " + "x" * 300, start + "2292 was charged twice. " + "x" * 300)

    lines = lines_of(row, 60)

    assert not isinstance(lines, InlineChange)
    assert "2291" in lines[0].text and lines[0].text.startswith("… ")
    assert any("2292" in line.text for line in lines if line.tone == "added")


def test_a_new_list_is_shown_by_its_items_and_each_can_be_edited() -> None:
    rows = rows_of(diff({}, {"findings": [{"title": "a"}, {"title": "b"}]}))

    assert [row_text(row) for row in rows] == ["findings (new)", "+ [0] {'title': 'a'}", "+ [1] {'title': 'b'}"]
    assert isinstance(rows[2], ChangeRow) and rows[2].path == ("findings", 1)


def test_line_breaks_inside_a_text_are_drawn_as_line_breaks() -> None:
    (row,) = [row for row in rows_of(diff({}, {"answer": "Hello Ada,\n\nit works."})) if isinstance(row, ChangeRow)]

    lines = lines_of(row, 60)

    assert not isinstance(lines, InlineChange)
    assert [line.text for line in lines] == ["'Hello Ada,", "", "it works.'"]


def test_a_backslash_before_an_n_is_no_line_break() -> None:
    (row,) = [row for row in rows_of(diff({}, {"path": "C:\\new"})) if isinstance(row, ChangeRow)]

    assert len(lines_of(row, 60)) == 1  # type: ignore[arg-type]


def test_a_value_of_many_lines_is_cut_after_a_few() -> None:
    (row,) = [row for row in rows_of(diff({}, {"log": "line\n" * 40})) if isinstance(row, ChangeRow)]

    lines = lines_of(row, 60)

    assert len(lines) == MOST_LINES  # type: ignore[arg-type]
    assert lines[-1].text.endswith("…")  # type: ignore[index, union-attr]


def test_a_picture_is_called_one_instead_of_its_letters() -> None:
    picture = "data:image/png;base64," + "iVBORw0KGgo" * 20
    rows = [row for row in rows_of(diff({}, {"picture": picture})) if isinstance(row, ChangeRow)]
    (changed,) = changes(picture, picture.replace("Rw0", "Rw1"))

    (line,) = lines_of(rows[0], 60)  # type: ignore[misc]
    assert line.text == "picture, 242 characters"
    assert lines_of(changed, 80) == InlineChange("", "picture, 242 characters", "picture, 242 characters")
