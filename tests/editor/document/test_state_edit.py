"""State classes are edited in their module's text, and everything else in it stays as it was."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from editor.document.source_text import SourceError
from editor.document.state_edit import (
    add_key,
    new_class,
    remove_key,
    rename_key,
    set_default,
    set_reducer,
    set_type,
    shown_default,
)
from engine.graph.state_source import StateKey, read_state_class

TYPED = '''"""State."""
import operator
from typing import Annotated, TypedDict

ä = "ö"; z = 1  # stays

class State(TypedDict, total=False):
    """What travels."""

    topic: str  # the user's
    """What it is about."""
    log:   Annotated[list[str], operator.add]

def after(state): ...
'''

DATA = """from dataclasses import dataclass

@dataclass
class State:
    n: int
    limit: int = 3
"""


def changed(old: str, new: str) -> list[str]:
    """The lines that went and came."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and not line.startswith(("---", "+++"))]


def test_a_key_comes_behind_the_last_one_with_its_imports() -> None:
    new = add_key(TYPED, "State", StateKey("tries", "int"))
    assert changed(TYPED, new) == ["+    tries: int"]

    new = add_key(TYPED, "State", StateKey("found", "list[Any]", "operator.add"))
    assert changed(TYPED, new) == ["+from typing import Any", "+    found: Annotated[list[Any], operator.add]"]

    new = add_key(TYPED, "State", StateKey("messages", "list", "add_messages"))
    assert "+from langgraph.graph.message import add_messages" in changed(TYPED, new)
    assert "+    messages: Annotated[list, add_messages]" in changed(TYPED, new)


def test_a_key_is_renamed_in_its_line_only() -> None:
    new = rename_key(TYPED, "State", "topic", "theme")

    assert changed(TYPED, new) == ["-    topic: str  # the user's", "+    theme: str  # the user's"]


def test_a_type_changes_inside_its_reducer() -> None:
    assert changed(TYPED, set_type(TYPED, "State", "log", "list[int]")) == [
        "-    log:   Annotated[list[str], operator.add]",
        "+    log:   Annotated[list[int], operator.add]",
    ]


def test_a_reducer_is_put_on_changed_and_taken_off() -> None:
    on = set_reducer(TYPED, "State", "topic", "operator.add")
    assert changed(TYPED, on)[1] == "+    topic: Annotated[str, operator.add]  # the user's"
    assert set_reducer(on, "State", "topic", "") == TYPED
    other = set_reducer(TYPED, "State", "log", "reducers:merge")
    assert changed(TYPED, other) == [
        "+from reducers import merge",
        "-    log:   Annotated[list[str], operator.add]",
        "+    log:   Annotated[list[str], merge]",
    ]


def test_a_key_goes_with_its_comment_and_its_doc() -> None:
    assert changed(TYPED, remove_key(TYPED, "State", "topic")) == [
        "-    topic: str  # the user's",
        '-    """What it is about."""',
    ]
    assert "    pass\n" in remove_key("class S(TypedDict):\n    a: int\n", "S", "a")


def test_defaults_of_a_dataclass_are_no_shared_objects() -> None:
    new = set_default(DATA, "State", "limit", "[]")

    assert changed(DATA, new) == [
        "+from dataclasses import field",
        "-    limit: int = 3",
        "+    limit: int = field(default_factory=list)",
    ]
    assert shown_default(read_state_class(new, "State").keys[1].default) == "[]"
    assert set_default(new, "State", "limit", "").endswith("    limit: int\n")


def test_line_ends_and_a_missing_last_one_stay() -> None:
    text = "class S(TypedDict):\r\n    a: int"

    assert add_key(text, "S", StateKey("b", "str")) == "class S(TypedDict):\r\n    a: int\r\n    b: str"
    assert set_type(text, "S", "a", "str") == "class S(TypedDict):\r\n    a: str"


def test_a_class_is_made_where_there_is_none() -> None:
    text = new_class("", "State", (StateKey("log", "list[str]", "operator.add"),))

    state = read_state_class(text, "State")
    assert state.kind == "TypedDict"
    assert state.keys[0].reducer in ("add", "operator.add")
    namespace: dict[str, object] = {}
    exec(compile(text, "state.py", "exec"), namespace)  # the text is ours: it has to run
    assert "State" in namespace


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda: add_key(TYPED, "State", StateKey("topic", "str")), "already is a key 'topic'"),
        (lambda: add_key(TYPED, "State", StateKey("a b", "str")), "not a name"),
        (lambda: add_key(TYPED, "State", StateKey("a", "str = 1")), "as Python would read it"),
        (lambda: add_key(TYPED, "State", StateKey("a", "Strange")), "does not know the type 'Strange'"),
        (lambda: add_key(TYPED, "State", StateKey("a", "int", default="1")), "no defaults"),
        (lambda: add_key(DATA, "State", StateKey("a", "int")), "Give 'a' a default"),
        (lambda: set_default(DATA, "State", "n", "x ="), "as Python would read it"),
        (lambda: set_reducer(TYPED, "State", "topic", "merge"), "does not know 'merge'"),
        (lambda: set_reducer(TYPED, "State", "topic", "after"), "defined below the class"),
        (lambda: remove_key("class S(T):\n    a: int; b: int\n", "S", "a"), "shares its line"),
        (lambda: remove_key(TYPED, "State", "gone"), "does not itself declare 'gone'"),
        (lambda: rename_key(TYPED, "Other", "a", "b"), "does not define a class 'Other'|not at all"),
    ],
)
def test_what_cannot_be_certain_is_refused_in_a_sentence(edit, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises((SourceError, ValueError), match=words) as caught:
        edit()

    assert str(caught.value).endswith(".")


def test_every_edit_of_the_example_can_be_taken_back_by_its_opposite(example_graph: Path) -> None:
    text = (example_graph.parent / "state.py").read_text(encoding="utf-8")
    for key in read_state_class(text, "SupportState").keys:
        assert (
            rename_key(rename_key(text, "SupportState", key.name, "renamed"), "SupportState", "renamed", key.name)
            == text
        )
        assert set_type(text, "SupportState", key.name, key.type) == text
        assert set_reducer(text, "SupportState", key.name, key.reducer) == text
    assert remove_key(add_key(text, "SupportState", StateKey("x", "int")), "SupportState", "x") == text
