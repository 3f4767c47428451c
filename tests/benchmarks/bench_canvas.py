"""Frame times of the canvas at 100, 1,000 and 10,000 nodes with 1.3 edges each, 1600 x 1000, software rendering.

Started by ``dev.py bench canvas``. Each number is processor time, the smallest of several frames: on a shared machine
the time on the wall measures the neighbours.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from editor.canvas.drawing import Drawing
from editor.canvas.graph_view import GraphView
from editor.canvas.shapes import Rect
from editor.debugger.run_picture import NodeLook, NodeMoment, RunPicture
from editor.document import commands
from editor.document.document import Document
from editor.document.layout import Layout
from editor.document.undo_history import UndoHistory
from editor.theme.palette import apply_theme
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

WIDTH, HEIGHT = 1600, 1000
EDGES_PER_NODE = 1.3


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
    figures["full frame at fit-all"] = smallest(rounds, full_frame(view))
    zooms = (0.31, 0.4, 0.5, 0.7)
    figures["worst full frame at 31 to 70 %"] = max(at_zoom(view, zoom, rounds) for zoom in zooms)
    figures["full frame at 100 %"] = at_zoom(view, 1.0, rounds)
    figures["one node changes state"] = smallest(rounds, one_state(view))
    figures["drag of a node, a frame"] = smallest(rounds, drag(view))
    started = time.process_time()
    history.do(commands.move(document, {"node_1": (400, 44)}))
    figures["one edit followed"] = (time.process_time() - started) * 1000
    figures["memory of the scene, MB"] = resident_mb() - memory_before
    view.close()
    return figures


def layout_time(size: int) -> float:
    graph = graph_of(size).graph
    drawing = Drawing(lambda text: 7.0 * len(text))
    started = time.process_time()
    drawing.follow(Document(graph))
    return (time.process_time() - started) * 1000


def at_zoom(view: GraphView, zoom: float, rounds: int) -> float:
    view.zoom_at(view.viewport().rect().center(), zoom)
    return smallest(rounds, full_frame(view))


def full_frame(view: GraphView) -> Callable[[], None]:
    return view.viewport().repaint


def one_state(view: GraphView) -> Callable[[], None]:
    """One node in view becomes next, or is done, in turn."""
    name = next(iter(view.drawing.nodes_meeting(_visible(view))), "node_0")
    looks = [NodeLook.NEXT, NodeLook.DONE]

    def change() -> None:
        looks.reverse()
        view.show_run(RunPicture(nodes={name: NodeMoment(looks[0], 1)}))
        QApplication.processEvents()

    return change


def drag(view: GraphView) -> Callable[[], None]:
    name = next((n for n in view.drawing.nodes_meeting(_visible(view)) if n not in (START, END)), "node_0")
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
    options = parser.parse_args()
    sizes = [100] if options.quick else [100, 1_000, 10_000]
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, "light")
    results = {size: measure(size, rounds=3 if options.quick else 15) for size in sizes}
    results = {size: {**figures, "open and lay out, no window": layout_time(size)} for size, figures in results.items()}
    print("ms".ljust(34) + "".join(f"{size:>10,}" for size in sizes))
    for title in results[sizes[0]]:
        print(title.ljust(34) + "".join(f"{results[size][title]:>10.1f}" for size in sizes))


if __name__ == "__main__":
    run()
