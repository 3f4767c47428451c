"""What would make a node run otherwise than it did: its wiring and its code, each as a short text to compare. Pure.

The code of a node is the text of its function and of its routers', with what these use of their own module, as far as
plain names show it. Other modules, and the state's class, are not looked into. The text is compared as it stands, so
that any two versions of Python agree. Parses, runs nothing. Made by ``engine.runner.ran_versions`` of what ran, and by
``editor.app.stale_joints`` of what is there now.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from engine.graph.graph_json import edge_to_json, node_to_json, router_to_json
from engine.graph.spec import EdgeSpec, GraphSpec

MOST_PARSED_CHARS = 200_000
"""Of one module; parsing takes 0.1 s then, measured. A longer one is compared as a whole."""


@dataclass(frozen=True)
class NodePrint:
    wiring: str
    """Of its options, its routers and the edges that touch it."""
    code: str
    """ "" if some of it is not known."""


def node_prints(graph: GraphSpec, texts: Mapping[str, str], only: Iterable[str] | None = None) -> dict[str, NodePrint]:
    """Of each node, or of these. ``texts``: of the modules, by file name from the graph's folder."""
    edges: dict[str, list[EdgeSpec]] = {}
    for edge in graph.edges:
        for name in {*edge.sources, edge.target}:
            edges.setdefault(name, []).append(edge)
    wanted = graph.nodes if only is None else [name for name in only if name in graph.nodes]
    return {name: NodePrint(_wiring(graph, name, edges.get(name, [])), _code(graph, name, texts)) for name in wanted}


def _wiring(graph: GraphSpec, name: str, edges: Iterable[EdgeSpec]) -> str:
    told = [
        node_to_json(graph.nodes[name]),
        [router_to_json(router) for router in graph.routers.get(name, ())],
        sorted(json.dumps(edge_to_json(edge), sort_keys=True) for edge in edges),
    ]
    return _digest(json.dumps(told, sort_keys=True, default=str))


def _code(graph: GraphSpec, name: str, texts: Mapping[str, str]) -> str:
    parts = []
    for reference in _references(graph, name):
        module, _, function = reference.partition(":")
        stem = module.replace(".", "/")
        text = texts.get(f"{stem}.py", texts.get(f"{stem}/__init__.py"))
        if text is None:
            return ""
        parts.append(code_print(text, function))
    return _digest("\0".join(parts))


def _references(graph: GraphSpec, name: str) -> Iterator[str]:
    node = graph.nodes[name]
    if node.fn:
        yield node.fn
    yield from (router.fn for router in graph.routers.get(name, ()) if router.fn)
    if isinstance(node.graph, GraphSpec):
        for inner in sorted(node.graph.nodes):
            yield from _references(node.graph, inner)


@lru_cache(maxsize=5_000)
def code_print(text: str, function: str) -> str:
    """Of one function of a module and what it uses of it; of the whole module if that cannot be told apart."""
    statements = _statements(text)
    name = function.partition(".")[0]
    if statements is None or name not in statements.by_name:
        return _digest(text)
    found: set[int] = set()
    waiting = [name]
    while waiting:
        for place in statements.by_name.get(waiting.pop(), ()):
            if place not in found:
                found.add(place)
                waiting += statements.uses[place]
    return _digest("\0".join(statements.texts[place] for place in sorted(found)))


@dataclass(frozen=True)
class _Statements:
    """The outermost statements of a module."""

    texts: tuple[str, ...]
    uses: tuple[frozenset[str], ...]
    by_name: Mapping[str, tuple[int, ...]]
    """What a name may stand for: the statements that bind it."""


@lru_cache(maxsize=32)
def _statements(text: str) -> _Statements | None:
    if len(text) > MOST_PARSED_CHARS:
        return None
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    lines = text.splitlines()
    texts, uses = [], []
    by_name: dict[str, tuple[int, ...]] = {}
    for place, statement in enumerate(body):
        first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])
        texts.append("\n".join(line.rstrip() for line in lines[first - 1 : statement.end_lineno]))
        uses.append(frozenset(each.id for each in ast.walk(statement) if isinstance(each, ast.Name)))
        for bound in _bound(statement):
            by_name[bound] = (*by_name.get(bound, ()), place)
    return _Statements(tuple(texts), tuple(uses), by_name)


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    names = set()
    for each in ast.walk(statement):
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(each.name)
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            names.add(each.id)
        elif isinstance(each, ast.alias):
            names.add((each.asname or each.name).partition(".")[0])
    return names


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
