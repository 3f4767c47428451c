"""Lines are cut and floods are bounded before they leave the process."""

from __future__ import annotations

import queue
import threading
import tracemalloc
from collections.abc import Callable

from engine.runner.capture import MAX_CHARS_PER_FLUSH, MAX_LINE_CHARS, MAX_WAITING_LINES, LineCutter, OutputBuffer
from engine.runner.run_events import OutputLine, OutputReceived
from tests.patience import PATIENCE_S


def cut(*pieces: str) -> list[str]:
    lines: list[str] = []
    cutter = LineCutter(lines.append)
    for piece in pieces:
        cutter.feed(piece)
    if cutter.has_rest:
        cutter.finish()
    return lines


def test_pieces_become_lines() -> None:
    assert cut("a", "b\nc\r\n", "\n", "d") == ["ab", "c", "", "d"]


def test_a_line_of_one_megabyte_is_cut_and_says_how_long_it_was() -> None:
    (line,) = cut(*["x" * 1024] * 1024, "\n")

    assert line.startswith("x" * MAX_LINE_CHARS + "…")
    assert line.endswith("(1,048,576 characters, cut)")


def test_an_endless_line_is_never_held_in_memory() -> None:
    cutter = LineCutter(lambda line: None)
    piece = "x" * 65536
    tracemalloc.start()
    try:
        for _ in range(1000):
            cutter.feed(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 1_000_000


class InterruptedLock:
    """A lock after whose first release by the flushing thread another line comes in."""

    def __init__(self, add_line: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._add_line: Callable[[], None] | None = add_line

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *failure: object) -> None:
        self._lock.release()
        if threading.current_thread().name == "output" and self._add_line is not None:
            add_line, self._add_line = self._add_line, None
            add_line()


def test_a_line_that_comes_while_lines_are_taken_is_handed_on_too() -> None:
    received: queue.Queue[str] = queue.Queue()
    buffer = OutputBuffer(lambda event: [received.put(line.text) for line in event.lines])
    buffer._lock = InterruptedLock(lambda: buffer.add(OutputLine("second")))

    buffer.add(OutputLine("first"))

    assert [received.get(timeout=PATIENCE_S), received.get(timeout=PATIENCE_S)] == ["first", "second"]


def test_a_flood_keeps_the_newest_lines_and_counts_the_others() -> None:
    told: list[OutputReceived] = []
    buffer = OutputBuffer(told.append)
    total = MAX_WAITING_LINES * 50

    for number in range(total):
        buffer.add(OutputLine(f"line {number}"))
    buffer.flush()

    received = [line.text for event in told for line in event.lines]
    assert received[-1] == f"line {total - 1}"
    assert len(received) + sum(event.dropped for event in told) == total
    assert all(sum(len(line.text) for line in event.lines) <= MAX_CHARS_PER_FLUSH for event in told)
    assert all(len(event.lines) <= MAX_WAITING_LINES for event in told)
