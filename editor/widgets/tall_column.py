"""A column in a scroll area that is as high as what stands in it, for the width it has.

Qt asks a column for that height only while a wrapped label is seen in it. Without one a page whose smallest size is set
is pressed into the height of the window, whatever it holds.
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout


class TallColumn(QVBoxLayout):
    def hasHeightForWidth(self) -> bool:
        return True
