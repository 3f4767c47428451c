"""What all gestures share: the pointer, the stage they play on, and the choice of the one that a press begins. No Qt.

A gesture begins at a press, hears every move, and ends by ``finish`` (release) or ``cancel`` (Esc). It shows things on
the stage while it lasts and changes the document only in ``finish``, by one command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from editor.canvas.drawing import Drawing
from editor.canvas.geometry import Route
from editor.canvas.hit import Hit
from editor.canvas.shapes import Point, Rect
from editor.document.command import Command
from editor.document.document import Document
from editor.document.layout import Position
from engine.graph.spec import BranchOutlet, EdgeId, Outlet


@dataclass(frozen=True, slots=True)
class Pointer:
    """The mouse at one moment."""

    scene: Point
    view: Point
    """In px of the viewport."""
    hit: Hit
    button: str = "left"
    """"left", "middle" or "right"."""
    shift: bool = False
    ctrl: bool = False
    alt: bool = False
    space: bool = False
    """The space bar is held."""


class Gesture(Protocol):
    cursor: str
    """Shape of the pointer while the gesture lasts: "", "hand", "move", "cross", "forbidden"."""

    def move(self, pointer: Pointer) -> None: ...

    def finish(self, pointer: Pointer) -> None: ...

    def cancel(self) -> None: ...


class Stage(Protocol):
    """What a gesture may see and do; the view is one."""

    @property
    def document(self) -> Document: ...

    @property
    def drawing(self) -> Drawing: ...

    @property
    def zoom(self) -> float: ...

    @property
    def selected(self) -> tuple[frozenset[str], frozenset[EdgeId]]: ...

    @property
    def selected_remarks(self) -> frozenset[str]: ...

    def may_edit(self) -> bool:
        """False while the graph is read-only; the reason has then been told."""
        ...

    def do(self, make: Callable[[Document], Command]) -> bool: ...

    def tell(self, words: str) -> None: ...

    def select(self, nodes: Iterable[str], edges: Iterable[EdgeId] = (), remarks: Iterable[str] = ()) -> None: ...

    def preview(self, places: Mapping[str, Position]) -> None: ...

    def preview_remarks(self, rects: Mapping[str, Rect]) -> None: ...

    def end_preview(self) -> None: ...

    def show_band(self, band: Rect | None) -> None: ...

    def show_drop_line(self, line: Rect | None) -> None:
        """Where what is dragged will stand; None ends it."""
        ...

    def show_lasso(self, line: tuple[Point, ...]) -> None:
        """The line drawn so far; an empty one ends it."""
        ...

    def show_draft(self, draft: Route | None, *, allowed: bool = True, words: str = "") -> None: ...

    def show_targets(self, valid: frozenset[str] | None, aimed: str | None = None) -> None: ...

    def fade_edge(self, edge: EdgeId | None) -> None:
        """Show an edge faintly: its end is being led elsewhere. None ends it."""
        ...

    def open_edge(self, edge: EdgeId | None) -> None:
        """Show an edge dashed: what is dragged will be put into it. None ends it."""
        ...

    def show_cut(self, cut: tuple[Point, Point] | None) -> None: ...

    def scroll_by(self, dx: float, dy: float) -> None: ...

    def toggle_breakpoint(self, name: str) -> None: ...

    def toggle_branch_stop(self, outlet: BranchOutlet) -> None: ...

    def step_task(self, name: str, step: int) -> None:
        """Let the card of a fan-out show the next task, or the one before."""
        ...

    def show_problems_of(self, name: str) -> None:
        """Open the menu of what is wrong at a node, with the ways out."""
        ...

    def show_problems_of_edge(self, edge: EdgeId) -> None:
        """The same of an edge."""
        ...

    def search_node(self, at: Point, outlet: Outlet | None = None) -> None:
        """Ask what to add at this point; ``outlet``: an edge from there leads to it."""
        ...

    def connect(self, outlet: Outlet, target: str) -> bool:
        """Draw the edge; where it may mean two things, ask first."""
        ...
