"""The search at the pointer: add a node, from a function or by a name, or lead an edge to one that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QTimer

from editor.canvas.choice_popup import ChoicePopup
from editor.canvas.free_ground import end_aside, free_ground
from editor.canvas.function_shelf import FunctionShelf
from editor.canvas.geometry import draft_route, polyline
from editor.canvas.make_room import room_in_edge
from editor.canvas.node_offers import (
    Offer,
    OfferKind,
    TemplateChoice,
    offers_of_outlets,
    offers_to_add,
    offers_to_connect,
    shown_plain,
)
from editor.canvas.node_shape import CARD_HEIGHT, CARD_WIDTH
from editor.canvas.shapes import Point, Rect, rect_around
from editor.canvas.view_stage import ViewStage
from editor.document import commands
from editor.document.changes import NodePlaced
from editor.document.command import Command, CommandError
from editor.document.document import Document
from editor.document.insert_template import Inserted
from editor.document.layout import Position, on_grid
from editor.document.remark_commands import resize_remarks
from editor.document.subgraph_commands import add_reference, add_subgraph
from engine.graph.spec import END, BranchOutlet, EdgeId, Outlet, PlainOutlet

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

NEW_NODE_GAP_PX = 88
"""Between an outlet and the node that is added for it by keyboard."""
ROUTER_ROOM_PX = 160
"""Kept free after a node that already leads somewhere: with a second edge it may become a router, which has a tab."""


class NodeSearch:
    def __init__(self, view: GraphView, stage: ViewStage) -> None:
        self._view = view
        self._stage = stage
        self.shelf = FunctionShelf(view)
        self.shelf.filled.connect(self._show_filled)
        self.popup: ChoicePopup | None = None
        self.make_node: Callable[[Document, str, Position], Command] = commands.add_node
        """Adds a node that no function was chosen for. The window, which knows the modules, writes one for it."""
        self.templates: tuple[TemplateChoice, ...] = ()
        self.insert_template: Callable[[Document, str, Position], Inserted] | None = None
        """Adds all nodes of a template. The window, which knows them, says how."""
        self.name_node: Callable[[Document, str, str], Command] = commands.rename_node
        """Gives a node that was just added its first name of the user's."""

    def open(self, at: Point, outlet: Outlet | None = None) -> None:
        """Ask what to add at this point of the scene. ``outlet``: an edge from there leads to what is taken."""
        if not self._stage.may_edit():
            return
        self.shelf.see(self._stage.document.modules)
        self.shelf.refresh()

        def offers(text: str) -> Sequence[Offer]:
            document, shelf = self._stage.document, self.shelf
            return offers_to_add(text, document, shelf.choices, outlet, shelf.graphs, self.templates)

        if outlet is not None:
            self._open_wired(offers, at, at, outlet)
        else:
            self._open_popup(
                offers, lambda offer: self._take(offer, at, None), at, title="", hint="A name or a function"
            )

    def open_into(self, edge: EdgeId) -> None:
        """Ask what to put into an edge, in its middle; what is in the way makes room."""
        if not self._stage.may_edit():
            return
        self.shelf.see(self._stage.document.modules)
        self.shelf.refresh()
        line = polyline(self._stage.drawing.routes[edge])
        corner = line[len(line) // 2].moved(-CARD_WIDTH / 2, -CARD_HEIGHT / 2)
        self._open_popup(
            lambda text: offers_to_add(text, self._stage.document, self.shelf.choices, graphs=self.shelf.graphs),
            lambda offer: self._take(offer, corner, None, edge),
            corner,
            title=f"Between {shown_plain(edge.outlet.node)} and {shown_plain(edge.target)}",
            hint="A name or a function",
        )

    def open_from(self, node: str) -> None:
        """Ask where an edge from this node leads; first from which of its outlets, if it has several."""
        if node == END:
            self._stage.tell("Nothing can start at END: it is where the run ends.")
            return
        if not self._stage.may_edit():
            return
        outlets = [outlet for outlet, _ in self._stage.drawing.shapes[node].outlets(node)]
        if len(outlets) == 1:
            self._open_targets(outlets[0])
            return

        def take(offer: Offer) -> bool:
            if offer.outlet is not None:
                QTimer.singleShot(0, self._view, partial(self._open_targets, offer.outlet))  # after this one closed
            return True

        self._open_popup(
            lambda text: offers_of_outlets(text, self._stage.document, outlets),
            take,
            self._stage.drawing.port(outlets[0]),
            title=f"An edge from {shown_plain(node)}",
            hint="From which branch?",
        )

    def _open_targets(self, outlet: Outlet) -> None:
        self.shelf.see(self._stage.document.modules)
        self.shelf.refresh()
        port = self._stage.drawing.port(outlet)
        is_second = any(
            outlet == PlainOutlet(name) for edge in self._stage.document.graph.edges for name in edge.sources
        )
        gap = NEW_NODE_GAP_PX + (ROUTER_ROOM_PX if is_second else 0)
        ground = free_ground(self._stage.drawing, port.moved(gap, -CARD_HEIGHT / 2))
        self._open_wired(
            lambda text: offers_to_connect(
                text, self._stage.document, self.shelf.choices, outlet, self.shelf.graphs, self.templates
            ),
            port,
            ground.moved(0, CARD_HEIGHT / 2),
            outlet,
        )

    def _open_wired(self, source: Callable[[str], Sequence[Offer]], corner: Point, at: Point, outlet: Outlet) -> None:
        """``at``: where a new node would be added."""
        popup = self._open_popup(
            source,
            lambda offer: self._take(offer, at, outlet),
            corner,
            title=f"From {_in_words(outlet)} to …",
            hint="A name, a function or a node",
        )
        popup.aimed.connect(lambda offer: self._show_aim(offer, at, outlet))
        self._show_aim(popup.chosen(), at, outlet)

    def put(self, offer: Offer, corner: Point, edge: EdgeId | None = None) -> bool:
        """Add what is offered, without asking; ``edge``: into that one."""
        if not self._stage.may_edit():
            return False
        return self._take(offer, corner, None, edge)

    def close(self) -> None:
        """Close it, if it is open, without taking anything."""
        if self.popup is not None:
            self.popup.leave()

    def _open_popup(
        self,
        source: Callable[[str], Sequence[Offer]],
        take: Callable[[Offer], bool],
        at: Point,
        *,
        title: str,
        hint: str,
    ) -> ChoicePopup:
        self.close()
        popup = ChoicePopup(self._view, source, take, title=title, hint=hint, name=title or "Add a node")
        popup.closed.connect(self._forget)
        self.popup = popup
        popup.open_at(self._view.mapFromScene(QPointF(*at)) + QPoint(4, 4))
        return popup

    def _take(self, offer: Offer, at: Point, outlet: Outlet | None, edge: EdgeId | None = None) -> bool:
        if offer.is_refused:
            self._stage.tell(offer.detail)
            return False
        if offer.kind is OfferKind.NODE:
            return outlet is not None and self._stage.connect(outlet, offer.name)
        if offer.kind is OfferKind.TEMPLATE:
            return self._add_template(offer, at, outlet)
        if not self._add(offer, at, outlet, edge):
            return False
        if offer.name not in self._stage.drawing.shapes:
            return True  # a menu asks what the edge shall mean, and adds the node then
        self._stage.select([offer.name])
        self._stage.show(self._stage.drawing.body_rect(offer.name))
        if offer.asks_name:
            self._view.naming.rename_node(offer.name, self.name_node)
        return True

    def _add(self, offer: Offer, at: Point, outlet: Outlet | None, edge: EdgeId | None) -> bool:
        label = f"Add '{offer.name}'"
        room = None
        if edge is not None:
            card = Rect(*on_grid(*at), CARD_WIDTH, CARD_HEIGHT)
            room = room_in_edge(self._stage.drawing, edge, offer.name, card)
        place = self._free_place(at, outlet) if room is None else room.corner

        def add(document: Document) -> Command:
            if offer.kind is OfferKind.SUBGRAPH:
                return add_subgraph(document, offer.name, place)
            if offer.kind is OfferKind.GRAPH:
                return add_reference(document, offer.name, place, offer.fn or "")
            if offer.fn is None:
                return self.make_node(document, offer.name, place)
            return commands.add_node(document, offer.name, place, offer.fn)

        if edge is not None and room is not None:
            make_room = partial(commands.move, positions=room.places)
            widen = partial(resize_remarks, rects=room.remarks)
            wire = partial(commands.insert_on_edge, edge=edge, name=offer.name)
            return self._stage.do_keeping_places(f"Insert '{offer.name}'", make_room, widen, add, wire)
        make_way = partial(commands.move, positions=end_aside(self._stage.drawing, place))
        if outlet is None:
            return self._stage.do_keeping_places(label, make_way, add)
        return self._stage.connect(outlet, offer.name, make_way, add, label=label)

    def _add_template(self, offer: Offer, at: Point, outlet: Outlet | None) -> bool:
        """All its nodes as one edit; the edge that was being drawn leads to the first one."""
        assert self.insert_template is not None, "templates are offered together with the way to insert them"
        place = self._free_place(at, outlet)
        try:
            made = self.insert_template(self._stage.document, offer.name, place)
            if (roomier := self._free_place(at, outlet, size := _size_of(made))) != place:
                made = self.insert_template(self._stage.document, offer.name, roomier)
        except CommandError as error:
            self._stage.tell(str(error))
            return False
        make_way = partial(commands.move, positions=end_aside(self._stage.drawing, roomier, size))
        steps, label = (make_way, lambda _document: made.command), made.command.label
        if outlet is None:
            is_done = self._stage.do_keeping_places(label, *steps)
        else:
            is_done = self._stage.connect(outlet, made.entry, *steps, label=label)
        if is_done and made.entry in self._stage.drawing.shapes:
            self._stage.select(made.nodes)
            self._stage.tell(made.told)
        return is_done

    def _free_place(
        self, at: Point, outlet: Outlet | None, size: tuple[float, float] = (CARD_WIDTH, CARD_HEIGHT)
    ) -> Position:
        """Near a point where a card is put, or to which an edge was drawn."""
        corner = on_grid(at.x, at.y if outlet is None else at.y - CARD_HEIGHT / 2)
        return on_grid(*free_ground(self._stage.drawing, Point(*corner), size))

    def _show_aim(self, offer: Offer | None, at: Point, outlet: Outlet) -> None:
        """The edge as it would be drawn."""
        if self.popup is None:
            return
        drawing = self._stage.drawing
        is_node = offer is not None and offer.kind is OfferKind.NODE and offer.name in drawing.shapes
        tip = drawing.inlet(offer.name) if offer is not None and is_node else at
        self._stage.show_draft(draft_route(drawing.port(outlet), tip))
        self._stage.show_targets(frozenset([offer.name]) if offer is not None and is_node else None)

    def _show_filled(self) -> None:
        if self.popup is not None:
            self.popup.refresh()

    def _forget(self) -> None:
        self.popup = None
        self._stage.show_draft(None)
        self._stage.show_targets(None)


def _size_of(made: Inserted) -> tuple[float, float]:
    """Of the ground that its cards take."""
    placed = [change for change in made.command.changes if isinstance(change, NodePlaced) and change.name in made.nodes]
    corners = [change.new for change in placed if change.new is not None]
    around = rect_around([Rect(x, y, CARD_WIDTH, CARD_HEIGHT) for x, y in corners])
    return around.width, around.height


def _in_words(outlet: Outlet) -> str:
    branch = f", branch '{outlet.label}'" if isinstance(outlet, BranchOutlet) else ""
    return f"{shown_plain(outlet.node)}{branch}"
