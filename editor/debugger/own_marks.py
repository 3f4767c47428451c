"""What the user marked for himself in one graph: watches, pinned values, a pinned checkpoint, saved inputs.

Kept in the graph's local file, never in the graph's own. ``OwnMarks`` is the only reader and writer of these keys; the
panels show them and ask it for changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor.debugger.local_state import read_value, write_value

KEY = "marks"
MOST_WATCHES = 20
MOST_PINS = 12
MOST_INPUTS = 50

ValuePath = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PinnedCheckpoint:
    """The base of a comparison, in the thread that has it."""

    thread_id: str
    checkpoint_id: str


@dataclass(frozen=True, slots=True)
class Marks:
    watches: tuple[str, ...] = ()
    """Expressions, in the order of their columns."""
    pins: tuple[ValuePath, ...] = ()
    """Paths of values that stay in sight."""
    checkpoint: PinnedCheckpoint | None = None
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Inputs with a name, in the order in which they were saved."""


class OwnMarks(QObject):
    changed = Signal(object, object)
    """(old, new)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._marks = Marks()

    @property
    def now(self) -> Marks:
        return self._marks

    def open(self, graph_path: Path | None) -> None:
        """Those of another graph. None: a graph without a file, whose marks are not kept."""
        if graph_path != self._path:
            self._path = graph_path
            self._show(marks_from_json(read_value(graph_path, KEY)) if graph_path is not None else Marks())

    def follow(self, marks: Marks) -> None:
        """Another window of the same graph changed them, and has written them down."""
        if marks != self._marks:
            self._show(marks)

    def keep_at(self, graph_path: Path) -> None:
        """The graph is saved under this name now; its marks go with it."""
        if graph_path != self._path:
            self._path = graph_path
            if self._marks != Marks():
                write_value(graph_path, KEY, marks_to_json(self._marks))

    def add_watch(self, expression: str) -> bool:
        """Whether there was room for one more; one that is there already is enough."""
        expression = " ".join(expression.split())
        if not expression or (expression not in self._marks.watches and len(self._marks.watches) >= MOST_WATCHES):
            return False
        self._change(replace(self._marks, watches=tuple(dict.fromkeys((*self._marks.watches, expression)))))
        return True

    def change_watch(self, old: str, new: str) -> None:
        new = " ".join(new.split())
        watches = tuple(new if each == old else each for each in self._marks.watches)
        self._change(replace(self._marks, watches=tuple(dict.fromkeys(filter(None, watches)))))

    def remove_watch(self, expression: str) -> None:
        self._change(replace(self._marks, watches=tuple(each for each in self._marks.watches if each != expression)))

    def toggle_pin(self, path: ValuePath) -> bool:
        """Whether the value is pinned now."""
        pins = self._marks.pins
        if path in pins:
            self._change(replace(self._marks, pins=tuple(each for each in pins if each != path)))
            return False
        self._change(replace(self._marks, pins=(*pins, path)[-MOST_PINS:]))
        return True

    def pin_checkpoint(self, pinned: PinnedCheckpoint | None) -> None:
        self._change(replace(self._marks, checkpoint=pinned))

    def save_input(self, name: str, value: Mapping[str, Any]) -> None:
        """Under this name; an earlier one of that name is replaced, the oldest of too many goes."""
        kept = {each: known for each, known in self._marks.inputs.items() if each != name}
        self._change(replace(self._marks, inputs=dict([*kept.items(), (name, dict(value))][-MOST_INPUTS:])))

    def forget_input(self, name: str) -> None:
        kept = {each: value for each, value in self._marks.inputs.items() if each != name}
        self._change(replace(self._marks, inputs=kept))

    def _change(self, new: Marks) -> None:
        if new == self._marks:
            return
        if self._path is not None:
            write_value(self._path, KEY, marks_to_json(new))
        self._show(new)

    def _show(self, new: Marks) -> None:
        old, self._marks = self._marks, new
        if old != new:
            self.changed.emit(old, new)


def marks_from_json(content: Any) -> Marks:
    """Whatever of it makes sense: the file may have been written by hand, or by somebody else."""
    content = content if isinstance(content, Mapping) else {}
    inputs = content.get("inputs")
    return Marks(
        tuple(each for each in _list(content, "watches") if isinstance(each, str) and each.strip())[:MOST_WATCHES],
        tuple(tuple(each) for each in _list(content, "pins") if isinstance(each, list) and each)[:MOST_PINS],
        _checkpoint(content.get("checkpoint")),
        {
            name: value
            for name, value in (inputs.items() if isinstance(inputs, Mapping) else ())
            if isinstance(name, str) and isinstance(value, Mapping)
        },
    )


def marks_to_json(marks: Marks) -> dict[str, Any]:
    pinned = marks.checkpoint
    return {
        "watches": list(marks.watches),
        "pins": [list(path) for path in marks.pins],
        "checkpoint": None if pinned is None else {"thread": pinned.thread_id, "id": pinned.checkpoint_id},
        "inputs": {name: dict(value) for name, value in marks.inputs.items()},
    }


def _list(content: Mapping[str, Any], key: str) -> list[Any]:
    found = content.get(key)
    return found if isinstance(found, list) else []


def _checkpoint(content: Any) -> PinnedCheckpoint | None:
    if isinstance(content, Mapping) and isinstance(content.get("thread"), str) and isinstance(content.get("id"), str):
        return PinnedCheckpoint(content["thread"], content["id"])
    return None
