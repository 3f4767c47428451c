"""``ToolNode``: a model asks for tools, they run, and it gets an answer to each call."""

from __future__ import annotations

import asyncio
import operator
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool

from engine import END, START, Command, InMemorySaver, Send, StateGraph, add_messages, interrupt
from engine.compat.prebuilt import InjectedState, InjectedStore, ToolNode, ToolRuntime, tools_condition
from engine.compat.store.memory import InMemoryStore


class State(TypedDict, total=False):
    messages: Annotated[list[Any], add_messages]
    user: str
    log: Annotated[list[str], operator.add]


def call(name: str, id: str = "1", **arguments: Any) -> Any:
    return {"name": name, "args": arguments, "id": id, "type": "tool_call"}


def asks(*calls: Any) -> AIMessage:
    return AIMessage("", tool_calls=list(calls), id="ai")


def graph_with(*tools: Any, **options: Any) -> Any:
    compiled = {key: options.pop(key) for key in ("checkpointer", "store") if key in options}
    builder = StateGraph(State).add_node("tools", ToolNode(tools, **options)).add_edge(START, "tools")
    return builder.compile(**compiled)


@tool
def add(a: int, b: int) -> int:
    """Add."""
    return a + b


@tool
def broken(a: int) -> int:
    """Fail."""
    raise ConnectionError(f"no answer to {a}")


@pytest.mark.parametrize("is_async", [False, True])
def test_each_call_of_the_last_ai_message_is_answered_in_order(is_async: bool) -> None:
    node = ToolNode([add])
    messages = [HumanMessage("?"), asks(call("add", "1", a=1, b=2), call("add", "2", a=3, b=4))]

    answer = asyncio.run(node.ainvoke({"messages": messages})) if is_async else node.invoke({"messages": messages})

    assert [(m.content, m.tool_call_id, m.name) for m in answer["messages"]] == [("3", "1", "add"), ("7", "2", "add")]


def test_the_answer_has_the_shape_of_the_input() -> None:
    node = ToolNode([add])

    assert [m.content for m in node.invoke([asks(call("add", a=1, b=1))])] == ["2"]
    assert [m.content for m in node.invoke([call("add", a=1, b=1)])["messages"]] == ["2"]
    assert (
        ToolNode([add], messages_key="talk").invoke({"talk": [asks(call("add", a=1, b=1))]})["talk"][0].content == "2"
    )


def test_a_plain_function_is_a_tool_too() -> None:
    def shout(text: str) -> str:
        """Shout."""
        return text.upper()

    node = ToolNode([shout])

    assert list(node.tools_by_name) == ["shout"]
    assert node.invoke([asks(call("shout", text="hi"))])[0].content == "HI"


def test_a_name_that_is_no_tool_and_wrong_arguments_are_told_to_the_model() -> None:
    unknown, wrong = ToolNode([add]).invoke([asks(call("sub", "1"), call("add", "2", a="x", b=1))])

    assert unknown.content == "Error: sub is not a valid tool, try one of [add]."
    assert wrong.status == "error" and "a: Input should be a valid integer" in wrong.content


@pytest.mark.parametrize("handled", [True, ConnectionError, (ConnectionError, OSError), "it is down", lambda e: str(e)])
def test_a_failure_is_told_to_the_model_if_that_is_wanted(handled: Any) -> None:
    (answer,) = ToolNode([broken], handle_tool_errors=handled).invoke([asks(call("broken", a=7))])

    assert answer.status == "error"
    assert answer.content in (
        "Error: ConnectionError('no answer to 7')\n Please fix your mistakes.",
        "it is down",
        "no answer to 7",
    )


def about_values(error: ValueError) -> str:
    return "never"


@pytest.mark.parametrize("handled", [False, KeyError, about_values])
def test_other_failures_end_the_run(handled: Any) -> None:
    with pytest.raises(ConnectionError):
        ToolNode([broken], handle_tool_errors=handled).invoke([asks(call("broken", a=7))])


def test_by_default_a_failing_tool_ends_the_run() -> None:
    with pytest.raises(ConnectionError):
        ToolNode([broken]).invoke([asks(call("broken", a=7))])


def test_a_tool_gets_the_state_the_store_and_the_runtime_and_a_model_cannot_forge_them() -> None:
    @tool
    def look(
        word: str,
        state: Annotated[dict, InjectedState],  # type: ignore[type-arg] # as tools are written
        user: Annotated[str, InjectedState("user")],
        store: Annotated[Any, InjectedStore()],
        runtime: ToolRuntime,  # type: ignore[type-arg] # as tools are written
    ) -> str:
        """Look around."""
        item = store.get(("n",), "k")
        return f"{word} {len(state['messages'])} {user} {item.value['x']} {runtime.tool_call_id} {runtime.context}"

    store = InMemoryStore()
    store.put(("n",), "k", {"x": 5})
    graph = graph_with(look, store=store)

    result = graph.invoke(
        {"messages": [asks(call("look", "c1", word="hi", user="forged", state={}))], "user": "ada"}, context="here"
    )

    assert result["messages"][-1].content == "hi 1 ada 5 c1 here"


def test_a_tool_can_answer_with_a_command() -> None:
    @tool
    def hand_over(runtime: ToolRuntime) -> Any:  # type: ignore[type-arg] # as tools are written
        """Hand over."""
        return Command(update={"messages": [ToolMessage("done", tool_call_id=runtime.tool_call_id)], "log": ["x"]})

    result = graph_with(hand_over, add).invoke(
        {"messages": [asks(call("hand_over", "1"), call("add", "2", a=1, b=1))], "log": []}
    )

    assert result["log"] == ["x"]
    assert [(m.content, m.name) for m in result["messages"][1:]] == [("done", "hand_over"), ("2", "add")]


def test_a_command_that_leaves_its_call_without_an_answer_is_an_error() -> None:
    @tool
    def forgets() -> Any:
        """Forget."""
        return Command(update={"log": ["x"]})

    with pytest.raises(ValueError, match="matching ToolMessage"):
        graph_with(forgets, handle_tool_errors=False).invoke({"messages": [asks(call("forgets"))]})


def test_a_tool_can_ask_a_question() -> None:
    @tool
    def buy(what: str) -> str:
        """Buy."""
        return f"{what}: {interrupt('sure?')}"

    config = {"configurable": {"thread_id": "1"}}
    graph = graph_with(buy, checkpointer=InMemorySaver(), handle_tool_errors=True)

    asked = graph.invoke({"messages": [asks(call("buy", what="milk"))]}, config)
    answered = graph.invoke(Command(resume="yes"), config)

    assert [question.value for question in asked["__interrupt__"]] == ["sure?"]
    assert answered["messages"][-1].content == "milk: yes"


@pytest.mark.parametrize("is_async", [False, True])
def test_a_wrapper_sees_each_call_and_may_change_it(is_async: bool) -> None:
    seen: list[str] = []

    def wrap(request: Any, execute: Any) -> Any:
        seen.append(request.tool_call["name"])
        return execute(request.override(tool_call={**request.tool_call, "args": {"a": 10, "b": 1}}))

    async def wrap_async(request: Any, execute: Any) -> Any:
        return await wrap(request, execute)

    node = ToolNode([add], wrap_tool_call=wrap, awrap_tool_call=wrap_async)
    messages = [asks(call("add", a=1, b=2))]

    (answer,) = asyncio.run(node.ainvoke(messages)) if is_async else node.invoke(messages)

    assert (answer.content, seen) == ("11", ["add"])


def test_calls_can_be_sent_one_by_one() -> None:
    builder = StateGraph(State).add_node("model", lambda state: {"messages": [asks(call("add", a=1, b=2))]})
    builder.add_node("tools", ToolNode([add])).add_edge(START, "model")
    builder.add_conditional_edges(
        "model", lambda state: [Send("tools", [each]) for each in state["messages"][-1].tool_calls], ["tools"]
    )

    assert builder.compile().invoke({"messages": []})["messages"][-1].content == "3"


def test_the_condition_goes_to_the_tools_as_long_as_some_are_asked_for() -> None:
    assert tools_condition({"messages": [asks(call("add"))]}) == "tools"
    assert tools_condition([AIMessage("done")]) == END
    with pytest.raises(ValueError, match="No messages"):
        tools_condition({"messages": []})


def test_what_a_tool_gives_out_early_is_in_the_tools_stream() -> None:
    @tool
    def slow(runtime: ToolRuntime) -> str:  # type: ignore[type-arg] # as tools are written
        """Take long."""
        runtime.emit_output_delta("half")
        return "whole"

    chunks = list(graph_with(slow).stream({"messages": [asks(call("slow", "c"))]}, stream_mode="tools"))

    assert [chunk["event"] for chunk in chunks] == ["tool-started", "tool-output-delta", "tool-finished"]
    assert chunks[1] == {"event": "tool-output-delta", "tool_call_id": "c", "delta": "half"}
