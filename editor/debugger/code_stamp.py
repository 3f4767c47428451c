"""Whether the code of a graph changed on disk, by times and sizes of its files; whether it is Python at all. No Qt.

Covers the graph file, the modules and graph files beside it and those one folder down, which is where the functions and
subgraphs of a graph live. A change anywhere else takes effect with the next run.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from engine.graph.references import SUFFIX

CodeStamp = tuple[tuple[str, int, int], ...]

MOST_FOLDERS = 100
"""A graph that lies in a home folder must not make each step look through all of it."""


def code_stamp(graph_path: Path) -> CodeStamp:
    """Equal stamps: nothing was changed in between."""
    files = {graph_path, *_files(graph_path.parent, "*.py"), *_files(graph_path.parent, f"*{SUFFIX}")}
    return tuple(sorted(entry for path in files if (entry := _entry(path)) is not None))


def watched_paths(graph_path: Path) -> Iterator[Path]:
    """The folders first, then the files that a stamp is made of."""
    yield from _folders(graph_path.parent)
    yield graph_path
    yield from _files(graph_path.parent, "*.py")
    yield from _files(graph_path.parent, f"*{SUFFIX}")


def broken_code(graph_path: Path) -> str:
    """Which of the modules beside the graph is no Python, in a sentence; "" if all are. Parses, runs nothing."""
    for path in _files(graph_path.parent, "*.py"):
        try:
            ast.parse(path.read_bytes())
        except SyntaxError as error:
            where = f"{path.name}, line {error.lineno}" if error.lineno else path.name
            return f"{where}: {error.msg}. The run keeps the last good code until that is mended."
        except (OSError, ValueError):
            continue
    return ""


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    for each in _folders(folder):
        yield from each.glob(pattern)


def _folders(folder: Path) -> list[Path]:
    """The folder and those one down; [] if it cannot be read."""
    folders = [folder]
    try:
        for entry in os.scandir(folder):
            if entry.is_dir() and not entry.name.startswith((".", "_")):
                folders.append(Path(entry.path))
    except OSError:
        return []
    return folders[:MOST_FOLDERS]


def _entry(path: Path) -> tuple[str, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return str(path), stat.st_mtime_ns, stat.st_size
