"""The light theme for every test here, so that sizes and colours are those of the product."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from editor.theme.palette import apply_theme


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
