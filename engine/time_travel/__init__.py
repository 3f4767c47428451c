"""Looking at the past of threads, going back, changing and repeating it. Everything is loaded when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "branch_list": ("BranchEntry", "list_branches", "name_branch"),
    "forget": ("delete_branch", "prune"),
    "forking": ("Fork", "fork"),
    "key_history": ("where_became", "who_wrote", "writers_of"),
    "replay_recorded": ("replay",),
    "replay_report": ("Replay", "ReplayedStep"),
    "snapshot": ("Moment", "moment"),
    "state_diff": ("StateDiff", "diff_states"),
    "thread_file": ("ThreadFileError", "export_thread", "import_thread"),
    "timeline": ("Branch", "Timeline", "read_timeline"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'engine.time_travel' has no attribute {name!r}")
    value = getattr(import_module(f"engine.time_travel.{module}"), name)
    globals()[name] = value
    return value
