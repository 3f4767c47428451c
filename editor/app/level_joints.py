"""Goes into subgraphs and back: joins the level that is shown with canvas, breadcrumb, problems, breakpoints and run.

One document and one undo history hold all levels; which one is shown is ``LevelHistory.path``. Made by ``wiring``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from editor.app.action_registry import Handlers
from editor.app.file_run_joints import FileRunJoints
from editor.app.kept_views import KeptViews
from editor.debugger.breakpoints import branch_looks, breakpoint_looks
from editor.debugger.run_picture import RunPicture
from editor.document.undo_history import HistoryEvent
from editor.widgets.breadcrumb import Breadcrumb
from editor.widgets.kept_words import keep_said
from engine.graph.problem import Problem
from engine.graph.references import why_not_reference
from engine.graph.spec import BranchOutlet
from engine.graph.subgraph_problems import problems_at

if TYPE_CHECKING:
    from editor.app.wiring import Editor

Path_ = tuple[str, ...]
"""The nodes to open, the outermost first; empty for the graph itself."""


class LevelJoints(QObject):
    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._level = editor.history
        self._canvas = editor.canvas
        self.views = KeptViews(editor.canvas, self)
        self.breadcrumb = Breadcrumb()
        up = self.breadcrumb.up
        keep_said(up, "Back to the graph around this one ({Alt+↑})", up.setToolTip)
        self.breadcrumb.hide()
        self.breadcrumb.chosen.connect(self._on_crumb)
        editor.window.add_above_canvas(self.breadcrumb)
        self._picture = RunPicture()
        self._stale: Mapping[str, str] = {}
        self._is_new_level = False
        self._level.subscribe_path(self._on_path)
        self._level.subscribe(self._on_document)
        editor.files.opened.connect(self._on_opened)
        editor.files.saved.connect(self._on_saved)
        editor.session.picture_changed.connect(self.show_run)
        self._canvas.breakpoint_toggled.connect(self._toggle_breakpoint)
        self._canvas.branch_stop_toggled.connect(self.toggle_branch_breakpoint)
        self._canvas.node_activated.connect(self.activate)
        editor.problems.go_inside.connect(self.go_to)
        self._file_runs = FileRunJoints(editor)

    @property
    def depth(self) -> int:
        """How many graphs are around the one that is shown."""
        return len(self._level.path)

    def handlers(self) -> Handlers:
        subgraphs = self._canvas.subgraphs
        return {
            "edit.subgraph": subgraphs.make,
            "edit.dissolve": subgraphs.dissolve,
            "view.open_subgraph": self._open_selected,
            "view.level_up": self.up,
        }

    # ---- going there

    def activate(self, node: str) -> None:
        """Opens what the node is: its subgraph, the file it stands for, or its page in the inspector."""
        spec = self._level.document.graph.nodes.get(node)
        if spec is None or spec.graph is None:
            self._editor.window.show_dock(self._editor.window.inspector_dock)
        elif isinstance(spec.graph, str):
            if not (self._file_runs.has_run and self._file_runs.show((*self._level.path, node))):
                self._open_file(spec.graph)
        else:
            self._level.open((*self._level.path, node))

    def up(self) -> None:
        """To the graph around this one, with the card of this one selected."""
        if self._level.path:
            self.go_to(self._level.path[:-1], self._level.path[-1], reveal=False)

    def go_to(self, path: Path_, node: str | None, *, reveal: bool = True) -> None:
        """Shows the level, and in it the node, selected and in the middle."""
        if not self._level.open(path) or node is None or not self._level.document.has_place(node):
            return
        self._canvas.select([node])
        if reveal:
            self._canvas.center_on(node)

    def go_to_here(self, node: str) -> None:
        """A node of the level that is shown."""
        self.go_to(self._level.path, node)

    def selected_outside(self) -> frozenset[str]:
        """The selection as far as it belongs to the outermost graph, which is the one that a node is skipped in."""
        return self._canvas.selected_nodes() if not self.depth else frozenset()

    def has_chosen_subgraph(self) -> bool:
        """Whether one node is selected that can be opened."""
        selected = self._canvas.selected_nodes()
        nodes = self._level.document.graph.nodes
        return len(selected) == 1 and all(name in nodes and nodes[name].graph is not None for name in selected)

    # ---- what the level shows

    def show_run(self, picture: RunPicture) -> None:
        """Of the level that is shown: in the open step, or as the subgraph ran last before the shown moment."""
        self._picture = picture
        shown = picture if not self.depth else picture.inside.get(self._level.path, RunPicture(locked=picture.locked))
        self._canvas.show_run(shown)

    def show_stale(self, stale: Mapping[str, str]) -> None:
        """Nodes of the outermost graph that are others than in the shown run; those inside are told with their card."""
        self._stale = stale
        self._canvas.show_stale({} if self.depth else stale)

    def show_problems(self) -> None:
        self._canvas.show_problems(self.problems())

    def problems(self) -> tuple[Problem, ...]:
        """Of the level that is shown, and at its cards those further inside."""
        return problems_at(self._editor.problems.problems, self._level.path)

    def show_breakpoints(self) -> None:
        looks = breakpoint_looks(self._editor.session.breakpoint_list, self._level.path)
        self._canvas.show_breakpoint_looks(looks)
        self._canvas.show_branch_stops(branch_looks(self._editor.session.breakpoint_list, self._level.path))

    # ---- inside

    def _on_path(self, old: Path_, new: Path_) -> None:
        if self._level.is_moving:
            self.views.write_now()
            self._canvas.select(())
            self._is_new_level = True
        else:
            self.views.rename(self._editor.files.path, new)
        self._canvas.subgraphs.depth = len(new)
        self._show_path()
        self._editor.session.look_at_level(new)

    def _on_document(self, event: HistoryEvent) -> None:
        if self._level.path and event.old.graph.name != event.new.graph.name:
            self._show_path()
        if self._is_new_level:
            self._is_new_level = False
            self.views.show(self._editor.files.path, self._level.path)
            self.show_run(self._picture)
            self.show_stale(self._stale)
            self.show_problems()
            self.show_breakpoints()

    def _show_path(self) -> None:
        root = self._editor.whole.document.graph.name or "graph"
        self.breadcrumb.show_path((root, *self._level.path))
        self.breadcrumb.setVisible(bool(self._level.path))

    def _on_crumb(self, count: int) -> None:
        path = self._level.path
        self.go_to(path[: count - 1], path[count - 1], reveal=False)
        self._canvas.setFocus()

    def _on_opened(self, path: Path | None) -> None:
        """Another file begins at its outermost graph; the same one, read again, stays where it was."""
        if path is None or path != self.views.path:
            self._level.open(())
        self._is_new_level = False
        self._canvas.search.shelf.own_file = path
        self.views.show(path, self._level.path)
        self._show_path()

    def _on_saved(self, path: Path) -> None:
        self._canvas.search.shelf.own_file = path
        self.views.rename(path, self._level.path)

    def _open_selected(self) -> None:
        for node in self._canvas.selected_nodes():
            self.activate(node)
            return

    def _open_file(self, reference: str) -> None:
        path = self._editor.files.path
        if (reason := why_not_reference(reference)) is not None:
            self._editor.window.toast.say(reason)
        elif path is None:
            self._editor.window.toast.say("Save the graph first: the other file is looked for beside it.")
        else:
            self._editor.open(path.parent / reference)

    def _toggle_breakpoint(self, node: str) -> None:
        self._editor.session.toggle_breakpoint(node, self._level.path)

    def toggle_branch_breakpoint(self, outlet: BranchOutlet) -> None:
        self._editor.session.toggle_branch_breakpoint(outlet, self._level.path)
