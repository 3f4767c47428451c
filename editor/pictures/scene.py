"""What one scene of the pictures is. Listed by ``screen_index``, played by ``screens``."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Scene:
    """One window, opened, worked and closed again; leaves one picture or a few."""

    play: Callable[[Any, Path], Coroutine[Any, Any, None]]
    """Takes the camera and an empty folder to put graphs into."""
    pictures: tuple[str, ...]
    is_typical: bool = False
    """One of the ten that are taken at 200 %, too."""
