"""What can go wrong with a store, by whose fault it is and what can be done. Texts name file, thread and row."""

from __future__ import annotations

MALFORMED = (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
"""What reading a row raises that has a right hash and another form than ours: somebody has crafted it."""


class StoreError(Exception):
    """A store cannot do what was asked. What was committed before is still there."""


class ForeignFileError(StoreError):
    """The file is no run database of ours. Nothing was written to it."""


class DamagedStoreError(StoreError):
    """A stored row is not what was written, or part of the file cannot be read. Other threads may still be whole."""


class ReadOnlyStoreError(StoreError):
    """The file may be read but not written: a newer version made it, or it was opened that way."""


class StoreWriteError(StoreError):
    """A checkpoint could not be committed: disk full, file locked, device gone. Nothing of it is in the file."""


class ThreadHeldError(StoreError):
    """Another process runs this thread, or has taken it over. ``holder`` says who."""

    def __init__(self, message: str, *, holder: str) -> None:
        super().__init__(message)
        self.holder = holder
