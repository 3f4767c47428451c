"""A router is opened from its badge on the canvas, the badge says what the router reads, and an edge shows its form.

Its function is shown in the code panel; conditions are edited in the inspector. ``connect_routers`` is called once by
``inspector_joints``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from editor.document.source_code import ProjectSources
from editor.document.state_facts import reads_of
from editor.panels.code_target import of_router
from engine.graph.jumps import JumpOutlet
from engine.graph.spec import BranchOutlet, router_of

if TYPE_CHECKING:
    from editor.app.wiring import Editor


def connect_routers(editor: Editor) -> None:
    editor.canvas.router_activated.connect(partial(_open, editor))
    editor.canvas.reads_of = partial(_reads_of, editor)
    editor.inspector.nodes_instead = partial(_routing_node, editor)


def _open(editor: Editor, node: str, router: str) -> None:
    spec = router_of(editor.history.document.graph, node, router)
    if spec is None:
        return
    if spec.fn is None:
        editor.window.show_dock(editor.window.inspector_dock)
        editor.inspector.show_router(node, router)
        return
    editor.code.panel.show_target(of_router(node, router))
    editor.code.show_dock()
    editor.code.panel.section.pane.setFocus()


def _routing_node(editor: Editor) -> tuple[str, ...]:
    """Of a selected edge that is a branch or a jump: the node whose form has it."""
    edges = editor.canvas.selected_edges()
    outlet = next(iter(edges)).outlet if len(edges) == 1 else None
    return (outlet.node,) if isinstance(outlet, (BranchOutlet, JumpOutlet)) else ()


def _reads_of(editor: Editor, fn: str) -> tuple[str, ...]:
    """The keys of the state that this function reads, as far as its text tells."""
    if editor.files.path is None:
        return ()
    sources = ProjectSources(editor.files.path.parent)
    sources.see(editor.whole.document.modules)
    return reads_of(fn, sources)
