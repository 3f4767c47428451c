"""Where the local things of a graph live: the run database, breakpoints, last inputs. Beside the graph, ignored by git.

``<graph folder>/.stepgraph/name.runs.sqlite`` and ``name.local.json``. If the folder cannot be written, a per-user
folder named by a hash of the path takes its place. Asking for a path creates nothing; ``prepare_folder`` does, before
the first write.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

FOLDER = ".stepgraph"
GRAPH_SUFFIX = ".graph.json"


def runs_database(graph_path: Path) -> Path:
    """The SQLite file with the checkpoints and run facts of this graph."""
    return local_folder(graph_path) / f"{graph_stem(graph_path)}.runs.sqlite"


def local_state(graph_path: Path) -> Path:
    """The JSON file with what belongs to this user and not to the graph: breakpoints, view, last inputs."""
    return local_folder(graph_path) / f"{graph_stem(graph_path)}.local.json"


def graph_stem(graph_path: Path) -> str:
    """``support.graph.json`` -> ``support``."""
    name = graph_path.name
    return name[: -len(GRAPH_SUFFIX)] if name.endswith(GRAPH_SUFFIX) else graph_path.stem


def local_folder(graph_path: Path) -> Path:
    graph_path = Path(os.path.abspath(graph_path))
    beside = graph_path.parent / FOLDER
    if beside.is_dir() and os.access(beside, os.W_OK):
        return beside
    if not beside.exists() and os.access(graph_path.parent, os.W_OK):
        return beside
    digest = hashlib.sha256(str(graph_path).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return user_data_folder() / "local" / f"{graph_stem(graph_path)}-{digest}"


def prepare_folder(path: Path) -> Path:
    """Creates the folder of a local file and in it a ``.gitignore`` that ignores it. Returns ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ignore = path.parent / ".gitignore"
    if not ignore.exists():
        try:
            ignore.write_text("*\n", encoding="utf-8")
        except OSError as error:  # on a full disk it would be there, and empty for ever
            ignore.unlink(missing_ok=True)
            raise OSError(error.errno, error.strerror, str(ignore)) from error
    return path


def user_data_folder() -> Path:
    """The per-user data folder of the platform."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "stepgraph"
