"""Breakpoints kept between sessions, in the graph's local file (never in the graph's own). No Qt."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

from engine.runner.local_files import local_state, prepare_folder

log = logging.getLogger(__name__)


def read_breakpoints(graph_path: Path) -> frozenset[str]:
    """The kept breakpoints; none if there is no file or it cannot be read."""
    nodes = _read(local_state(graph_path)).get("breakpoints", [])
    return frozenset(node for node in nodes if isinstance(node, str)) if isinstance(nodes, list) else frozenset()


def write_breakpoints(graph_path: Path, breakpoints: frozenset[str]) -> None:
    """Keeps the set and every other key of the file. A folder that cannot be written is logged, not raised."""
    path = local_state(graph_path)
    content = {**_read(path), "version": 1, "breakpoints": sorted(breakpoints)}
    temporary = path.with_name(path.name + ".new")
    try:
        prepare_folder(path)
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(temporary, path)
    except OSError as error:
        log.warning("breakpoints are not kept: %s", error)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("%s is not read: %s", path, error)
        return {}
    return content if isinstance(content, dict) else {}
