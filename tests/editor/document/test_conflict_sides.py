"""The two sides of what git left unmerged, with and without the lines both began with."""

from __future__ import annotations

import pytest

from editor.document.conflict_sides import Part, sides_of

TWO_WAY = "a\n<<<<<<< HEAD\nb\n=======\nc\nd\n>>>>>>> feature\ne\n"
THREE_WAY = "a\n<<<<<<< HEAD\nb\n||||||| 1234abc\nold\n=======\nc\nd\n>>>>>>> feature\ne\n"


@pytest.mark.parametrize("text", [TWO_WAY, THREE_WAY, THREE_WAY.replace("\n", "\r\n")])
def test_each_side_has_its_own_lines_and_the_common_ones(text: str) -> None:
    sides = sides_of(text)

    assert sides.ours.split() == ["a", "b", "e"]
    assert sides.theirs.split() == ["a", "c", "d", "e"]
    assert (sides.ours_name, sides.theirs_name, sides.count, sides.is_whole) == ("HEAD", "feature", 1, True)


def test_each_line_is_known_for_what_it_is() -> None:
    assert [part.value for part in sides_of(THREE_WAY).parts] == [
        *("common", "marker", "ours", "marker", "base", "marker", "theirs", "theirs", "marker", "common"),
    ]


def test_every_conflict_of_a_text_is_settled_the_same_way() -> None:
    sides = sides_of(TWO_WAY + TWO_WAY)

    assert sides.count == 2
    assert sides.ours.split() == ["a", "b", "e", "a", "b", "e"]


@pytest.mark.parametrize("missing", ["=======\n", ">>>>>>> feature\n"])
def test_a_conflict_without_its_middle_or_end_has_no_certain_sides(missing: str) -> None:
    assert not sides_of(TWO_WAY.replace(missing, "")).is_whole


def test_markers_without_names_are_called_ours_and_theirs() -> None:
    sides = sides_of("<<<<<<<\nb\n=======\nc\n>>>>>>>\n")

    assert (sides.ours_name, sides.theirs_name) == ("ours", "theirs")


def test_a_line_that_only_looks_like_a_marker_stays() -> None:
    text = '"=======": 1,\n=======\n|||||||\n>>>>>>> x\n'

    assert sides_of(text).ours == text
    assert set(sides_of(text).parts) == {Part.COMMON}
