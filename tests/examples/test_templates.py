"""Every template: opens without problems, looks tidy, and each of its inputs runs on our engine as on LangGraph."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from editor.app.templates import TEMPLATES, Template, all_templates
from editor.document.files import open_document
from editor.document.layout_file import format_layout
from editor.document.problems import LiveProblems
from engine.graph.graph_file import format_graph, read_graph
from engine.graph.spec import GraphSpec
from tests.examples.engines import Engine, langgraph, stepgraph

ENGINES = [
    pytest.param(stepgraph, id="stepgraph"),
    pytest.param(langgraph, id="langgraph", marks=pytest.mark.differential),
]

ENDS: dict[tuple[str, str], dict[str, Any]] = {
    ("chain", "1-topic"): {"points": ["what gardening is", "what gardening is good for", "where to begin"]},
    ("router", "1-question"): {"kind": "question", "answer": "Good question! A colleague writes to you within a day."},
    ("router", "2-complaint"): {"kind": "complaint"},
    ("router", "3-praise"): {"kind": "praise"},
    ("loop_with_limit", "1-second-try"): {"attempts": 2, "text": "This is a short note"},
    ("loop_with_limit", "2-gives-up"): {"attempts": 3, "text": "Every single word of this sen…"},
    ("fan_out_and_join", "1-note"): {"summary": "8 words; names: Mara, Jonas; numbers: 20, 35"},
    ("map_reduce", "1-three"): {"answer": "tea: 3 letters\ncoffee: 6 letters\nwater: 5 letters"},
    ("map_reduce", "2-none"): {"answer": "There was nothing to describe."},
    ("human_approval", "1-order"): {"proposal": "Do this: order 20 chairs (but green)", "decision": "approve"},
    ("subgraph", "1-second-box"): {"box": "shoe box", "message": "3 things leave in a shoe box."},
    ("subgraph", "2-van"): {"message": "9 things leave in a van."},
    ("tool_loop", "1-two-things"): {"answer": "That makes 11 euros."},
    ("tool_loop", "2-too-many"): {"answer": "I have not found out with 5 calls."},
}  # fmt: skip
"""What the state holds in the end, among other things."""

REPLIES = ("but green", "approve")
"""What a person answers, one after the other."""


def inputs_of(template: Template) -> dict[str, Any]:
    files = sorted((template.graph_path.parent / "inputs").glob("*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8"))["input"] for file in files}


@contextmanager
def compiled(graph_path: Path, engine: Engine) -> Iterator[Any]:
    spec = read_graph(graph_path)
    sys.path.insert(0, str(graph_path.parent))
    try:
        nodes = importlib.import_module("nodes")
        for name in ("interrupt", "Send"):  # what a template says about LangGraph: these come from the engine
            if hasattr(nodes, name):
                setattr(nodes, name, getattr(engine_types(engine), name))

        def function(reference: str | None) -> Any:
            assert reference is not None
            module, _, name = reference.partition(":")
            assert module == "nodes"
            return getattr(nodes, name)

        def built(graph: GraphSpec) -> Any:
            builder = engine.StateGraph(function(graph.state))
            for name, node in graph.nodes.items():
                inner = built(node.graph).compile() if isinstance(node.graph, GraphSpec) else None
                builder.add_node(name, inner or function(node.fn))
            for edge in graph.edges:
                builder.add_edge(edge.source if isinstance(edge.source, str) else list(edge.source), edge.target)
            for source, routers in graph.routers.items():
                for router in routers:
                    branches = {branch.label: branch.target for branch in router.branches}
                    builder.add_conditional_edges(source, function(router.fn), branches)
            return builder

        yield built(spec).compile(checkpointer=engine.new_saver())
    finally:
        sys.path.remove(str(graph_path.parent))
        sys.modules.pop("nodes", None)
        importlib.invalidate_caches()


def engine_types(engine: Engine) -> Any:
    return importlib.import_module("engine" if engine.name == "stepgraph" else "langgraph.types")


def test_each_input_of_a_template_is_checked_here_and_nothing_else() -> None:
    assert ENDS.keys() == {(template.name, stem) for template in all_templates() for stem in inputs_of(template)}


@pytest.mark.parametrize("make_engine", ENGINES)
@pytest.mark.parametrize(("name", "stem"), ENDS)
def test_an_input_of_a_template_runs_to_its_end(make_engine: Any, name: str, stem: str) -> None:
    engine = make_engine()
    template = next(template for template in all_templates() if template.name == name)
    config = {"configurable": {"thread_id": "1"}}

    with compiled(template.graph_path, engine) as graph:
        state = graph.invoke(inputs_of(template)[stem], config)
        for reply in REPLIES:
            if "__interrupt__" in state:
                state = graph.invoke(engine.Command(resume=reply), config)

    assert "__interrupt__" not in state
    assert {key: state[key] for key in ENDS[name, stem]} == ENDS[name, stem]


@pytest.mark.parametrize("template", all_templates(), ids=lambda template: template.name)
class TestFilesOfATemplate:
    def test_they_open_without_warnings_and_problems(self, template: Template) -> None:
        opened = open_document(template.graph_path)

        assert opened.warnings == ()
        assert opened.needs_layout == ()
        assert LiveProblems(template.graph_path.parent).of(opened.document) == ()

    def test_they_are_in_canonical_form(self, template: Template) -> None:
        document = open_document(template.graph_path).document
        layout = template.graph_path.with_name(f"{template.name}.layout.json")

        assert template.graph_path.read_text(encoding="utf-8") == format_graph(document.graph)
        assert layout.read_text(encoding="utf-8") == format_layout(document.layout)

    def test_the_graph_is_called_as_its_folder(self, template: Template) -> None:
        assert read_graph(template.graph_path).name == template.name == template.graph_path.parent.name


def test_every_folder_of_templates_is_one() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}

    assert folders == {template.name for template in all_templates()}
