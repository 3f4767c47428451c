"""Whether a thread waits on a graph that is another one now: which nodes are gone, what else changed. Pure.

A thread is compared with the version of the graph that it last ran on, whose text is kept in the run database. Called
by ``driver`` before it goes on and by ``reads`` when a thread is opened; runs no code of the user's.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from engine.graph.graph_file import GraphFileError, parse_graph
from engine.graph.spec import START, GraphSpec, NodeSpec, sorted_edges
from engine.runner.run_events import GraphDrifted, MissingNode

MOST_LINES = 12


def code_files(graph: GraphSpec, folder: Path) -> dict[str, bytes]:
    """Each module beside the graph that its functions are in, by file name. Reads, imports nothing."""
    files: dict[str, bytes] = {}
    for module in sorted({reference.partition(":")[0] for reference in _references(graph)}):
        stem = folder.joinpath(*module.split("."))
        for path in (stem.with_suffix(".py"), stem / "__init__.py"):
            try:
                files[path.relative_to(folder).as_posix()] = path.read_bytes()
            except OSError:
                continue
    return files


def digests_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The hash of each."""
    return {name: sha256(content).hexdigest() for name, content in files.items()}


def code_digests(graph: GraphSpec, folder: Path) -> dict[str, str]:
    """The hashes of ``code_files``."""
    return digests_of(code_files(graph, folder))


def texts_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Those that are text, to be kept with a run; what is no UTF-8 is left out."""
    texts: dict[str, str] = {}
    for name, content in files.items():
        with contextlib.suppress(UnicodeDecodeError):
            texts[name] = content.decode("utf-8")
    return texts


def drift(
    thread_id: str,
    old_text: str | None,
    old_code: Mapping[str, str],
    now: GraphSpec,
    code_now: Mapping[str, str],
    pending: Sequence[str],
) -> GraphDrifted | None:
    """What the thread has to be asked about; None if it can go on as if nothing had happened.

    ``pending``: the nodes that the thread waits for. An unknown old version is told only if some of them are gone.
    """
    old = _parsed(old_text)
    gone = [name for name in dict.fromkeys(pending) if name != START and name not in now.nodes]
    missing = tuple(MissingNode(name, _successor(name, old, now)) for name in gone)
    lines = tuple(_changes(old, now))[:MOST_LINES] if old is not None else ()
    code = tuple(name for name, digest in sorted(old_code.items()) if code_now.get(name) != digest)
    if not (missing or lines or code):
        return None
    return GraphDrifted(thread_id, missing, lines, code, old is not None)


def _references(graph: GraphSpec) -> Iterable[str]:
    yield from filter(None, (graph.state, *(node.fn for node in graph.nodes.values())))
    yield from (router.fn for routers in graph.routers.values() for router in routers if router.fn)
    for node in graph.nodes.values():
        if isinstance(node.graph, GraphSpec):
            yield from _references(node.graph)


def _parsed(text: str | None) -> GraphSpec | None:
    if text is None:
        return None
    try:
        return parse_graph(text, where="the version the thread ran on")
    except GraphFileError:
        return None


def _successor(name: str, old: GraphSpec | None, now: GraphSpec) -> str:
    """The node that most likely is the missing one under a new name; "" if none is likely."""
    was = old.nodes.get(name) if old is not None else None
    new = [each for each in now.nodes if old is None or each not in old.nodes]
    same_function = [each for each in new if was is not None and was.fn and now.nodes[each].fn == was.fn]
    if len(same_function) == 1:
        return same_function[0]
    same_place = [each for each in new if old is not None and _neighbours(each, now) == _neighbours(name, old)]
    if len(same_place) == 1:
        return same_place[0]
    return next(iter(difflib.get_close_matches(name, new, n=1, cutoff=0.6)), "")


def _neighbours(name: str, graph: GraphSpec) -> tuple[frozenset[str], frozenset[str]]:
    before = frozenset(source for edge in graph.edges if edge.target == name for source in edge.sources)
    after = frozenset(edge.target for edge in graph.edges if name in edge.sources)
    return before, after


def _changes(old: GraphSpec, now: GraphSpec) -> Iterable[str]:
    """In words, one line for each kind of change. Places of cards and unknown keys are no change."""
    removed = [name for name in old.nodes if name not in now.nodes]
    added = [name for name in now.nodes if name not in old.nodes]
    if removed:
        yield f"Removed: {', '.join(removed)}"
    if added:
        yield f"Added: {', '.join(added)}"
    for name, node in old.nodes.items():
        if name in now.nodes and now.nodes[name] != node:
            yield _changed_node(name, node, now.nodes[name])
    if sorted_edges(old.edges) != sorted_edges(now.edges):
        yield "Edges were changed."
    if dict(old.routers) != dict(now.routers):
        yield "Routers were changed."
    if old.state != now.state:
        yield f"The state is {now.state} (was {old.state})."


def _changed_node(name: str, old: NodeSpec, now: NodeSpec) -> str:
    if old.fn != now.fn:
        return f"{name} runs {now.fn} (was {old.fn})."
    return f"{name} has other options."
