"""Looks, before Qt is imported, whether the editor can run here. Pure but for reading versions and the environment.

Called by ``main`` only. Each finding is a sentence with the way out, printed to the terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

BROKEN_QT = "6.12.0"


def why_not_start() -> str | None:
    """Why the editor cannot start on this machine; None if it can."""
    try:
        qt_version = version("PySide6-Essentials")
    except PackageNotFoundError:
        return "PySide6-Essentials is not installed. Run `python3 dev.py run`, which installs what is needed."
    return why_not_versions(qt_version, sys.version_info[:2]) or why_no_display(os.environ, sys.platform)


def why_not_versions(qt_version: str, python: tuple[int, int]) -> str | None:
    """PySide6 6.12.0 drops a reference to None in each void call and aborts on Python 3.10 and 3.11."""
    if python < (3, 11):
        return f"The editor needs Python 3.11 to 3.13; this is {python[0]}.{python[1]}."
    if qt_version == BROKEN_QT and python <= (3, 11):
        return (
            f"PySide6 {BROKEN_QT} crashes on Python {python[0]}.{python[1]} after some thousand calls. "
            "Install PySide6-Essentials 6.11.3 or another release, or use Python 3.12 or 3.13."
        )
    return None


def why_no_display(environment: Mapping[str, str], platform: str) -> str | None:
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return None
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return None
    return (
        "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set). "
        "Start from a desktop session or under `xvfb-run`, or let `python3 dev.py run` make the demo without one."
    )
