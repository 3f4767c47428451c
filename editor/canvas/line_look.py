"""How an edge is drawn at the looked-at moment: pen by token names, dashes, arrow, counter. Pure, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from editor.canvas.geometry import RouteKind
from editor.debugger.run_picture import EdgeLook, EdgeMoment
from engine.graph.jumps import JumpOutlet
from engine.graph.spec import END, START, BranchOutlet, EdgeId

DASHES = (6.0, 4.0)
"""A conditional edge before its decision, in px."""
DOTS = (1.5, 4.5)
"""A branch that was not taken."""
STUB_DASHES = (3.0, 3.0)
FADED = 0.4
"""Edges that leave a skipped node fade with it."""


@dataclass(frozen=True, slots=True)
class LineLook:
    colour: str
    width_px: float
    """0 is the thinnest line of the screen, which Qt draws three times faster."""
    dashes: tuple[float, ...]
    arrow: str
    """Token of the arrow's colour."""
    opacity: float
    counter: str
    """Words on the line, e.g. "↻3"; empty for none. Of a stub, the missing node's name."""
    is_moving: bool


def line_look(
    edge: EdgeId,
    kind: RouteKind,
    moment: EdgeMoment | None,
    *,
    is_target_running: bool = False,
    is_source_skipped: bool = False,
    is_fine: bool = False,
    fan_out: int = 0,
) -> LineLook:
    """``is_fine`` asks for hairlines: in drawings of very many edges. ``fan_out``: how many tasks came along it."""
    look = moment.look if moment else EdgeLook.IDLE
    times = moment.times if moment else 0
    counter = f"↻{times}" if kind is not RouteKind.FORWARD and times > 0 else ""
    colour, width, dashes, opacity = _PENS[look]
    if kind is RouteKind.JUMP:
        counter = "goto"
    if kind is RouteKind.STUB:
        colour, dashes, counter = "next", STUB_DASHES, edge.target
    if fan_out > 1 and look in (EdgeLook.TAKEN, EdgeLook.NEXT):
        counter = f"⋔×{fan_out}"
    if look is EdgeLook.IDLE and (isinstance(edge.outlet, BranchOutlet) or kind is RouteKind.JUMP):
        dashes = DASHES
    if is_source_skipped:
        opacity = FADED
    if is_target_running:
        colour = "running"
    return LineLook(
        colour=colour,
        width_px=width if width > 2 else 0.0 if is_fine else width,
        dashes=dashes,
        arrow="next_line" if look is EdgeLook.NEXT and not is_target_running else colour,
        opacity=opacity,
        counter=counter,
        is_moving=is_target_running,
    )


_PENS: dict[EdgeLook, tuple[str, float, tuple[float, ...], float]] = {
    EdgeLook.IDLE: ("edge", 1.5, (), 1.0),
    EdgeLook.TAKEN: ("edge_taken", 2.5, (), 1.0),
    EdgeLook.NEXT: ("edge_taken", 2.5, (), 1.0),
    EdgeLook.SKIPPED: ("edge", 1.25, DOTS, 1.0),  # so few dots must not be faint as well: on dark they were lost
}
"""Token, width in px, dashes, opacity."""


def edge_in_words(edge: EdgeId, moment: EdgeMoment | None) -> str:
    """For tooltips and screen readers."""
    look, times = (moment.look, moment.times) if moment else (EdgeLook.IDLE, 0)
    branch = f" by '{edge.outlet.label}'" if isinstance(edge.outlet, BranchOutlet) else ""
    if isinstance(edge.outlet, JumpOutlet):
        branch = " by Command(goto=...)"
    state = {EdgeLook.TAKEN: ", taken", EdgeLook.NEXT: ", leads to what is next", EdgeLook.SKIPPED: ", not taken"}
    count = f" {times} times" if times > 1 else ""
    names = {START: "START", END: "END"}
    source, target = (names.get(name, name) for name in (edge.outlet.node, edge.target))
    return f"from {source}{branch} to {target}{state.get(look, '')}{count}"
