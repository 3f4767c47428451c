"""What the keys of the code editor do to a text. ``|`` is the caret, ``<`` the other end of a selection."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.widgets import code_text
from editor.widgets.code_text import TextEdit, brackets, other_bracket


def read(marked: str) -> tuple[str, int, int]:
    caret = marked.replace("<", "").index("|")
    anchor = marked.replace("|", "").find("<")
    return marked.replace("|", "").replace("<", ""), caret if anchor < 0 else anchor, caret


def after(text: str, edit: TextEdit) -> str:
    new = text[: edit.start] + edit.new + text[edit.end :]
    if edit.anchor == edit.caret:
        return f"{new[: edit.caret]}|{new[edit.caret :]}"
    marks = sorted([(edit.anchor, "<"), (edit.caret, "|")], reverse=True)
    for place, mark in marks:
        new = new[:place] + mark + new[place:]
    return new


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ("|a", "    |a"),
        ("ab|", "ab  |"),
        ("    a|", "    a   |"),
        ("<a\nb|", "<    a\n    b|"),
        ("<a\n\nb\n|c", "<    a\n\n    b\n|c"),
    ],
)
def test_tab_goes_to_the_next_stop_or_moves_the_lines(before: str, then: str) -> None:
    text, anchor, caret = read(before)

    assert after(text, code_text.indent(text, anchor, caret)) == then


@pytest.mark.parametrize(
    ("before", "then"),
    [("    a|", "a|"), ("      a|", "    a|"), ("a|", "a|"), ("\ta|", "a|"), ("<    a\n  b|", "<a\nb|")],
)
def test_shift_tab_takes_a_level_away(before: str, then: str) -> None:
    text, anchor, caret = read(before)

    assert after(text, code_text.dedent(text, anchor, caret)) == then


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ("a|", "a\n|"),
        ("    a|", "    a\n    |"),
        ("if a:|", "if a:\n    |"),
        ("if a:  # why|", "if a:  # why\n    |"),
        ("a = '#:|", "a = '#:\n|"),
        ("    return 1|", "    return 1\n|"),
        ("    return f(|", "    return f(\n        |"),
        ("    return f(1,|", "    return f(1,\n    |"),
        ("f(|)", "f(\n    |\n)"),
        ("    x = [|]", "    x = [\n        |\n    ]"),
        ("    a|  b", "    a\n    |b"),
        ("returned|", "returned\n|"),
    ],
)
def test_enter_keeps_and_deepens_the_indentation(before: str, then: str) -> None:
    text, _, caret = read(before)

    assert after(text, code_text.break_line(text, caret)) == then


@pytest.mark.parametrize(
    ("before", "then"), [("    |a", "|a"), ("      |a", "    |a"), ("a|", None), ("  a |", None), ("|", None)]
)
def test_backspace_goes_back_to_the_stop(before: str, then: str | None) -> None:
    text, _, caret = read(before)
    edit = code_text.delete_back(text, caret)

    assert (edit if edit is None else after(text, edit)) == then


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ("a|b", "# a|b"),
        ("# a|b", "a|b"),
        ("#a|b", "a|b"),
        ("<  a\n    b|", "<  # a\n  #   b|"),
        ("<  # a\n  #   b|", "<  a\n    b|"),
        ("<# a\nb|", "<# # a\n# b|"),
    ],
)
def test_comments_are_put_on_and_taken_off(before: str, then: str) -> None:
    text, anchor, caret = read(before)

    assert after(text, code_text.toggle_comment(text, anchor, caret)) == then


def test_the_other_bracket_is_found_and_not_in_strings_and_comments() -> None:
    text = 'f(a[1], \')\', """(\n""") # )'

    assert other_bracket(text, 2) == (1, text.index(") #"))
    assert other_bracket(text, 4) == (3, 5)
    assert other_bracket(text, text.index("')") + 1) is None
    assert other_bracket("(", 1) is None
    assert other_bracket("a", 1) is None


@given(st.text("([{)]}'\"# \\\na", max_size=30))
def test_brackets_are_partners_of_each_other(text: str) -> None:
    for place, partner in brackets(text).items():
        assert partner == -1 or brackets(text)[partner] == place


@given(st.text("ab :#(\n\t ", max_size=40), st.data())
def test_no_key_breaks_on_any_text(text: str, data: st.DataObject) -> None:
    anchor, caret = (data.draw(st.integers(0, len(text))) for _ in range(2))

    for edit in (
        code_text.indent(text, anchor, caret),
        code_text.dedent(text, anchor, caret),
        code_text.toggle_comment(text, anchor, caret),
        code_text.break_line(text, caret),
        code_text.delete_back(text, caret) or TextEdit(0, 0, "", 0, 0),
    ):
        length = len(text) - (edit.end - edit.start) + len(edit.new)
        assert 0 <= edit.start <= edit.end <= len(text)
        assert 0 <= edit.anchor <= length and 0 <= edit.caret <= length


@given(st.lists(st.sampled_from(["", "a", "    b", "        c d"]), min_size=2, max_size=6))
def test_indenting_and_dedenting_lines_gives_the_same_again(lines: list[str]) -> None:
    text = "\n".join(lines)
    edit = code_text.indent(text, 0, len(text))
    new = text[: edit.start] + edit.new + text[edit.end :]

    back = code_text.dedent(new, edit.anchor, edit.caret)

    assert new[: back.start] + back.new + new[back.end :] == text
