"""Which part of a module is shown, and how typing gets into the module's text with its own line ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.document.changes import ModuleSpliced
from editor.panels.code_part import Part, after, first_line, part_of, shown, typed, whole

MODULE = (
    "import a\r\n\r\n\r\n@one\r\n@two\r\ndef f(\r\n    x,\r\n):\r\n    return x\r\n\r\n\r\nclass C:\r\n    y = 1\r\n"
)


def test_a_function_is_shown_with_its_decorators_and_without_the_last_line_end() -> None:
    part = part_of(MODULE, "f")

    assert part is not None
    assert shown(MODULE, part) == "@one\n@two\ndef f(\n    x,\n):\n    return x"
    assert first_line(MODULE, part) == 4


def test_what_is_typed_keeps_the_line_ends_of_the_module() -> None:
    part = part_of(MODULE, "f")
    assert part is not None

    text, now = typed(MODULE, part, shown(MODULE, part).replace("return x", "if x:\n        return x"))

    assert text == MODULE.replace("    return x", "    if x:\r\n        return x")
    assert shown(text, now).endswith("if x:\n        return x")


@pytest.mark.parametrize("broken", ["    return (x\r\n", "    return x)\r\n", "   ' '' \r\n"])
def test_a_function_is_found_while_the_module_is_no_python(broken: str) -> None:
    text = MODULE.replace("    return x\r\n", broken)
    part = part_of(text, "f")

    assert part is not None
    assert shown(text, part) == "@one\n@two\ndef f(\n    x,\n):\n" + broken.rstrip()
    assert part_of(text, "C") is not None
    assert part_of(text, "nothing") is None


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_comments_below_a_broken_function_are_not_taken_for_a_part_of_it(end: str) -> None:
    text = "def f(x):\n    y = (\n# out = 1\n\n    # in\n    z\n\n\n# ---- next\n# more\n\n\ndef g():\n    pass\n"

    part = part_of(text.replace("\n", end), "f")

    assert part is not None
    assert shown(text.replace("\n", end), part) == "def f(x):\n    y = (\n# out = 1\n\n    # in\n    z"


ENDS = st.text("ab\n\r", max_size=20)


@given(ENDS, st.text("ab\n", max_size=20), st.data())
def test_what_was_not_typed_over_keeps_every_character(text: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    cuts_a_line_end = any(text[place - 1 : place + 1] == "\r\n" for place in (start, end))
    if cuts_a_line_end:
        return
    part = Part(start, end)

    result, now = typed(text, part, new)

    assert result[: now.start] == text[:start] and result[now.end :] == text[end:]
    if new == shown(text, part):
        assert result == text
    assert shown(result, now) == new
    if new:
        around = shown(text, Part(0, start)), shown(text, Part(end, len(text)))
        assert shown(result, whole(result)) == new.join(around)


def test_line_ends_of_two_kinds_that_meet_stay_two() -> None:
    assert typed("\n\r", Part(0, 2), "\n\n\n")[0] == "\n\r\n\n"
    assert typed("\ra\n", Part(0, 3), "\n\n")[0] == "\r\n\n"


def test_a_part_follows_edits_elsewhere() -> None:
    part = Part(10, 20)

    assert after(part, ModuleSpliced("m", 2, "ab", "")) == Part(8, 18)
    assert after(part, ModuleSpliced("m", 12, "", "abc")) == Part(10, 23)
    assert after(part, ModuleSpliced("m", 20, "", "abc")) == Part(10, 23)
    assert after(part, ModuleSpliced("m", 25, "abc", "")) == part
    assert after(part, ModuleSpliced("m", 5, "abcdefg", "")) is None
    assert whole("abc") == Part(0, 3)
