"""The codec under LangGraph's serializer interface, and what LangGraph's older versions wrote."""

from __future__ import annotations

import json

import xxhash

from engine.serialization.serializer import JsonPlusSerializer
from engine.types import Interrupt

OLD_QUESTION = {
    "lc": 2,
    "type": "constructor",
    "id": ["langgraph", "types", "Interrupt"],
    "kwargs": {"value": "Sure?", "resumable": True, "ns": ["a:b", "c:d"], "when": "during"},
}


def test_a_question_that_langgraph_wrote_before_1_0_keeps_its_id() -> None:
    question = JsonPlusSerializer().loads_typed(("json", json.dumps(OLD_QUESTION).encode()))

    assert isinstance(question, Interrupt)
    assert (question.value, question.id) == ("Sure?", xxhash.xxh3_128_hexdigest(b"a:b|c:d"))


def test_a_value_that_only_looks_like_an_old_object_comes_back_as_it_is() -> None:
    serializer = JsonPlusSerializer()
    value = {"data": OLD_QUESTION, "text": json.dumps(OLD_QUESTION), "pair": (1, 2)}

    assert serializer.loads_typed(serializer.dumps_typed(value)) == value
