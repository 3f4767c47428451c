"""A graph as a Python module in LangGraph's API. The same text runs on ``langgraph`` and on this engine. Pure.

Subgraphs are built first, each by a builder of its own, and stand in the graph around them as compiled graphs.
Used by ``stepgraph export``. The module belongs beside the graph file, where the modules it imports are. Nothing from
the file becomes code but checked names, literals, and conditions that were parsed as single expressions.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Mapping, Sequence

from engine.graph.conditions import CONDITION_FUNCTIONS
from engine.graph.disabled import graph_as_it_runs
from engine.graph.export_options import TAKEN, needs_cache, option_arguments, option_imports, why_not_options
from engine.graph.json_text import one_line
from engine.graph.levels import Level, levels
from engine.graph.option_rules import OPTION_TITLES, option_references
from engine.graph.spec import END, START, GraphSpec, Json, NodeSpec, RouterSpec, is_reference, shown_name

MAX_WIDTH = 100
_GRAPH_IMPORT = "from langgraph.graph import END, START, StateGraph"


class ExportError(ValueError):
    """The graph cannot be written as Python yet. The text is a sentence that names the place and the way out."""


def export_python(graph: GraphSpec, *, source: str = "") -> str:
    """The text of the module, which binds ``builder`` and the compiled ``graph``. Raises ``ExportError``.

    ``source``: the file it is made from, named in the docstring.
    """
    all_levels = list(levels(graph_as_it_runs(graph)))
    for level in all_levels:
        if (reason := why_not_options(level.graph)) is not None:
            raise ExportError(reason)
    names = _Names(all_levels)
    option_lines = option_imports(level.graph for level in all_levels)
    parts = [
        _docstring(graph, source),
        "".join(f"{line}\n" for line in sorted({*option_lines, _GRAPH_IMPORT})),
        "".join(f"{line}\n" for line in names.imports),
        *_passing_functions(all_levels),
        *_condition_routers(all_levels, names),
        *(part for level in all_levels for part in _built(level, names)),
        _compiled(graph, any(needs_cache(level.graph) for level in all_levels)),
    ]
    text = "\n".join(part for part in parts if part)
    ast.parse(text)  # ours to get right: a syntax error here is a bug of this module
    return text


def _built(level: Level, names: _Names) -> Iterable[str]:
    """The statements that make one builder; for a subgraph, the compiled graph too."""
    graph, builder = level.graph, names.builders[level.path]
    yield f"{builder} = StateGraph({names.of(_state(graph))})\n"
    yield _defaults(graph, builder, names)
    yield "".join(_node(name, node, level, names) for name, node in sorted(graph.nodes.items()))
    yield "".join(
        f"{builder}.add_edge({_edge_source(edge.sources, edge.is_join)}, {_end(edge.target)})\n" for edge in graph.edges
    )
    yield "".join(_router(node, index, router, level, names) for node, index, router in _routers(graph))
    if level.path:
        memory = {"inherit": "", "own": "checkpointer=True, ", "none": "checkpointer=False, "}[level.checkpointer]
        yield f"{names.graphs[level.path]} = {builder}.compile({memory}name={one_line(level.path[-1])})\n"


class _Names:
    """How each module of the user is imported, and what our own things are called, without any clash."""

    def __init__(self, all_levels: Sequence[Level]) -> None:
        self._taken = {*TAKEN, "END", "START", "StateGraph", "builder", "graph", "keys", "keys_of", *_PASS_BY.values()}
        self._modules: dict[str, str] = {}
        self._conditions: dict[tuple[tuple[str, ...], str, int], str] = {}
        self.imports: list[str] = []
        self.builders: dict[tuple[str, ...], str] = {(): "builder"}
        self.graphs: dict[tuple[str, ...], str] = {(): "graph"}
        for level in all_levels:
            _need_distinct_functions(level.graph)
        for module in sorted({each.partition(":")[0] for level in all_levels for each in _references(level.graph)}):
            self._import(module)
        for level in all_levels:
            if level.path:
                self.builders[level.path] = self._free(_identifier(f"{level.path[-1]}_builder"))
                self.graphs[level.path] = self._free(_identifier(f"{level.path[-1]}_graph"))
            for node, index, router in _routers(level.graph):
                if router.fn is None:
                    wish = _identifier(f"route_{'start' if node == START else node}")
                    self._conditions[level.path, node, index] = self._free(wish)

    def of(self, reference: str) -> str:
        """``nodes:classify`` -> ``nodes.classify``, the module as it is imported here."""
        module, _, name = reference.partition(":")
        return f"{self._modules[module]}.{name}"

    def of_router(self, path: tuple[str, ...], node: str, index: int, router: RouterSpec) -> str:
        return self._conditions[path, node, index] if router.fn is None else self.of(router.fn)

    def _import(self, module: str) -> None:
        top = module.partition(".")[0]
        if top not in self._taken or top in self._modules:
            self._taken.add(top)
            self._modules[module] = module
            self.imports.append(f"import {module}")
            return
        self._modules[module] = self._free(f"{module.replace('.', '_')}_module")
        self.imports.append(f"import {module} as {self._modules[module]}")

    def _free(self, wish: str) -> str:
        name, number = wish, 2
        while name in self._taken:
            name, number = f"{wish}_{number}", number + 1
        self._taken.add(name)
        return name


def _identifier(wish: str) -> str:
    """A name near the wish that Python takes; never a keyword, because of what stands before or after it."""
    name = re.sub(r"\W+", "_", wish, flags=re.ASCII).strip("_")
    return f"_{name}" if name[:1].isdigit() else name


def _docstring(graph: GraphSpec, source: str) -> str:
    made_from = f" from {_plain(source)}" if source else ""
    return (
        f'"""The state graph {_plain(graph.name)}, exported{made_from} by Stepgraph.\n\n'
        "Runs on langgraph as it is; on Stepgraph's own engine after ``engine.compat.install()``. Keep it beside the\n"
        'modules that it imports. Changes belong in the graph file: this one is written anew by each export.\n"""\n'
    )


def _plain(text: str) -> str:
    """Text that cannot end the docstring or hide in it."""
    return "".join(character for character in text if character.isprintable()).replace("\\", "/").replace('"', "'")


def _state(graph: GraphSpec) -> str:
    if graph.state is None:
        raise ExportError("The graph has no state class. Name one in its settings, such as 'state:State'.")
    return graph.state


def _references(graph: GraphSpec) -> Iterable[str]:
    for name, node in graph.nodes.items():
        if node.fn is None and node.graph is None and not node.disabled:
            raise ExportError(f"Node {shown_name(name)} has no function. Choose one, or let a stub be written.")
        if isinstance(node.graph, str) or (node.fn is not None and node.graph is not None):
            raise ExportError(f"The graph of node {shown_name(name)} cannot be written. Check the graph first.")
        if node.fn is not None:
            yield _checked(node.fn, f"node {shown_name(name)}")
        for option, reference in option_references(node):
            yield _checked(reference, f"node {shown_name(name)}, {OPTION_TITLES[option].lower()}")
    for option, reference in option_references(graph.defaults):
        yield _checked(reference, f"all nodes, {OPTION_TITLES[option].lower()}")
    for node_name, _, router in _routers(graph):
        if router.fn is not None:
            yield _checked(router.fn, f"the router of {shown_name(node_name)}")
    yield _checked(_state(graph), "the state class")


def _checked(reference: str, used_by: str) -> str:
    words = re.split(r"[.:]", reference)
    if not is_reference(reference) or any(map(keyword.iskeyword, words)):
        raise ExportError(f"The function of {used_by} is not named like 'module:name'. Correct it first.")
    return reference


def _need_distinct_functions(graph: GraphSpec) -> None:
    """LangGraph tells the routers of one node apart by their functions' names."""
    for node, routers in graph.routers.items():
        functions = [router.fn.rpartition(":")[2] for router in routers if router.fn is not None]
        if len(set(functions)) < len(functions):
            raise ExportError(
                f"Two routers of {shown_name(node)} have functions of one name, which LangGraph cannot tell apart. "
                "Rename one of the functions."
            )


def _node(name: str, node: NodeSpec, level: Level, names: _Names) -> str:
    if node.disabled:
        what = _PASS_BY[level.graph.defaults.timeout is not None]
    else:
        what = names.graphs[(*level.path, name)] if node.fn is None else names.of(node.fn)
    options = [one_line(name), what]
    if node.defer:
        options.append("defer=True")
    options += option_arguments(node, names.of)
    if node.metadata:
        options.append(f"metadata={_literal(dict(node.metadata))}")
    return _call(f"{names.builders[level.path]}.add_node", options)


def _defaults(graph: GraphSpec, builder: str, names: _Names) -> str:
    arguments = list(option_arguments(graph.defaults, names.of))
    return _call(f"{builder}.set_node_defaults", arguments) if arguments else ""


def _edge_source(sources: tuple[str, ...], is_join: bool) -> str:
    return f"[{', '.join(map(_end, sources))}]" if is_join else _end(sources[0])


def _router(node: str, index: int, router: RouterSpec, level: Level, names: _Names) -> str:
    arguments = [_end(node), names.of_router(level.path, node, index, router)]
    targets = {branch.label: branch.target for branch in router.branches if branch.target is not None}
    if router.branches:
        arguments.append(
            "{" + ", ".join(f"{one_line(label)}: {_end(target)}" for label, target in targets.items()) + "}"
        )
    return _call(f"{names.builders[level.path]}.add_conditional_edges", arguments)


def _compiled(graph: GraphSpec, needs_cache: bool) -> str:
    limit = "" if graph.recursion_limit is None else f'.with_config({{"recursion_limit": {graph.recursion_limit}}})'
    cache = ", cache=InMemoryCache()" if needs_cache else ""
    return f"graph = builder.compile(name={one_line(graph.name)}{cache}){limit}\n"


def _routers(graph: GraphSpec) -> Iterable[tuple[str, int, RouterSpec]]:
    for node, routers in sorted(graph.routers.items()):
        for index, router in enumerate(routers):
            yield node, index, router


_PASS_BY = {False: "pass_by", True: "pass_by_async"}
"""What stands for a disabled node; the second one where a timeout holds for all: only async functions take one."""


def _passing_functions(all_levels: Sequence[Level]) -> Iterable[str]:
    """The functions that stand for disabled nodes, as far as there are such nodes."""
    kinds = {
        level.graph.defaults.timeout is not None
        for level in all_levels
        if any(node.disabled for node in level.graph.nodes.values())
    }
    for is_async in sorted(kinds):
        yield (
            f"\n{'async def' if is_async else 'def'} {_PASS_BY[is_async]}(state):\n"
            '    """Stands for a disabled node: it changes nothing, and the graph goes on behind it."""\n\n'
        )


def _condition_routers(all_levels: Sequence[Level], names: _Names) -> Iterable[str]:
    """A function for each router that has conditions instead of one, and what they share."""
    found = [
        (level.path, node, index, router)
        for level in all_levels
        for node, index, router in _routers(level.graph)
        if router.fn is None
    ]
    if found:
        yield (
            "\ndef keys_of(state):\n"
            '    """The state\'s keys, whatever class it has."""\n'
            "    return dict(state) if isinstance(state, dict) else dict(vars(state))\n\n"
        )
    for path, node, index, router in found:
        yield f"{_condition_router(node, names.of_router(path, node, index, router), router)}\n"


def _condition_router(node: str, function: str, router: RouterSpec) -> str:
    lines = [f"def {function}(state):", "    keys = keys_of(state)"]
    for branch in router.branches:
        if branch.when is None:
            lines.append(f"    return {one_line(branch.label)}")
            break
        lines += [f"    if {_condition(branch.when, node, branch.label)}:", f"        return {one_line(branch.label)}"]
    else:
        lines.append(f"    raise ValueError({one_line(f'No condition of the router of {shown_name(node)} holds.')})")
    return "\n".join(lines) + "\n"


def _condition(when: str, node: str, label: str) -> str:
    """The expression with each key of the state as ``keys["..."]``."""
    try:
        tree = ast.parse(when.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExportError(
            f"The condition of branch '{label}' of {shown_name(node)} is not an expression. Correct it first."
        ) from error
    return ast.unparse(_KeysOfState(tree).visit(tree))


class _KeysOfState(ast.NodeTransformer):
    def __init__(self, tree: ast.AST) -> None:
        bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        bound |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
        self._left_alone = bound | CONDITION_FUNCTIONS

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._left_alone:
            return node
        return ast.Subscript(ast.Name("keys", ast.Load()), ast.Constant(node.id), node.ctx)


def _end(name: str) -> str:
    """A node's name as a literal. ``one_line`` writes text as JSON does, which Python reads as the same text."""
    return {START: "START", END: "END"}.get(name) or one_line(name)


def _literal(value: Json) -> str:
    """JSON as a Python literal."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{one_line(key)}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return one_line(value) if isinstance(value, str) else repr(value)


def _call(function: str, arguments: list[str]) -> str:
    """A statement on one line if it fits, else with one argument per line."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= MAX_WIDTH:
        return f"{line}\n"
    return f"{function}(\n" + "".join(f"    {argument},\n" for argument in arguments) + ")\n"
