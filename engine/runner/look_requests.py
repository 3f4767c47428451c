"""Questions that look through many states of a thread: search, watched expressions; and one picture.

A part of ``requests``. A question names the checkpoints it is about. The runner looks at as many of them as fit into a
short time and says how many that were, so whoever asks can show progress, and stops by not asking on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = Any


@dataclass(frozen=True)
class StepToSearch:
    """One checkpoint, the one before it, and the keys that changed between the two: only these are looked at."""

    id: str
    parent_id: str | None
    keys: tuple[str, ...]


@dataclass(frozen=True)
class SearchStates:
    """Reply: {"done": so many steps were looked at, "hits": [{"checkpoint_id", "path", "text", "is_key"}, ...]}.

    A hit is a value, or a key inside one, that holds ``text`` at the checkpoint and did not at the one before. With
    ``is_whole`` the value must be the text and nothing more. ``text`` of a hit is one bounded line.
    """

    thread_id: str
    steps: tuple[StepToSearch, ...]
    text: str
    is_whole: bool = False


@dataclass(frozen=True)
class StepToWatch:
    """One checkpoint, with what an expression can ask of it beside the keys of the state."""

    id: str
    step: int
    node: str


@dataclass(frozen=True)
class WatchStates:
    """Reply: {"done": n, "rows": [[{"text", "size", "error"}, ...one for each expression], ...one for each step]}.

    ``error`` is "" or why the expression has no value there. ``size`` is a container's length, else None.
    """

    thread_id: str
    steps: tuple[StepToWatch, ...]
    expressions: tuple[str, ...]


@dataclass(frozen=True)
class CountVisits:
    """Reply: {"threads": n, "more": runs left out, "nodes": {name: times}, "routes": [[node, router, label, times]]}.

    Counted over all branches of the thread, or of the newest runs of the graph. A node within a subgraph has the path
    that leads there as its name, "review/score".
    """

    thread_id: str = ""
    """"" for all runs."""


@dataclass(frozen=True)
class ReadImage:
    """Reply: {"media": "image/png", "data": base64} of the picture at ``path``: bytes, a data URL or base64 text.

    Refused if it is no PNG, JPEG, GIF or WebP, or is too large.
    """

    thread_id: str
    checkpoint_id: str
    path: tuple[Json, ...]
