"""The copies that "Open a run database" looks at: where they are, and which of them have to go. No Qt.

A copy may be large and nobody asks for it by name again, so the folder is bounded: by how long nobody used a copy, by
how many there are, and by their size. One that is open anywhere stays. Called by ``run_files``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from engine.runner.local_files import GRAPH_SUFFIX, user_data_folder

KEPT_S = 30 * 24 * 3600.0
"""A bug report that is looked at again is looked at within a month; the file it was copied from is the user's."""
MOST_COPIES = 20
MOST_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Copy:
    folder: Path
    graph: Path | None
    """What a window opens; None for what a killed process left half done."""
    size: int
    """Bytes of all files."""
    used_at_s: float
    """Seconds since the epoch, when the youngest of its files was written."""


def copies_folder() -> Path:
    return user_data_folder() / "opened"


def new_copy(source: Path) -> Path:
    """A folder for a copy of this file. It is not there yet."""
    return copies_folder() / f"{source.name.split('.')[0]}-{uuid4().hex[:8]}"


def copies_in(folder: Path) -> tuple[Copy, ...]:
    """The one used last first. What is no folder, or a link, is none of ours and is passed over."""
    try:
        places = [Path(entry.path) for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return ()
    return tuple(sorted(map(_copy, places), key=lambda copy: copy.used_at_s, reverse=True))


def out_of_bounds(copies: Iterable[Copy], now_s: float) -> tuple[Copy, ...]:
    """Those that may go, of copies as ``copies_in`` gives them: the one used last always stays."""
    leaving = []
    kept, size = 0, 0
    for copy in copies:
        fits = kept < MOST_COPIES and size + copy.size <= MOST_BYTES and now_s - copy.used_at_s <= KEPT_S
        if kept and not fits:
            leaving.append(copy)
            continue
        kept, size = kept + 1, size + copy.size
    return tuple(leaving)


def remove(copies: Iterable[Copy]) -> None:
    """What cannot be removed now is tried again the next time."""
    for copy in copies:
        shutil.rmtree(copy.folder, ignore_errors=True)


def _copy(folder: Path) -> Copy:
    graph, size, used = None, 0, _changed_at(folder)
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            try:
                status = path.lstat()
            except OSError:
                continue
            size += status.st_size
            used = max(used, status.st_mtime)
            if place == str(folder) and name.endswith(GRAPH_SUFFIX):
                graph = path
    return Copy(folder, graph, size, used)


def _changed_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0
