"""Code in the trust dialog cannot hide anything and cannot freeze the window."""

from __future__ import annotations

from editor.app.shown_code import MOST_COLUMNS, MOST_LINES, changes_to_show, code_to_show


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


def test_what_changed_comes_with_three_lines_around_it() -> None:
    before = "".join(f"x{line} = {line}\n" for line in range(100))

    shown = changes_to_show(before, before.replace("x50 = 50", "x50 = leak()"))

    lines = shown.split("\n")
    assert lines[:5] == ["@@ -48,7 +48,7 @@", " x47 = 47", " x48 = 48", " x49 = 49", "-x50 = 50"]
    assert lines[5] == "+x50 = leak()" and len(lines) == 9


def test_a_change_that_cannot_be_seen_is_shown_nevertheless() -> None:
    at_the_end = "x" * 10 * MOST_COLUMNS

    assert "+pass⟨ZERO WIDTH SPACE⟩" in changes_to_show("pass\n", "pass\u200b\n")
    assert "+a = 1⟨U+000D⟩" in changes_to_show("a = 1\n", "a = 1\r\n")
    assert changes_to_show(f"{at_the_end}1\n", f"{at_the_end}2\n").count("more characters") == 2


def test_a_file_too_long_to_be_compared_has_no_changes_to_show() -> None:
    assert changes_to_show("x = 1\n", "x = 1\n" * (MOST_LINES + 1)) == ""
