"""Measures the same thing on two sides: fresh process per sample, rounds interleaved, medians, one table.

A benchmark lists ``Scenario`` objects and calls ``main``. The scenario's function runs in a child process and returns
one number; the smaller the better. Nothing here fails on a slow machine: what counts are the ratios of one run. Where
other programs use the machine too, ``--least`` says more: what the machine allows when it lets a process be.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST_S = 900
"""For one sample. The next row is worth more than waiting on."""


@dataclass(frozen=True)
class Scenario:
    """One row of the table. ``measure(side, quick)`` is called in a process of its own."""

    title: str
    unit: str
    measure: Callable[[str, bool], float]
    budget: str
    rounds: int = 5


@dataclass(frozen=True)
class Row:
    scenario: Scenario
    values: dict[str, float | None]
    """By side: of its samples the median, or the least."""


def main(module: str, scenarios: Sequence[Scenario], sides: tuple[str, str]) -> None:
    """``sides`` are peer and ours. With ``--sample`` this is the child, which prints one number."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="scenarios whose title contains this")
    parser.add_argument("--least", action="store_true", help="the least of each scenario's samples, not the median")
    parser.add_argument("--sample", nargs=2, metavar=("NUMBER", "SIDE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.sample:
        number, side = options.sample
        print(json.dumps(scenarios[int(number)].measure(side, options.quick)))
        return
    rows, middle = [], min if options.least else statistics.median
    for number, scenario in enumerate(scenarios):
        if options.only in scenario.title:
            print(f"  {scenario.title} …", file=sys.stderr, flush=True)
            samples = measure(module, number, scenario, sides, options.quick)
            rows.append(Row(scenario, {side: middle(found) if found else None for side, found in samples.items()}))
    print(table(rows, sides))
    print("\n" + machine("The least of each" if options.least else "Medians"))


def measure(
    module: str, number: int, scenario: Scenario, sides: tuple[str, str], quick: bool
) -> dict[str, list[float]]:
    """The samples of each side."""
    samples: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(1 if quick else scenario.rounds):
        for side in sides:
            value = sample(module, number, side, quick)
            if value is not None:
                samples[side].append(value)
    return samples


def sample(module: str, number: int, side: str, quick: bool) -> float | None:
    """One number from a fresh process; None, with the reason on stderr, if this side cannot do it."""
    command = [sys.executable, "-m", module, "--sample", str(number), side, *(["--quick"] if quick else [])]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        print(f"    {side}: not done within {LONGEST_S} s", file=sys.stderr, flush=True)
        return None
    if answer.returncode != 0:
        print(f"    {side}: {answer.stderr.strip().splitlines()[-1:]}", file=sys.stderr, flush=True)
        return None
    return float(json.loads(answer.stdout.strip().splitlines()[-1]))


def table(rows: Sequence[Row], sides: tuple[str, str]) -> str:
    peer, ours = sides
    head = ["scenario", "unit", peer, ours, "ratio", "budget"]
    lines = [head]
    for row in rows:
        theirs, mine = row.values[peer], row.values[ours]
        ratio = f"1/{theirs / mine:.1f}" if theirs and mine else "–"
        lines.append([row.scenario.title, row.scenario.unit, shown(theirs), shown(mine), ratio, row.scenario.budget])
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def machine(what: str) -> str:
    """What was measured with, and how busy it was."""
    told = (
        f"{what}. Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    )
    if not hasattr(os, "getloadavg"):
        return f"{told}."
    return f"{told}, load {os.getloadavg()[2]:.1f} in the last quarter of an hour (of which this takes about 1)."


def shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2g}" if value < 1 else f"{value:,.1f}"
