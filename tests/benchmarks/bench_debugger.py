"""Everything the debugger promises in time, in one table: steps, starts, stops, and the longest gaps of the window.

Started by ``dev.py bench debugger``. A real window offscreen, real runners. Beside each figure stands its budget and
what the peer was measured at, on another day, since it cannot be run here: its figures are quoted, not measured anew.
``--size`` shortens the long history by a factor; the table says what it was run with. ``--only`` takes the rows whose
title holds one of these words; the rows of one graph or history belong together.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtWidgets import QApplication

from editor.app.garbage import GarbageCollection
from editor.app.hands import Hands
from editor.app.settings import SettingsFile
from editor.app.trust import TrustStore
from editor.app.wiring import Editor
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from editor.debugger.runner_process import RunnerProcess, RunnerProcesses
from editor.theme.palette import apply_theme
from tests.benchmarks import bench_runner
from tests.benchmarks.gui_loads import (
    HISTORY,
    LOADS,
    at_rest,
    chain_graph,
    for_seconds,
    loop_graph,
    measured,
    opened,
    stopped,
)
from tests.benchmarks.pulse import Pulse, p999

ROW = "{:38} {:>30}  {:22} {}"


def row(what: str, figure: str, budget: str, peer: str = "–") -> None:
    print(ROW.format(what, figure, budget, peer), flush=True)


def spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    return f"median {statistics.median(ordered) * 1000:.1f}, p99 {p99 * 1000:.1f} ms"


RUNNERS: list[RunnerProcess] = []
"""Started by the window, the newest last."""


@dataclass(frozen=True)
class NotedRunners(RunnerProcesses):
    """As in the product: one is started ahead where the open graph is trusted."""

    def __call__(self) -> RunnerProcess:
        RUNNERS.append(super().__call__())
        return RUNNERS[-1]


async def with_window(work: Callable[[Hands], Awaitable[None]]) -> None:
    loop = asyncio.get_running_loop()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    editor = Editor(app, NotedRunners(loop, starts_ahead=True), SettingsFile(), TrustStore())
    closed = loop.create_future()
    editor.closed.connect(lambda: closed.set_result(None))
    editor.window.resize(1600, 1000)
    editor.window.show()
    hands = Hands(editor)
    await hands.settle()
    gc.freeze()  # as in the product
    try:
        await work(hands)
    finally:
        editor.history.mark_saved()
        editor.close()
        await closed


async def steps(hands: Hands, folder: Path, count: int) -> list[float]:
    """F10 until the node's new look is on the canvas and the diff of the step in the panel."""
    session, scene = hands.editor.session, hands.editor.canvas.graph_scene
    await opened(hands, chain_graph(folder, count + 2))
    session.run_and_step({})
    await at_rest(hands, Phase.PAUSED)
    await hands.settle()
    times = []
    for number in range(count):
        began = time.perf_counter()
        await hands.press("F10")
        node = f"node_{number + 1}"
        await hands.until(
            lambda node=node: (
                session.picture.nodes[node].look is NodeLook.NEXT  # type: ignore[misc]
                and "next" in scene.nodes[node].look.says
            ),
            f"{node} to be next",
        )
        await hands.until_diff_is_shown()
        times.append(time.perf_counter() - began)
    await stopped(hands)
    return times


async def ready(hands: Hands, folder: Path, *, looked_at_s: float) -> tuple[float, float]:
    """F5 until the run is under way in its runner, and what memory that takes, in MB.

    ``looked_at_s``: how long the graph is open before that. Within the first second nobody has started a runner ahead.
    """
    session = hands.editor.session
    await opened(hands, loop_graph(folder, "while True: pass"))
    await for_seconds(hands, looked_at_s)
    began = time.perf_counter()
    session.run({})
    await at_rest(hands, Phase.RUNNING)
    seconds = time.perf_counter() - began
    memory = _resident_mb(RUNNERS[-1].pid)
    await stopped(hands)
    return seconds, memory


def _resident_mb(pid: int | None) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return float("nan")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def show_graph(hands: Hands, folder: Path, nodes: int) -> float:
    graph = chain_graph(folder, nodes)
    began = time.perf_counter()
    await hands.editor.start(graph)
    await hands.until(lambda: len(hands.editor.canvas.graph_scene.nodes) >= nodes, "all cards")
    hands.editor.canvas.grab()
    return time.perf_counter() - began


COLD = """
import sys, time
from pathlib import Path
from editor.app import main as m
app = m._application()
import asyncio, qasync
from editor.app.settings import SettingsFile
from editor.app.wiring import Editor
from editor.debugger.runner_process import runner_processes
from editor.theme.palette import apply_theme
apply_theme(app, "light")
loop = qasync.QEventLoop(app)
asyncio.set_event_loop(loop)
with loop:
    editor = Editor(app, runner_processes(loop), SettingsFile())
    editor.window.show()
    loop.run_until_complete(editor.start(Path(sys.argv[1])))
    app.processEvents()
    editor.window.grab()
    import os; os._exit(0)
"""


def cold_start_s(folder: Path) -> tuple[float, float]:
    """From the start of the process until the window with a graph in it has painted itself; and processor time."""
    graph = chain_graph(folder, 10)
    began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", COLD, str(graph)], check=True, cwd=Path(__file__).parents[2])
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - began, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


def gap_text(pulse: Pulse) -> str:
    longest, usual = pulse.longest, p999([gap.wall_ms for gap in pulse.gaps])
    return f"{longest.processor_ms:.0f} ms CPU, {longest.wall_ms:.0f} wall, p99.9 {usual:.0f}"


async def all_rows(hands: Hands, folder: Path, *, quick: bool, size: float, wanted: Wanted) -> None:
    if wanted("F10 to highlighted and diff shown"):
        times = await steps(hands, folder / "steps", 5 if quick else 100)
        row("F10 to highlighted and diff shown", spread(times), "50 ms, p99 100 ms", "1,004 ms")
    for title, looked_at_s in (("runner ready after F5", 3.0), ("the same, graph opened just now", 0.0)):
        if wanted(title):
            starts = [
                await ready(hands, folder / f"ready{number}-{looked_at_s}", looked_at_s=looked_at_s)
                for number in range(1 if quick else 5)
            ]
            seconds, memory = (statistics.median(each) for each in zip(*starts, strict=True))
            row(title, f"{seconds:.2f} s, {memory:.0f} MB", "0.5 s, 60 MB", "1.05-1.5 s, 119 MB")
    if wanted("stop a hung node"):
        grace, hard = await bench_runner.stop_s()
        row("stop a hung node, with grace", f"{grace:.2f} s", "2 s", "never")
        row("stop a hung node, hard", f"{hard:.2f} s", "0.2 s", "never")
    if wanted("open, lay out, show"):
        shown = await show_graph(hands, folder / "shown", 100 if quick else 1000)
        row(f"open, lay out, show {100 if quick else 1000:,} nodes", f"{shown:.2f} s", "1 s")
    for loaded in LOADS:
        if not wanted(f"gap: {loaded.title} {loaded.place}"):
            continue
        sized = replace(loaded, full=loaded.full * size) if loaded.place == HISTORY else loaded
        amount = sized.quick if quick else sized.full
        try:
            gap = gap_text(await measured(hands, sized, folder, quick=quick))
        except TimeoutError as error:
            gap = f"not measured: {error}"[:60]
            await stopped(hands)
        row(f"gap: {loaded.title}, {amount:,.0f} {loaded.unit}", gap, "100 ms, p99.9 50")


Wanted = Callable[[str], bool]
"""Whether the row of this title is to be measured."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--size", type=float, default=1.0, help="of the long history, 1 is 100,000 steps")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="rows whose title holds one of these")
    options = parser.parse_args()
    wanted: Wanted = lambda title: not options.only or any(word in title for word in options.only)  # noqa: E731
    print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores. Peer: langgraph dev, as quoted.")
    row("what", "here", "budget", "peer")
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    apply_theme(app, "light")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["STEPGRAPH_PROFILE"] = str(folder / "profile")
        os.environ["XDG_DATA_HOME"] = str(folder / "data")
        # Every process finds compiled files, as a user's does from the second start on, whatever this shell is set to.
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        if wanted("cold start to a window with a graph"):
            cold = [cold_start_s(folder / f"cold{number}") for number in range(2 if options.quick else 6)][1:]
            wall, processor = (statistics.median(each) for each in zip(*cold, strict=True))
            row("cold start to a window with a graph", f"{wall:.2f} s, {processor:.2f} s CPU", "1.5 s", "VS Code ~2 s")
        loop = qasync.QEventLoop(app)
        asyncio.set_event_loop(loop)
        garbage = GarbageCollection(sets_aside=True)  # as in the product
        with loop:
            loop.run_until_complete(
                with_window(
                    lambda hands: all_rows(hands, folder, quick=options.quick, size=options.size, wanted=wanted)
                )
            )
        garbage.stop()


if __name__ == "__main__":
    main()
