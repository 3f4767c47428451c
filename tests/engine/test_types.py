"""The names of ``engine.types``: where stored values look for them."""

from __future__ import annotations

import pickle
import typing

import pytest

import engine.types as types


@pytest.mark.parametrize("name", [*types.__all__, "CacheKey"])
def test_a_class_is_found_under_the_name_that_it_is_stored_with(name: str) -> None:
    kind = getattr(types, name)
    if isinstance(kind, type) and kind.__module__ == "engine.types":
        assert getattr(types, kind.__qualname__) is kind
    if isinstance(kind, type):
        typing.get_type_hints(kind)  # raises if a name in an annotation cannot be found


@pytest.mark.parametrize("kind", [types.Send, types.Command, types.Interrupt, types.TimeoutPolicy, types.Overwrite])
def test_the_name_is_that_of_the_first_version(kind: type) -> None:
    assert kind.__module__ == "engine.types"


def test_the_absence_of_a_value_is_one_of_a_kind_also_when_copied() -> None:
    assert pickle.loads(pickle.dumps(types.MISSING)) is types.MISSING


def test_a_question_can_be_pickled() -> None:
    question = types.Interrupt("Which?", "1")

    assert pickle.loads(pickle.dumps(question)) == question
