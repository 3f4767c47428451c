"""The threads of a step: who takes what is due, and who takes it away again."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

import pytest

from engine.runtime.sync_driver import Workers
from tests.engine.graphs import appends, parallel, saved, thread


class WatchedDue(deque[Any]):
    """Notes who takes from it without the lock."""

    def __init__(self, lock: threading.Lock) -> None:
        super().__init__()
        self.lock = lock
        self.unlocked: list[str] = []
        self.taken = 0

    def popleft(self) -> Any:
        self._watch("popleft")
        return super().popleft()

    def pop(self) -> Any:  # type: ignore[override] # without an index, as the driver calls it
        self._watch("pop")
        return super().pop()

    def _watch(self, name: str) -> None:
        self.taken += 1
        if not self.lock.locked():
            self.unlocked.append(name)


def test_a_task_is_begun_and_dropped_under_one_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that drops what is due died without a word, and the run hung, when another one took it meanwhile."""
    watched: list[WatchedDue] = []
    make = Workers.__init__

    def make_watched(workers: Workers, *args: Any) -> None:
        make(workers, *args)
        workers._due = WatchedDue(workers._lock)
        watched.append(workers._due)

    monkeypatch.setattr(Workers, "__init__", make_watched)

    def boom(_state: Any) -> Any:
        raise ValueError("boom!")

    names = ["boom", "a", "b", "c"]
    graph = parallel(names, boom=boom, **{name: appends(name) for name in names[1:]}).compile()
    with pytest.raises(ValueError, match="boom!"):
        graph.invoke({}, {"max_concurrency": 2})

    assert sum(due.taken for due in watched) >= len(names)
    assert [due.unlocked for due in watched] == [[] for _ in watched]


def test_ctrl_c_in_the_moment_a_task_ends_leaves_nothing_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The news of its end was taken and never counted, and the step waited for it for ever."""
    take = Workers._take
    pressed: list[str] = []

    def press(workers: Workers, task: Any, has_ended: bool) -> None:
        if has_ended and not pressed:
            pressed.append(task.node.name)
            raise KeyboardInterrupt
        take(workers, task, has_ended)

    monkeypatch.setattr(Workers, "_take", press)
    ran: list[str] = []

    def notes(name: str) -> Any:
        def node(_state: Any) -> dict[str, Any]:
            ran.append(name)
            return {"log": [name]}

        return node

    graph = saved(parallel(["a", "b"], a=notes("a"), b=notes("b")))

    with pytest.raises(KeyboardInterrupt):
        graph.invoke({}, thread())

    assert sorted(ran) == ["a", "b"]  # the step came to its end
    lost = pressed[0]
    assert graph.get_state(thread()).next == (lost,)
    assert sorted(graph.invoke(None, thread())["log"]) == ["a", "b"]
    assert sorted(ran) == sorted(["a", "b", lost])
