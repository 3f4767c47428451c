"""The same graph in NodeGraphQt, measured like ours. Runs in an environment of its own and imports nothing of ours.

``python node_graph_qt.py ROUNDS < graph.json`` prints one JSON object of figures. Its check for cycles is off: with it,
400 nodes do not get built. Its command that fits all nodes in takes time with the square of their number, since it
makes one group of them only to see how large that is (8 s at 1,000 nodes, 28 s at 2,000, nearly three minutes at 5,000
on two shared cores). So that command is measured up to 1,000 nodes; for the frames the same view is reached without it.
"""

import json
import os
import resource
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from NodeGraphQt import BaseNode, NodeGraph
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QApplication

MOST_FITTED = 1_000
"""By its own command."""


class Card(BaseNode):
    __identifier__ = "bench"
    NODE_NAME = "card"

    def __init__(self):
        super().__init__()
        self.add_input("in", multi_input=True)
        self.add_output("out", multi_output=True)


def main(rounds):
    task = json.load(sys.stdin)
    app = QApplication([])
    before = resident_mb()
    began = time.process_time()
    graph = NodeGraph()
    graph.set_acyclic(False)
    graph.register_node(Card)
    cards = {}
    for name, (x, y) in task["places"].items():
        cards[name] = graph.create_node("bench.Card", name=name, pos=(x, y), selected=False, push_undo=False)
    for source, target in task["edges"]:
        if source != target:
            cards[source].output(0).connect_to(cards[target].input(0), push_undo=False)
    figures = {"build the scene, ms": (time.process_time() - began) * 1000}
    viewer = graph.viewer()
    viewer.resize(1600, 1000)
    viewer.show()
    app.processEvents()
    graph.clear_selection()
    items = [card.view for card in cards.values()]
    combined_rect, viewer._combined_rect = viewer._combined_rect, united
    viewer.zoom_to_nodes(items)
    viewer.viewport().repaint()
    figures["build, fit all in, and paint"] = (time.process_time() - began) * 1000
    if len(task["edges"]) < 2 * MOST_FITTED:
        zoom = viewer.transform().m11()
        viewer._combined_rect = combined_rect
        began = time.process_time()
        viewer.zoom_to_nodes(items)
        figures["the command that fits all in"] = (time.process_time() - began) * 1000
        assert abs(viewer.transform().m11() / zoom - 1) < 0.02, "both ways lead to the same view"
    figures["full frame at fit-all"] = smallest(rounds, viewer.viewport().repaint)
    steps = [1.01, 1 / 1.01]

    def zoomed_frame():
        steps.reverse()
        viewer.scale(steps[0], steps[0])
        viewer.viewport().repaint()

    figures["the same after a step of zoom"] = smallest(rounds, zoomed_frame)
    hub = cards[task["hub"]]
    viewer.reset_zoom(QPointF(hub.view.x(), hub.view.y()))
    app.processEvents()
    figures["full frame at 100 %"] = smallest(rounds, viewer.viewport().repaint)
    colours = [(200, 60, 60), (60, 200, 60)]

    def change():
        colours.reverse()
        hub.view.color = (*colours[0], 255)
        hub.view.draw_node()
        app.processEvents()

    figures["one node changes state"] = smallest(rounds, change)
    place = [hub.view.x(), hub.view.y()]

    def move():
        place[0] += 4
        hub.view.setPos(QPointF(*place))
        app.processEvents()

    figures["drag of a node with 20 edges, a frame"] = smallest(rounds, move)
    figures["memory of the scene, MB"] = resident_mb() - before
    print(json.dumps(figures), flush=True)
    os._exit(0)  # taking its scene down again takes minutes


def united(items):
    """What its own function says, without making a group of the items and taking it apart."""
    rect = QRectF()
    for item in items:
        rect = rect.united(item.sceneBoundingRect())
    return rect


def smallest(rounds, action):
    times = []
    for _ in range(rounds):
        began = time.process_time()
        action()
        times.append((time.process_time() - began) * 1000)
    return min(times)


def resident_mb():
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(int(sys.argv[1]))
