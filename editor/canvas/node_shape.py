"""The outline of one node: its card or pill, the router tabs on its outlet side, and where edges begin and end. No Qt.

A shape is in the node's own coordinates: the card's top-left corner is (0, 0). It depends on what the node is, never on
where it stands or how a run went, so that moving a node or repainting a run computes nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from editor.canvas.shapes import Point, Rect, rect_around
from engine.graph.conditions import mapped_key
from engine.graph.spec import END, START, BranchOutlet, GraphSpec, Outlet, PlainOutlet, RouterSpec

CARD_WIDTH = 180
CARD_HEIGHT = 56
LANE_WIDTH = 16
"""The breakpoint lane at the card's left edge."""
JUMP_FROM_RIGHT = 28.0
STRIP_HEIGHT = 20
"""The strip below the card that shows times and errors of a run."""
STRIP_BASELINE = 13.0
"""Of its words, below its top. A little high: below 80 % zoom, text falls up to half a pixel towards the border."""
PILL_WIDTH = 72
PILL_HEIGHT = 32
MODEL_DECIDES = "tools_condition"
"""LangGraph's ready-made router, which follows what the model asked for. Of others no name tells whether they do."""
TAB_HEADER = 24
TAB_ROW = 20
TAB_PADDING = 4
TAB_GAP = 8
TAB_MIN_WIDTH = 84
TAB_MAX_WIDTH = 176
TAB_SIDE = 26
"""Room beside a branch's label for the port and the padding."""
PORT_RADIUS = 4.0
STOP_FROM_PORT = 19.0
PORT_REACH = 10.0
"""How far from a port's middle a press still takes it; 12 px was the smallest that hands hit on a 200 dpi screen."""

TEXT_FROM = 0.5
"""Below this zoom small text could not be read: a card shows its name only, larger."""

Measure = Callable[[str], float]
"""Width of a label in the font of the tabs, in px."""


class NodeKind(Enum):
    NODE = "node"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class OutletRow:
    """One line of a tab: a branch's label and the port where its edge begins."""

    outlet: Outlet
    text: str
    rect: Rect
    port: Point
    is_connected: bool
    """Whether it leads anywhere, be it to a node that is not there."""

    @property
    def stop(self) -> Point:
        """Where the breakpoint of the branch stands: on its edge, beside the port."""
        return self.port.moved(STOP_FROM_PORT, 0)


@dataclass(frozen=True, slots=True)
class RouterTab:
    router: str
    badge: str
    """What decides: "ƒ" a function, "x>3" expressions."""
    title: str
    rect: Rect
    rows: tuple[OutletRow, ...]

    @property
    def header(self) -> Rect:
        return Rect(self.rect.left, self.rect.top, self.rect.width, TAB_HEADER)


@dataclass(frozen=True, slots=True)
class NodeShape:
    kind: NodeKind
    card: Rect
    tabs: tuple[RouterTab, ...]
    plain_port: Point | None
    """Where plain edges leave. None at END, and at a node that has a router and no plain edge."""
    input_port: Point | None
    """Where edges arrive. None at START."""
    bounds: Rect
    """Card, tabs and the strip's room."""

    @property
    def body(self) -> Rect:
        """Card and tabs, without the strip's room."""
        return rect_around([self.card, *(tab.rect for tab in self.tabs)])

    def port_of(self, outlet: Outlet) -> Point | None:
        """Where the edges of this outlet begin."""
        if isinstance(outlet, PlainOutlet):
            return self.plain_port
        return next((row.port for tab in self.tabs for row in tab.rows if row.outlet == outlet), None)

    @property
    def jump_port(self) -> Point:
        """Where jumps begin: at the lower edge of the card, where no usual edge does."""
        return Point(self.card.right - JUMP_FROM_RIGHT, self.card.bottom)

    def outlets(self, name: str) -> tuple[tuple[Outlet, Point], ...]:
        """All outlets with their ports, from top to bottom."""
        ports = [(row.outlet, row.port) for tab in self.tabs for row in tab.rows]
        if self.plain_port is not None and not self.tabs:
            ports.append((PlainOutlet(name), self.plain_port))
        return tuple(ports)

    @property
    def lane(self) -> Rect:
        """The breakpoint lane; empty for pills."""
        width = LANE_WIDTH if self.kind is NodeKind.NODE else 0
        return Rect(self.card.left, self.card.top, width, self.card.height)


@dataclass(frozen=True, slots=True)
class KeptShape:
    """Of a node with routers, with all that it was made of."""

    routers: tuple[RouterSpec, ...]
    has_plain_edge: bool
    shape: NodeShape


def node_shapes(graph: GraphSpec, measure: Measure, kept: dict[str, KeptShape] | None = None) -> dict[str, NodeShape]:
    """The shapes of START, the nodes and END, in this order. ``kept``: those of the graph before, which become these.

    Who passes it makes few anew: an edit leaves the routers of the other nodes as they are.
    """
    plain = frozenset(source for edge in graph.edges for source in edge.sources)
    shapes = {START: _plain_shape(NodeKind.START), **dict.fromkeys(graph.nodes, _plain_shape(NodeKind.NODE))}
    shapes[END] = _plain_shape(NodeKind.END)
    before = dict(kept) if kept is not None else {}
    if kept is not None:
        kept.clear()
    for name, routers in graph.routers.items():
        if name not in shapes or not routers:
            continue
        old = before.get(name)
        if old is None or old.routers is not routers or old.has_plain_edge != (name in plain):
            old = KeptShape(routers, name in plain, _shape(_kind(name), name, routers, measure, name in plain))
        if kept is not None:
            kept[name] = old
        shapes[name] = old.shape
    return shapes


def node_shape(graph: GraphSpec, name: str, measure: Measure, *, has_plain_edge: bool) -> NodeShape:
    """The shape of a node, START or END of this graph."""
    routers = graph.routers.get(name, ())
    if not routers:
        return _plain_shape(_kind(name))
    return _shape(_kind(name), name, routers, measure, has_plain_edge)


def _kind(name: str) -> NodeKind:
    return {START: NodeKind.START, END: NodeKind.END}.get(name, NodeKind.NODE)


@cache
def _plain_shape(kind: NodeKind) -> NodeShape:
    """All nodes without a router have the same one."""
    return _shape(kind, "", (), lambda _text: 0.0, False)


def _shape(
    kind: NodeKind, name: str, routers: tuple[RouterSpec, ...], measure: Measure, has_plain_edge: bool
) -> NodeShape:
    card = Rect(0, 0, CARD_WIDTH, CARD_HEIGHT) if kind is NodeKind.NODE else Rect(0, 0, PILL_WIDTH, PILL_HEIGHT)
    middle = card.middle.y
    tabs = _tabs(name, routers, card, measure, has_plain_edge)
    if kind is NodeKind.END:
        plain = None
    elif tabs:
        plain = next((row.port for row in tabs[-1].rows if isinstance(row.outlet, PlainOutlet)), None)
    else:
        plain = Point(card.right, middle)
    strip = [Rect(0, card.bottom, card.width, STRIP_HEIGHT)] if kind is NodeKind.NODE else []
    return NodeShape(
        kind=kind,
        card=card,
        tabs=tabs,
        plain_port=plain,
        input_port=None if kind is NodeKind.START else Point(0, middle),
        bounds=rect_around([card, *(tab.rect for tab in tabs), *strip]),
    )


def badge_of(router: RouterSpec) -> tuple[str, str]:
    """What decides in this router, as a sign and a word: ("ƒ", "route"), ("x>3", "conditions") or ("map", "intent").

    "?" stands for a function without branches, which may lead anywhere, and for branches of which nothing tells who
    decides between them, as in a run that another program made. "LLM": what the model asked for decides.
    """
    if router.fn is not None:
        function = router.fn.rpartition(":")[2] or router.fn
        return "?" if not router.branches else "LLM" if function == MODEL_DECIDES else "ƒ", function
    if not any(branch.when for branch in router.branches):
        return "?", router.name or "undecided"
    if (key := mapped_key(router.branches)) is not None:
        return "map", router.name or key
    return "x>3", router.name or "conditions"


def _tabs(
    name: str, routers: tuple[RouterSpec, ...], card: Rect, measure: Measure, has_plain_edge: bool
) -> tuple[RouterTab, ...]:
    """The tabs stacked at the card's right edge, the stack's middle level with the card's middle."""
    contents = [_rows_of(name, router) for router in routers]
    if contents and has_plain_edge:
        contents[-1].append((PlainOutlet(name), "always", True))
    heights = [TAB_HEADER + TAB_ROW * max(1, len(rows)) + TAB_PADDING for rows in contents]
    top = card.middle.y - (sum(heights) + TAB_GAP * (len(heights) - 1)) / 2
    tabs = []
    for router, rows, height in zip(routers, contents, heights, strict=True):
        tabs.append(_tab(router, rows, Point(card.right, float(round(top))), height, measure))
        top += height + TAB_GAP
    return tuple(tabs)


def _rows_of(name: str, router: RouterSpec) -> list[tuple[Outlet, str, bool]]:
    marks = _yes_no_marks(tuple(branch.label for branch in router.branches))
    return [
        (
            BranchOutlet(name, router.name, branch.label),
            marks.get(branch.label, "") + branch.label,
            branch.target is not None,
        )
        for branch in router.branches
    ]


def _yes_no_marks(labels: tuple[str, ...]) -> dict[str, str]:
    """True/false pairs are told apart by a sign besides their words."""
    for yes, no in (("true", "false"), ("yes", "no")):
        pair = {label.lower(): label for label in labels}
        if yes in pair and no in pair:
            return {pair[yes]: "✓ ", pair[no]: "✗ "}
    return {}


def _tab(
    router: RouterSpec, rows: list[tuple[Outlet, str, bool]], corner: Point, height: float, measure: Measure
) -> RouterTab:
    badge, title = badge_of(router)
    widest = max((measure(text) for _, text, _ in rows), default=0.0)
    wanted = max(widest + TAB_SIDE, measure(badge) + measure(title) + 30)
    width = min(TAB_MAX_WIDTH, max(TAB_MIN_WIDTH, -(-wanted // 4) * 4))
    rect = Rect(corner.x, corner.y, width, height)
    lines = []
    for index, (outlet, text, is_connected) in enumerate(rows):
        line = Rect(rect.left, rect.top + TAB_HEADER + index * TAB_ROW, width, TAB_ROW)
        lines.append(OutletRow(outlet, text, line, Point(rect.right, line.middle.y), is_connected))
    return RouterTab(router.name, badge, title, rect, tuple(lines))
