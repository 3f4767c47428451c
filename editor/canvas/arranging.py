"""Aligning and distributing cards. Pure, no Qt: rectangles of cards in, corners out."""

from __future__ import annotations

from collections.abc import Mapping

from editor.canvas.shapes import Rect

Corner = tuple[float, float]

SIDES = {
    "left": "Align left",
    "right": "Align right",
    "top": "Align top",
    "bottom": "Align bottom",
    "centre": "Align centres",
    "middle": "Align middles",
}
"""Side -> what the menu and the undo list call it. Centres come to stand on one vertical line, middles on a level."""
AXES = {"across": "Distribute across", "down": "Distribute down"}


def aligned(cards: Mapping[str, Rect], side: str) -> dict[str, Corner]:
    """All cards with this side on the line of the outermost one; for centres and middles, of the whole's middle."""
    left, right = min(card.left for card in cards.values()), max(card.right for card in cards.values())
    top, bottom = min(card.top for card in cards.values()), max(card.bottom for card in cards.values())

    def corner(card: Rect) -> Corner:
        match side:
            case "left":
                return left, card.top
            case "right":
                return right - card.width, card.top
            case "top":
                return card.left, top
            case "bottom":
                return card.left, bottom - card.height
            case "centre":
                return (left + right - card.width) / 2, card.top
            case _:
                return card.left, (top + bottom - card.height) / 2

    return {name: corner(card) for name, card in cards.items()}


def distributed(cards: Mapping[str, Rect], axis: str) -> dict[str, Corner]:
    """The outermost cards stay; those between stand with equal gaps. Cards that are too many for the room overlap."""
    if axis == "across":
        names = sorted(cards, key=lambda name: (cards[name].middle.x, name))
        sizes = [cards[name].width for name in names]
        start, end = cards[names[0]].left, cards[names[-1]].right
    else:
        names = sorted(cards, key=lambda name: (cards[name].middle.y, name))
        sizes = [cards[name].height for name in names]
        start, end = cards[names[0]].top, cards[names[-1]].bottom
    gap = (end - start - sum(sizes)) / max(1, len(names) - 1)
    corners: dict[str, Corner] = {}
    for name, size in zip(names, sizes, strict=True):
        corners[name] = (start, cards[name].top) if axis == "across" else (cards[name].left, start)
        start += size + gap
    return corners
