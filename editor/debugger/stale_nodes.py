"""Which nodes of the shown run are others by now, in words. Pure, no Qt; read by ``editor.app.stale_joints``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from editor.debugger.focus import Focus
from editor.debugger.reports import VersionThatRan
from editor.debugger.run_state import RunState
from engine.graph.fingerprints import node_prints
from engine.graph.graph_file import format_graph
from engine.graph.spec import GraphSpec

CODE = "its code changed since this run"
WIRING = "its wiring or options changed since this run"
BOTH = "its code and its wiring changed since this run"

RanAs = Mapping[str, VersionThatRan]
"""By node: the version that it ran on last."""


def versions_of_nodes(
    run_state: RunState, focus: Focus, versions: Sequence[VersionThatRan], graph: GraphSpec
) -> dict[str, VersionThatRan]:
    """Of each node of the graph that ran on the way to the shown moment."""
    row, log = focus.shown(run_state), run_state.checkpoints
    starts = [(log.place_of(each.since) if each.since else 0, each) for each in versions]
    begins = [(place, each) for place, each in starts if place is not None]
    found: dict[str, VersionThatRan] = {}
    waiting = set(graph.nodes)
    while row is not None and begins and waiting:
        if not waiting.isdisjoint(row.ran):
            place = log.place_of(row.id) or 0
            version = [each for start, each in begins if start <= place] or [begins[0][1]]
            found.update(dict.fromkeys(waiting.intersection(row.ran), version[-1]))
            waiting.difference_update(row.ran)
        row = log.get(row.parent_id or "")
    return found


def stale_nodes(ran_as: RanAs, now: GraphSpec, texts: Mapping[str, str]) -> dict[str, str]:
    """Of these nodes those that are others now, each with what is. ``texts``: of today's modules, by file name."""
    graph_hash = sha256(format_graph(now).encode()).hexdigest()
    code_hashes = {file: sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for file, text in texts.items()}
    doubtful = [
        name
        for name, version in ran_as.items()
        if version.graph != graph_hash or any(code_hashes.get(file) != hash for file, hash in version.code.items())
    ]
    today = node_prints(now, texts, doubtful)
    found = {}
    for name in doubtful:
        was, print = ran_as[name].nodes.get(name), today.get(name)
        if was is None or print is None:
            continue  # of a node that is gone there is no card
        is_rewired, has_other_code = was[0] != print.wiring, bool(was[1] and print.code) and was[1] != print.code
        words = BOTH if is_rewired and has_other_code else WIRING if is_rewired else CODE if has_other_code else ""
        if words:
            found[name] = words
    return found
