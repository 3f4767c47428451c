"""Which keys a node's text says it returns, and which fields a form for them has."""

from __future__ import annotations

import pytest

from editor.document.node_result import result_schema, written_keys

STATE = '''
class State(TypedDict, total=False):
    """Words."""
    intent: Literal["billing", "technical"]
    tries: int
    share: float
    done: Required[bool]
    log: Annotated[list[str], operator.add]
    note: str | None
'''


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ('return {"intent": "a", "log": []}', ("intent", "log")),
        ('if x:\n        return {"a": 1}\n    return {"b": 2, **more}', ("a", "b")),
        ('return Command(update={"a": 1}, goto="b")', ("a",)),
        ('return {"a": 1} if x else {"b": 2}', ("a", "b")),
        ('def inner():\n        return {"no": 1}\n    return {"yes": 1}', ("yes",)),
        ("return build(state)", ()),
        ("return None", ()),
        ("not python at all (", ()),
    ],
)
def test_the_keys_of_mappings_after_return_are_found(body: str, keys: tuple[str, ...]) -> None:
    assert written_keys(f"def node(state):\n    {body}\n") == keys


def test_the_fields_have_the_types_of_the_state_class() -> None:
    schema = result_schema('async def node(state):\n    return {"intent": 1, "log": 2, "other": 3}', STATE)

    assert schema == {
        "type": "object",
        "properties": {
            "intent": {"title": "intent", "enum": ["billing", "technical"]},
            "log": {"title": "log", "type": "array", "items": {"type": "string"}},
            "other": {"title": "other"},
        },
    }


def test_without_keys_in_the_text_all_keys_of_the_state_are_offered() -> None:
    schema = result_schema("def node(state):\n    return make()", STATE)

    assert schema is not None
    assert {key: part.get("type") for key, part in schema["properties"].items()} == {
        "intent": None, "tries": "integer", "share": "number", "done": None, "log": "array", "note": None
    }  # fmt: skip
    assert schema["properties"]["done"]["enum"] == [True, False]
    assert schema["properties"]["note"]["anyOf"] == [{"type": "string"}, {"type": "null"}]


def test_nothing_is_told_of_what_cannot_be_read() -> None:
    assert result_schema("return (", "class (") is None
