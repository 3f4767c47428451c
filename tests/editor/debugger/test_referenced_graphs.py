"""Graphs of other files are read so that a run in them can be shown; what cannot be read stays a name."""

from __future__ import annotations

from pathlib import Path

from editor.debugger.referenced_graphs import ReferencedGraphs
from engine.graph.graph_file import format_graph
from engine.graph.spec import GraphSpec, NodeSpec

INNER = GraphSpec(name="inner", nodes={"x": NodeSpec(fn="n:x")})


def write(path: Path, graph: GraphSpec) -> Path:
    path.write_text(format_graph(graph), encoding="utf-8")
    return path


def test_a_graph_that_names_no_file_is_the_same_one(tmp_path: Path) -> None:
    graph = GraphSpec(nodes={"a": NodeSpec(graph=INNER)})

    assert ReferencedGraphs().filled(graph, tmp_path / "g.graph.json") is graph
    assert ReferencedGraphs().filled(None, None) is None


def test_files_are_read_in_at_every_depth_and_once(tmp_path: Path) -> None:
    write(tmp_path / "deep.graph.json", INNER)
    write(tmp_path / "child.graph.json", GraphSpec(name="child", nodes={"d": NodeSpec(graph="deep.graph.json")}))
    graph = GraphSpec(nodes={"a": NodeSpec(graph="child.graph.json"), "b": NodeSpec(graph="missing.graph.json")})
    path = write(tmp_path / "g.graph.json", graph)
    files = ReferencedGraphs()

    filled = files.filled(graph, path)

    assert filled is not None
    child = filled.nodes["a"].graph
    assert isinstance(child, GraphSpec)
    deep = child.nodes["d"].graph
    assert isinstance(deep, GraphSpec) and list(deep.nodes) == ["x"]
    assert filled.nodes["b"].graph == "missing.graph.json"
    assert files.filled(graph, path) is filled
    files.forget()
    assert files.filled(graph, path) is not filled


def test_a_graph_that_stands_inside_itself_stays_a_name(tmp_path: Path) -> None:
    graph = GraphSpec(name="g", nodes={"a": NodeSpec(graph="g.graph.json")})
    path = write(tmp_path / "g.graph.json", graph)

    filled = ReferencedGraphs().filled(graph, path)

    assert filled is not None
    assert filled.nodes["a"].graph == "g.graph.json"
