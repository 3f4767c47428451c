"""Where the cards of a graph stand: whole scene pixels on a 4 px grid, by node name. Plain data.

Kept apart from the graph (``name.layout.json`` beside ``name.graph.json``), so that moving a node never touches the
logic. The text form is in ``layout_file``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor

from editor.document.remark import Remark
from engine.graph.spec import Json

GRID_PX = 4

Position = tuple[int, int]
"""The top-left corner of a card, in scene pixels at 100 % zoom."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Positions of nodes, START and END. A name without a position is placed by the auto layout."""

    positions: Mapping[str, Position] = field(default_factory=dict)
    extra: Mapping[str, Json] = field(default_factory=dict)
    """Keys of the file that this version does not know, kept as read."""
    subgraphs: Mapping[str, Layout] = field(default_factory=dict)
    """Of nodes that hold a graph: where the cards inside stand. An empty layout is left out."""
    remarks: Mapping[str, Remark] = field(default_factory=dict)
    """Frames and notes, by a key that says nothing but which one it is."""


def on_grid(x: float, y: float) -> Position:
    """The nearest point of the grid. Of two the lower right one: ``round`` takes now this, now that."""
    return (floor(x / GRID_PX + 0.5) * GRID_PX, floor(y / GRID_PX + 0.5) * GRID_PX)
