"""The panels at the left: the outline of the graph, and the palette to drag from. Makes and connects them.

Called by ``wiring`` with one line. What the rows of both mean stands here; the panels themselves know none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from editor.app.action_registry import Handlers
from editor.canvas.drop_target import Put
from editor.canvas.node_look import RETRYING, STYLES
from editor.canvas.node_offers import Offer, OfferKind, offers_to_add
from editor.debugger.breakpoints import BreakpointLook, breakpoint_looks
from editor.debugger.run_picture import NodeLook, NodeMoment, RunPicture
from editor.panels.outline_panel import Mark, OutlinePanel, Place
from editor.panels.palette_panel import MIME, PalettePanel, PaletteRow
from engine.graph.problem import Problem, Severity

if TYPE_CHECKING:
    from editor.app.wiring import Editor

GROUPS = {
    OfferKind.NEW: "New",
    OfferKind.SUBGRAPH: "New",
    OfferKind.FUNCTION: "Functions of the project",
    OfferKind.GRAPH: "Other graphs, as subgraphs",
    OfferKind.TEMPLATE: "Templates",
}
REMARKS = {"note": ("Note", "words on the canvas", "edit"), "frame": ("Frame", "around what belongs together", "fit")}
STOPS = {
    BreakpointLook.PLAIN: "breakpoint",
    BreakpointLook.DISABLED: "breakpoint_off",
    BreakpointLook.CONDITIONAL: "breakpoint_if",
    BreakpointLook.HIT_COUNT: "breakpoint_if",
    BreakpointLook.LOG: "breakpoint_log",
}
"""Shapes as in the lanes of the cards."""
LOOK_AGAIN_AFTER_MS = 120
"""While somebody types or drags, the palette need not be made anew at each step."""


class SidePanels(QObject):
    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._things: dict[str, Offer | Put] = {}
        self._troubles: tuple[Iterable[Problem], dict[Place, Problem]] = ((), {})
        self.outline = OutlinePanel(self._marks_of)
        self.palette = PalettePanel(self._rows_for)
        self.docks = {
            "view.outline": editor.window.add_left_dock("Outline", "outline", self.outline),
            "view.shelf": editor.window.add_left_dock("Palette", "palette", self.palette),
        }
        self._soon = QTimer(self, singleShot=True, interval=LOOK_AGAIN_AFTER_MS)
        self._soon.timeout.connect(self.palette.refresh)
        canvas = editor.canvas
        canvas.drops.kind = MIME
        canvas.drops.dragged = self._things.get
        self.docks["view.outline"].visibilityChanged.connect(self._on_outline_seen)
        self.docks["view.shelf"].visibilityChanged.connect(self._on_palette_seen)
        self.outline.chosen.connect(self._choose)
        self.outline.opened.connect(self._open)
        self.palette.taken.connect(self._take)
        canvas.search.shelf.filled.connect(self._soon.start)
        canvas.selection_changed.connect(self._follow_selection)
        editor.whole.subscribe(self._on_document)
        editor.history.subscribe_path(self._on_path)
        editor.session.picture_changed.connect(self._on_marks)
        editor.session.breakpoint_list_changed.connect(self._on_marks)
        editor.problems.count_changed.connect(self._on_marks)

    def handlers(self) -> Handlers:
        return {id: partial(self._editor.window.toggle_dock, dock) for id, dock in self.docks.items()}

    # ---- outline

    def _on_document(self, _event: object) -> None:
        self.outline.show_graph(self._editor.whole.document.graph)
        self._soon.start()

    def _on_path(self, _old: object, _new: object) -> None:
        self._follow_selection(self._editor.canvas.selected_nodes())
        self._soon.start()

    def _follow_selection(self, nodes: Iterable[str]) -> None:
        path = self._editor.history.path
        self.outline.show_selected((path, name) for name in nodes)

    def _on_outline_seen(self, is_seen: bool) -> None:
        if is_seen:
            self.outline.show_graph(self._editor.whole.document.graph)
            QTimer.singleShot(0, self.outline, self.outline.refresh)

    def _choose(self, places: Sequence[Place]) -> None:
        """Selects them on the canvas. Of several graphs' nodes those of the last row's graph."""
        if not places:
            return
        path = places[-1][0]
        names = [name for at, name in places if at == path]
        self._editor.levels.go_to(path, names[0])
        if len(names) > 1:
            self._editor.canvas.select(names)

    def _open(self, place: Place) -> None:
        self._editor.levels.go_to(*place)
        self._editor.canvas.activate_selection()

    def _on_marks(self, *_facts: object) -> None:
        self.outline.show_marks()

    def _marks_of(self, place: Place) -> list[Mark]:
        """What is wrong with the node, where the run is with it, and whether it stops there."""
        path, name = place
        marks = []
        problem = self._problems().get(place)
        if problem is not None:
            is_error = problem.severity is Severity.ERROR
            marks.append(Mark("error" if is_error else "warning", "failed" if is_error else "next", problem.sentence))
        moment = self._picture(path).nodes.get(name, NodeMoment())
        style = RETRYING if moment.look is NodeLook.RUNNING and moment.tries > 1 else STYLES[moment.look]
        if style.icon:
            marks.append(Mark(style.icon, style.icon_colour or style.colour, style.word))
        stop = breakpoint_looks(self._editor.session.breakpoint_list, path).get(name)
        if stop is not None:
            marks.append(Mark(STOPS[stop[0]], "breakpoint", f"breakpoint, {stop[0].value}"))
        return marks

    def _picture(self, path: tuple[str, ...]) -> RunPicture:
        picture = self._editor.session.picture
        return picture.inside.get(path, RunPicture()) if path else picture

    def _problems(self) -> dict[Place, Problem]:
        """The worst of each node; a subgraph has those inside it as well."""
        problems = self._editor.problems.problems
        if self._troubles[0] is not problems:
            found: dict[Place, Problem] = {}
            for each in reversed(problems):  # the worst come first
                path, told = each.path, each.inner or each
                if told.severity is Severity.HINT:
                    continue  # as on the canvas: a graph that is being built is full of them
                found.update({(path, name): told for name in (told.node, *told.also) if name is not None})
                found.update({(path[:depth], path[depth]): each for depth in range(len(path))})
            self._troubles = (problems, found)
        return self._troubles[1]

    # ---- palette

    def _on_palette_seen(self, is_seen: bool) -> None:
        if is_seen:
            shelf = self._editor.canvas.search.shelf
            shelf.see(self._editor.history.document.modules)
            shelf.refresh()
            QTimer.singleShot(0, self.palette, self.palette.refresh)

    def _rows_for(self, text: str) -> list[PaletteRow]:
        search, document = self._editor.canvas.search, self._editor.history.document
        search.shelf.see(document.modules)
        offers = offers_to_add(
            text, document, search.shelf.choices, graphs=search.shelf.graphs, templates=search.templates
        )
        rows = [PaletteRow(GROUPS[each.kind], _key(each), each.title, each.detail, each.icon) for each in offers]
        rows += [
            PaletteRow("New", f"remark:{kind}", title, about, glyph)
            for kind, (title, about, glyph) in REMARKS.items()
            if text.casefold() in title.casefold()
        ]
        remarks = self._editor.canvas.remarks
        self._things.clear()
        self._things.update({"remark:note": remarks.add_note, "remark:frame": remarks.add_frame_at})
        self._things.update({_key(each): each for each in offers})
        order = list(dict.fromkeys(GROUPS.values()))
        return sorted(rows, key=lambda row: order.index(row.group))

    def _take(self, key: str) -> None:
        thing = self._things.get(key)
        if thing is not None:
            self._editor.canvas.drops.put_in_view(thing)


def _key(offer: Offer) -> str:
    return f"{offer.kind.value}:{offer.fn or offer.title}"
