"""A paused run whose graph another program changed: the next step finds out, and the new graph is drawn with the run.

Without this the card that asks "which node took its place" would offer the nodes of the old drawing. Called by
``wiring`` with one line.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from editor.debugger.run_state import GraphDrift, Phase, RunState

if TYPE_CHECKING:
    from editor.app.wiring import Editor


def follow_drift(editor: Editor) -> None:
    editor.session.run_state_changed.connect(partial(_on_run_state, editor))


def _on_run_state(editor: Editor, old: RunState, new: RunState) -> None:
    drift, thread_id = new.drift, new.thread_id
    if new.phase is not Phase.FAILED or old.phase is Phase.FAILED or drift is None or thread_id is None:
        return
    if _is_drawn_old(editor, drift) and not editor.history.is_modified:
        editor.tasks.start(_draw_anew(editor, thread_id))


def _is_drawn_old(editor: Editor, drift: GraphDrift) -> bool:
    """The drawing has a node that the runner's graph no longer has."""
    graph = editor.session.graph
    return graph is not None and any(name in graph.nodes for name, _guess in drift.missing)


async def _draw_anew(editor: Editor, thread_id: str) -> None:
    """Reads the file and shows the run again. Nothing of the run is lost: it had stopped before it did anything."""
    session = editor.session
    await editor.control.end_run()
    await editor.files.look_at_disk()
    if session.run_state.thread_id != thread_id and session.may("open_thread"):
        session.open_thread(thread_id)
