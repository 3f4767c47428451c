"""The code editor in the window: its dock, what opens it, what locks it, and what its actions do.

Called by ``wiring`` with one line. The panel itself is ``editor.panels.code_panel``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from editor.app.main_window import holds
from editor.app.ran_code_joints import RanCodeJoints
from editor.document.command import Command, CommandError
from editor.document.commands import add_node, rename_node
from editor.document.document import Document
from editor.document.layout import Position
from editor.document.module_commands import add_node_stub, rename_function, together
from editor.document.source_code import ProjectSources
from editor.document.source_text import identifier_for
from editor.panels.code_panel import CodePanel
from editor.panels.code_section import CodeSection
from editor.panels.code_target import of_node
from editor.widgets.seen import is_seen
from engine.graph.spec import shown_text

if TYPE_CHECKING:
    from editor.app.wiring import Editor

WIDTH_PX = 520
ROOMY_PX = 1680  # canvas, code and inspector beside each other; below this the code is a tab with the inspector


class CodeJoints(QObject):
    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        window, inspector = editor.window, editor.inspector
        self._help = inspector.code_help
        self.panel = CodePanel(editor.history, self._help)
        self._is_placed = False
        self.dock = window.add_wide_dock("Code", "code", self.panel)
        self._small = inspector.code
        self.dock.visibilityChanged.connect(lambda is_visible: self._small.setVisible(not is_visible))
        self._small.larger_wanted.connect(self.open_larger)
        self._small.told.connect(window.toast.say)
        self.panel.section.told.connect(window.toast.say)
        self.panel.section.open_source.connect(inspector.open_source)
        self.panel.stop_wanted.connect(lambda: editor.control.stop())
        editor.canvas.search.make_node = self._node_with_function
        editor.canvas.search.name_node = self._named_with_function
        self._ran = RanCodeJoints(editor.session, self.panel, self)
        self.dock.visibilityChanged.connect(lambda _is_visible: self._ran.refresh())
        editor.canvas.selection_changed.connect(self._on_selection)
        editor.canvas.node_activated.connect(self.open_node)
        editor.files.opened.connect(self._on_path)
        editor.files.saved.connect(self._on_saved)
        editor.files.looked_at_disk.connect(self._on_disk)

    def handlers(self) -> dict[str, Any]:
        """What the actions of the code do, and Ctrl+F where the keyboard is in the code."""
        return {
            "view.code": self.toggle,
            "code.complete": lambda: self._section().pane.assistant.complete(),
            "code.explain": lambda: self._section().pane.assistant.explain(),
            "code.definition": lambda: self._section().pane.assistant.go_to_definition(),
            "code.comment": lambda: self._section().pane.editor.toggle_comment(),
            "code.replace": lambda: self._section().pane.search.open(replacing=True),
            "code.module": lambda: self._section().toggle_whole(),
            "code.write": self.write_function,
            "code.rename": self.rename_function,
            "edit.find": self.find_here,
        }

    def toggle(self) -> None:
        """In front and with the keyboard in it: hide it. Anything else: show it."""
        focused = QApplication.focusWidget()
        if is_seen(self.dock) and focused is not None and holds(self.panel, focused):
            self.dock.hide()
            self._editor.canvas.setFocus()
        else:
            self.show_dock()
            self.panel.section.pane.setFocus()

    def open_node(self, node: str) -> None:
        """Double-click or Enter on a node: its code, large; what is not a function only in the inspector."""
        spec = self._editor.history.document.graph.nodes.get(node)
        if spec is None or spec.graph is not None:
            return
        self.panel.show_node(node)
        self.show_dock()
        self.panel.section.pane.setFocus()

    def open_larger(self) -> None:
        """What the inspector shows."""
        small, caret = self._small, self._small.pane.editor.line()
        self.panel.show_target(small.target)
        self.show_dock()
        self.panel.section.pane.go_to_line(caret)
        self.panel.section.pane.setFocus()

    def find_here(self) -> None:
        focused = QApplication.focusWidget()
        for section in (self.panel.section, self._small):
            if focused is not None and holds(section, focused) and section.pane.key:
                section.pane.search.open()
                return
        self._editor.run_panels.find_here()

    def write_function(self) -> None:
        for node in self._editor.canvas.selected_nodes():
            target = of_node(node).now(self._editor.history.document)
            if target.node and target.reference:
                self._editor.window.toast.say(f"'{node}' has the function {target.reference}.")
            elif target.node:
                self._small.show_target(target)
                self._small.write_stub()

    def rename_function(self) -> None:
        """The function of the selected node gets the node's name, as far as Python allows it."""
        editor = self._editor
        for node in editor.canvas.selected_nodes():
            spec = editor.history.document.graph.nodes.get(node)
            if spec is None or not spec.fn:
                editor.window.toast.say("The node has no function.")
                continue
            wish = identifier_for(node)
            if spec.fn.endswith(f":{wish}"):
                editor.window.toast.say(f"The function is called '{wish}' already.")
                continue
            try:
                editor.whole.do(rename_function(editor.whole.document, self._sources(), spec.fn, wish))
            except CommandError as error:
                editor.window.toast.say(str(error))

    def show_lock(self) -> None:
        """A run began or ended: code that runs is not edited, but that of a failed run is."""
        reason = self._editor.history.modules_locked_reason
        self.panel.set_read_only(reason)
        self._small.set_read_only(reason)

    def close(self) -> None:
        """Ends the process that knows code."""
        self._help.close()

    # ---- a new node has a function

    def _node_with_function(self, document: Document, name: str, place: Position) -> Command:
        """Both in one step. A module that cannot be written into does not keep the node from being added."""
        add = partial(add_node, name=name, position=place)
        try:
            return together(document, f"Add {shown_text(name)}", add, partial(self._stub, name=name))
        except CommandError as error:
            self._editor.window.toast.say(f"The node has no function yet: {error}")
            return add(document)

    def _named_with_function(self, document: Document, old: str, new: str) -> Command:
        """The first name a node is given is that of its stub too, as long as nothing else is called like that."""
        name = partial(rename_node, old=old, new=new)
        spec = document.graph.nodes.get(old)
        module, _, function = (spec.fn or "" if spec is not None else "").partition(":")
        if not function or not function.startswith(identifier_for(old)) or new == old:
            return name(document)
        rename = partial(
            rename_function, sources=self._sources(), reference=f"{module}:{function}", new_name=identifier_for(new)
        )
        try:
            return together(document, f"Name {shown_text(new)}", name, rename)
        except CommandError:
            return name(document)

    def _stub(self, document: Document, name: str) -> Command:
        return add_node_stub(document, self._sources(), name)

    def _sources(self) -> ProjectSources:
        path = self._editor.files.path
        return ProjectSources(path.parent if path is not None else None)

    # ---- facts

    def _section(self) -> CodeSection:
        """Where the keyboard is; else the dock if it is to be seen, else the inspector."""
        focused = QApplication.focusWidget()
        if focused is not None and holds(self._small, focused):
            return self._small
        return self.panel.section if is_seen(self.dock) else self._small

    def show_dock(self) -> None:
        window = self._editor.window
        beside = window.inspector_dock
        was_hidden, width = not self.dock.isVisible(), beside.width()
        saw_all = self._sees_all()
        window.show_dock(self.dock)
        if not was_hidden or self.dock.isFloating():
            return
        if not self._is_placed and not window.keeps_arrangement and window.width() < ROOMY_PX:
            # Three columns would leave none of them enough; later it is where the user has put it.
            window.tabifyDockWidget(beside if beside.isVisible() else window.state_dock, self.dock)
            self.dock.raise_()
        self._is_placed = True
        wide = max(self.dock.width(), WIDTH_PX)
        QTimer.singleShot(0, self, partial(self._share, wide, width, saw_all))  # the dock has its place then

    def _share(self, wide: int, width: int, saw_all: bool) -> None:
        window, beside = self._editor.window, self._editor.window.inspector_dock
        if beside in window.tabifiedDockWidgets(self.dock):
            window.resizeDocks([self.dock], [wide], Qt.Orientation.Horizontal)
        else:
            window.resizeDocks([self.dock, beside], [wide, width], Qt.Orientation.Horizontal)
        if saw_all:
            QTimer.singleShot(0, self._editor.canvas, self._editor.canvas.fit_all)

    def _sees_all(self) -> bool:
        canvas = self._editor.canvas
        seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
        return seen.contains(canvas.graph_scene.content_rect())

    def _on_selection(self, nodes: frozenset[str]) -> None:
        if len(nodes) == 1 and self._editor.history.document.has_node(next(iter(nodes))):
            self.panel.show_node(next(iter(nodes)))

    def _on_path(self, path: Path | None) -> None:
        self.panel.set_folder(path.parent if path is not None else None)

    def _on_saved(self, path: Path) -> None:
        if self.panel.section.folder != path.parent:
            self.panel.set_folder(path.parent)

    def _on_disk(self) -> None:
        self.panel.section.refresh()
        self._small.refresh()
        self._editor.problems.check_again()
