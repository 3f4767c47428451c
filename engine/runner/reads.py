"""Answers questions about the past from the database alone: state previews, differences, threads. Runs no user code.

Lives on its own thread with its own database connection, so it answers while a node runs or hangs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from engine.runner.run_events import RunEvent
from engine.runner.run_history import RunHistory, events_of, state_values
from engine.serialization.preview import preview, preview_at
from engine.time_travel.state_diff import diff_states

KEPT_STATES = 4
"""Decoded states kept for the next question: the shown one, the one before it, two more for going back and forth."""


class Reader:
    """All methods belong to one thread."""

    def __init__(self, saver: Any, history: RunHistory, tell: Callable[[RunEvent], None]) -> None:
        self._saver = saver
        self._history = history
        self._tell = tell
        self._states: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()

    def read_state(
        self, thread_id: str, checkpoint_id: str, path: Sequence[Any], start: int, count: int
    ) -> dict[str, Any]:
        """A bounded preview of the state, or of the value at ``path``. LookupError if there is no such place."""
        values = self._values(thread_id, checkpoint_id)
        if not path and start == 0:
            return preview(values, max_items=count)
        return preview_at(values, path, start, count)

    def read_diff(self, thread_id: str, before_id: str | None, after_id: str) -> dict[str, Any]:
        before = {} if before_id is None else self._values(thread_id, before_id)
        return diff_states(before, self._values(thread_id, after_id)).to_json()

    def list_threads(self) -> list[dict[str, Any]]:
        return self._history.threads()

    def open_thread(self, thread_id: str | None) -> None:
        """Tells the past of a thread. LookupError if there is none."""
        thread_id = thread_id or self._history.newest_thread()
        if thread_id is None:
            raise LookupError("This graph has not been run yet.")
        past = self._history.read(thread_id, self._saver)
        if past.head is None:
            raise LookupError(f"There is no thread {thread_id} in the database.")
        for event in events_of(thread_id, past):
            self._tell(event)

    def _values(self, thread_id: str, checkpoint_id: str) -> dict[str, Any]:
        key = (thread_id, checkpoint_id)
        if key not in self._states:
            configurable = {"thread_id": thread_id, "checkpoint_ns": "", "checkpoint_id": checkpoint_id}
            found = self._saver.get_tuple({"configurable": configurable})
            if found is None:
                raise LookupError(f"There is no checkpoint {checkpoint_id} in thread {thread_id}.")
            self._states[key] = state_values(found.checkpoint["channel_values"])
            if len(self._states) > KEPT_STATES:
                self._states.popitem(last=False)
        self._states.move_to_end(key)
        return self._states[key]
