"""Inputs that a graph brings along: ``<graph folder>/inputs/*.json``. Reads files, runs nothing, no Qt.

Used by ``input_picker``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from editor.widgets.value_text import parse_json_object

LARGEST_FILE_BYTES = 1_000_000  # an input is typed by a person; a larger file would stall the window while it is read


@dataclass(frozen=True, slots=True)
class ReadyInput:
    """`problem` is "" unless the file could not be read; then `value` is empty and the sentence says why."""

    name: str
    title: str
    description: str
    value: dict[str, Any]
    problem: str = ""


def ready_inputs(graph_path: Path) -> tuple[ReadyInput, ...]:
    """By file name. A folder that does not exist has none."""
    folder = graph_path.parent / "inputs"
    try:
        files = sorted(path for path in folder.glob("*.json") if path.is_file())
    except OSError:
        return ()
    return tuple(read_input(path) for path in files)


def read_input(path: Path) -> ReadyInput:
    title = path.stem.replace("_", " ").replace("-", " ").capitalize()
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            return ReadyInput(path.stem, title, "", {}, f"{path.name} is larger than 1 MB.")
        parsed = parse_json_object(path.read_text(encoding="utf-8"))
    except OSError as error:
        return ReadyInput(path.stem, title, "", {}, f"{path.name} cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        return ReadyInput(path.stem, title, "", {}, f"{path.name} is not UTF-8 text.")
    if not parsed.ok:
        return ReadyInput(path.stem, title, "", {}, f"{path.name}: {parsed.problem}")
    data = parsed.value
    if _is_wrapped(data):
        return ReadyInput(path.stem, str(data.get("title", title)), str(data.get("description", "")), data["input"])
    return ReadyInput(path.stem, title, "", data)


def _is_wrapped(data: dict[str, Any]) -> bool:
    return isinstance(data.get("input"), dict) and set(data) <= {"title", "description", "input"}
