"""The machine of ``test_document_machine`` with a canvas that follows, and with subgraphs, joins and levels.

After every edit the scene shows exactly the document. ``STEPGRAPH_MACHINE_EDITS=20000`` runs so many edits; a commit
gets three hundred.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from editor.canvas.drawing import Drawing
from editor.canvas.graph_scene import GraphScene
from editor.document import commands
from editor.document.dissolve_subgraph import dissolve
from editor.document.join_commands import switch_join
from editor.document.level_history import LevelHistory
from editor.document.subgraph_commands import add_reference, add_subgraph, make_subgraph
from engine.graph.levels import levels
from engine.graph.spec import END, START
from tests.editor.canvas.graphs import measure
from tests.editor.canvas.test_scene_follows import assert_shows
from tests.editor.document.test_document_machine import LABELS, NAMES, POINTS, Editing

EDITS = int(os.environ.get("STEPGRAPH_MACHINE_EDITS", "300"))
STEPS = 50
COUNTED: Counter[str] = Counter()
"""Edits over all runs of this process, told at the end."""


class EditingOnTheCanvas(Editing):
    def start_from_disk(self) -> None:
        super().start_from_disk()
        self.scene = GraphScene()
        self.scene.drawing = Drawing(measure)
        self.scene.follow(self.history.document)
        self.history.subscribe(lambda event: self.scene.follow(event.new))

    @rule(data=st.data(), name=NAMES)
    def make_subgraph(self, data: st.DataObject, name: str) -> None:
        self.attempt(make_subgraph, [self.pick(data), self.pick(data)], name)

    @rule(data=st.data())
    def dissolve_subgraph(self, data: st.DataObject) -> None:
        self.attempt(dissolve, self.pick(data))

    @rule(name=NAMES, at=POINTS, other=st.booleans())
    def add_subgraph(self, name: str, at: tuple[int, int], other: bool) -> None:
        if other:
            self.attempt(add_reference, name, at, "other.graph.json")
        else:
            self.attempt(add_subgraph, name, at)

    @rule(data=st.data())
    def switch_join(self, data: st.DataObject) -> None:
        self.attempt(switch_join, self.pick(data, END))

    @rule(data=st.data(), name=NAMES, at=POINTS, label=LABELS)
    def edit_inside(self, data: st.DataObject, name: str, at: tuple[int, int], label: str) -> None:
        """What the canvas of an open subgraph does: the same commands, one level down."""
        paths = [level.path for level in levels(self.history.document.graph) if level.path]
        if not paths:
            return
        inside = LevelHistory(self.history)
        inside.open(data.draw(st.sampled_from(sorted(paths))))
        names = [*inside.document.graph.nodes, START, END]
        picked = data.draw(st.sampled_from(names))
        for make in (
            lambda: commands.add_node(inside.document, name, at),
            lambda: commands.move(inside.document, {picked: at}),
            lambda: commands.add_router(inside.document, picked, None, [label]),
        ):
            try:
                inside.do(make())
            except commands.CommandError as error:
                assert str(error).endswith(".")

    @invariant()
    def the_scene_shows_the_document(self) -> None:
        if hasattr(self, "scene"):
            COUNTED["steps"] += 1
            assert_shows(self.scene, self.history.document)


@pytest.fixture(scope="module", autouse=True)
def tell_how_many() -> Iterator[None]:
    COUNTED.clear()
    yield
    print(f"{COUNTED['steps']:,} steps")


TestEditingOnTheCanvas = pytest.mark.usefixtures("qapp")(EditingOnTheCanvas.TestCase)
TestEditingOnTheCanvas.settings = settings(
    max_examples=max(1, EDITS * 5 // (4 * STEPS)),
    stateful_step_count=STEPS,  # on the average four fifths of it are done
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
