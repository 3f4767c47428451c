"""What the input of a graph looks like, told from the text of its state class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from editor.document.input_schema import input_schema, oddities
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from engine.graph.spec import GraphSpec

STATE = """
import operator
from typing import Annotated, Any, Literal, Optional, TypedDict

Intent = Literal["billing", "technical"]

class State(TypedDict, total=False):
    question: str
    age: int
    score: float | None
    agreed: bool
    intent: Intent
    rows: list[dict[str, Any]]
    query: dict[str, Any]
    log: Annotated[list[str], operator.add]
    other: Optional["str"]
    strange: SomethingElse[3]
"""


def schema(folder: Path, text: str = STATE, state: str | None = "state:State") -> dict[str, Any]:
    (folder / "state.py").write_text(text, encoding="utf-8")
    return input_schema(GraphSpec(state=state), ProjectSources(folder))


def test_each_key_has_its_type(tmp_path: Path) -> None:
    assert schema(tmp_path)["properties"] == {
        "question": {"type": "string"},
        "age": {"type": "integer"},
        "score": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "agreed": {"type": "boolean"},
        "intent": {"enum": ["billing", "technical"]},
        "rows": {"type": "array"},
        "query": {"type": "object"},
        "log": {"type": "array", "items": {"type": "string"}},
        "other": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "strange": {},
    }


@pytest.mark.parametrize("state", [None, "elsewhere:State", "state:Missing"])
def test_a_state_that_cannot_be_seen_is_said_so(tmp_path: Path, state: str | None) -> None:
    with pytest.raises(SourceError, match=r"\w+ .*\."):
        schema(tmp_path, state=state)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "The input is empty"),
        ({"qestion": "x"}, "qestion is no key of the state and would be left out. Is question meant?"),
        ({"age": "ten"}, "age should be a whole number, such as 3; here it is a text."),
        ({"intent": "sales"}, "intent should be one of billing, technical; here it is a text."),
        ({"score": "high"}, "score should be a number, such as 0.75 or null; here it is a text."),
        ({"agreed": 1}, "agreed should be true or false; here it is a whole number."),
    ],
)
def test_what_is_odd_is_said_in_a_sentence(tmp_path: Path, value: dict[str, Any], words: str) -> None:
    (found,) = oddities(schema(tmp_path), value)

    assert found.startswith(words)


PYDANTIC = """
import operator
from typing import Annotated, Optional
from pydantic import BaseModel, Field

class State(BaseModel):
    city: str = Field(description="Where to")
    street: str
    zip: str = Field(..., min_length=5)
    days: int = 3
    rooms: int = Field(2, gt=0)
    guests: list[str] = Field(default_factory=list)
    price: Optional[float] = None
    notes: Annotated[list[str], operator.add]
"""


def test_what_a_class_has_no_default_for_is_asked_for(tmp_path: Path) -> None:
    found = schema(tmp_path, PYDANTIC)

    assert found["required"] == ["city", "street", "zip"]
    assert oddities(found, {"city": "Oslo", "street": "Elm"}) == (
        "zip must be given: the state class has no default for it.",
    )
    assert "city and street and zip must be given" in oddities(found, {})[0]


def test_nothing_is_odd_about_an_empty_input_where_keys_have_defaults(tmp_path: Path) -> None:
    text = "from dataclasses import dataclass\n\n@dataclass\nclass State:\n    n: int = 0\n"

    assert oddities(schema(tmp_path, text), {}) == ()


def test_no_key_of_a_typed_dict_must_be_given(tmp_path: Path) -> None:
    assert schema(tmp_path)["required"] == []


def test_a_good_input_is_not_odd(tmp_path: Path) -> None:
    good = {"question": "x", "age": 3, "score": None, "agreed": True, "intent": "billing", "rows": [], "strange": {}}

    assert oddities(schema(tmp_path), good) == ()


def test_a_class_with_unseen_bases_may_have_more_keys(tmp_path: Path) -> None:
    found = schema(tmp_path, "from far import Base\n\nclass State(Base):\n    a: int\n")

    assert oddities(found, {"b": 1}) == ()
