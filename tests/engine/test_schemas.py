"""What a graph takes and gives, as pydantic's classes and as JSON schemas."""

from __future__ import annotations

import operator
from typing import Annotated, Any, NotRequired

import pytest
from pydantic import BaseModel, ValidationError
from typing_extensions import TypedDict

from engine import START, MessagesState, StateGraph
from engine.compat.channels import LastValue
from engine.compat.pregel import NodeBuilder, Pregel
from engine.errors import LangGraphDeprecatedSinceV10


class State(TypedDict):
    question: str
    log: Annotated[list[str], operator.add]


class Question(BaseModel):
    question: str


class Settings(TypedDict):
    model: str


def state_graph(schema: Any, **more: Any) -> Any:
    builder = StateGraph(schema, **more).add_node("a", lambda state: None).add_edge(START, "a")
    return builder.compile(name="Agent")


def wired_graph() -> Any:
    node = NodeBuilder().subscribe_only("x").do(lambda x: x + 1).write_to("y")
    return Pregel(
        nodes={"n": node},
        channels={"x": LastValue(int), "y": LastValue(int)},
        input_channels=["x"],
        output_channels=["y"],
    )


def test_the_input_is_a_class_that_checks_and_has_the_graphs_name() -> None:
    model = state_graph(State).get_input_schema()

    assert model.__name__ == "AgentInput"
    assert model.model_validate({"question": "?", "log": []}).root == {"question": "?", "log": []}
    with pytest.raises(ValidationError):
        model.model_validate({"question": 1, "log": []})


def test_a_model_is_its_own_schema() -> None:
    graph = state_graph(Question)

    assert graph.get_input_schema() is Question
    assert graph.InputType is Question


def test_the_output_has_the_output_keys() -> None:
    model = state_graph(State).get_output_schema()

    assert set(model.model_fields) == {"question", "log"}
    assert state_graph(State).OutputType is None


def test_the_channels_of_a_wired_graph_are_fields() -> None:
    graph = wired_graph()

    assert graph.get_input_schema()(x=1).x == 1
    assert graph.get_output_schema().model_fields["y"].annotation is int
    assert graph.get_input_jsonschema() == graph.get_input_schema().model_json_schema()


def test_the_config_schema_is_deprecated_and_shows_the_context() -> None:
    graph = state_graph(State, context_schema=Settings)

    with pytest.warns(LangGraphDeprecatedSinceV10):
        schema = graph.get_config_jsonschema(include=["tags"])
    with pytest.warns(LangGraphDeprecatedSinceV10):
        model = graph.config_schema()

    assert set(schema["properties"]) == {"configurable", "tags"}
    assert set(model.model_fields) == {"configurable"}


def test_schemas_are_named_as_the_graph_is_written() -> None:
    small = state_graph(State).copy({"name": "my_agent"})

    assert small.get_input_schema().__name__ == "my_agent_input"
    assert small.input_schema.model_json_schema() == small.get_input_schema().model_json_schema()
    assert small.output_schema.__name__ == "my_agent_output"


def test_a_state_that_is_one_value_may_be_left_out() -> None:
    graph = StateGraph(int).add_node("a", lambda state: state).add_edge(START, "a").compile()

    assert graph.get_input_jsonschema() == {"default": None, "title": "LangGraphInput", "type": "integer"}


def test_a_state_of_the_standard_librarys_typed_dicts_has_a_json_schema() -> None:
    """Pydantic refuses a ``typing.TypedDict`` before Python 3.12."""

    class Talk(MessagesState):
        topic: NotRequired[str]

    schema = StateGraph(Talk).add_node("a", lambda state: {}).add_edge(START, "a").compile().get_input_jsonschema()

    assert schema["properties"].keys() == {"messages", "topic"}
    assert schema["required"] == ["messages"]
