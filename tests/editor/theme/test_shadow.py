"""The shadow of what floats above the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect

from editor.theme.palette import apply_theme
from editor.theme.shadow import raise_above
from editor.theme.tokens import DARK, LIGHT, Tokens


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_shadow_has_the_colour_of_the_theme(qtbot, qapp, tokens: Tokens) -> None:
    apply_theme(qapp, tokens.mode)
    frame = QFrame()
    qtbot.addWidget(frame)

    raise_above(frame)
    raise_above(frame)

    shadow = frame.graphicsEffect()
    apply_theme(qapp, "light")
    assert isinstance(shadow, QGraphicsDropShadowEffect)
    assert shadow.color().name() == tokens.card_shadow
    assert 0 < shadow.color().alphaF() < 1
