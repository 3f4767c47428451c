"""Lines are cut and floods are bounded before they leave the process."""

from __future__ import annotations

import tracemalloc

from engine.runner.capture import MAX_CHARS_PER_FLUSH, MAX_LINE_CHARS, MAX_WAITING_LINES, LineCutter, OutputBuffer
from engine.runner.run_events import OutputLine, OutputReceived


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
