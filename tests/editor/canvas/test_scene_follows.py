"""Whatever is edited, undone or redone: the scene shows exactly the document."""

from __future__ import annotations

import random

import pytest

from editor.canvas.drawing import Drawing
from editor.canvas.geometry import RouteKind, polyline
from editor.canvas.graph_scene import GraphScene
from editor.document import commands
from editor.document.command import Command, CommandError
from editor.document.document import Document
from editor.document.remark_commands import add_frame, add_note, delete_remarks, move_things, write_remark
from editor.document.undo_history import UndoHistory
from engine.graph.jumps import JumpOutlet, jumps, shown_lines
from engine.graph.spec import END, START, BranchOutlet, Outlet, PlainOutlet, drawn_edges
from tests.editor.canvas.graphs import loop, measure

EDITS_PER_RUN = 250


@pytest.mark.parametrize("seed", range(6))
def test_after_every_edit_undo_and_redo_the_scene_equals_the_document(qapp, seed: int) -> None:
    draw = random.Random(seed)
    history = UndoHistory(loop())
    scene = GraphScene()
    scene.drawing = Drawing(measure)
    scene.follow(history.document)
    unsubscribe = history.subscribe(lambda event: scene.follow(event.new))

    for number in range(EDITS_PER_RUN):
        edit(history, draw, number)
        assert_shows(scene, history.document)

    fresh = Drawing(measure)
    fresh.follow(history.document)
    assert {e: r for e, r in scene.drawing.routes.items() if r.kind is RouteKind.JUMP} == {
        e: r for e, r in fresh.routes.items() if r.kind is RouteKind.JUMP
    }
    while history.undo():
        assert_shows(scene, history.document)
    unsubscribe()
    fresh = Drawing(measure)
    fresh.follow(history.document)
    assert scene.drawing.routes == fresh.routes
    assert scene.remarks == {}


def edit(history: UndoHistory, draw: random.Random, number: int) -> None:
    """One random edit, or an undo, or a redo. An edit that the rules refuse changes nothing."""
    choice = draw.random()
    if choice < 0.12:
        history.undo()
    elif choice < 0.18:
        history.redo()
    else:
        try:
            history.do(random_command(history.document, draw, number))
        except CommandError:
            pass  # refused with a reason, as it should be; the scene is compared all the same


def random_command(document: Document, draw: random.Random, number: int) -> Command:
    names = sorted(document.graph.nodes) or [START]
    name, other = draw.choice(names), draw.choice([*names, END])
    outlet = draw.choice(outlets(document))
    lines = drawn_edges(document.graph)
    line = draw.choice(lines) if lines else None
    made = [
        lambda: commands.add_node(document, f"n{number}", (draw.randrange(-500, 1500), draw.randrange(-500, 900))),
        lambda: commands.move(document, {name: (draw.randrange(-500, 1500), draw.randrange(-500, 900))}),
        lambda: commands.connect(document, outlet, other),
        lambda: commands.connect(document, outlet, other),
        lambda: commands.rename_node(document, name, f"r{number}"),
        lambda: commands.add_router(document, name, "routing:f", [("yes", other), ("no", None)]),
        lambda: commands.delete(document, [name]),
        lambda: commands.delete_and_heal(document, name),
        lambda: commands.join(document, draw.sample(names, min(2, len(names))), other),
    ]
    jump = draw.choice(jumps(document.graph)) if jumps(document.graph) else None
    made += [
        lambda: commands.connect(document, JumpOutlet(name), other),
        lambda: add_frame(document, (draw.randrange(-500, 1500), draw.randrange(-500, 900), 300, 200)),
        lambda: add_note(document, (draw.randrange(-500, 1500), draw.randrange(-500, 900)), "a\nb"),
    ]
    if jump is not None:
        made += [
            lambda: commands.delete(document, edges=[jump]),
            lambda: commands.retarget(document, jump, other),
            lambda: commands.insert_on_edge(document, jump, name),
        ]
    key = min(document.layout.remarks, default="")
    if key:
        made += [
            lambda: delete_remarks(document, [key]),
            lambda: write_remark(document, key, f"text {number}"),
            lambda: move_things(document, {name: (number, 0)}, {key: (number, number)}),
        ]
    if line is not None:
        made += [
            lambda: commands.delete(document, edges=[line]),
            lambda: commands.retarget(document, line, other),
            lambda: commands.insert_on_edge(document, line, name),
        ]
    if isinstance(outlet, BranchOutlet):
        made.append(
            lambda: commands.rename_branch(document, outlet.node, outlet.router, outlet.label, f"label{number}")
        )
        made.append(lambda: commands.delete_branch(document, outlet.node, outlet.router, outlet.label))
    return draw.choice(made)()


def outlets(document: Document) -> list[Outlet]:
    branches = [
        BranchOutlet(node, router.name, branch.label)
        for node, routers in sorted(document.graph.routers.items())
        for router in routers
        for branch in router.branches
    ]
    return [*(PlainOutlet(name) for name in (START, *sorted(document.graph.nodes))), *branches]


def assert_shows(scene: GraphScene, document: Document) -> None:
    names = {START, END, *document.graph.nodes}
    assert scene.nodes.keys() == names
    assert scene.edges.keys() == {
        e for e in shown_lines(document.graph) if e.outlet.node in names and e.target in names
    }
    for name, place in document.layout.positions.items():
        assert (scene.nodes[name].x(), scene.nodes[name].y()) == place
    assert {key: item.remark for key, item in scene.remarks.items()} == document.layout.remarks
    for item in scene.remarks.values():
        assert (item.x(), item.y()) == item.remark.rect[:2]
    for edge, item in scene.edges.items():
        line = polyline(item.route)
        assert line[0] == scene.drawing.port(edge.outlet)
        assert item.route == scene.drawing.routes[edge]
        if edge.outlet.node != edge.target:
            assert line[-1] == scene.drawing.inlet(edge.target)
