"""Fetches what the state panel shows of one moment: its tree, its diff to the step before, single keys for an edit.

Asks the session and drops answers that come too late; holds previews, never a state. Called by ``state_panel``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from editor.debugger.reports import StepWrites
from editor.debugger.session import DebugSession, RequestHandle
from editor.widgets.preview_node import Path, PreviewItem, PreviewNode, preview_from_json
from engine.time_travel.state_diff import StateDiff

PAGE = 200  # items fetched when somebody asks for more: about ten screens
LETTERS = 100_000  # of a long text at once: forty pages of a book, laid out in 20 ms, measured

OnProblem = Callable[[str], None]


class StateReader:
    def __init__(self, session: DebugSession) -> None:
        self._session = session
        self._running: list[RequestHandle] = []

    def forget(self) -> None:
        """Another moment is shown: answers under way concern nobody any more."""
        for handle in self._running:
            handle.cancel()
        self._running = []

    def read_diff(
        self, before: str | None, after: str, on_done: Callable[[StateDiff], None], on_problem: OnProblem
    ) -> None:
        self._keep(self._session.read_diff(before, after, lambda data: on_done(StateDiff.from_json(data)), on_problem))

    def read_writes(self, parent_id: str, on_done: Callable[[StepWrites], None], on_problem: OnProblem) -> None:
        self._keep(self._session.read_writes(parent_id, on_done, on_problem))

    def read_tree(
        self, checkpoint_id: str, on_done: Callable[[tuple[PreviewItem, ...]], None], on_problem: OnProblem
    ) -> None:
        """The keys of the state with their previews, in the state's order."""
        self._keep(
            self._session.read_state(checkpoint_id, (), lambda data: on_done(state_items(data)), on_problem, count=PAGE)
        )

    def read_more(
        self, checkpoint_id: str, path: Path, start: int, on_done: Callable[[PreviewNode], None], on_problem: OnProblem
    ) -> None:
        """The items of the value at the path, from `start` on."""

        def done(data: Any) -> None:
            on_done(preview_from_json(data, path))

        self._keep(self._session.read_state(checkpoint_id, path, done, on_problem, start=start, count=PAGE))

    def read_value(
        self,
        checkpoint_id: str,
        path: Path,
        start: int,
        on_done: Callable[[PreviewNode], None],
        on_problem: OnProblem,
    ) -> None:
        """The value with all that the viewer shows of it at once: a page of items, or of a long text some pages."""

        def done(data: Any) -> None:
            node = preview_from_json(data, path)
            if node.type == "str" and not node.is_whole:
                self._keep(self._session.read_state(checkpoint_id, path, text, on_problem, start=start, count=LETTERS))
            else:
                on_done(node)

        def text(data: Any) -> None:
            on_done(preview_from_json(data, path))

        self._keep(self._session.read_state(checkpoint_id, path, done, on_problem, start=start, count=PAGE))

    def read_picture(
        self, checkpoint_id: str, path: Path, on_done: Callable[[str, str], None], on_problem: OnProblem
    ) -> None:
        """Its media type and its bytes as base64."""

        def done(data: Any) -> None:
            on_done(data["media"], data["data"])

        self._keep(self._session.read_image(checkpoint_id, path, done, on_problem))

    def read_key(
        self, checkpoint_id: str, key: str, on_done: Callable[[PreviewNode], None], on_problem: OnProblem
    ) -> None:
        """One key as a whole, if it is small enough to be edited."""

        def done(data: Any) -> None:
            on_done(preview_from_json(data, (key,)))

        self._keep(self._session.read_state(checkpoint_id, (key,), done, on_problem))

    def _keep(self, handle: RequestHandle) -> None:
        self._running = [*self._running[-15:], handle]


def state_items(data: Any) -> tuple[PreviewItem, ...]:
    """The top level of a state, from either form of the reply: a preview of all, or [[key, preview], ...]."""
    if "keys" in data:
        return tuple(PreviewItem(str(key), (key,), preview_from_json(part, (key,))) for key, part in data["keys"])
    return preview_from_json(data).items
