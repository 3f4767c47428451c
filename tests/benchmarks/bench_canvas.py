"""The canvas beside NodeGraphQt at 100, 1,000 and 10,000 nodes (5,000 there) with 1.3 edges each, 1600 x 1000.

Started by ``dev.py bench canvas``, which makes NodeGraphQt's own environment and names its Python in ``PEER_PYTHON``;
without it only our side is measured. Software rendering, no window system. Each number is processor time, the smallest
of several frames: on a shared machine the time on the wall measures the neighbours. Both sides get the same graph and
are measured one after the other, each in a process of its own.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from editor.canvas.card_text import measure_label
from editor.canvas.drawn_ahead import FROM, drawn, graphs_to_lay_out, laid_out, texts_to_measure
from editor.canvas.graph_view import GraphView
from editor.canvas.overview_painter import OVERVIEW_BELOW
from editor.canvas.shapes import Rect
from editor.debugger.run_picture import NodeLook, NodeMoment, RunPicture
from editor.document import commands
from editor.document.document import Document, normal_document
from editor.document.layout import Layout
from editor.document.undo_history import UndoHistory
from editor.theme.palette import apply_theme
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec, drawn_edges

T = TypeVar("T")

WIDTH, HEIGHT = 1600, 1000
EDGES_PER_NODE = 1.3
HUB_EDGES = 20
PEER_SIZES = {100: 100, 1_000: 1_000, 10_000: 5_000}
"""At 10,000 nodes the peer takes over a GB, so it shows what it can at 5,000."""
LONGEST_PEER_S = 300
"""Its 5,000 nodes take 15 s of processor time. Its own command to fit them in would take minutes: see its script."""
BEAT_MS = 2
BUDGETS = {
    "build the scene, ms": {1_000: 200, 10_000: 1_200},
    "first frame at 31 %, items are made": {100: 100, 1_000: 100, 10_000: 100},
    "full frame at fit-all": {100: 16, 1_000: 16, 10_000: 16},
    "the same after a step of zoom": {100: 16, 1_000: 16, 10_000: 16},
    "worst full frame at 31 to 70 %": {10_000: 20},
    "full frame at 100 %": {1_000: 8},
    "one node changes state": {100: 2, 1_000: 2, 10_000: 2},
    "drag of a node with 20 edges, a frame": {100: 5, 1_000: 5, 10_000: 5},
    "memory of the scene, MB": {10_000: 120},
    "open, lay out and show, not placed": {1_000: 1_000},
    "longest gap while it is opened": {100: 100, 1_000: 100, 10_000: 100},
}
"""Of the design's table of performance, in ms where nothing else is said."""


def graph_of(size: int) -> Document:
    """A wide graph on a grid of places: chains, one in ten nodes with a router of three branches, 2 % going back."""
    draw = random.Random(size)
    names = [f"node_{number}" for number in range(size)]
    columns = max(4, int(size**0.5))
    places = {n: (index % columns * 380, index // columns * 140) for index, n in enumerate(names)}
    edges = {(START, names[0]), (names[-1], END)}
    edges |= {(names[i], names[i + 1]) for i in range(size - 1) if (i + 1) % columns}
    while len(edges) < size * (EDGES_PER_NODE - 0.3):
        source = draw.randrange(size)
        step = -1 if draw.random() < 0.02 else draw.choice([1, columns, columns + 1])
        if 0 <= source + step < size:
            edges.add((names[source], names[source + step]))
    edges |= {(hub_of(size), names[size // 2 + 1 + step]) for step in range(2, HUB_EDGES)}
    routers = {
        name: (
            RouterSpec(
                fn="routing:choose",
                branches=tuple(
                    BranchSpec(label, names[min(size - 1, i * 10 + k)])
                    for k, label in enumerate(("yes", "no", "else"), 1)
                ),
            ),
        )
        for i, name in enumerate(names[::10])
    }
    graph = GraphSpec(
        nodes={name: NodeSpec(fn=f"nodes:{name}") for name in names},
        edges=tuple(EdgeSpec(*edge) for edge in sorted(edges)),
        routers=routers,
    )
    return Document(graph, Layout({**places, START: (-160, 12), END: (columns * 380, size // columns * 140)}))


def hub_of(size: int) -> str:
    """The node with twenty edges: no router, in the middle."""
    return f"node_{size // 2 + 1}"


def measure(size: int, *, rounds: int) -> dict[str, float]:
    """Milliseconds by scenario; memory in MB."""
    document = graph_of(size)
    history = UndoHistory(document)
    memory_before = resident_mb()
    started = time.process_time()
    view = GraphView(history)
    built = (time.process_time() - started) * 1000
    view.resize(WIDTH, HEIGHT)
    view.show()
    QApplication.processEvents()
    figures = {"build the scene, ms": built}
    view.fit_all()
    view.viewport().repaint()
    while view.zoom < OVERVIEW_BELOW and view.graph_scene.overview.touched:
        view.viewport().repaint()  # a large graph is looked at in parts
    figures["build, fit all in, and paint"] = (time.process_time() - started) * 1000
    figures["the command that fits all in"] = smallest(rounds, view.fit_all)
    figures["full frame at fit-all"] = smallest(rounds, full_frame(view))
    figures["first frame at 31 %, items are made"] = first_frame(view, 0.31)
    view.fit_all()
    figures["the same after a step of zoom"] = smallest(rounds, zoomed_frame(view))
    view.fit_all()
    zooms = (0.31, 0.4, 0.5, 0.7)
    figures["worst full frame at 31 to 70 %"] = max(at_zoom(view, zoom, rounds) for zoom in zooms)
    view.zoom_at(view.viewport().rect().center(), 1.0)
    view.center_on(hub_of(size))
    figures["full frame at 100 %"] = smallest(rounds, full_frame(view))
    figures["one node changes state"] = smallest(rounds, one_state(view))
    figures["drag of a node with 20 edges, a frame"] = smallest(rounds, drag(view, hub_of(size)))
    started = time.process_time()
    history.do(commands.move(document, {"node_1": (400, 44)}))
    figures["one edit followed"] = (time.process_time() - started) * 1000
    figures["memory of the scene, MB"] = resident_mb() - memory_before
    view.close()
    return figures


def open_without_places(size: int) -> dict[str, float]:
    """A graph that no layout places, from an empty window until its nodes are painted; what the GUI waits meanwhile.

    As ``draw_ahead`` does it in the window. The gaps are the GUI thread's own work between two beats of a timer.
    """
    history = UndoHistory(Document())
    view = GraphView(history)
    view.resize(WIDTH, HEIGHT)
    view.show()
    QApplication.processEvents()
    document = normal_document(Document(graph_of(size).graph))
    beats: list[float] = []
    timer = QTimer()
    timer.setInterval(BEAT_MS)
    timer.timeout.connect(lambda: beats.append(time.thread_time()))
    timer.start()
    began, began_thread = time.process_time(), time.thread_time()
    if size > FROM:
        graphs = graphs_to_lay_out(document)
        texts = beside(lambda: texts_to_measure((document.graph, *graphs)))
        widths = {text: measure_label(text) for text in texts}
        places = beside(lambda: laid_out(graphs, widths))
        view.expect(beside(lambda: drawn(document, places, widths)))
    QTimer.singleShot(BEAT_MS, view, lambda: history.replace(document))
    while not view.graph_scene.nodes.keys() >= document.graph.nodes.keys():
        QApplication.processEvents()
    view.fit_all()
    view.grab()
    took = (time.process_time() - began) * 1000
    for _ in range(3):
        QApplication.processEvents()
    timer.stop()
    beats.append(time.thread_time())
    gaps = [later - sooner for sooner, later in itertools.pairwise([began_thread, *beats])]
    view.close()
    return {"open, lay out and show, not placed": took, "longest gap while it is opened": max(gaps) * 1000}


def beside(work: Callable[[], T]) -> T:
    """In a thread, while the window lives."""
    made: list[T] = []
    thread = threading.Thread(target=lambda: made.append(work()))
    thread.start()
    while thread.is_alive():
        QApplication.processEvents()
        thread.join(0.001)
    return made[0]


def measure_peer(size: int, rounds: int) -> dict[str, float]:
    """The same graph in NodeGraphQt; nothing if its environment is not there or it fails."""
    python = os.environ.get("PEER_PYTHON", "")
    if not python:
        return {}
    document = graph_of(size)
    edges = sorted({(line.outlet.node, line.target) for line in drawn_edges(document.graph)})
    task = {"places": dict(document.layout.positions), "edges": edges, "hub": hub_of(size)}
    script = Path(__file__).with_name("node_graph_qt.py")
    try:
        done = subprocess.run(
            [python, str(script), str(rounds)], input=json.dumps(task), capture_output=True, text=True,
            timeout=LONGEST_PEER_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"NodeGraphQt: {size:,} nodes were not done within {LONGEST_PEER_S:,} s.", file=sys.stderr, flush=True)
        return {}
    if done.returncode != 0:
        print(f"NodeGraphQt: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr, flush=True)
        return {}
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure_ours(size: int, rounds: int) -> dict[str, float]:
    """In a process of its own, as memory is only ever counted upwards."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_canvas", "--one", str(size), "--rounds", str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def at_zoom(view: GraphView, zoom: float, rounds: int) -> float:
    view.zoom_at(view.viewport().rect().center(), zoom)
    return smallest(rounds, full_frame(view))


def first_frame(view: GraphView, zoom: float) -> float:
    """With the items that are made for it."""
    view.zoom_at(view.viewport().rect().center(), zoom)
    started = time.process_time()
    view.viewport().repaint()
    return (time.process_time() - started) * 1000


def full_frame(view: GraphView) -> Callable[[], None]:
    return view.viewport().repaint


def zoomed_frame(view: GraphView) -> Callable[[], None]:
    """In and out in turn: what was kept for one zoom is of no use for the other."""
    steps = [1.01, 1 / 1.01]

    def step() -> None:
        steps.reverse()
        view.zoom_at(view.viewport().rect().center(), view.zoom * steps[0])
        view.viewport().repaint()

    return step


def one_state(view: GraphView) -> Callable[[], None]:
    """One node in view becomes next, or is done, in turn."""
    name = next(iter(view.drawing.nodes_meeting(_visible(view))), "node_0")
    looks = [NodeLook.NEXT, NodeLook.DONE]

    def change() -> None:
        looks.reverse()
        view.show_run(RunPicture(nodes={name: NodeMoment(looks[0], 1)}))
        QApplication.processEvents()

    return change


def drag(view: GraphView, name: str) -> Callable[[], None]:
    x, y = view.drawing.positions[name]
    steps = [0]

    def move() -> None:
        steps[0] += 4
        view.graph_scene.preview({name: (x + steps[0], y)})
        QApplication.processEvents()

    return move


def _visible(view: GraphView) -> Rect:
    rect = view.mapToScene(view.viewport().rect()).boundingRect()
    return Rect(rect.x() + rect.width() / 4, rect.y() + rect.height() / 4, rect.width() / 2, rect.height() / 2)


def smallest(rounds: int, action: Callable[[], None]) -> float:
    times = []
    for _ in range(rounds):
        started = time.process_time()
        action()
        times.append((time.process_time() - started) * 1000)
    return min(times)


def resident_mb() -> float:
    """The most memory this process has had; macOS counts bytes, Linux kilobytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def run() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--size", type=int, choices=list(PEER_SIZES), action="append", help="only so many nodes")
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        app = QApplication.instance() or QApplication([])
        assert isinstance(app, QApplication)
        apply_theme(app, "light")
        gc.disable()  # as the editor does, which collects garbage between frames and sets aside what is large
        figures = {**measure(options.one, rounds=options.rounds), **open_without_places(options.one)}
        print(json.dumps(figures), flush=True)
        return
    rounds = 3 if options.quick else 15
    print(f"{'ms':<40}{'NodeGraphQt':>12}{'ours':>10}{'budget':>10}")
    for size in options.size or ([100] if options.quick else PEER_SIZES):
        ours, peer = measure_ours(size, rounds), measure_peer(PEER_SIZES[size], 3)
        print(f"{size:,} nodes" + (f" ({PEER_SIZES[size]:,} there)" if PEER_SIZES[size] != size else ""))
        for title, value in ours.items():
            theirs = f"{peer[title]:,.1f}" if title in peer else "–"
            budget = BUDGETS.get(title, {}).get(size)
            print(f"  {title:<38}{theirs:>12}{value:>10,.1f}{'' if budget is None else f'{budget:,}':>10}", flush=True)
    print(f"Processor time, the smallest of {rounds} ({3 if peer else 0} there). {load_now()}")


def load_now() -> str:
    """How busy the machine was: more than one process a core makes also processor time longer."""
    if not hasattr(os, "getloadavg"):
        return ""
    return f"Processes that wanted to run in the last 15 minutes: {os.getloadavg()[2]:.1f} on {os.cpu_count()} cores."


if __name__ == "__main__":
    run()
