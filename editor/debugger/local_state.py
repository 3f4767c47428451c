"""What is kept between sessions in the graph's local file (never in the graph's own): breakpoints, marks. No Qt."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from editor.debugger.breakpoints import Breakpoint, breakpoints_from_json, breakpoints_to_json
from engine.runner.local_files import local_state, prepare_folder

log = logging.getLogger(__name__)


VERSION = 2
"""1: ``breakpoints`` was a list of node names. Read as before; written anew with the first change."""


def read_breakpoints(graph_path: Path) -> tuple[Breakpoint, ...]:
    """The kept breakpoints; none if there is no file or it cannot be read."""
    return breakpoints_from_json(_read(local_state(graph_path)).get("breakpoints", []))


def write_breakpoints(graph_path: Path, breakpoints: Sequence[Breakpoint]) -> None:
    write_value(graph_path, "breakpoints", breakpoints_to_json(breakpoints))


def read_value(graph_path: Path, key: str) -> Any:
    """What is kept under the key; None if nothing is, or the file cannot be read."""
    return _read(local_state(graph_path)).get(key)


def write_value(graph_path: Path, key: str, value: Any) -> None:
    """Keeps the value and every other key of the file. A folder that cannot be written is logged, not raised."""
    path = local_state(graph_path)
    content = {**_read(path), "version": VERSION, key: value}
    temporary = path.with_name(path.name + ".new")
    try:
        prepare_folder(path)
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(temporary, path)
    except OSError as error:
        log.warning("%s are not kept: %s", key, error)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("%s is not read: %s", path, error)
        return {}
    return content if isinstance(content, dict) else {}
