"""Answers questions about the past from the database alone: state previews, differences, threads. Runs no user code.

Lives on its own thread with its own database connection, so it answers while a node runs or hangs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from engine.graph.graph_file import GraphFileError, read_graph
from engine.runner.branch_notes import branches_of, describe_branch, first_of_branch
from engine.runner.channel_names import is_users, state_values
from engine.runner.graph_drift import code_digests, drift
from engine.runner.inside_past import inside_of
from engine.runner.look_requests import StepToSearch, StepToWatch
from engine.runner.look_through import image_at, search_states, watch_states
from engine.runner.protocol import to_plain
from engine.runner.ran_versions import ran_versions
from engine.runner.run_events import BranchesChanged, CheckpointFacts, GraphDrifted, InsideRead, RunEvent
from engine.runner.run_history import RunHistory
from engine.runner.state_search import Wanted
from engine.runner.thread_hold import ThreadHold
from engine.runner.told_past import events_of
from engine.runtime.checkpointing import as_store
from engine.serialization.preview import preview, preview_at
from engine.store.sqlite_store import SqliteStore
from engine.time_travel.state_diff import diff_states

KEPT_STATES = 4
"""Decoded states kept for the next question: the shown one, the one before it, two more for going back and forth."""

MOST_LINES = 10_000
"""Of output at once: what the console keeps."""

MOST_TASKS = 100
"""Of one superstep; a fan-out may have thousands."""

NODES_OF_A_WRITE = 200


class Reader:
    """All methods belong to one thread."""

    def __init__(
        self,
        saver: Any,
        history: RunHistory,
        tell: Callable[[RunEvent], None],
        hold: ThreadHold | None = None,
        graph_path: Path | None = None,
    ) -> None:
        self._saver = saver
        self._history = history
        self._tell = tell
        self._hold = hold
        # None: nobody else uses the database.
        self._graph_path = graph_path
        # None: threads are not compared with the graph as it is now.
        self._states: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()

    def read_state(
        self,
        thread_id: str,
        checkpoint_id: str,
        path: Sequence[Any],
        start: int,
        count: int,
        namespace: Sequence[str] = (),
    ) -> dict[str, Any]:
        """A bounded preview of the state, or of the value at ``path``. LookupError if there is no such place."""
        values = self._values(thread_id, checkpoint_id, "|".join(namespace))
        if not path and start == 0:
            return preview(values, max_items=count)
        return preview_at(values, path, start, count)

    def read_diff(
        self, thread_id: str, before_id: str | None, after_id: str, namespace: Sequence[str] = ()
    ) -> dict[str, Any]:
        within = "|".join(namespace)
        before = {} if before_id is None else self._values(thread_id, before_id, within)
        return diff_states(before, self._values(thread_id, after_id, within)).to_json()

    def read_inside(self, thread_id: str, checkpoint_id: str) -> list[Any]:
        """What ran within the subgraphs of one step. LookupError if there is no such checkpoint."""
        rows = self._history.read(thread_id, self._saver).checkpoints
        if checkpoint_id not in rows:
            raise LookupError(f"There is no checkpoint {checkpoint_id} in thread {thread_id}.")
        return [to_plain(level) for level in inside_of(self._history, self._saver, thread_id, rows[checkpoint_id])]

    def read_writes(self, thread_id: str, checkpoint_id: str) -> dict[str, Any]:
        """What each task that ran from the checkpoint wrote to the user's keys."""
        by_task: dict[str, list[list[Any]]] = {}
        for task_id, channel, value in self._stored(thread_id, checkpoint_id).pending_writes or ():
            if is_users(channel):
                tree = preview(value, max_nodes=NODES_OF_A_WRITE, path=(channel,))
                by_task.setdefault(task_id, []).append([channel, tree])
        shown = list(by_task.items())[:MOST_TASKS]
        return {
            "tasks": [{"task_id": task_id, "writes": writes} for task_id, writes in shown],
            "more": len(by_task) - len(shown),
        }

    def search_states(
        self, thread_id: str, steps: Sequence[StepToSearch], text: str, *, is_whole: bool
    ) -> dict[str, Any]:
        return search_states(partial(self._values, thread_id), steps, Wanted(text, is_whole=is_whole))

    def watch_states(self, thread_id: str, steps: Sequence[StepToWatch], expressions: Sequence[str]) -> dict[str, Any]:
        return watch_states(partial(self._values, thread_id), steps, expressions)

    def read_image(self, thread_id: str, checkpoint_id: str, path: Sequence[Any]) -> dict[str, str]:
        return image_at(self._values(thread_id, checkpoint_id), path)

    def count_visits(self, thread_id: str) -> dict[str, Any]:
        return self._history.count_visits(thread_id)

    def name_thread(self, thread_id: str, name: str) -> None:
        self._history.name_thread(thread_id, name)

    def note_checkpoint(self, thread_id: str, checkpoint_id: str, note: str) -> None:
        self._history.note_checkpoint(thread_id, checkpoint_id, note)

    def read_output(
        self, thread_id: str, task_ids: Sequence[str], checkpoint_id: str | None, limit: int
    ) -> dict[str, Any]:
        found = self._history.output.read(
            thread_id, task_ids=task_ids or None, checkpoint_id=checkpoint_id, limit=max(1, min(limit, MOST_LINES))
        )
        return {"lines": [to_plain(line) for line in found.lines], "dropped": found.dropped}

    def list_branches(self, thread_id: str) -> list[Any]:
        return [to_plain(branch) for branch in self._branches(thread_id).branches]

    def name_branch(
        self, thread_id: str, checkpoint_id: str, *, name: str | None = None, note: str | None = None
    ) -> None:
        """Names the branch that the checkpoint is on, or writes a note beside it. LookupError if it is not there."""
        rows = self._history.read(thread_id, self._saver).checkpoints
        describe_branch(self._history.branches, thread_id, rows, checkpoint_id, name=name, note=note)
        self._tell(branches_of(self._history.branches, thread_id, rows))

    def delete_branch(self, thread_id: str, checkpoint_id: str) -> dict[str, Any]:
        """For good, with all that followed. Raises LookupError, ValueError or ThreadHeldError as the requests say."""
        store = as_store(self._saver)
        assert store is not None, "a run database has a saver"
        rows = self._history.read(thread_id, self._saver).checkpoints
        first = first_of_branch(self._history.branches, thread_id, rows, checkpoint_id)
        with self._holding(thread_id):
            gone = self._history.delete_branch(store, thread_id, first)
        self.open_thread(thread_id)
        return {"deleted": list(gone)}

    def tag_checkpoint(self, thread_id: str, checkpoint_id: str, tags: Sequence[str]) -> None:
        self._history.tag_checkpoint(thread_id, checkpoint_id, tags)

    def prune(self, thread_id: str, keep_last: int, *, is_trial: bool, is_shown: bool) -> dict[str, int]:
        """As ``requests.Prune`` says."""
        store = as_store(self._saver)
        if not isinstance(store, SqliteStore):
            raise LookupError("This run was made on LangGraph's engine, whose database forgets whole runs only.")
        count = sum(1 for _ in store.headers(thread_id))
        if is_trial:
            return {"gone": len(self._history.prunable(store, thread_id, keep_last)), "of": count}
        with self._holding(thread_id):
            gone = self._history.prune(store, thread_id, keep_last)
        if is_shown:
            self.open_thread(thread_id)
        return {"gone": len(gone), "of": count}

    def measure(self, thread_ids: Sequence[str]) -> dict[str, Any]:
        """As ``requests.MeasureThreads`` says; of another engine's database nothing is known."""
        store = as_store(self._saver)
        if not isinstance(store, SqliteStore):
            return {"threads": {}, "file": 0, "free": 0}
        sizes = {thread_id: store.size_of(thread_id) for thread_id in thread_ids}
        return {"threads": sizes, "file": store.file.size_on_disk(), "free": store.file.free_bytes()}

    def compact(self) -> dict[str, Any]:
        store = as_store(self._saver)
        if isinstance(store, SqliteStore):
            store.compact()
        return self.measure(())

    @contextmanager
    def _holding(self, thread_id: str) -> Iterator[None]:
        """Nobody else runs the thread meanwhile; what was read of it counts no more."""
        if self._hold is not None:
            self._hold.take(thread_id)
        try:
            yield
        finally:
            self._states.clear()
            if self._hold is not None:
                self._hold.release()

    def _branches(self, thread_id: str) -> BranchesChanged:
        rows = self._history.read(thread_id, self._saver).checkpoints
        return branches_of(self._history.branches, thread_id, rows)

    def delete_thread(self, thread_id: str) -> None:
        """For good. What was told goes last, so that after a failure the thread is still in the list.

        Raises ThreadHeldError if another runner has the thread.
        """
        with self._holding(thread_id):
            self._saver.delete_thread(thread_id)
            self._history.delete_thread(thread_id)

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
        self._tell(branches_of(self._history.branches, thread_id, past.checkpoints))
        head = past.checkpoints[past.head]
        if head.next and (levels := inside_of(self._history, self._saver, thread_id, head)):
            self._tell(InsideRead(thread_id, past.head, levels))
        drifted = self._drift(thread_id, head)
        if drifted is not None:
            self._tell(drifted)

    def read_graph(self, thread_id: str) -> str | None:
        """The text of the graph that the thread last ran on."""
        return self._history.graph_of(thread_id)[0]

    def read_code(self, thread_id: str, checkpoint_id: str, file: str) -> dict[str, str | None]:
        """As ``requests.ReadCode`` says."""
        digest, text = self._history.code_at(thread_id, checkpoint_id, file)
        return {"digest": digest, "text": text}

    def read_versions(self, thread_id: str) -> list[Any]:
        """As ``requests.ReadVersions`` says."""
        return ran_versions(self._history, thread_id)

    def _drift(self, thread_id: str, head: CheckpointFacts) -> GraphDrifted | None:
        """Of a thread that could go on; a finished one waits for nothing."""
        if self._graph_path is None or not head.next:
            return None
        try:
            now = read_graph(self._graph_path)
        except (GraphFileError, OSError):
            return None  # said where the file is opened or run
        text, code = self._history.graph_of(thread_id)
        return drift(thread_id, text, code, now, code_digests(now, self._graph_path.parent), head.next)

    def _values(self, thread_id: str, checkpoint_id: str, namespace: str = "") -> dict[str, Any]:
        key = (thread_id, checkpoint_id)
        if key not in self._states:
            stored = self._stored(thread_id, checkpoint_id, namespace)
            self._states[key] = state_values(stored.checkpoint["channel_values"])
            if len(self._states) > KEPT_STATES:
                self._states.popitem(last=False)
        self._states.move_to_end(key)
        return self._states[key]

    def _stored(self, thread_id: str, checkpoint_id: str, namespace: str = "") -> Any:
        configurable = {"thread_id": thread_id, "checkpoint_ns": namespace, "checkpoint_id": checkpoint_id}
        found = self._saver.get_tuple({"configurable": configurable})
        if found is None:
            raise LookupError(f"There is no checkpoint {checkpoint_id} in thread {thread_id}.")
        return found
