"""docs/differences.md: each row of what is different on purpose names a test here that shows it."""

from __future__ import annotations

import logging
import operator
import re
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from pydantic import BaseModel

from engine import (
    END,
    START,
    CircuitBreakerPolicy,
    CircuitOpenError,
    Command,
    EmptyInputError,
    FallbackPolicy,
    GraphRecursionError,
    InMemorySaver,
    InvalidUpdateError,
    LastValue,
    NodeBuilder,
    Overwrite,
    Pregel,
    RateLimitExceededError,
    RateLimitPolicy,
    Send,
    SqliteSaver,
    StateGraph,
    StateUpdate,
    Topic,
    UnknownNodeError,
    interrupt,
)
from engine.compat.checkpoint.memory import PersistentDict
from engine.runtime.task_error import TaskError
from engine.serialization.unstorable import UnstorableValueError
from tests.engine.graphs import State, appends, chain, parallel, saved, thread
from tests.patience import PATIENCE_S

PAGE = Path(__file__).parents[2] / "docs" / "differences.md"


def test_every_row_of_the_page_names_a_test_and_every_test_has_a_row() -> None:
    on_the_page = re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8"))

    here = [name for name in globals() if name.startswith("test_") and "_row_" not in name]

    assert sorted(on_the_page) == sorted(here)


def asks(*questions: str) -> Any:
    return lambda _state: {"log": [interrupt(question) for question in questions]}


def conflicted() -> Any:
    """A graph whose nodes both write the plain key ``v``, after they did so on thread 1."""
    graph = saved(parallel("ab", a=lambda _: {"v": 1}, b=lambda _: {"v": 2}))
    with pytest.raises(InvalidUpdateError):
        graph.invoke({}, thread())
    return graph


# ------------------------------------------------------------------------------------------------- looking and mistakes


def test_a_write_conflict_can_be_looked_at() -> None:
    graph = conflicted()

    now = graph.get_state(thread())

    assert [(task.name, task.result) for task in now.tasks] == [("a", {"v": 1}), ("b", {"v": 2})]
    assert all("'a' wrote 1; 'b' wrote 2" in str(task.error) for task in now.tasks)
    assert now.next == ("a", "b")
    assert len(list(graph.get_state_history(thread()))) == 2
    graph.update_state(thread(), {"v": 3}, as_node="a")
    assert graph.invoke(None, thread())["v"] == 3


def test_a_write_conflict_names_key_nodes_and_values() -> None:
    graph = parallel("abc", a=lambda _: {"v": 1}, b=lambda _: {"v": 2}).compile()

    with pytest.raises(InvalidUpdateError, match="At key 'v'.*\n.*\nIn this step 'a' wrote 1; 'b' wrote 2") as caught:
        graph.invoke({})

    assert (caught.value.key, caught.value.nodes) == ("v", ("a", "b"))


def test_looking_builds_no_input_and_runs_no_code_of_the_user() -> None:
    class Strict(BaseModel):
        numbers: Annotated[list[int], operator.add] = []

    builder = StateGraph(Strict)
    builder.add_node("bad", lambda _: {"numbers": ["three"]}).add_node("next", lambda _: {})
    builder.add_edge(START, "bad").add_edge("bad", "next")
    graph = builder.compile(checkpointer=InMemorySaver())
    with pytest.raises(ValueError, match="valid integer"):
        graph.invoke({}, thread())

    now = graph.get_state(thread())

    assert (now.values, now.next) == ({"numbers": ["three"]}, ("next",))


def test_a_reducer_that_fails_is_named_with_its_key_and_the_nodes_that_wrote() -> None:
    graph = saved(parallel("ab", a=lambda _: {"log": 7}))
    with pytest.raises(TypeError) as caught:
        graph.invoke({}, thread())

    now = graph.get_state(thread())

    assert "While key 'log' took what 'a' and 'b' wrote" in caught.value.__notes__
    assert [task.error.type_name for task in now.tasks] == ["TypeError", "TypeError"]


@pytest.mark.parametrize(
    "answer",
    [
        "reveiw",
        Command(goto="reveiw"),
        Send("reveiw", {}),
    ],
)
def test_a_route_to_a_node_that_is_not_there_is_an_error(answer: Any) -> None:
    builder = chain("write", write=lambda _: answer if isinstance(answer, Command) else None)
    builder.add_node("review", appends("review"))
    if not isinstance(answer, Command):
        builder.add_conditional_edges("write", lambda _: answer)

    with pytest.raises(UnknownNodeError, match="'reveiw', but there is no such node. Did you mean 'review'"):
        builder.compile().invoke({})


def waiting_before_review(saver: Any, *, by_send: bool) -> None:
    chain_to("review", by_send=by_send).compile(checkpointer=saver, interrupt_before=["review"]).invoke({}, thread())


def chain_to(name: str, *, by_send: bool) -> StateGraph:
    builder = chain("write").add_node(name, appends(name))
    if by_send:
        return builder.add_conditional_edges("write", lambda _: [Send(name, {})])
    return builder.add_edge("write", name)


@pytest.mark.parametrize("by_send", [False, True])
def test_a_node_that_was_renamed_under_a_waiting_thread_is_an_error(by_send: bool) -> None:
    saver = InMemorySaver()
    waiting_before_review(saver, by_send=by_send)
    renamed = chain_to("reviewing", by_send=by_send).compile(checkpointer=saver)

    with pytest.raises(UnknownNodeError, match="Thread '1' waits before node 'review'.*Did you mean 'reviewing'"):
        renamed.invoke(None, thread())
    now = renamed.get_state(thread())

    assert (now.next, now.values) == (("review",), {"log": ["write"]})
    assert "no node 'review'" in now.tasks[-1].error
    assert len(list(renamed.get_state_history(thread()))) == 3


def test_a_deferred_node_behind_a_join_that_was_renamed_is_an_error() -> None:
    def joining(last: str) -> Any:
        builder = parallel(["a", "b"]).add_node(last, appends(last), defer=True)
        return builder.add_edge(["a", "b"], last)

    saver = InMemorySaver()
    joining("last").compile(checkpointer=saver, interrupt_before=["last"]).invoke({}, thread())
    renamed = joining("final").compile(checkpointer=saver)

    with pytest.raises(UnknownNodeError, match="Thread '1' waits before node 'last'"):
        renamed.invoke(None, thread())

    assert renamed.get_state(thread()).next == ("last",)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_key_that_the_state_has_not_is_told(caplog: pytest.LogCaptureFixture) -> None:
    builder = chain("a", "b", a=lambda _state: {"lg": ["a"]}, b=lambda _state: {"hint": 1})
    graph = builder.add_conditional_edges("b", lambda state: END if state["hint"] else "a").compile()

    graph.invoke({})
    graph.invoke({})

    assert told(caplog) == [
        "The update by node 'a' has 'lg', which is no key of the state: it is dropped. Did you mean 'log'?"
    ]


def test_a_key_that_the_input_has_not_is_told(caplog: pytest.LogCaptureFixture) -> None:
    class Outer(State):
        other: int

    inner = chain("a").compile()
    outer = StateGraph(Outer).add_node("inner", inner).add_edge(START, "inner").compile()

    outer.invoke({"log": [], "other": 1, "elsewhere": 2})

    assert told(caplog) == ["The input has 'elsewhere', which is no key of the state: it is dropped."]


def test_a_join_that_is_left_half_filled_is_told(caplog: pytest.LogCaptureFixture) -> None:
    builder = chain("a").add_node("b", appends("b")).add_node("c", appends("c")).add_edge(["a", "b"], "c")

    assert builder.compile().invoke({}) == {"log": ["a"]}

    assert told(caplog) == [
        "The run has ended, and 'c' never ran: it waits for 'a' and 'b', and 'b' did not run. "
        "If it need not wait, give it plain edges."
    ]


def test_what_a_new_input_drops_is_told(caplog: pytest.LogCaptureFixture) -> None:
    graph = saved(chain("a", "b"), interrupt_before=["b"])
    graph.invoke({}, thread())
    assert told(caplog) == []

    graph.invoke({}, thread())

    assert told(caplog) == [
        "The new input drops what was due on thread '1': 'b'. To go on with that instead, pass None, "
        "or Command(resume=...) to answer a question."
    ]


def test_what_an_update_drops_is_told(caplog: pytest.LogCaptureFixture) -> None:
    graph = saved(parallel(["a", "b"]), interrupt_before=["a", "b"])
    graph.invoke({}, thread())

    graph.bulk_update_state(thread(), [[StateUpdate({"log": ["x"]}, "a"), StateUpdate({"log": ["y"]}, "b")]])
    assert told(caplog) == []
    graph.invoke({"log": ["again"]}, thread())
    graph.update_state(thread(), {"log": ["x"]}, as_node="a")

    assert graph.get_state(thread()).next == ()
    assert told(caplog)[-1].startswith("The update as 'a' drops what else was due on thread '1': 'b'.")


@pytest.mark.parametrize("by_send", [False, True])
@pytest.mark.parametrize("way", ["goto", "update", "input"])
def test_a_thread_whose_node_is_gone_can_be_led_on(by_send: bool, way: str) -> None:
    saver = InMemorySaver()
    waiting_before_review(saver, by_send=by_send)
    renamed = chain_to("reviewing", by_send=by_send).compile(checkpointer=saver)

    if way == "goto":
        result = renamed.invoke(Command(goto="reviewing"), thread())
    elif way == "update":
        renamed.update_state(thread(), {"log": ["again"]}, as_node="write")
        result = renamed.invoke(None, thread())
    else:
        result = renamed.invoke({"log": ["new"]}, thread())

    added = {"goto": [], "update": ["again"], "input": ["new", "write"]}[way]
    assert result["log"] == ["write", *added, "reviewing"]
    assert renamed.get_state(thread()).next == ()


def test_a_recursion_error_shows_the_last_cycle() -> None:
    builder = chain("plan", "act").add_edge("act", "plan")

    with pytest.raises(GraphRecursionError, match="The last steps ran: act -> plan -> act"):
        builder.compile().invoke({}, {"recursion_limit": 6})


@pytest.mark.parametrize("ends", ["well", "with a question"])
def test_a_task_whose_next_attempt_does_not_fail_has_no_error_any_more(ends: str) -> None:
    broken = [True]

    def mended(_state: Any) -> dict[str, Any]:
        if broken[0]:
            raise ValueError("boom!")
        return {"log": [interrupt("sure?")] if ends == "with a question" else ["mended"]}

    runnable = saved(parallel(["asks", "mended"], asks=asks("go on?"), mended=mended))
    with pytest.raises(ValueError, match="boom!"):
        runnable.invoke({}, thread())
    failed = {task.name: task.error for task in runnable.get_state(thread()).tasks}
    broken[0] = False

    runnable.invoke(None, thread())

    now = {task.name: task.error for task in runnable.get_state(thread()).tasks}
    assert failed["mended"] == "ValueError('boom!')"
    assert now == {"asks": None, "mended": None}


def test_errors_keep_type_message_and_traceback_in_the_store() -> None:
    class OrderError(Exception):
        pass

    def bad(_state: Any) -> Any:
        raise OrderError("no such order", 17)

    with SqliteSaver.from_conn_string(":memory:") as saver:
        graph = chain("bad", bad=bad).compile(checkpointer=saver)
        with pytest.raises(OrderError):
            graph.invoke({}, thread())

        error = graph.get_state(thread()).tasks[0].error

    assert error == "OrderError('no such order', 17)"
    assert isinstance(error, TaskError)
    assert error.type_name.endswith("OrderError")
    assert error.message == "('no such order', 17)"
    assert 'raise OrderError("no such order", 17)' in (error.traceback or "")


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_a_value_that_cannot_be_stored_is_named_by_node_and_place(durability: str) -> None:
    class Session:
        pass

    builder = parallel("ab", b=lambda _: {"log": [{"open": Session()}]})
    builder.add_node("c", lambda _: None).add_edge("a", "c")

    with pytest.raises(
        UnstorableValueError, match=r"Node 'b' returned a value of type .*Session at log\[0\]\['open'\]"
    ):
        saved(builder).invoke({}, thread(), durability=durability)


def test_several_stream_modes_may_be_a_tuple() -> None:
    chunks = list(chain("a").compile().stream({"log": ["x"]}, stream_mode=("updates", "values")))

    assert chunks == [
        ("values", {"log": ["x"]}),
        ("updates", {"a": {"log": ["a"]}}),
        ("values", {"log": ["x", "a"]}),
    ]


def test_siblings_that_finish_after_a_failure_are_shown() -> None:
    has_failed = threading.Event()

    def slow(_state: Any) -> dict[str, Any]:
        assert has_failed.wait(timeout=PATIENCE_S)
        return {"log": ["slow"]}

    def boom(_state: Any) -> Any:
        has_failed.set()
        raise ValueError("boom!")

    graph = saved(parallel(["boom", "slow"], boom=boom, slow=slow))
    chunks = []
    with pytest.raises(ValueError, match="boom!"):
        for chunk in graph.stream({}, thread()):
            chunks.append(chunk)

    assert chunks == [{"slow": {"log": ["slow"]}}]
    assert graph.get_state(thread()).next == ("boom",)


def test_the_task_of_an_error_handler_begins_before_it_ends() -> None:
    def fail(state: Any) -> Any:
        raise ValueError("no")

    builder = StateGraph(State).add_node("a", fail, error_handler=lambda state: {"v": 2}).add_edge(START, "a")

    tasks = [(task["name"], "result" in task) for task in builder.compile().stream({}, stream_mode="tasks")]

    handler = "__error_handler__a"
    assert tasks == [("a", False), ("a", True), (handler, False), (handler, True)]


def test_an_update_after_a_node_with_two_ways_in_needs_no_name() -> None:
    builder = parallel("ab").add_node("both", appends("both"))
    builder.add_edge(["a", "b"], "both").add_edge("a", "both")
    graph = saved(builder)
    graph.invoke({}, thread())

    graph.update_state(thread(), {"log": ["edit"]})

    assert graph.get_state(thread()).values["log"] == ["a", "b", "both", "edit"]


# ------------------------------------------------------------------------------------------------------------ questions


def test_a_question_cannot_be_swallowed() -> None:
    def careless(_state: Any) -> dict[str, Any]:
        try:
            return {"log": [interrupt("Sure?")]}
        except Exception:
            return {"log": ["swallowed"]}

    result = saved(chain("ask", ask=careless)).invoke({}, thread())

    assert result["__interrupt__"][0].value == "Sure?"


def test_an_answer_is_not_used_again_for_the_next_question() -> None:
    graph = saved(chain("ask", ask=asks("first", "second")))
    graph.invoke({}, thread())
    graph.invoke(Command(resume="A"), thread())

    again = graph.invoke(None, thread())

    assert [question.value for question in again["__interrupt__"]] == ["second"]


def test_an_answer_to_an_old_checkpoint_is_the_one_that_is_given() -> None:
    graph = saved(chain("ask", ask=asks("Name?")))
    graph.invoke({}, thread())
    graph.invoke(Command(resume="bob"), thread())
    old = next(state for state in graph.get_state_history(thread()) if state.next == ("ask",))

    assert graph.invoke(Command(resume="zed"), old.config)["log"] == ["zed"]


@pytest.mark.parametrize("command", [Command(), Command(resume=None)])
def test_an_empty_command_says_how_to_answer_with_none(command: Any) -> None:
    graph = saved(chain("ask", ask=asks("Name?")))
    (question,) = graph.invoke({}, thread())["__interrupt__"]

    with pytest.raises(EmptyInputError, match=r"Command\(resume=\{interrupt.id: None\}\)"):
        graph.invoke(command, thread())

    assert graph.invoke(Command(resume={question.id: None}), thread())["log"] == [None]


# -------------------------------------------------------------------------------------------------------------- storing


def test_durability_is_sync_unless_something_else_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite"

    def steps_on_disk(_state: Any) -> dict[str, Any]:
        with SqliteSaver.from_conn_string(str(file)) as other:
            return {"log": [len(list(other.list(thread())))]}

    with SqliteSaver.from_conn_string(str(file)) as saver:
        graph = chain("a", "b", a=steps_on_disk, b=steps_on_disk).compile(checkpointer=saver)

        assert graph.invoke({}, thread())["log"] == [2, 3]


def test_what_a_step_wrote_is_stored_before_the_next_step_starts() -> None:
    order: list[str] = []

    class Slow(InMemorySaver):
        def put_writes(self, *args: Any, **kwargs: Any) -> None:
            super().put_writes(*args, **kwargs)
            order.append("writes stored")

    def noted(name: str) -> Any:
        return lambda _state: order.append(f"{name} runs")

    graph = chain("a", "b", a=noted("a"), b=noted("b")).compile(checkpointer=Slow())
    graph.invoke({}, thread(), durability="sync")

    assert order == ["writes stored", "a runs", "writes stored", "b runs", "writes stored"]


def test_durability_without_a_saver_is_a_warning() -> None:
    with pytest.warns(UserWarning, match="no effect"):
        result = chain("a").compile().invoke({}, durability="sync")

    assert result["log"] == ["a"]


def test_the_first_write_to_a_reducer_key_may_be_an_overwrite() -> None:
    class Counted(TypedDict, total=False):
        n: Annotated[int | None, lambda old, new: (old or 0) + new]

    graph = StateGraph(Counted).add_node("a", lambda _: {"n": Overwrite(5)}).add_edge(START, "a").compile()

    assert graph.invoke({}) == {"n": 5}


@pytest.mark.parametrize("value", [(1, (2, 3)), 2**70, float("inf"), {(1, 2): {3}}, b"\xff", "\ud800"])
def test_values_come_back_as_they_were(value: Any) -> None:
    with SqliteSaver.from_conn_string(":memory:") as saver:
        graph = chain("a", a=lambda _: {"log": [value]}).compile(checkpointer=saver)
        graph.invoke({}, thread())

        found = graph.get_state(thread()).values["log"][0]

    assert (found, type(found)) == (value, type(value))


def test_a_step_stores_what_changed_and_not_the_whole_state(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite"
    text = "a long text that stays the same " * 1000
    with SqliteSaver.from_conn_string(str(file)) as saver:
        builder = chain("a", a=lambda state: {"log": [len(state["log"])]})
        builder.add_conditional_edges("a", lambda state: "a" if len(state["log"]) < 100 else "__end__")
        builder.compile(checkpointer=saver).invoke({"log": [text]}, thread())

    with sqlite3.connect(file) as connection:
        pages, page_size = (connection.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "page_size"))
    connection.close()

    assert pages * page_size < 20 * len(text)  # LangGraph: more than 100 times the text


def test_stored_items_of_a_growing_list_do_not_change_in_place() -> None:
    def changes_in_place(state: State) -> dict[str, Any]:
        state["log"][0]["x"] = 1
        return {"log": ["b"]}

    def returns_a_copy(state: State) -> dict[str, Any]:
        return {"log": Overwrite([{"x": 1}, "b"])}

    stored = []
    for second in (changes_in_place, returns_a_copy):
        graph = saved(chain("a", "b", a=lambda _: {"log": [{"x": 0}]}, b=second))
        graph.invoke({}, thread())
        stored.append(graph.get_state(thread()).values["log"])

    assert stored == [[{"x": 0}, "b"], [{"x": 1}, "b"]]


def test_reading_a_thread_imports_nothing(tmp_path: Path) -> None:
    write = """
import sys, types
from dataclasses import dataclass
from engine import START, SqliteSaver, StateGraph

module = types.ModuleType("order_types"); sys.modules["order_types"] = module
exec("from dataclasses import dataclass\\n@dataclass\\nclass Order:\\n    number: int", module.__dict__)
thread = {"configurable": {"thread_id": "1"}}
with SqliteSaver.from_conn_string(sys.argv[1]) as saver:
    builder = StateGraph(dict).add_node("a", lambda state: {"__root__": 1}).add_edge(START, "a")
    builder.compile(checkpointer=saver).update_state(thread, {"order": module.Order(17)}, as_node="a")
"""
    read = """
import sys
from engine import SqliteSaver
with SqliteSaver.from_conn_string(sys.argv[1]) as saver:
    found = saver.get_tuple({"configurable": {"thread_id": "1"}}).checkpoint["channel_values"]["__root__"]["order"]
print(type(found).__name__, found.number, "order_types" in sys.modules)
"""
    file = str(tmp_path / "runs.sqlite")

    subprocess.run([sys.executable, "-c", write, file], check=True, timeout=PATIENCE_S)
    done = subprocess.run(
        [sys.executable, "-c", read, file], check=True, timeout=PATIENCE_S, capture_output=True, text=True
    )

    assert done.stdout.split()[1:] == ["17", "False"]


def test_versions_of_channels_are_whole_numbers() -> None:
    saver = InMemorySaver()
    chain("a").compile(checkpointer=saver).invoke({"v": 1}, thread())

    found = saver.get_tuple(thread())

    assert found is not None
    assert set(found.checkpoint["channel_versions"].values()) == {2, 3}


def test_the_unused_value_of_a_topic_is_not_stored() -> None:
    class Mail(TypedDict, total=False):
        letters: Annotated[list[str], Topic(str)]

    saver = InMemorySaver()
    builder = StateGraph(Mail).add_node("a", lambda _: {"letters": "x"}).add_node("b", lambda _: None)
    builder.add_edge(START, "a").add_edge("a", "b")
    builder.compile(checkpointer=saver).invoke({}, thread())

    found = saver.get_tuple(thread())

    assert found is not None
    assert found.checkpoint["channel_values"] == {}


# --------------------------------------------------------------------------------------------------------------- beyond


def test_a_node_can_have_a_breaker_a_limit_and_a_fallback() -> None:
    def fails(_state: Any) -> Any:
        raise ConnectionError("no line")

    builder = StateGraph(State)
    builder.add_node("plain", fails, circuit_breaker=CircuitBreakerPolicy(failure_threshold=1))
    builder.add_node("slow", appends("slow"), rate_limit=RateLimitPolicy(calls=1, per_s=3600, max_wait_s=0))
    builder.add_node("kind", fails, fallback=FallbackPolicy(appends("kind")))
    builder.add_conditional_edges(START, lambda state: ("plain", "slow", "kind")[state["v"]])
    graph = builder.compile()

    with pytest.raises(ConnectionError):
        graph.invoke({"v": 0})
    with pytest.raises(CircuitOpenError, match="Node 'plain' is not called: it failed 1 times"):
        graph.invoke({"v": 0})
    graph.invoke({"v": 1})
    with pytest.raises(RateLimitExceededError, match="Node 'slow'"):
        graph.invoke({"v": 1})
    assert graph.invoke({"v": 2})["log"] == ["kind"]


def test_names_that_are_not_there_are_answered_with_the_nearest_ones(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    graph = saved(chain("write", "review"))
    graph.invoke({}, thread())

    with pytest.raises(InvalidUpdateError, match="Did you mean 'review'"):
        graph.update_state(thread(), {}, as_node="reveiw")
    with pytest.raises(RuntimeError, match=r"add_node\('x'\) has no function"):
        StateGraph(State).add_node("x")

    assert not caplog.records


def test_a_write_to_a_channel_that_is_not_there_is_an_error() -> None:
    node = NodeBuilder().subscribe_only("input").write_to("outpt")

    with pytest.raises(ValueError, match="Node echo writes to channel 'outpt'.*'input', 'output'"):
        Pregel(
            nodes={"echo": node},
            channels={"input": LastValue(int), "output": LastValue(int)},
            input_channels="input",
            output_channels="output",
        )


def test_a_persistent_dict_is_no_pickle(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"

    PersistentDict(filename=path, names=("a", "b")).sync()

    assert path.read_text(encoding="utf-8") == '{"names":{"$tuple":["a","b"]}}'
