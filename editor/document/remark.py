"""What the user writes on the ground of the canvas: frames round nodes, and notes. Plain data; no logic of the graph.

Stands in the layout (``name.layout.json``); edited by ``remark_commands``, read and written by ``layout_file``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.graph.spec import Json

RemarkKind = Literal["frame", "note"]
RemarkRect = tuple[int, int, int, int]
"""Left, top, width, height: whole scene pixels on the grid."""

COLOURS = ("grey", "blue", "green", "amber", "red", "violet")
"""What a frame's ground may be; the first one is not written. The tones themselves are the theme's."""
SMALLEST_PX = {"frame": (120, 72), "note": (96, 40)}
"""Width and height; smaller ones could not be taken hold of."""
LARGEST_PX = 100_000
MOST_LETTERS = 20_000
"""Of a note's text. More is a document of its own, and wrapping it would hold up the window."""


@dataclass(frozen=True, slots=True)
class Remark:
    kind: RemarkKind
    rect: RemarkRect
    text: str = ""
    """A frame's title, of one line; a note's text, plain."""
    colour: str = COLOURS[0]
    extra: Mapping[str, Json] = field(default_factory=dict)
    """Keys of the file that this version does not know, kept as read."""
