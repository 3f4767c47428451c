"""Pictures inside a state: bytes, data URLs or base64 text that begin as a PNG, JPEG, GIF or WebP file does. Pure.

Only looked at from outside and passed on; whoever shows one decodes it with limits of its own. SVG is no picture here:
it is a document that may refer to other files.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

LARGEST_BYTES = 6 * 1024 * 1024
"""As base64 it is one line of 8 MB on the pipe, which a window takes in within two frames, measured."""


class NoPictureError(LookupError):
    """The value is no picture that can be shown; the text says why."""


def image_of(value: Any) -> tuple[str, bytes]:
    """(media type, the file's bytes). Raises NoPictureError."""
    if isinstance(value, (bytes, bytearray)):
        data = bytes(value[: LARGEST_BYTES + 1])
    elif isinstance(value, str):
        data = _from_text(value)
    else:
        raise NoPictureError("A picture is bytes, a data URL or base64 text.")
    if len(data) > LARGEST_BYTES:
        raise NoPictureError(f"The picture is larger than {LARGEST_BYTES // 1024 // 1024} MB.")
    media = media_type(data)
    if media is None:
        raise NoPictureError("This is no PNG, JPEG, GIF or WebP picture.")
    return media, data


def media_type(data: bytes) -> str | None:
    """By the first bytes, which the four formats fix; what a file says of itself elsewhere does not count."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def _from_text(text: str) -> bytes:
    if len(text) > LARGEST_BYTES * 4 // 3 + 200:
        raise NoPictureError(f"The picture is larger than {LARGEST_BYTES // 1024 // 1024} MB.")
    if text.startswith("data:"):
        head, comma, text = text.partition(",")
        if not comma or not head.endswith(";base64"):
            raise NoPictureError("This data URL has no base64 data.")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoPictureError("This text is no base64.") from error
