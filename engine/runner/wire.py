"""The runner's end of the pipes: writes whole lines from any thread, numbers events, reads requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, BinaryIO

from engine.runner.protocol import Asked, Message, Replied, Told, decode, encode
from engine.runner.run_events import RunEvent


class Wire:
    """Thread-safe for writing; one thread reads."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = threading.Lock()
        self._seq = 0

    def tell(self, event: RunEvent) -> None:
        """An event, in the order of the calls."""
        with self._lock:
            self._seq += 1
            self._write(Told(self._seq, event))

    def reply(self, id: int, value: Any = None) -> None:
        with self._lock:
            self._write(Replied(id, value))

    def refuse(self, id: int, error: str) -> None:
        with self._lock:
            self._write(Replied(id, error=error))

    def requests(self) -> Iterator[Asked]:
        """Until the other side closes the pipe."""
        for line in self._incoming:
            message = decode(line)
            if isinstance(message, Asked):
                yield message

    def _write(self, message: Message) -> None:
        data = memoryview(encode(message))
        while data:
            written = self._outgoing.write(data)
            data = data[written:]
