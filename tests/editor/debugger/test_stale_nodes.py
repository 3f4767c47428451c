"""Nodes that are others than in the shown run."""

from __future__ import annotations

from hashlib import sha256

from editor.debugger.checkpoint_log import CheckpointLog
from editor.debugger.focus import Focus
from editor.debugger.reports import VersionThatRan
from editor.debugger.run_state import CheckpointRow, RunState
from editor.debugger.stale_nodes import CODE, WIRING, stale_nodes, versions_of_nodes
from engine.graph.fingerprints import node_prints
from engine.graph.graph_file import format_graph
from engine.graph.spec import EdgeSpec, GraphSpec, NodeSpec

GRAPH = GraphSpec(
    nodes={"a": NodeSpec(fn="nodes:a"), "b": NodeSpec(fn="nodes:b")},
    edges=(EdgeSpec("__start__", "a"), EdgeSpec("a", "b")),
)
TEXTS = {"nodes.py": "def a(state): return 1\n\n\ndef b(state): return 2\n"}
OTHER_B = {"nodes.py": TEXTS["nodes.py"].replace("return 2", "return 3")}


def version(texts: dict[str, str], since: str = "") -> VersionThatRan:
    prints = node_prints(GRAPH, texts)
    code = {file: sha256(text.encode()).hexdigest() for file, text in texts.items()}
    graph = sha256(format_graph(GRAPH).encode()).hexdigest()
    return VersionThatRan(since, graph, code, {name: (each.wiring, each.code) for name, each in prints.items()})


def row(number: int, *ran: str) -> CheckpointRow:
    parent = str(number - 1) if number else None
    return CheckpointRow(str(number), parent, number, "loop", (), (), "", ran=ran)


ROWS = [row(0, "__start__"), row(1, "a"), row(2, "b"), row(3, "a")]
STATE = RunState(checkpoints=CheckpointLog(ROWS), head="3")


def test_each_node_is_compared_with_the_version_that_it_ran_on_last() -> None:
    versions = [version(TEXTS), version(OTHER_B, since="3")]

    ran_as = versions_of_nodes(STATE, Focus(), versions, GRAPH)

    assert ran_as == {"a": versions[1], "b": versions[0]}
    assert stale_nodes(ran_as, GRAPH, OTHER_B) == {"b": CODE}, "it ran before its code was changed"
    assert stale_nodes(ran_as, GRAPH, TEXTS) == {}, "a is the same in both"


def test_only_what_ran_up_to_the_shown_moment_counts() -> None:
    assert versions_of_nodes(STATE, Focus("1"), [version(TEXTS)], GRAPH).keys() == {"a"}
    assert versions_of_nodes(STATE, Focus(), [], GRAPH) == {}


def test_a_new_edge_makes_both_its_ends_stale_and_a_node_that_is_gone_has_no_card() -> None:
    ran_as = dict.fromkeys(("a", "b"), version(TEXTS))
    rewired = GraphSpec(nodes=GRAPH.nodes, edges=(*GRAPH.edges, EdgeSpec("b", "__end__")))
    smaller = GraphSpec(nodes={"a": GRAPH.nodes["a"]}, edges=GRAPH.edges[:1])

    assert stale_nodes(ran_as, rewired, TEXTS) == {"b": WIRING}
    assert stale_nodes(ran_as, smaller, TEXTS) == {"a": WIRING}
    assert stale_nodes(ran_as, GRAPH, TEXTS) == {}
