"""Verbs of the debugger that ask something first: skip a node, take another branch; and their rows in canvas menus.

Made by ``wiring``; what is decided goes to the session.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog, QMenu

from editor.app.command_palette import Choice
from editor.app.debug_facts import DebugFacts, debug_facts
from editor.app.dialogs import answer_of
from editor.app.force_dialog import ForceDialog
from editor.app.old_graph import open_old_graph
from editor.app.skip_dialog import SkipDialog
from editor.canvas.hit import Hit
from editor.debugger.code_stamp import CodeStamp, broken_code, code_stamp
from editor.debugger.run_state import Phase, RunState
from editor.debugger.session_questions import RequestHandle
from editor.document.node_result import result_schema
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from editor.panels.drift_card import DriftCard, WaysOn
from editor.theme.icons import icon
from engine.graph.spec import BranchOutlet, EdgeId, shown_name

if TYPE_CHECKING:
    from editor.app.wiring import Editor


def drift_card(editor: Editor) -> DriftCard:
    """The card is made before the verbs are, so it asks for them when a button is pressed."""
    ways = WaysOn(
        lambda renamed: editor.verbs.map_nodes(renamed),
        lambda: editor.verbs.decide_again(),
        lambda: editor.verbs.show_old_graph(),
    )
    return DriftCard(editor.session, ways)


class DebugVerbs:
    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._session = editor.session
        self._told_code: CodeStamp | None = None
        self._was_within = False
        editor.canvas.menu_parts.append(self.add_to_menu)
        editor.window.looked_at.connect(self.look_at_code)
        self._session.run_state_changed.connect(self._follow_level)
        editor.files.saved.connect(lambda _path: self.look_at_code())

    def facts(self) -> DebugFacts:
        canvas, levels = self._editor.canvas, self._editor.levels
        edges = canvas.selected_edges() if not levels.depth else frozenset[EdgeId]()
        return debug_facts(self._session, levels.selected_outside(), edges)

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
        text = (
            f"The router of {shown_name(outlet.node)} chose {self._chosen(outlet)}. You take '{outlet.label}' in its "
            "place. No value changes and no node runs again. The way that was chosen stays in the history, beside this "
            "one."
        )
        title = f"Go '{outlet.label}' instead"
        dialog = ForceDialog(self._editor.window, title, text, "Take this branch", "Take it and continue")
        preview = self._session.preview_force(outlet, dialog.show_preview)
        if await self._is_wanted(dialog, preview):
            self._session.force_branch(outlet, dialog.then)

    async def _is_wanted(self, dialog: ForceDialog, preview: RequestHandle | None) -> bool:
        accepted = await answer_of(dialog) == QDialog.DialogCode.Accepted
        if preview is not None:
            preview.cancel()
        return accepted

    def _chosen(self, outlet: BranchOutlet) -> str:
        shown = self._session.focus.shown(self._session.run_state)
        routes = shown.routes if shown is not None else ()
        labels = [f"'{each.label}'" for each in routes if (each.node, each.router) == (outlet.node, outlet.router)]
        return " and ".join(dict.fromkeys(labels))

    # A graph that is another one now

    def map_nodes(self, renamed: Mapping[str, str]) -> None:
        """Runs on with these nodes in place of those that are gone."""
        self._editor.control.go_on(partial(self._session.resume_renamed, renamed))

    def decide_again(self) -> None:
        self._editor.tasks.start(self._decide_again())

    async def _decide_again(self) -> None:
        if not await self._editor.control.may_go_on():
            return
        text = (
            "The nodes that ran last decide once more where to go, by the edges and routers of the graph as it is now. "
            "No value changes and no node runs again. The way it was stays in the history."
        )
        dialog = ForceDialog(self._editor.window, "Decide again", text, "Decide again", "Decide and continue")
        if await self._is_wanted(dialog, self._session.preview_again(dialog.show_preview)):
            self._session.decide_again(dialog.then)

    def show_old_graph(self) -> None:
        """The graph as the shown run ran on it, in a window of its own."""

        def show(text: str | None) -> None:
            window, layout = self._editor.window, self._editor.history.document.layout
            if why_not := open_old_graph(window, self._session, text, layout):
                window.toast.say(why_not)

        self._session.read_old_graph(show)

    def look_at_code(self) -> None:
        """After something was saved or the window came back: says which code the run at rest goes on with."""
        session = self._session
        if session.graph_path is None or not session.may("resume") or not session.has_new_code():
            self._told_code = None
            return
        if (stamp := code_stamp(session.graph_path)) != self._told_code:
            self._told_code = stamp
            broken = broken_code(session.graph_path)
            self._editor.window.toast.say(broken or "The code changed. What runs next is the new code.")

    # Subgraphs

    def _follow_level(self, old: RunState, new: RunState) -> None:
        """Where the run stops is shown: the subgraph that it stopped in, or the graph around it that it came out to."""
        if new.phase is not Phase.PAUSED or old.phase is Phase.PAUSED:
            return
        paths, shown = self._session.stopped_within, self._editor.history.path
        if paths:
            self._editor.levels.go_to(max(paths, key=lambda path: _shared(path, shown)), None)
        elif self._was_within:
            self._editor.levels.go_to((), None)
        self._was_within = bool(paths)

    # The canvas

    def add_to_menu(self, menu: QMenu, hit: Hit) -> None:
        """What can be done now to what was hit. Within a subgraph a run can only be led to a node."""
        outlet = hit.edge.outlet if hit.edge is not None else hit.outlet
        rows = []
        path = self._editor.history.path
        if not path and isinstance(outlet, BranchOutlet) and not self._session.why_not_force(outlet):
            rows.append((f"Go '{outlet.label}' instead…", partial(self.force_branch, outlet)))
        if hit.node is not None and hit.edge is None:
            head = self._session.run_state.checkpoints.get(self._session.run_state.head or "")
            if not path and head is not None and hit.node in head.next and self._session.may("skip_node"):
                rows.append(("Skip by giving its result…\tCtrl+Shift+F10", partial(self._skip_from_menu, hit.node)))
            elif self._session.may("run_to") and self._editor.history.document.has_node(hit.node):
                rows.append(("Run to here\tCtrl+F10", partial(self._session.run_to, hit.node, path)))
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


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many names two paths begin with together."""
    return next((i for i, name in enumerate(one) if name not in other[i : i + 1]), len(one))
