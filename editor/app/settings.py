"""What the editor remembers per user: theme, recent files, the arrangement of the window. No Qt.

One JSON file in the configuration folder. ``SettingsFile`` is its only reader and writer; unknown keys, written by a
newer version, are kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, cast

from editor.app.user_files import config_folder, read_json_object, write_json_object

log = logging.getLogger(__name__)

VERSION = 1
MOST_RECENT = 12

ThemeChoice = Literal["light", "dark", "system"]
WheelChoice = Literal["zoom", "scroll"]
WHEEL_CHOICES: tuple[WheelChoice, ...] = ("zoom", "scroll")
THEME_CHOICES: tuple[ThemeChoice, ...] = ("light", "dark", "system")


@dataclass(frozen=True)
class Settings:
    theme: ThemeChoice = "system"
    wheel: WheelChoice = "zoom"
    """What the wheel of a mouse does on the canvas; with Ctrl it always zooms."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Action id -> its keys, where the user chose other ones: see ``key_bindings``."""
    recent: tuple[str, ...] = ()
    """Absolute paths of graph files, the last opened first."""
    window_geometry: str = ""
    """``QWidget.saveGeometry`` as base64; empty before the first close."""
    window_state: str = ""
    """``QMainWindow.saveState`` as base64."""
    tell_when_stopped: bool = True
    """Whether the desktop shows a message when a long run stops while the window is not the active one."""
    motion: bool = True
    """Whether lights move along the nodes and edges of a run; without it they stand still."""
    projects_folder: str = ""
    """Where the last new graph from a template went; empty before the first one."""

    def with_recent(self, path: Path) -> Settings:
        """The same, with this file as the last opened."""
        others = tuple(known for known in self.recent if known != str(path))
        return replace(self, recent=(str(path), *others)[:MOST_RECENT])

    def without_recent(self, path: str) -> Settings:
        return replace(self, recent=tuple(known for known in self.recent if known != path))


class SettingsFile:
    """The settings as they are now; every change is written at once."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_folder() / "settings.json"
        self._raw = read_json_object(self._path)
        self._settings = parse_settings(self._raw)

    @property
    def settings(self) -> Settings:
        return self._settings

    def change(self, change: Callable[[Settings], Settings]) -> Settings:
        """Applies the change and writes it. If the folder cannot be written, it is logged and holds until the end."""
        new = change(self._settings)
        if new != self._settings:
            self._settings = new
            self._raw = {**self._raw, **settings_as_json(new)}
            try:
                write_json_object(self._path, self._raw)
            except OSError as error:
                log.warning("settings are not kept: %s", error)
        return new


def parse_settings(raw: dict[str, Any]) -> Settings:
    """Whatever of it makes sense; the default for the rest."""
    default = Settings()
    recent = raw.get("recent")
    return Settings(
        theme=cast(ThemeChoice, raw["theme"]) if raw.get("theme") in THEME_CHOICES else default.theme,
        wheel=cast(WheelChoice, raw["wheel"]) if raw.get("wheel") in WHEEL_CHOICES else default.wheel,
        keys=_keys(raw.get("keys")),
        recent=tuple(path for path in recent if isinstance(path, str))[:MOST_RECENT]
        if isinstance(recent, list)
        else default.recent,
        window_geometry=_text(raw, "window_geometry"),
        window_state=_text(raw, "window_state"),
        tell_when_stopped=raw.get("tell_when_stopped") is not False,
        motion=raw.get("motion") is not False,
        projects_folder=_text(raw, "projects_folder"),
    )


def settings_as_json(settings: Settings) -> dict[str, Any]:
    return {
        "version": VERSION,
        "theme": settings.theme,
        "wheel": settings.wheel,
        "keys": {id: list(keys) for id, keys in settings.keys.items()},
        "recent": list(settings.recent),
        "window_geometry": settings.window_geometry,
        "window_state": settings.window_state,
        "tell_when_stopped": settings.tell_when_stopped,
        "motion": settings.motion,
        "projects_folder": settings.projects_folder,
    }


def _keys(raw: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(raw, dict):
        return {}
    return {
        id: tuple(key for key in keys if isinstance(key, str)) for id, keys in raw.items() if isinstance(keys, list)
    }


def _text(raw: dict[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""
