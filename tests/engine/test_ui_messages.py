"""Messages for a user interface, in the state and in the stream."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

import pytest

from engine import START, StateGraph
from engine.compat.graph.ui import delete_ui_message, push_ui_message, ui_message_reducer


class State(TypedDict, total=False):
    ui: Annotated[list[Any], ui_message_reducer]


def shown(id: str, **props: Any) -> Any:
    return {"type": "ui", "id": id, "name": "card", "props": props, "metadata": {}}


def test_a_node_shows_a_component_in_the_stream_and_in_the_state() -> None:
    def show(state: State) -> None:
        push_ui_message("card", {"title": "Hi"}, id="1", message={"id": "m1"})

    graph = StateGraph(State).add_node("show", show).add_edge(START, "show").compile()

    chunks = list(graph.stream({"ui": []}, stream_mode=["custom", "values"]))

    custom = [chunk for mode, chunk in chunks if mode == "custom"]
    assert [message["props"] for message in custom] == [{"title": "Hi"}]
    assert custom[0]["metadata"]["message_id"] == "m1"
    assert chunks[-1] == ("values", {"ui": custom})


def test_a_node_takes_a_component_away_again() -> None:
    def hide(state: State) -> None:
        delete_ui_message("1")

    graph = StateGraph(State).add_node("hide", hide).add_edge(START, "hide").compile()

    assert graph.invoke({"ui": [shown("1"), shown("2")]}) == {"ui": [shown("2")]}


def test_a_message_with_a_known_id_replaces_or_merges() -> None:
    merging: Any = {**shown("1", b=2), "metadata": {"merge": True}}
    merged: Any = ui_message_reducer([shown("1", a=1)], merging)

    assert ui_message_reducer([shown("1", a=1)], shown("1", b=2)) == [shown("1", b=2)]
    assert merged[0]["props"] == {"a": 1, "b": 2}


def test_what_is_not_there_cannot_be_taken_away() -> None:
    with pytest.raises(ValueError, match="doesn't exist"):
        ui_message_reducer([], {"type": "remove-ui", "id": "1"})
