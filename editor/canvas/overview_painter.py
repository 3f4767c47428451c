"""The drawing from far away (below 30 %): all nodes as rectangles and all edges as lines, in a few batches.

10,000 nodes take about 4 ms this way; item by item they take over 100. The batches are kept, and only what was touched
is looked at anew. Makes no decisions: where things are is the drawing's to say, colours are the scene's.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, Protocol, TypeVar

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from editor.canvas.drawing import Drawing
from editor.canvas.geometry import Route, RouteKind
from editor.canvas.remark_items import RemarkItem
from editor.theme.theme import current_tokens
from engine.graph.spec import EdgeId

OVERVIEW_BELOW = 0.3
"""Zoom at which single items give way to the overview."""
MOST_AT_ONCE = 1_500
"""So many nodes and edges are looked at for one painting, in 9 ms; the others of a graph just opened for the next."""
PROBLEM_SIDE = 32.0
"""Of the square at a card's corner that marks a problem."""
_PROBLEM_TOKENS = {"error": "breakpoint", "warning": "next_line"}
"""The strongest red and amber of the theme; "failed" and "next" colour whole cards."""

Look = TypeVar("Look", bound=Hashable)
Key = TypeVar("Key", bound=Hashable)
Piece = TypeVar("Piece")


class FarNode(NamedTuple):
    """How a node looks from afar."""

    colour: str
    """Name of a token."""
    problem: str = ""
    """As in ``NodeDress``."""
    is_selected: bool = False


class FarLine(NamedTuple):
    colour: str
    width_px: float
    """0 for the thinnest line of the screen."""


class Seen(Protocol):
    """What the overview asks of the scene."""

    @property
    def drawing(self) -> Drawing: ...
    @property
    def remarks(self) -> Mapping[str, RemarkItem]: ...
    def node_from_afar(self, name: str) -> FarNode: ...
    def edge_from_afar(self, edge: EdgeId) -> FarLine: ...


class Overview:
    def __init__(self) -> None:
        self._touched_nodes: dict[str, None] = {}
        self._touched_edges: dict[EdgeId, None] = {}
        self.clear()

    def clear(self) -> None:
        """Another graph is shown: nothing of this one is painted any more. Touch what is there."""
        self._cards: _Batches[str, str, QRectF] = _Batches()
        self._tabs: _Batches[str, str, QRectF] = _Batches()
        self._problems: _Batches[str, str, QRectF] = _Batches()
        self._selected: _Batches[str, str, QRectF] = _Batches()
        self._lines: _Batches[FarLine, EdgeId, QLineF] = _Batches()
        self._touched_nodes.clear()
        self._touched_edges.clear()

    def touch(self, nodes: Iterable[str] = (), edges: Iterable[EdgeId] = ()) -> None:
        """These came, went, or look otherwise: they are looked at before the next painting."""
        self._touched_nodes.update(dict.fromkeys(nodes))
        self._touched_edges.update(dict.fromkeys(edges))

    @property
    def touched(self) -> int:
        """How many nodes and edges the next painting looks at."""
        return len(self._touched_nodes) + len(self._touched_edges)

    def paint(self, painter: QPainter, seen: Seen, scale: float) -> bool:
        """Paint in scene coordinates. False if there was too much to look at: paint again for the rest."""
        _paint_remarks(painter, seen.remarks, scale)
        self._look(seen)
        tokens = current_tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for (token, width), lines in self._lines.all():
            colour = QColor(getattr(tokens, token))
            if not width:
                colour.setAlphaF(0.6)
            painter.setPen(QPen(colour, width / scale if width else 0))
            painter.drawLines(lines)
        painter.setPen(Qt.PenStyle.NoPen)
        for token, rects in (*self._cards.all(), *self._tabs.all(), *self._problems.all()):
            colour = QColor(getattr(tokens, token))
            if token == "router":
                colour.setAlphaF(0.4)
            painter.setBrush(colour)
            painter.drawRects(rects)
        for token, rects in self._selected.all():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(getattr(tokens, token)), 2 / scale))
            painter.drawRects(rects)
        return not self.touched

    def _look(self, seen: Seen) -> None:
        nodes = list(itertools.islice(self._touched_nodes, MOST_AT_ONCE))
        for name in nodes:
            del self._touched_nodes[name]
            self._look_at_node(seen, name)
        for edge in list(itertools.islice(self._touched_edges, MOST_AT_ONCE - len(nodes))):
            del self._touched_edges[edge]
            route = seen.drawing.routes.get(edge)
            self._lines.drop(edge)
            if route is not None:
                self._lines.put(seen.edge_from_afar(edge), edge, _pieces(route))

    def _look_at_node(self, seen: Seen, name: str) -> None:
        for batches in (self._cards, self._tabs, self._problems, self._selected):
            batches.drop(name)
        shape = seen.drawing.shapes.get(name)
        if shape is None:
            return
        look, (x, y) = seen.node_from_afar(name), seen.drawing.positions[name]
        rect = QRectF(x, y, shape.card.width, shape.card.height)
        self._cards.put(look.colour, name, [rect])
        if look.problem:
            side = min(rect.height(), PROBLEM_SIDE)
            corner = QRectF(rect.right() - side / 2, rect.top() - side / 2, side, side)
            self._problems.put(_PROBLEM_TOKENS[look.problem], name, [corner])
        if shape.tabs:
            self._tabs.put("router", name, [QRectF(*tab.rect).translated(x, y) for tab in shape.tabs])
        if look.is_selected:
            self._selected.put("accent", name, [rect.adjusted(-10, -10, 10, 10)])


class _Batches(Generic[Look, Key, Piece]):
    """Pieces by what they belong to, in batches that are painted alike."""

    def __init__(self) -> None:
        self._looks: dict[Key, Look] = {}
        self._batches: dict[Look, dict[Key, list[Piece]]] = defaultdict(dict)
        self._lists: dict[Look, list[Piece]] = {}
        """Ready to be painted; of a batch that is as it was."""

    def put(self, look: Look, key: Key, pieces: list[Piece]) -> None:
        """Of a key that has none."""
        self._looks[key] = look
        self._batches[look][key] = pieces
        self._lists.pop(look, None)

    def drop(self, key: Key) -> None:
        look = self._looks.pop(key, None)
        if look is not None:
            del self._batches[look][key]
            self._lists.pop(look, None)

    def all(self) -> Iterator[tuple[Look, list[Piece]]]:
        for look, batch in self._batches.items():
            if look not in self._lists:
                self._lists[look] = list(itertools.chain.from_iterable(batch.values()))
            if self._lists[look]:
                yield look, self._lists[look]


def _paint_remarks(painter: QPainter, remarks: Mapping[str, RemarkItem], scale: float) -> None:
    """There are few of them; frames keep their titles as long as these can be read."""
    for item in sorted(remarks.values(), key=lambda item: item.zValue()):
        painter.save()
        painter.translate(item.pos())
        item.paint_far(painter, scale)
        painter.restore()


def _pieces(route: Route) -> list[QLineF]:
    if route.kind is RouteKind.FORWARD:
        return [QLineF(*route.start, *route.tip)]
    points = [route.start, *(segment.end for segment in route.segments), route.tip]
    return [QLineF(*a, *b) for a, b in itertools.pairwise(points)]
