"""``name.layout.json``: canonical, lenient, whole numbers on the grid."""

from __future__ import annotations

import pytest

from editor.document.layout import Layout, on_grid
from editor.document.layout_file import format_layout, parse_layout

CANONICAL = """\
{
  "format": "stategraph-layout",
  "format_version": "1.0",
  "nodes": {
    "__start__": [0, -8],
    "give up": [120, 156]
  },
  "x-frames": [{"title": "kept"}]
}
"""


def test_canonical_text_is_written_as_it_was_read() -> None:
    read = parse_layout(CANONICAL)

    assert read.warnings == ()
    assert read.layout.positions == {"__start__": (0, -8), "give up": (120, 156)}
    assert format_layout(read.layout) == CANONICAL


def test_positions_come_onto_the_grid() -> None:
    assert on_grid(5.9, -6.1) == (4, -8)
    assert parse_layout(CANONICAL.replace("120", "121.7")).layout.positions["give up"] == (120, 156)


@pytest.mark.parametrize("place", ["null", "[1]", "[1, 2, 3]", '["1", 2]', "[true, 2]", "[1e7, 0]", "{}", "7"])
def test_a_position_that_is_none_is_left_out_with_a_warning(place: str) -> None:
    read = parse_layout(CANONICAL.replace("[120, 156]", place))

    assert "give up" in read.warnings[0]
    assert read.layout.positions == {"__start__": (0, -8)}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "stategraph"}', CANONICAL.replace('"1.0"', '"2.0"')])
def test_another_file_gives_an_empty_layout_and_one_warning(text: str) -> None:
    read = parse_layout(text)

    assert read.layout == Layout()
    assert len(read.warnings) == 1
    assert "laid out anew" in read.warnings[0]


def test_an_empty_layout_is_short() -> None:
    assert format_layout(Layout()) == (
        '{\n  "format": "stategraph-layout",\n  "format_version": "1.0",\n  "nodes": {}\n}\n'
    )
