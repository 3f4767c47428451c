"""Where the editor keeps what belongs to the user and not to a graph, and how it writes there. No Qt.

Small JSON files in the platform's configuration folder: settings, trusted folders, views. Each is written whole, to a
temporary file first, so that a crash leaves the old one. Called by ``settings``, ``trust`` and ``graph_views``.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

PROFILE_VARIABLE = "STEPGRAPH_PROFILE"
"""Environment variable that names another folder; for tests, demos and portable installations."""


def config_folder() -> Path:
    """The per-user configuration folder. It may not exist yet."""
    chosen = os.environ.get(PROFILE_VARIABLE)
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("APPDATA") or str(Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Preferences")
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "stepgraph"


def read_json_object(path: Path) -> dict[str, Any]:
    """The file's content; empty if there is none. A broken file is put aside, so that the next write harms nothing."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        log.warning("%s cannot be read: %s", path, error)
        return {}
    except ValueError as error:
        return _put_aside(path, str(error))
    return content if isinstance(content, dict) else _put_aside(path, "it holds no JSON object")


def write_json_object(path: Path, content: dict[str, Any]) -> None:
    """Replaces the file as a whole; only the user may read it. Raises ``OSError`` and then the old file is intact."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=path.name, suffix=".new", dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _put_aside(path: Path, why: str) -> dict[str, Any]:
    log.warning("%s is put aside as %s.broken: %s", path, path.name, why)
    try:
        os.replace(path, path.with_name(path.name + ".broken"))
    except OSError as error:
        log.warning("%s cannot be put aside: %s", path, error)
    return {}
