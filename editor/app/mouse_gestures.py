"""What the mouse does on the canvas, in words, for the sheet of shortcuts. Plain data; the canvas has the gestures."""

from __future__ import annotations

MOUSE_GESTURES: tuple[tuple[str, str], ...] = (
    ("Zoom at the pointer", "Wheel or Ctrl+wheel"),
    ("Move the view", "Middle-drag or Space+drag"),
    ("Select by a rectangle", "Drag over empty ground"),
    ("Select by a line drawn by hand", "Ctrl+Alt+drag over empty ground"),
    ("Add to the selection", "Shift+drag, Ctrl+click"),
    ("Select all that leads to a node", "Shift+click its left third"),
    ("Select all that follows from a node", "Shift+click its right third"),
    ("Draw an edge", "Drag from a port"),
    ("Lead an edge elsewhere", "Drag its end"),
    ("Put a node into an edge", "Drop it on the edge"),
    ("Cut edges", "Alt+drag across them"),
    ("Add a node", "Double-click empty ground"),
    ("Open a node", "Double-click it"),
    ("Rename a branch", "Double-click its label"),
    ("Set or clear a breakpoint", "Click the left edge of a node"),
    ("Move a frame with its nodes", "Drag its title"),
    ("Stretch a frame or a note", "Drag its edge"),
)
"""What it does, and the gesture."""
