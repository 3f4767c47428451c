"""What is true of a window now: as a ``Situation`` for its actions, and in words in its title and its status bar.

Called by ``wiring`` whenever document, session or selection changed. Reads only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.app.debug_facts import due_together
from editor.app.situation import Situation
from editor.document.disabling import are_disabled
from editor.document.shared_history import LOCKED_ELSEWHERE

if TYPE_CHECKING:
    from editor.app.wiring import Editor


def show_situation(editor: Editor) -> None:
    now = situation_of(editor)
    editor.window.registry.update_for(now)
    editor.window.show_file(_name(editor), now.has_graph and now.is_modified)
    graph = editor.history.document.graph
    size = f"{len(graph.nodes)} node{'' if len(graph.nodes) == 1 else 's'}" if now.has_graph else ""
    held = editor.history.locked_reason == LOCKED_ELSEWHERE
    read_only = editor.history.read_only_reason or ("Held by a run in another window" if held else "")
    editor.window.status.show_right(" · ".join(filter(None, (read_only, size))))


def situation_of(editor: Editor) -> Situation:
    state, history, canvas = editor.session.run_state, editor.history, editor.canvas
    return Situation(
        has_graph=editor.files.has_document,
        has_file=editor.files.path is not None,
        may=editor.session.may,
        phase=state.phase,
        due_together=due_together(state),
        has_input=editor.inputs.chosen_input() is not None,
        locked_reason=history.locked_reason,
        is_modified=history.is_modified,
        undo_label=history.undo_label,
        redo_label=history.redo_label,
        can_undo=history.can_undo,
        can_redo=history.can_redo,
        selected_nodes=len(canvas.selected_nodes()),
        selected_edges=len(canvas.selected_edges()),
        selected_remarks=len(canvas.selected_remarks()),
        has_chosen_subgraph=editor.levels.has_chosen_subgraph(),
        are_chosen_disabled=are_disabled(history.document, canvas.selected_nodes()),
        depth=editor.levels.depth,
        debug=editor.verbs.facts(),
    )


def _name(editor: Editor) -> str:
    files = editor.files
    name = files.path.name if files.path is not None else "Untitled" if files.has_document else ""
    return f"{name} ({files.number})" if files.is_shown_elsewhere else name
