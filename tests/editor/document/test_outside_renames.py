"""A node renamed in the file, not in the editor: its card stays where it stood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from editor.document.document import Document
from editor.document.files import open_document, save_document
from editor.document.layout import Layout
from editor.document.outside_renames import layout_after_renames
from engine.graph.graph_file import format_graph
from engine.graph.spec import END, START, GraphSpec, NodeSpec
from tests.editor.document.builders import graph_of

BEFORE = graph_of((START, "a"), ("a", "b"), ("b", "c"), ("c", END))
PLACES = {START: (0, 0), "a": (200, 0), "b": (400, 80), "c": (600, 0), END: (800, 0)}


def renamed(graph: GraphSpec, **names: str) -> GraphSpec:
    """As a text editor does it: the names change, the functions stay."""
    edges = tuple(
        replace(edge, source=names.get(edge.sources[0], edge.sources[0]), target=names.get(edge.target, edge.target))
        for edge in graph.edges
    )
    nodes = {names.get(name, name): node for name, node in graph.nodes.items()}
    return replace(graph, nodes=nodes, edges=edges)


def test_a_renamed_node_keeps_the_place_of_the_same_function() -> None:
    shown = Document(BEFORE, Layout(PLACES))

    layout = layout_after_renames(renamed(BEFORE, b="last", c="first"), Layout(PLACES), shown)

    assert (layout.positions["last"], layout.positions["first"]) == ((400, 80), (600, 0))


def test_a_place_that_somebody_gave_the_new_name_is_kept() -> None:
    read = Layout({**PLACES, "plan": (0, 400)})

    layout = layout_after_renames(renamed(BEFORE, b="plan"), read, Document(BEFORE, Layout(PLACES)))

    assert layout.positions["plan"] == (0, 400)


def test_a_rename_found_at_the_opening_puts_the_card_where_the_one_that_vanished_stood() -> None:
    layout = layout_after_renames(renamed(BEFORE, b="plan"), Layout(PLACES))

    assert layout.positions["plan"] == (400, 80)


def test_of_several_that_vanished_a_new_card_takes_the_place_near_its_neighbours() -> None:
    without_function = {"x": NodeSpec("nodes:x"), "y": NodeSpec("nodes:y")}
    after = replace(renamed(BEFORE, a="x", c="y"), nodes={"b": BEFORE.nodes["b"], **without_function})

    layout = layout_after_renames(after, Layout(PLACES))

    assert (layout.positions["x"], layout.positions["y"]) == ((200, 0), (600, 0))


def test_a_new_node_without_a_neighbour_that_stands_somewhere_is_left_to_the_auto_layout() -> None:
    after = replace(BEFORE, nodes={"a": BEFORE.nodes["a"], "c": BEFORE.nodes["c"], "alone": NodeSpec("nodes:z")})

    layout = layout_after_renames(after, Layout(PLACES))

    assert "alone" not in layout.positions


def test_a_graph_that_was_not_renamed_has_its_layout_as_it_was_read() -> None:
    read = Layout(PLACES)

    assert layout_after_renames(BEFORE, read, Document(BEFORE, read)) is read
    assert layout_after_renames(BEFORE, read) is read


def test_a_renamed_subgraph_keeps_the_places_inside_and_a_rename_inside_is_followed() -> None:
    inside = Layout({START: (0, 0), "a": (100, 0), "b": (300, 40), "c": (500, 0), END: (700, 0)})

    def outer(name: str, inner: GraphSpec) -> GraphSpec:
        return GraphSpec(nodes={name: NodeSpec(graph=inner)}, edges=graph_of((START, name), (name, END)).edges)

    shown = Document(outer("auth", BEFORE), Layout({"auth": (200, 0)}, subgraphs={"auth": inside}))

    moved = layout_after_renames(outer("login", BEFORE), shown.layout, shown)
    changed = layout_after_renames(outer("auth", renamed(BEFORE, b="plan")), shown.layout, shown)

    assert (moved.positions["login"], moved.subgraphs["login"]) == ((200, 0), inside)
    assert changed.subgraphs["auth"].positions["plan"] == (300, 40)


def test_opening_the_files_after_a_rename_by_a_text_editor_places_every_card(tmp_path: Path) -> None:
    path = tmp_path / "g.graph.json"
    save_document(path, Document(BEFORE, Layout(PLACES)))
    path.write_text(format_graph(renamed(BEFORE, b="plan")), encoding="utf-8")

    opened = open_document(path)

    assert opened.needs_layout == ()
    assert opened.document.layout.positions["plan"] == (400, 80)
    assert "b" not in opened.document.layout.positions
