"""A paused run whose graph another program changed: the next step finds out, and the new graph is drawn with the run.

Without this the card that asks "which node took its place" would offer the nodes of the old drawing, and a node that is
next would be nowhere on it. Called by
``wiring`` with one line.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from editor.debugger.run_state import Phase, RunState
from engine.graph.spec import END, START

if TYPE_CHECKING:
    from editor.app.wiring import Editor

LONGEST_END_S = 120.0
"""Nobody waits for it, so a slow machine may take its time: a graph cannot be drawn under a run that has not ended."""
_RESTS = (Phase.PAUSED, Phase.WAITING, Phase.FAILED)


def follow_drift(editor: Editor) -> None:
    editor.session.run_state_changed.connect(partial(_on_run_state, editor))


def _on_run_state(editor: Editor, old: RunState, new: RunState) -> None:
    if new.phase not in _RESTS or old.phase in _RESTS or new.thread_id is None:
        return
    if _is_drawn_old(editor, new) and not editor.history.is_modified:
        editor.tasks.start(_draw_anew(editor, new.thread_id))


def _is_drawn_old(editor: Editor, state: RunState) -> bool:
    """The drawing has a node that the runner's graph no longer has, or lacks one that is next."""
    graph, head = editor.session.graph, state.checkpoints.get(state.head or "")
    if graph is None or head is None:
        return False
    is_gone = state.drift is not None and any(name in graph.nodes for name, _guess in state.drift.missing)
    return is_gone or any(name not in graph.nodes for name in head.next if name not in (START, END))


async def _draw_anew(editor: Editor, thread_id: str) -> None:
    """Reads the file and shows the run again. Nothing of the run is lost: it rests."""
    session = editor.session
    if not await editor.files.is_other_on_disk():
        return
    await editor.control.end_run(LONGEST_END_S)
    await editor.files.look_at_disk()
    if session.run_state.thread_id != thread_id and session.may("open_thread"):
        session.open_thread(thread_id)
