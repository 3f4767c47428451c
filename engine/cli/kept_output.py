"""Keeps what nodes print in the run database, while ``stepgraph run`` shows it on stderr. Used by ``cli`` only."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TextIO

from engine.runner.capture import NOBODY, CapturedStream, Origin
from engine.runner.output_keeper import OutputKeeper
from engine.runner.run_events import OutputLine, OutputReceived, RunEvent
from engine.store.output_rows import OutputRows

_STDERR = 2

_WRITTEN_EVERY_S = 0.5
"""As the runner does: a kill costs half a second of output."""


class KeptOutput:
    """One run's output. Only what a task writes is kept: what the command itself says is no part of the run."""

    def __init__(self) -> None:
        self._keeper = OutputKeeper()
        self._streams: list[_ShownAndKept] = []

    def hearing(self, tell: Callable[[RunEvent], None]) -> Callable[[RunEvent], None]:
        """``tell``, with the keeper listening: it learns from events which run and step a line belongs to."""
        return self._keeper.hearing(tell)

    def flush(self) -> None:
        """Take what was written so far, unfinished lines too."""
        for stream in self._streams:
            stream.finish_lines()

    def add(self, line: OutputLine) -> None:
        """Hear one line, from any thread."""
        if line.task_id is not None:
            self._keeper.hear(OutputReceived((line,)))

    @contextlib.contextmanager
    def kept_in(self, rows: OutputRows, origin: Callable[[], Origin]) -> Iterator[None]:
        """Within the block lines are kept in ``rows``; ``origin`` tells which task writes."""
        self._keeper.open(rows)
        self._streams = [
            _ShownAndKept(name, shown, self, origin) for name, shown in (("stdout", sys.stdout), ("stderr", sys.stderr))
        ]
        is_over = threading.Event()
        writer = threading.Thread(target=self._write_until, args=(is_over,), name="kept output", daemon=True)
        with contextlib.redirect_stdout(self._streams[0]), contextlib.redirect_stderr(self._streams[1]):
            writer.start()
            try:
                yield
            finally:
                self.flush()
                is_over.set()
                writer.join()
                self._keeper.write()

    def _write_until(self, is_over: threading.Event) -> None:
        while not is_over.wait(_WRITTEN_EVERY_S):
            self._keeper.write()


class _ShownAndKept(CapturedStream):
    def __init__(self, name: str, shown: TextIO, output: KeptOutput, origin: Callable[[], Origin]) -> None:
        super().__init__(name, _STDERR, output, origin)
        self._shown = shown

    def write(self, text: str) -> int:
        self._shown.write(text)
        return super().write(text)

    def flush(self) -> None:
        self._shown.flush()


def task_on(thread_origin: Callable[[], Origin], only_running: Callable[[], Origin]) -> Callable[[], Origin]:
    """Which task writes: the one that the calling thread runs or, if it runs none, the only one that is running."""

    def origin() -> Origin:
        found = thread_origin()
        return only_running() if found is NOBODY else found

    return origin
