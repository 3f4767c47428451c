"""Where on the canvas the user was, per graph and subgraph: zoom and middle. Kept per user. No Qt."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from editor.app.user_files import config_folder, read_json_object, write_json_object

log = logging.getLogger(__name__)

MOST_KEPT = 200


@dataclass(frozen=True)
class View:
    scale: float
    """1.0 is 100 %."""
    x: float
    y: float
    """The scene point in the middle, px at 100 %."""


def read_view(graph_path: Path, file: Path | None = None, *, level: tuple[str, ...] = ()) -> View | None:
    """None if this graph, or this subgraph in it, was never looked at, or what is kept makes no sense."""
    entry = read_json_object(file or _file()).get(_key(graph_path, level))
    try:
        view = View(*(float(number) for number in entry))  # type: ignore[union-attr]  # checked by the except
    except (TypeError, ValueError):
        return None
    return view if 0.01 <= view.scale <= 20 else None


def write_view(graph_path: Path, view: View, file: Path | None = None, *, level: tuple[str, ...] = ()) -> None:
    file = file or _file()
    views = read_json_object(file)
    views.pop(_key(graph_path, level), None)
    views[_key(graph_path, level)] = [round(view.scale, 4), round(view.x, 1), round(view.y, 1)]
    try:
        write_json_object(file, dict(list(views.items())[-MOST_KEPT:]))
    except OSError as error:
        log.warning("the view is not kept: %s", error)


def _file() -> Path:
    return config_folder() / "views.json"


def _key(graph_path: Path, level: tuple[str, ...]) -> str:
    return "|".join((str(graph_path.resolve()), *level))  # no node's name holds this character
