"""Inputs of earlier runs, per graph file: offered again in the picker. Kept per user, never beside the graph. No Qt."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from editor.app.user_files import config_folder, read_json_object, write_json_object

log = logging.getLogger(__name__)

MOST_GRAPHS = 100
LONGEST_INPUT = 100_000
"""Letters of JSON. A longer input is a document of its own and belongs into a file beside the graph."""

Input = dict[str, Any]


def read_inputs(graph_path: Path, file: Path | None = None) -> tuple[Input, ...]:
    """Newest first; empty if this graph was never run or what is kept makes no sense."""
    kept = read_json_object(file or _file()).get(str(graph_path.resolve()))
    return tuple(value for value in kept if isinstance(value, dict)) if isinstance(kept, list) else ()


def write_inputs(graph_path: Path, inputs: Sequence[Input], file: Path | None = None) -> None:
    file = file or _file()
    kept = read_json_object(file)
    kept.pop(str(graph_path.resolve()), None)
    kept[str(graph_path.resolve())] = [value for value in inputs if len(json.dumps(value)) <= LONGEST_INPUT]
    try:
        write_json_object(file, dict(list(kept.items())[-MOST_GRAPHS:]))
    except OSError as error:
        log.warning("inputs are not kept: %s", error)


def _file() -> Path:
    return config_folder() / "recent_inputs.json"
