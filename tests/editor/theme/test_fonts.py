"""The fonts of the window, as far as they could say something else than what is there."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from editor.theme.fonts import mono_font


def test_code_is_drawn_letter_by_letter_without_ligatures(qapp: QApplication) -> None:
    font = mono_font()

    assert {QFont.Tag("calt").value(), QFont.Tag("liga").value()} <= {tag.value() for tag in font.featureTags()}
    assert all(font.featureValue(tag) == 0 for tag in font.featureTags())
    assert QFontMetricsF(font).horizontalAdvance("->") == pytest.approx(2 * QFontMetricsF(font).horizontalAdvance("-"))
