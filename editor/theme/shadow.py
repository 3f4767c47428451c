"""The soft shadow of what floats above the rest: popups, bars and notes over the canvas."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QWidget

from editor.theme.theme import current_tokens

BLUR_PX, DROP_PX = 24, 4
SHARE_LIGHT, SHARE_DARK = 0.18, 0.6
"""A dark ground needs a stronger shadow to show one at all."""


def raise_above(widget: QWidget) -> None:
    """Give a widget the shadow of the present theme. Again after a change of theme."""
    tokens = current_tokens()
    colour = QColor(tokens.card_shadow)
    colour.setAlphaF(SHARE_LIGHT if tokens.mode == "light" else SHARE_DARK)
    shadow = QGraphicsDropShadowEffect(widget)
    shadow.setBlurRadius(BLUR_PX)
    shadow.setOffset(0, DROP_PX)
    shadow.setColor(colour)
    widget.setGraphicsEffect(shadow)
