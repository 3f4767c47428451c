"""Marks an open file as in use, until it is closed or its process dies. Advisory: reading stays possible."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    _BYTE = 1 << 30  # Windows locks ranges of bytes, against reading too: one far behind the content

    def try_lock(file: IO[bytes]) -> bool:
        """True if the file is ours now; False if another process or another open file has it."""
        place = file.tell()
        file.seek(_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(place)
        return True

else:
    import fcntl

    def try_lock(file: IO[bytes]) -> bool:
        """True if the file is ours now; False if another process or another open file has it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
