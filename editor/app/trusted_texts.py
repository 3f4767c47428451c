"""The texts of the code that the user trusted, so that a change of it can be shown as what changed. No Qt.

One file for each text, under the digest that the trust is bound to, readable by the user only. A text that nothing
refers to any more goes, and the oldest go where all take more than ``MOST_BYTES``; a change of these is shown as the
whole file. Used by ``trust`` only.
"""

from __future__ import annotations

import logging
import os
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

log = logging.getLogger(__name__)

MOST_BYTES = 20_000_000
"""Of all files, compressed: the code of some hundred projects."""
MOST_AT_ONCE = 20_000_000
"""Characters of one folder; compressing them takes 0.5 s, for which the window waits."""
LONGEST = 8_000_000
"""Characters of a text that is read again; the trust shows 2 MB of a file at most."""


class TrustedTexts:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def text(self, digest: str) -> str | None:
        """None if it is not kept."""
        try:
            unpacker = zlib.decompressobj()
            return unpacker.decompress((self._folder / digest).read_bytes(), LONGEST).decode("utf-8", "surrogatepass")
        except (OSError, zlib.error, UnicodeDecodeError):
            return None

    def keep(self, texts: Mapping[str, str]) -> None:
        """By their digests. That one cannot be kept is no reason not to trust: it is logged."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            room = MOST_AT_ONCE
            for digest, text in texts.items():
                room -= len(text)
                if room >= 0 and not (self._folder / digest).exists():
                    self._write(digest, zlib.compress(text.encode("utf-8", "surrogatepass")))
        except OSError as error:
            log.warning("the trusted code is not kept, so a change of it will be shown whole: %s", error)

    def forget_all_but(self, digests: Iterable[str]) -> None:
        """Those are still referred to."""
        wanted = set(digests)
        if not self._folder.is_dir():
            return
        try:
            kept = [(entry.stat().st_mtime_ns, entry.stat().st_size, entry) for entry in os.scandir(self._folder)]
            room = MOST_BYTES
            for _, size, entry in sorted(kept, key=lambda each: each[0], reverse=True):
                room -= size
                if entry.name not in wanted or room < 0:
                    os.unlink(entry)
        except OSError as error:
            log.warning("texts of code that was trusted are left behind: %s", error)

    def _write(self, digest: str, content: bytes) -> None:
        handle, draft = tempfile.mkstemp(prefix=digest, suffix=".new", dir=self._folder)  # mkstemp makes it 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(draft, self._folder / digest)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
