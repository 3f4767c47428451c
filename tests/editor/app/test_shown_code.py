"""Code in the trust dialog cannot hide anything and cannot freeze the window."""

from __future__ import annotations

from editor.app.shown_code import MOST_COLUMNS, MOST_LINES, code_to_show


def test_ordinary_code_is_shown_as_it_is() -> None:
    assert code_to_show("def f():\n    return 'ä'\n") == "def f():\n    return 'ä'"


def test_characters_that_turn_the_reading_direction_are_named() -> None:
    assert "⟨RIGHT-TO-LEFT OVERRIDE⟩" in code_to_show("x = 'a\u202eb'")


def test_invisible_and_control_characters_are_named() -> None:
    shown = code_to_show("pass\u200bword = 1\x1b[2K")

    assert "⟨ZERO WIDTH SPACE⟩" in shown
    assert "⟨U+001B⟩" in shown


def test_a_long_line_is_cut_and_the_cut_is_said() -> None:
    shown = code_to_show("x" * 1_000_000)

    assert len(shown) < MOST_COLUMNS + 50
    assert "999,600 more characters" in shown


def test_a_long_file_is_cut_and_the_cut_is_said() -> None:
    assert code_to_show("x\n" * (MOST_LINES + 7)).endswith("… 7 more lines")
