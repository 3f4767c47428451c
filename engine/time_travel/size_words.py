"""How many bytes something takes, in words. Pure. For the command line and for the window's list of runs."""

from __future__ import annotations


def bytes_text(count: float) -> str:
    """ "640 B", "3.4 MB": two or three figures, in thousands as on a disk's label."""
    for unit in ("B", "KB", "MB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 9.95 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
