"""add_messages: LangChain's messages as LangGraph merges them, and plain dictionaries where that is not installed."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage
from langgraph.graph.message import add_messages as langgraph_add_messages

from engine.graph import message
from engine.graph.message import REMOVE_ALL_MESSAGES, add_messages

OLD = [HumanMessage("one", id="1"), AIMessage("two", id="2")]


@pytest.fixture
def without_langchain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "_langchain_messages", lambda: None)


@pytest.mark.parametrize(
    "new",
    [
        [AIMessage("three", id="3")],
        [HumanMessage("one again", id="1"), AIMessage("three", id="3")],
        HumanMessage("alone", id="9"),
        [RemoveMessage("1")],
        [RemoveMessage("1"), HumanMessage("back", id="1")],
        [HumanMessage("lost", id="5"), RemoveMessage(REMOVE_ALL_MESSAGES), AIMessage("kept", id="6")],
        [{"role": "user", "content": "a dictionary", "id": "4"}],
    ],
)
def test_lists_are_merged_as_langgraph_merges_them(new: Any) -> None:
    assert add_messages(list(OLD), new) == langgraph_add_messages(list(OLD), new)


def test_every_message_gets_an_id() -> None:
    merged = add_messages([HumanMessage("a")], [("ai", "b"), "c"])

    assert len({m.id for m in merged}) == 3
    assert None not in {m.id for m in merged}


def test_removing_an_unknown_message_says_which() -> None:
    with pytest.raises(ValueError, match="'77'"):
        add_messages(OLD, [RemoveMessage("77")])


def test_one_list_alone_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Only received: 'left'"):
        add_messages(OLD, None)


def test_a_reducer_with_a_format_is_made_for_an_annotation() -> None:
    new = [HumanMessage([{"type": "text", "text": "hi", "cache_control": {}}, {"type": "text", "text": "you"}])]

    merged = add_messages(format="langchain-openai")([], list(new))

    assert merged == langgraph_add_messages(format="langchain-openai")([], list(new))
    assert "cache_control" not in str(merged)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="langchain-openai"):
        add_messages([], [], format="yaml")  # type: ignore[arg-type]


def test_the_lists_given_are_left_as_they_are() -> None:
    old = list(OLD)

    add_messages(old, [HumanMessage("one again", id="1")])

    assert old == OLD


@pytest.mark.usefixtures("without_langchain")
def test_dictionaries_are_messages_where_langchain_is_not_installed() -> None:
    old = [{"role": "user", "content": "one", "id": "1"}]

    merged = add_messages(old, ["text", ("ai", "pair"), {"role": "user", "content": "one again", "id": "1"}])

    assert [(m["role"], m["content"]) for m in merged] == [
        ("user", "one again"),
        ("user", "text"),
        ("assistant", "pair"),
    ]
    assert len({m["id"] for m in merged}) == 3


@pytest.mark.usefixtures("without_langchain")
def test_dictionaries_can_be_removed_by_id_or_all_at_once() -> None:
    old = [{"role": "user", "content": "one", "id": "1"}, {"role": "user", "content": "two", "id": "2"}]

    assert [m["id"] for m in add_messages(old, {"role": "remove", "id": "1"})] == ["2"]
    assert add_messages(old, {"role": "remove", "id": REMOVE_ALL_MESSAGES}) == []


@pytest.mark.usefixtures("without_langchain")
def test_what_is_no_message_is_refused_with_what_would_be() -> None:
    with pytest.raises(NotImplementedError, match="'role' and 'content'"):
        add_messages([], [42])
