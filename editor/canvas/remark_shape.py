"""Where frames and notes are taken hold of, what stands in a frame, and how one is stretched. Pure geometry, no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from editor.canvas.shapes import Point, Rect, rect_around
from editor.document.remark import SMALLEST_PX, Remark

TITLE_PX = 32.0
"""Height of a frame's title bar, by which it is moved; the ground below it is as empty as any."""
FRAME_PADDING_PX = 28.0
"""Between a new frame and the cards in it."""
EDGE_PX = 5.0
"""How near its edge a remark is taken there, to be stretched."""
CORNER_PX = 12.0


@dataclass(frozen=True, slots=True)
class RemarkHit:
    key: str
    side: str = ""
    """Of "left", "right", "top", "bottom", one or two, e.g. "left top"; empty for the body or title bar."""


def remark_at(remarks: Mapping[str, Remark], point: Point, stretch: float = 1.0) -> RemarkHit | None:
    """The remark under this point: notes before frames, small ones before large ones. ``stretch`` widens the edges."""
    reach, (x, y) = EDGE_PX * stretch, point
    near = [
        key
        for key, remark in remarks.items()
        if remark.rect[0] - reach <= x <= remark.rect[0] + remark.rect[2] + reach
        and remark.rect[1] - reach <= y <= remark.rect[1] + remark.rect[3] + reach
    ]
    for key in sorted(near, key=lambda key: _depth(remarks[key], key)):
        side = _side_at(rect_of(remarks[key]), point, reach)
        if side is None:
            continue
        if side or remarks[key].kind == "note" or title_rect(remarks[key]).holds(*point):
            return RemarkHit(key, side)
    return None


def _depth(remark: Remark, key: str) -> tuple[bool, int, str]:
    """Sorted by it, the uppermost remark comes first."""
    return remark.kind == "frame", remark.rect[2] * remark.rect[3], key


def rect_of(remark: Remark) -> Rect:
    return Rect(*map(float, remark.rect))


def title_rect(remark: Remark) -> Rect:
    left, top, width, height = rect_of(remark)
    return Rect(left, top, width, min(TITLE_PX, height) if remark.kind == "frame" else height)


def in_words(remark: Remark) -> str:
    """For screen readers."""
    return f"{remark.kind} '{remark.text[:200]}'" if remark.text else f"empty {remark.kind}"


def inside_of(frame: Remark, things: Mapping[str, Rect]) -> frozenset[str]:
    """What belongs to a frame: all whose middle lies on its ground, below the title."""
    left, top, width, height = rect_of(frame)
    ground = Rect(left, top + TITLE_PX, width, height - TITLE_PX)
    return frozenset(name for name, rect in things.items() if ground.holds(*rect.middle))


def taken_along(
    remarks: Mapping[str, Remark], keys: Iterable[str], cards: Mapping[str, Rect]
) -> tuple[frozenset[str], frozenset[str]]:
    """Nodes and remarks that move when these remarks are moved: themselves, and all that stands in the frames."""
    rects = {key: rect_of(remark) for key, remark in remarks.items()}
    nodes: frozenset[str] = frozenset()
    moved = frozenset(key for key in keys if key in remarks)
    for key in tuple(moved):
        if remarks[key].kind == "frame":
            nodes |= inside_of(remarks[key], cards)
            smaller = {k: r for k, r in rects.items() if _depth(remarks[k], k) < _depth(remarks[key], key)}
            moved |= inside_of(remarks[key], smaller)
    return nodes, moved


def frame_around(cards: Iterable[Rect]) -> Rect:
    """The frame that has room for these cards and its title."""
    around = rect_around(cards).grown(FRAME_PADDING_PX)
    return Rect(around.left, around.top - TITLE_PX, around.width, around.height + TITLE_PX)


def stretched(remark: Remark, side: str, dx: float, dy: float) -> Rect:
    """The remark's rectangle with this side moved; the other sides stay, and it never gets too small."""
    left, top, width, height = rect_of(remark)
    least_width, least_height = SMALLEST_PX[remark.kind]
    if "left" in side:
        dx = min(dx, width - least_width)
        left, width = left + dx, width - dx
    elif "right" in side:
        width = max(least_width, width + dx)
    if "top" in side:
        dy = min(dy, height - least_height)
        top, height = top + dy, height - dy
    elif "bottom" in side:
        height = max(least_height, height + dy)
    return Rect(left, top, width, height)


def _side_at(rect: Rect, point: Point, reach: float) -> str | None:
    """The side within reach, "" inside, None outside."""
    if not rect.grown(reach).holds(*point):
        return None
    near = {
        "left": abs(point.x - rect.left),
        "right": abs(point.x - rect.right),
        "top": abs(point.y - rect.top),
        "bottom": abs(point.y - rect.bottom),
    }
    sides = [side for side, distance in near.items() if distance <= reach]
    if not sides:
        return ""
    return " ".join(side for side, distance in near.items() if side in sides or distance <= CORNER_PX)
