"""State classes read from text: every kind of class and key, and what cannot be seen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.graph.state_source import StateKey, StateSourceError, read_state_class

MODULE = '''
import operator
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, NotRequired, TypedDict
from pydantic import BaseModel
from langgraph.graph import MessagesState
from elsewhere import Base

class Small(TypedDict):
    topic: str

class Typed(Small, total=False):
    """Doc."""
    log: Annotated[list[str], "note", operator.add]
    tries: NotRequired[Annotated[
        int, max_of]]

@dataclass(frozen=True)
class Data:
    n: int
    log: list = field(default_factory=list)
    limit: ClassVar[int] = 3

class Model(BaseModel):
    n: int = 0

class Talk(MessagesState):
    mood: str

class Open(Base):
    n: int
'''


def test_keys_have_type_reducer_and_default_as_they_are_written() -> None:
    typed = read_state_class(MODULE, "Typed")

    assert (typed.kind, typed.is_open) == ("TypedDict", False)
    assert typed.keys == (
        StateKey("topic", "str", line=10, owner="Small"),
        StateKey("log", "list[str]", "operator.add", line=14),
        StateKey("tries", "int", "max_of", line=15),
    )


def test_texts_are_found_by_bytes_over_lines_of_every_kind() -> None:
    text = "class S(dict):\r\n    ä: 'ü😀'; b: list[\r        int] = f('é',\n  1)\f\n    c: str = '\u2028'\n"

    assert [(key.name, key.type, key.default) for key in read_state_class(text, "S").keys] == [
        ("ä", "'ü😀'", ""),
        ("b", "list[ int]", "f('é', 1)"),
        ("c", "str", "'\u2028'".replace("\u2028", " ")),
    ]


def test_the_work_for_a_class_grows_no_faster_than_its_keys() -> None:
    def calls_for(count: int) -> int:
        text = "class Wide(dict):\n" + "".join(f"    key_{number}: int\n" for number in range(count))
        calls = 0

        def count_call(_frame: object, event: str, _argument: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(count_call)
        try:
            state = read_state_class(text, "Wide")
        finally:
            sys.setprofile(before)
        assert len(state.keys) == count
        return calls

    assert calls_for(400) < 5 * calls_for(100)


def test_every_kind_of_class_is_read() -> None:
    data = read_state_class(MODULE, "Data")
    assert data.kind == "dataclass"
    assert [(key.name, key.default) for key in data.keys] == [("n", ""), ("log", "field(default_factory=list)")]
    assert read_state_class(MODULE, "Model").kind == "pydantic"
    talk = read_state_class(MODULE, "Talk")
    assert [key.name for key in talk.keys] == ["messages", "mood"]
    assert talk.keys[0].reducer == "add_messages" and not talk.is_open


def test_a_base_from_elsewhere_may_have_more_keys() -> None:
    assert read_state_class(MODULE, "Open").is_open


@pytest.mark.parametrize(("text", "words"), [("x = 1", "not define a class 'State'"), ("class", "not Python")])
def test_a_class_that_is_not_there_is_said_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(StateSourceError, match=words):
        read_state_class(text, "State")


def test_the_example_is_read(example_graph: Path) -> None:
    state = read_state_class((example_graph.parent / "state.py").read_text(encoding="utf-8"), "SupportState")

    assert len(state.keys) == 12
    assert [key.name for key in state.keys if key.reducer] == ["findings", "trace"]
