"""Threads: history, time travel, updates from outside, durability."""

from __future__ import annotations

from typing import Any

import pytest

from engine import END, Command, EmptyInputError, InMemorySaver, InvalidUpdateError, StateUpdate, interrupt
from engine.store.memory_store import MemoryStore
from tests.engine.graphs import chain, parallel, saved, thread


def counting() -> Any:
    def adds(name: str) -> Any:
        return lambda state: {"log": [name], "v": state["v"] + 1}

    return saved(chain("a", "b", "c", a=adds("a"), b=adds("b"), c=adds("c")))


def history(runnable: Any) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(s.metadata["source"], s.metadata["step"], s.next) for s in runnable.get_state_history(thread())]


def at(runnable: Any, name: str) -> Any:
    return next(s for s in runnable.get_state_history(thread()) if s.next == (name,))


def test_each_step_leaves_a_checkpoint_with_the_results_that_led_on() -> None:
    runnable = saved(chain("a", "b"))
    runnable.invoke({"v": 1}, thread())

    found = list(runnable.get_state_history(thread()))

    assert [(s.metadata["step"], s.next, s.values.get("log")) for s in found] == [
        (2, (), ["a", "b"]),
        (1, ("b",), ["a"]),
        (0, ("a",), []),
        (-1, ("__start__",), []),
    ]
    assert found[1].tasks[0].result == {"log": ["b"]}


def test_state_accumulates_over_runs_of_a_thread() -> None:
    runnable = saved(chain("a"))
    runnable.invoke({}, thread())

    assert runnable.invoke({}, thread())["log"] == ["a", "a"]
    assert runnable.invoke({}, thread("other"))["log"] == ["a"]


def test_going_on_from_an_old_checkpoint_makes_a_branch_and_keeps_the_old_one() -> None:
    runnable = counting()
    runnable.invoke({"v": 0}, thread())
    before = len(history(runnable))

    result = runnable.invoke(None, at(runnable, "b").config)

    assert result == {"v": 3, "log": ["a", "b", "c"]}
    assert history(runnable)[:3] == [("loop", 4, ()), ("loop", 3, ("c",)), ("fork", 2, ("b",))]
    assert len(history(runnable)) == before + 3


def test_an_update_of_an_old_checkpoint_is_a_branch_that_can_be_continued() -> None:
    runnable = counting()
    runnable.invoke({"v": 0}, thread())

    config = runnable.update_state(at(runnable, "b").config, {"v": 100})

    assert runnable.get_state(config).next == ("b",)
    assert runnable.invoke(None, config)["v"] == 102


def test_an_update_as_a_node_takes_that_nodes_edges() -> None:
    runnable = counting()
    runnable.invoke({"v": 0}, thread())

    runnable.update_state(thread(), {"log": ["as a"]}, as_node="a")

    assert runnable.get_state(thread()).next == ("b",)


def test_an_update_after_two_parallel_nodes_must_say_as_which() -> None:
    runnable = saved(parallel("ab"))
    runnable.invoke({}, thread())

    with pytest.raises(InvalidUpdateError, match="Ambiguous update, specify as_node"):
        runnable.update_state(thread(), {"v": 1})


def test_an_update_as_end_clears_what_was_due() -> None:
    runnable = saved(chain("a", "b"), interrupt_before=["b"])
    runnable.invoke({}, thread())

    runnable.update_state(thread(), None, as_node=END)

    assert runnable.get_state(thread()).next == ()


def test_a_copy_is_a_sibling_of_the_copied_checkpoint() -> None:
    runnable = counting()
    runnable.invoke({"v": 0}, thread())
    last = runnable.get_state(thread())

    copy = runnable.get_state(runnable.update_state(thread(), None, as_node="__copy__"))

    assert (copy.values, copy.parent_config) == (last.values, last.parent_config)


def test_several_updates_make_several_supersteps() -> None:
    runnable = saved(parallel("ab"))

    runnable.bulk_update_state(
        thread(), [[StateUpdate({"log": ["1"]}, "a"), StateUpdate({"log": ["2"]}, "b")], [StateUpdate({"v": 3}, "a")]]
    )

    assert runnable.get_state(thread()).values == {"v": 3, "log": ["1", "2"]}


def test_a_new_input_drops_what_was_due() -> None:
    runnable = saved(chain("a", "b"), interrupt_before=["b"])
    runnable.invoke({"v": 1}, thread())

    runnable.invoke({"v": 2}, thread())

    assert runnable.get_state(thread()).values == {"v": 2, "log": ["a", "a"]}


def test_a_command_from_outside_updates_and_goes() -> None:
    runnable = counting()
    runnable.invoke({"v": 0}, thread())

    assert runnable.invoke(Command(update={"v": 50}), thread())["v"] == 50
    assert runnable.invoke(Command(goto="b"), thread())["log"] == ["a", "b", "c", "b", "c"]


def test_there_must_be_something_to_start_from() -> None:
    with pytest.raises(EmptyInputError):
        counting().invoke(None, thread())


def test_durability_exit_stores_one_checkpoint_also_of_a_run_that_failed() -> None:
    def bad(_state: Any) -> None:
        raise ValueError("x")

    fine, failed = saved(chain("a", "b")), saved(chain("a", "bad", bad=bad))
    fine.invoke({}, thread(), durability="exit")
    with pytest.raises(ValueError, match="x"):
        failed.invoke({}, thread(), durability="exit")

    assert history(fine) == [("loop", 2, ())]
    assert history(failed) == [("loop", 1, ("bad",))]
    assert failed.get_state(thread()).tasks[0].error == "ValueError('x')"


def test_a_step_is_one_save_with_the_writes_that_led_to_it() -> None:
    saves: list[tuple[int, list[str]]] = []

    class Watched(MemoryStore):
        def save(self, thread_id: Any, namespace: Any, checkpoint: Any, parent_writes: Any = ()) -> None:
            saves.append((checkpoint.metadata["step"], [write.channel for write in parent_writes]))
            super().save(thread_id, namespace, checkpoint, parent_writes)

        def save_writes(self, *arguments: Any) -> None:
            raise AssertionError("nothing runs beside anything else here")

    chain("a").compile(checkpointer=Watched()).invoke({"v": 1}, thread())

    assert saves == [(-1, []), (0, ["v", "branch:to:a"]), (1, ["log"])]


def test_only_what_changed_is_handed_to_the_store_and_lists_as_what_was_appended() -> None:
    changes: list[dict[str, Any]] = []

    class Watched(MemoryStore):
        def save(self, thread_id: Any, namespace: Any, checkpoint: Any, parent_writes: Any = ()) -> None:
            changes.append({name: changed.appended for name, changed in checkpoint.changed.items()})
            super().save(thread_id, namespace, checkpoint, parent_writes)

    chain("a", "b").compile(checkpointer=Watched()).invoke({"v": 1}, thread())

    assert changes[-1] == {"log": 1}


def test_a_node_that_was_renamed_under_a_waiting_thread_is_a_loud_error() -> None:
    saver = InMemorySaver()
    chain("a", "b").compile(checkpointer=saver, interrupt_before=["b"]).invoke({}, thread())

    renamed = chain("a", "bb").compile(checkpointer=saver)

    with pytest.raises(InvalidUpdateError, match="'b'.*Did you mean 'bb'"):
        renamed.invoke(None, thread())


def test_an_update_at_a_fork_of_the_input_needs_a_name() -> None:
    runnable = saved(chain("a", a=lambda _: {"log": [interrupt("sure?")]}))
    runnable.invoke({}, thread())
    runnable.invoke(None, list(runnable.get_state_history(thread()))[-1].config)
    fork = next(row for row in runnable.get_state_history(thread()) if row.metadata["source"] == "fork")

    with pytest.raises(InvalidUpdateError, match="Ambiguous update"):
        runnable.update_state(fork.config, {"log": ["edited"]})
