"""Icons by meaning."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize

from editor.theme.icons import icon


def test_an_icon_is_made_once_and_never_dies(qapp: Any) -> None:
    """One that a garbage collection destroys takes the process down with it (PySide6 6.11, engines made in Python)."""
    assert icon("run", role="success") is icon("run", role="success")
    assert icon("run", role="success") is not icon("run")


def test_an_icon_without_room_is_no_picture_and_no_error(qapp: Any) -> None:
    assert icon("run").pixmap(QSize(0, 12)).isNull()
    assert not icon("run").pixmap(QSize(12, 12)).isNull()
