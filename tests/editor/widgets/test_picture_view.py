"""Pictures from untrusted bytes: the four formats are shown, everything else is refused in words, nothing waits."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from editor.widgets.picture_view import SHOWN_PX, PictureView, UnreadablePictureError, decode_picture
from editor.widgets.preview_node import PreviewNode, may_be_picture
from engine.serialization.preview import preview


def picture(kind: str, width: int = 30, height: int = 20) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFF2244)
    into = QByteArray()
    buffer = QBuffer(into)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)  # type: ignore[call-overload]  # the binding takes the name as a text
    return bytes(into.data())


def png_that_says(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "media"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_the_formats_are_decoded(qapp: object, kind: str, media: str) -> None:
    image, size = decode_picture(media, picture(kind))

    assert (image.width(), image.height(), size.width()) == (30, 20, 30)


GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def test_a_gif_is_decoded(qapp: object) -> None:
    assert decode_picture("image/gif", GIF)[1].width() == 1


def test_a_large_picture_is_decoded_to_what_can_be_shown(qapp: object) -> None:
    image, size = decode_picture("image/png", picture("PNG", 4_000, 1_000))

    assert image.width() == SHOWN_PX and size.width() == 4_000


@pytest.mark.parametrize(
    ("media", "data", "why"),
    [
        ("image/svg+xml", b"<svg/>", "not shown"),
        ("image/png", b"\x89PNG\r\n\x1a\nrubbish", "cannot be read"),
        ("image/png", png_that_says(60_000, 60_000), "too many to show"),
        ("image/png", png_that_says(100, 100), "damaged"),
    ],
)
def test_what_is_no_good_is_refused_in_words(qapp: object, media: str, data: bytes, why: str) -> None:
    with pytest.raises(UnreadablePictureError, match=why):
        decode_picture(media, data)


def test_the_view_shows_it_when_it_is_ready_and_says_its_size(qtbot: QtBot) -> None:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(200, 100)
    view.show()

    view.show_picture("image/png", base64.b64encode(picture("PNG")).decode())

    assert view.words == "Loading …"
    qtbot.waitUntil(lambda: view.has_picture)
    assert view.words == "30 × 20 pixels"
    middle = view.grab().toImage().pixelColor(100, 50)
    assert (middle.red(), middle.green(), middle.blue()) == (255, 34, 68)


def test_a_picture_that_comes_too_late_is_not_shown(qtbot: QtBot) -> None:
    view = PictureView()
    qtbot.addWidget(view)

    view.show_picture("image/png", base64.b64encode(picture("PNG", 10, 10)).decode())
    view.show_picture("image/png", base64.b64encode(picture("PNG", 20, 20)).decode())

    qtbot.waitUntil(lambda: view.has_picture)
    assert view.words == "20 × 20 pixels"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_value_is_known_as_a_picture_by_how_it_begins(qapp: object, kind: str) -> None:
    data = picture(kind)
    text = base64.b64encode(data).decode()
    forms = (data, text, f"data:image/{kind.lower()};base64,{text}")

    nodes = [preview(value) for value in forms]

    assert all(may_be_picture(PreviewNode(n["type"], n["text"], n["length"])) for n in nodes)


@pytest.mark.parametrize("value", [b"plain bytes" * 10, "a long text without any picture in it, as most are", "iVBORw"])
def test_other_values_are_not(value: object) -> None:
    node = preview(value)

    assert not may_be_picture(PreviewNode(node["type"], node["text"], node["length"]))
