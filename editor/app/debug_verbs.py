"""Verbs of the debugger that ask something first: skip a node, take another branch; and their rows in canvas menus.

Made by ``wiring``; what is decided goes to the session.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog, QMenu

from editor.app.command_palette import Choice
from editor.app.debug_facts import DebugFacts, debug_facts
from editor.app.dialogs import answer_of
from editor.app.force_dialog import ForceDialog
from editor.app.skip_dialog import SkipDialog
from editor.canvas.hit import Hit
from editor.document.node_result import result_schema
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from editor.theme.icons import icon
from engine.graph.spec import BranchOutlet, shown_name

if TYPE_CHECKING:
    from editor.app.wiring import Editor


class DebugVerbs:
    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._session = editor.session
        editor.canvas.menu_parts.append(self.add_to_menu)

    def facts(self) -> DebugFacts:
        canvas = self._editor.canvas
        return debug_facts(self._session, canvas.selected_nodes(), canvas.selected_edges())

    # Skip

    def skip(self) -> None:
        """Asks for the result of the node that is due, and goes on with it."""
        node = self.facts().skip
        if node:
            self._editor.tasks.start(self._skip(node))

    async def _skip(self, node: str) -> None:
        dialog = SkipDialog(self._editor.window, node, self._result_schema(node))
        if await answer_of(dialog) == QDialog.DialogCode.Accepted and await self._editor.control.may_go_on():
            self._session.skip_node(node, dialog.result_given, dialog.then)

    def _result_schema(self, node: str) -> dict[str, Any] | None:
        """By the text of the node and of the state class; None if they cannot be seen."""
        path, graph = self._session.graph_path, self._session.graph
        if path is None or graph is None or node not in graph.nodes:
            return None
        sources = ProjectSources(path.parent)
        try:
            function = sources.find(graph.nodes[node].fn or "")
            state = sources.find(graph.state or "")
        except SourceError:
            return None
        return result_schema(function.text if function else "", state.text if state else "")

    # Another branch

    def force(self) -> None:
        """Another branch of a router that has decided: the selected edge's, the only other one, or one of a list."""
        outlets = self.facts().branches
        if len(outlets) == 1:
            self.force_branch(outlets[0])
        elif outlets:
            choices = [
                Choice(
                    f"{outlet.node}.{outlet.router}.{outlet.label}",
                    outlet.label,
                    partial(self.force_branch, outlet),
                    f"branch of {shown_name(outlet.node)}",
                    icon("branch", role="quiet"),
                    f"branch of {shown_name(outlet.node)}",
                )
                for outlet in outlets
            ]
            self._editor.window.palette_.open_with(choices, "Which way instead?")

    def force_branch(self, outlet: BranchOutlet) -> None:
        self._editor.tasks.start(self._force(outlet))

    async def _force(self, outlet: BranchOutlet) -> None:
        if not await self._editor.control.may_go_on() or self._session.why_not_force(outlet):
            return
        dialog = ForceDialog(self._editor.window, outlet, self._chosen(outlet))
        preview = self._session.preview_force(outlet, dialog.show_preview)
        accepted = await answer_of(dialog) == QDialog.DialogCode.Accepted
        if preview is not None:
            preview.cancel()
        if accepted:
            self._session.force_branch(outlet, dialog.then)

    def _chosen(self, outlet: BranchOutlet) -> str:
        shown = self._session.focus.shown(self._session.run_state)
        routes = shown.routes if shown is not None else ()
        labels = [f"'{each.label}'" for each in routes if (each.node, each.router) == (outlet.node, outlet.router)]
        return " and ".join(dict.fromkeys(labels))

    # The canvas

    def add_to_menu(self, menu: QMenu, hit: Hit) -> None:
        """What can be done now to the node or branch that was hit."""
        outlet = hit.edge.outlet if hit.edge is not None else hit.outlet
        rows = []
        if isinstance(outlet, BranchOutlet) and not self._session.why_not_force(outlet):
            rows.append((f"Go '{outlet.label}' instead…", partial(self.force_branch, outlet)))
        if hit.node is not None and hit.edge is None:
            head = self._session.run_state.checkpoints.get(self._session.run_state.head or "")
            if head is not None and hit.node in head.next and self._session.may("skip_node"):
                rows.append(("Skip by giving its result…", partial(self._skip_from_menu, hit.node)))
            elif self._session.may("run_to") and self._editor.history.document.has_node(hit.node):
                rows.append(("Run to here", partial(self._session.run_to, hit.node)))
        if rows:
            menu.addSeparator()
        for text, do in rows:
            menu.addAction(text, do)

    def _skip_from_menu(self, node: str) -> None:
        why_not = self._session.why_not_skip(node)
        if why_not:
            self._editor.window.toast.say(why_not)
        else:
            self._editor.tasks.start(self._skip(node))
