"""Shows a picture from untrusted bytes: decoded aside, with bounds on its size, never larger than there is room.

Only PNG, JPEG, GIF and WebP are decoded, by the reader for that format alone. Used by ``value_viewer``.
"""

from __future__ import annotations

import base64

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from editor.theme.theme import current_tokens
from editor.widgets.row_painter import font_of

FORMATS = {"image/png": b"png", "image/jpeg": b"jpeg", "image/gif": b"gif", "image/webp": b"webp"}
MOST_PIXELS = 50_000_000
"""A picture of a good camera has 50 million; as 32 bits a pixel that is 200 MB, which is let go at once."""
MOST_MB = 256
SHOWN_PX = 1_600
"""Decoded to fit into so much: what a panel can show, on a screen of twice the density too."""
SQUARE_PX = 8


class UnreadablePictureError(ValueError):
    """The text says why."""


def decode_picture(media: str, data: bytes) -> tuple[QImage, QSize]:
    """(the picture, small enough to be shown; its own size). Raises UnreadablePictureError. May run in any thread."""
    if media not in FORMATS:
        raise UnreadablePictureError(f"{media} is not shown.")
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(FORMATS[media]))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    reader.setAllocationLimit(MOST_MB)
    size = reader.size()
    if not size.isValid():
        raise UnreadablePictureError("The picture cannot be read.")
    if size.width() * size.height() > MOST_PIXELS:
        raise UnreadablePictureError(f"The picture has {size.width():,} × {size.height():,} pixels, too many to show.")
    if max(size.width(), size.height()) > SHOWN_PX:
        reader.setScaledSize(size.scaled(SHOWN_PX, SHOWN_PX, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise UnreadablePictureError("The picture is damaged.")
    return image, size


class PictureView(QWidget):
    decoded = Signal(object, object, str)
    """(QImage or None, its own size, why not): from the thread that decoded it."""
    described = Signal(str)
    """In words what is shown, or why it cannot be."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QPixmap()
        self._words = ""
        self._number = 0
        """Of the last picture asked for; others come too late."""
        self.setAccessibleName("Picture")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.decoded.connect(self._on_decoded, Qt.ConnectionType.QueuedConnection)

    @property
    def words(self) -> str:
        return self._words

    @property
    def has_picture(self) -> bool:
        return not self._picture.isNull()

    def show_waiting(self) -> None:
        self._number += 1
        self._picture = QPixmap()
        self._say("Loading …")

    def show_problem(self, text: str) -> None:
        self._picture = QPixmap()
        self._say(text)

    def show_picture(self, media: str, data: str) -> None:
        """``data`` is base64. Decoded aside; the window stays free."""
        self.show_waiting()
        number, decoded = self._number, self.decoded

        def work() -> None:
            try:
                image, size = decode_picture(media, base64.b64decode(data))
                result: tuple[object, object, str] = (image, (number, size), "")
            except (UnreadablePictureError, ValueError) as error:
                result = (None, (number, QSize()), str(error))
            try:
                decoded.emit(*result)
            except RuntimeError:  # the window was closed meanwhile
                pass

        QThreadPool.globalInstance().start(work)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture.isNull():
            painter.setFont(font_of("body"))
            painter.setPen(QColor(current_tokens().text_quiet))
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), _CENTRED, self._words)
        else:
            room = self.size() - QSize(16, 16)
            size = self._picture.size()
            if size.width() > room.width() or size.height() > room.height():
                size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
            left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.fillRect(left, top, size.width(), size.height(), QColor(current_tokens().surface_sunken))
            painter.drawPixmap(left, top, size.width(), size.height(), self._picture)
        painter.end()

    def _on_decoded(self, image: object, told: tuple[int, QSize], why_not: str) -> None:
        number, size = told
        if number != self._number:
            return
        if isinstance(image, QImage):
            self._picture = QPixmap.fromImage(image)
            self._say(f"{size.width():,} × {size.height():,} pixels")
        else:
            self.show_problem(why_not)

    def _say(self, words: str) -> None:
        self._words = words
        self.setAccessibleDescription(words)
        self.described.emit(words)
        self.update()


_CENTRED = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
