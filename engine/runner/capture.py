"""What the user's code writes: to stdout, stderr and loggers, from Python or below it, line by line and bounded.

The process's own pipes are moved away first, so that nothing the user's code writes can reach the protocol. Writes from
Python know which task they come from; writes to the file descriptors (C code, child processes) are given to the only
running task, if there is only one.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol

from engine.runner.run_events import OutputLine, OutputReceived

MAX_LINE_CHARS = 8_000
"""Longer lines are cut: nobody reads them in a console, and a text widget chokes on a line of 1 MB."""
MAX_WAITING_LINES = 2_000
MAX_CHARS_PER_FLUSH = 64_000
FLUSH_EVERY_S = 0.05
"""Twenty times a second looks live. Together with the bounds above: at most 1.3 MB a second reach the editor."""


@dataclass(frozen=True)
class Origin:
    """Who writes."""

    node: str | None = None
    step: int | None = None
    task_id: str | None = None


NOBODY = Origin()


def move_pipes_away() -> tuple[BinaryIO, BinaryIO]:
    """The real stdin and stdout under new numbers; 0 is empty afterwards. Call before any user code is imported."""
    real_in, real_out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return os.fdopen(real_in, "rb"), os.fdopen(real_out, "wb", buffering=0)


class TakesLines(Protocol):
    """Where lines go, from any thread."""

    def add(self, line: OutputLine) -> None:
        """Take one."""


class OutputBuffer:
    """Collects lines from any thread and hands them on in batches. Drops the oldest when they come too fast."""

    def __init__(self, tell: Callable[[OutputReceived], None]) -> None:
        self._tell = tell
        self._lines: deque[OutputLine] = deque()
        self._dropped = 0
        self._lock = threading.Lock()
        self._tell_lock = threading.Lock()
        self._has_lines = threading.Event()
        threading.Thread(target=self._flush_for_ever, name="output", daemon=True).start()

    def add(self, line: OutputLine) -> None:
        with self._lock:
            if len(self._lines) >= MAX_WAITING_LINES:
                self._lines.popleft()
                self._dropped += 1
            self._lines.append(line)
        self._has_lines.set()

    def flush(self) -> None:
        """Hands on the newest lines that fit; what does not is counted as dropped."""
        with self._tell_lock:
            # Cleared before the lines are taken: a line that comes in between sets it again and is not forgotten.
            self._has_lines.clear()
            with self._lock:
                lines, self._lines = self._lines, deque()
                dropped, self._dropped = self._dropped, 0
            chars = sum(len(line.text) for line in lines)
            while chars > MAX_CHARS_PER_FLUSH and len(lines) > 1:
                chars -= len(lines.popleft().text)
                dropped += 1
            if lines:
                self._tell(OutputReceived(tuple(lines), dropped))

    def _flush_for_ever(self) -> None:
        pause = threading.Event()
        while True:
            self._has_lines.wait()
            pause.wait(FLUSH_EVERY_S)
            self.flush()


class LineCutter:
    """Turns pieces of text into lines of bounded length without ever holding more than that."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self._on_line = on_line
        self._kept = ""
        self._length = 0

    def feed(self, text: str) -> None:
        *complete, rest = text.split("\n")
        for line in complete:
            self._append(line)
            self.finish()
        self._append(rest)

    def finish(self) -> None:
        """Ends the line that is being collected."""
        text = self._kept.rstrip("\r")
        if self._length > MAX_LINE_CHARS:
            text += f"… ({self._length:,} characters, cut)"
        self._kept, self._length = "", 0
        self._on_line(text)

    @property
    def has_rest(self) -> bool:
        return self._length > 0

    def _append(self, text: str) -> None:
        self._kept += text[: max(0, MAX_LINE_CHARS - len(self._kept))]
        self._length += len(text)


class CapturedStream(io.TextIOBase):
    """Stands in for ``sys.stdout`` or ``sys.stderr``. Each task has its own unfinished line."""

    def __init__(self, name: str, descriptor: int, buffer: TakesLines, origin: Callable[[], Origin]) -> None:
        super().__init__()
        self._stream = name
        self._descriptor = descriptor
        self._output = buffer
        self._origin = origin
        self._cutters: dict[Origin, LineCutter] = {}
        self._lock = threading.Lock()
        self.buffer = io.FileIO(descriptor, "wb", closefd=False)

    encoding = "utf-8"
    errors = "backslashreplace"

    def write(self, text: str) -> int:
        origin = self._origin()
        with self._lock:
            cutter = self._cutters.get(origin)
            if cutter is None:
                cutter = self._cutters[origin] = LineCutter(lambda line: self._add(line, origin))
            cutter.feed(text)
            if not cutter.has_rest:
                del self._cutters[origin]
        return len(text)

    def finish_lines(self) -> None:
        """Hands on lines that were begun and not ended, as at the end of a step."""
        with self._lock:
            cutters, self._cutters = self._cutters, {}
            for cutter in cutters.values():
                cutter.finish()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._descriptor

    def reconfigure(self, **options: object) -> None:
        """As of a text stream. Nothing to do: what is written is text and stays text."""

    def close(self) -> None:
        """Stays open: user code that closes ``sys.stdout`` must not silence the next node."""

    def _add(self, text: str, origin: Origin) -> None:
        self._output.add(OutputLine(text, self._stream, origin.node, origin.step, origin.task_id))


class CapturedLog(logging.Handler):
    """Log records of all loggers, as lines of their own stream."""

    def __init__(self, buffer: OutputBuffer, origin: Callable[[], Origin]) -> None:
        super().__init__()
        self._output = buffer
        self._origin = origin
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        origin = self._origin()

        def add(line: str) -> None:
            self._output.add(OutputLine(line, "log", origin.node, origin.step, origin.task_id))

        try:
            cutter = LineCutter(add)
            cutter.feed(self.format(record))
            cutter.finish()
        except Exception:
            self.handleError(record)


class OutputCapture:
    """Everything above, installed in this process. Not undone: the process is the user's code's own."""

    def __init__(self, tell: Callable[[OutputReceived], None]) -> None:
        self.origin: Callable[[], Origin] = lambda: NOBODY
        """Who writes on the calling thread; set by the host once it knows the engine."""
        self.only_running: Callable[[], Origin] = lambda: NOBODY
        """The running task, if there is exactly one; set by the driver."""
        self._buffer = OutputBuffer(tell)
        self._streams = [self._capture("stdout", 1), self._capture("stderr", 2)]
        sys.stdout, sys.stderr = self._streams
        root = logging.getLogger()
        self._log = CapturedLog(self._buffer, self._who)
        root.addHandler(self._log)
        if root.level == logging.WARNING:
            root.setLevel(logging.INFO)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._leave_to_the_pipes)

    def flush(self) -> None:
        """Hands on all that was written so far by Python code, unfinished lines too."""
        for stream in self._streams:
            stream.finish_lines()
        self._buffer.flush()

    def add_custom(self, text: str, origin: Origin) -> None:
        """A chunk of the ``custom`` stream."""

        def add(line: str) -> None:
            self._buffer.add(OutputLine(line, "custom", origin.node, origin.step, origin.task_id))

        cutter = LineCutter(add)
        cutter.feed(text)
        cutter.finish()

    def add_line(self, line: OutputLine) -> None:
        """One line that the runner itself has to say, in its place between those of the user's code."""

        def add(text: str) -> None:
            self._buffer.add(replace(line, text=text))

        cutter = LineCutter(add)
        cutter.feed(line.text)
        cutter.finish()

    def _who(self) -> Origin:
        origin = self.origin()
        return self.only_running() if origin is NOBODY else origin

    def _leave_to_the_pipes(self) -> None:
        """In a forked child, which has none of our threads: write to the descriptors, which the parent reads."""
        sys.stdout, sys.stderr = (
            io.TextIOWrapper(
                io.FileIO(descriptor, "wb", closefd=False), "utf-8", "backslashreplace", write_through=True
            )
            for descriptor in (1, 2)
        )
        root = logging.getLogger()
        root.removeHandler(self._log)
        root.addHandler(logging.StreamHandler(sys.stderr))

    def _capture(self, name: str, descriptor: int) -> CapturedStream:
        read_end, write_end = os.pipe()
        os.dup2(write_end, descriptor)
        os.close(write_end)
        threading.Thread(target=self._read_pipe, args=(name, read_end), name=f"captured {name}", daemon=True).start()
        return CapturedStream(name, descriptor, self._buffer, self._who)

    def _read_pipe(self, name: str, read_end: int) -> None:
        def add(line: str) -> None:
            origin = self.only_running()
            self._buffer.add(OutputLine(line, name, origin.node, origin.step, origin.task_id))

        cutter = LineCutter(add)
        while chunk := os.read(read_end, 65536):
            cutter.feed(chunk.decode("utf-8", "backslashreplace"))
