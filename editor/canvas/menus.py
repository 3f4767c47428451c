"""The small menus of the canvas: what can be done at a point, and what a second plain edge shall mean."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from editor.canvas.arranging import AXES, SIDES
from editor.canvas.combined import combined
from editor.canvas.exporting import KINDS
from editor.canvas.hit import Hit
from editor.document import commands
from editor.document.command import Command
from editor.document.document import Document
from engine.graph.spec import END, START, BranchOutlet, EdgeId, PlainOutlet

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView


MenuPart = Callable[[QMenu, Hit], None]

_ARRANGE_KEYS = {
    "left": "Shift+Alt+←",
    "right": "Shift+Alt+→",
    "top": "Shift+Alt+↑",
    "bottom": "Shift+Alt+↓",
    "centre": "Shift+Alt+C",
    "middle": "Shift+Alt+M",
    "across": "Shift+Alt+H",
    "down": "Shift+Alt+V",
}


def open_context_menu(view: GraphView, hit: Hit, scene_point: QPointF, at: QPoint) -> QMenu:
    """Offers "Add node here…" first, then what fits to what was hit."""
    menu = _new_menu(view)
    menu.addAction("Add node here…", lambda: view.add_node_at(scene_point))
    menu.addAction("Paste here\tCtrl+V", lambda: view.copying.paste(scene_point)).setEnabled(view.copying.can_paste())
    if hit.edge is not None:
        menu.addSeparator()
        menu.addAction("Insert a node here…\tTab", partial(view.search.open_into, hit.edge))
        if isinstance(hit.edge.outlet, BranchOutlet):
            menu.addAction("Rename branch\tF2", view.rename_selection)
        menu.addAction("Delete edge\tDel", view.delete_selection)
    elif hit.node is not None and hit.node not in (START, END):
        name = hit.node
        menu.addSeparator()
        menu.addAction("Cut\tCtrl+X", view.copying.cut)
        menu.addAction("Copy\tCtrl+C", view.copying.copy)
        menu.addAction("Duplicate\tCtrl+D", view.copying.duplicate)
        menu.addSeparator()
        menu.addAction("Draw an edge from here…\tE", view.connect_selection)
        menu.addAction("Rename\tF2", view.rename_selection)
        menu.addAction("Toggle breakpoint\tF9", lambda: view.breakpoint_toggled.emit(name))
        menu.addAction("Delete\tDel", view.delete_selection)
        menu.addAction("Delete and reconnect\tCtrl+Del", view.delete_and_heal_selection)
    for add in view.menu_parts:
        add(menu, hit)
    menu.addSeparator()
    menu.addAction("Find a node…\tCtrl+F", view.find_bar.open)
    if len(view.selected_nodes()) > 1:
        _add_arranging(menu.addMenu("Arrange"), view)
        menu.addAction("Tidy selection\tShift+Alt+T", view.tidy)
    menu.addAction("Tidy all", view.tidying.start)
    menu.addAction("Fit all\t1", view.fit_all)
    _add_exports(menu.addMenu("Export"), view)
    _say_keys_as_they_are(menu, view)
    menu.popup(at)
    return menu


def _say_keys_as_they_are(menu: QMenu, view: GraphView) -> None:
    """The user may have given other keys to what the rows do."""
    for row in menu.actions():
        inner = row.menu()
        if isinstance(inner, QMenu):
            _say_keys_as_they_are(inner, view)
        text, _tab, key = row.text().partition("\t")
        if key:
            row.setText(f"{text}\t{view.key_now(key)}".rstrip("\t"))


def ask_parallel_or_conditional(
    view: GraphView, at: QPoint, *, parallel: Callable[[], object], conditional: Callable[[], object]
) -> QMenu:
    """A second plain edge may mean two things; the user says which."""
    menu = _new_menu(view)
    menu.addAction("Run both, in parallel").triggered.connect(lambda: parallel())
    menu.addAction("Choose one, by a router").triggered.connect(lambda: conditional())
    menu.popup(at)
    return menu


def _add_arranging(menu: QMenu, view: GraphView) -> None:
    for side, text in SIDES.items():
        menu.addAction(f"{text}\t{_ARRANGE_KEYS[side]}").triggered.connect(partial(_call, view.align, side))
    menu.addSeparator()
    for axis, text in AXES.items():
        row = menu.addAction(f"{text}\t{_ARRANGE_KEYS[axis]}")
        row.triggered.connect(partial(_call, view.distribute, axis))
        row.setEnabled(len(view.selected_nodes()) > 2)


def _add_exports(menu: QMenu, view: GraphView) -> None:
    for kind, (text, _ending) in KINDS.items():
        menu.addAction(f"{text}…").triggered.connect(partial(_call, view.exporting.ask, kind))
    menu.addSeparator()
    menu.addAction("Copy as Mermaid", view.exporting.copy_mermaid)


def _call(act: Callable[[str], object], what: str, _checked: bool = False) -> None:
    act(what)


def made_conditional(document: Document, node: str, target: str) -> Command:
    """Turn a node's plain edges and one more into the branches of a new router, each named after its target."""
    plain = [edge for edge in document.graph.edges if edge.source == node]
    targets = list(dict.fromkeys([*(edge.target for edge in plain), target]))
    lines = [EdgeId(PlainOutlet(node), edge.target) for edge in plain]
    branches = [({END: "end"}.get(name, name), name) for name in targets]
    return combined(
        document,
        f"Choose after '{node}'",
        lambda before: commands.delete(before, edges=lines),
        lambda before: commands.add_router(before, node, None, branches),
    )


def _new_menu(view: GraphView) -> QMenu:
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
