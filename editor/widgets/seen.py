"""Whether somebody sees a widget: Qt calls a dock behind others visible, too."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def is_seen(widget: QWidget) -> bool:
    """Some of it is on screen. A panel behind another tab is not, so it need not follow a run."""
    return widget.isVisible() and not widget.visibleRegion().isEmpty()
