"""The benchmark of the canvas only has to run here. How fast the canvas is, ``dev.py bench canvas`` tells."""

from __future__ import annotations

from tests.benchmarks.bench_canvas import measure


def test_every_figure_of_the_canvas_can_be_measured(qapp) -> None:
    figures = measure(100, rounds=1)

    assert all(value >= 0 for value in figures.values())
    assert figures["full frame at 100 %"] > 0
