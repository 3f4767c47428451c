"""Where a save under another name is proposed: a place that can be written, under a name that is free. No Qt.

Called by ``document_files``.
"""

from __future__ import annotations

import os
from itertools import chain, count
from pathlib import Path

from engine.runner.local_files import graph_stem


def place_for_copy(path: Path) -> Path:
    """Beside the file, or in the user's own folder if nothing can be written there: ``plan-2.graph.json``."""
    folder = path.parent if os.access(path.parent, os.W_OK) else Path.home()
    stem = graph_stem(path)
    names = chain([f"{stem}.graph.json"], (f"{stem}-{number}.graph.json" for number in count(2)))
    return next(folder / name for name in names if not os.path.lexists(folder / name))
