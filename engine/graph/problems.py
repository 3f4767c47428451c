"""What is wrong or odd in a drawn graph, one sentence each, with the way out. Pure, linear in the size of the graph.

A graph with problems still opens and can be edited; errors keep it from running. Used live by the editor and by
``stepgraph check``. What cannot even be read as a graph is ``graph_file``'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import TypeVar

from engine.graph.conditions import why_not_condition
from engine.graph.disabled import graph_as_it_runs
from engine.graph.missing_functions import of_missing_functions
from engine.graph.node_options import DefaultsSpec
from engine.graph.option_rules import OPTION_TITLES, option_faults
from engine.graph.problem import JumpsInCode, Problem, Severity, WhyNoFunction, WhyNoGraph
from engine.graph.spec import (
    END,
    START,
    BranchOutlet,
    BranchSpec,
    EdgeId,
    GraphSpec,
    NodeSpec,
    PlainOutlet,
    RouterSpec,
    drawn_edges,
    is_reference,
    shown_name,
    shown_text,
    why_illegal_name,
)
from engine.graph.subgraph_problems import inside, of_missing_graphs, of_subgraph_itself, of_subgraph_node
from engine.graph.undeclared_jumps import of_undeclared_jumps, undeclared_jump_steps, with_undeclared_jumps

__all__ = ["Problem", "Severity", "find_problems"]

T = TypeVar("T")

PROBLEMS_A_STEP = 200
"""To put so many into words takes 2 ms."""


def find_problems(
    graph: GraphSpec,
    why_no_function: WhyNoFunction | None = None,
    why_no_graph: WhyNoGraph | None = None,
    jumps_in_code: JumpsInCode | None = None,
    *,
    is_subgraph: bool = False,
) -> tuple[Problem, ...]:
    """All findings, errors first, otherwise in the order of the checks below and of the graph. Subgraphs come last."""
    return to_the_end(problem_steps(graph, why_no_function, why_no_graph, jumps_in_code, is_subgraph=is_subgraph))


def problem_steps(
    graph: GraphSpec,
    why_no_function: WhyNoFunction | None = None,
    why_no_graph: WhyNoGraph | None = None,
    jumps_in_code: JumpsInCode | None = None,
    *,
    is_subgraph: bool = False,
) -> Generator[None, None, tuple[Problem, ...]]:
    """As ``find_problems``, check by check: for who must not be kept waiting by a large graph."""
    graph = graph_as_it_runs(graph)
    jumps = {} if jumps_in_code is None else (yield from undeclared_jump_steps(graph, jumps_in_code))
    with_jumps = with_undeclared_jumps(graph, jumps)
    found: list[Problem] = []
    for check in _CHECKS:
        for number, problem in enumerate(check(with_jumps if check is _ways else graph), 1):
            found.append(problem)
            if number % PROBLEMS_A_STEP == 0:
                yield
        yield
    if is_subgraph:
        found = [problem for problem in found if problem.id not in ("no_state", "no_nodes")] + of_subgraph_itself(graph)
    if why_no_function is not None:
        found += of_missing_functions(graph, why_no_function)
        yield
    found += of_undeclared_jumps(graph, jumps)
    if why_no_graph is not None:
        found += of_missing_graphs(graph, why_no_graph)
        yield
    for name, node in graph.nodes.items():
        if isinstance(node.graph, GraphSpec):
            within = yield from problem_steps(
                node.graph, why_no_function, why_no_graph, jumps_in_code, is_subgraph=True
            )
            found += [inside(name, problem) for problem in within]
    order = list(Severity)
    return tuple(sorted(found, key=lambda problem: order.index(problem.severity)))


def to_the_end(steps: Generator[None, None, T]) -> T:
    """What the steps make, all at once."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            made: T = done.value
            return made


def _names(graph: GraphSpec) -> Iterator[Problem]:
    alike: dict[str, str] = {}
    for name in graph.nodes:
        if (reason := why_illegal_name(name)) is not None:
            yield Problem("illegal_name", Severity.ERROR, reason, "Rename the node.", node=name)
        twin = alike.setdefault(name.casefold(), name)
        if twin != name:
            text = f"The names {shown_text(twin)} and {shown_text(name)} differ only in capital letters."
            yield Problem("similar_names", Severity.WARNING, text, "Rename one of them.", node=name)


def _functions(graph: GraphSpec) -> Iterator[Problem]:
    for name, node in graph.nodes.items():
        if node.disabled:
            continue
        if node.graph is not None:
            yield from of_subgraph_node(name, node)
        elif node.fn is None:
            text, way_out = f"{shown_name(name)} has no function yet.", "Choose its function, or let a stub be written."
            yield Problem("node_without_function", Severity.ERROR, text, way_out, node=name)
        elif not is_reference(node.fn):
            yield _bad_reference(node.fn, name)
    for name, router in _routers(graph):
        if router.fn is None and not _is_expression_router(router):
            text = f"{_shown_router(name, router)} has neither a function nor conditions."
            way_out = "Choose a function that returns a branch's label, or give each branch a condition."
            yield Problem("router_without_function", Severity.ERROR, text, way_out, node=name, router=router.name)
        elif router.fn is not None and not is_reference(router.fn):
            yield _bad_reference(router.fn, name, router.name)


def _state(graph: GraphSpec) -> Iterator[Problem]:
    if graph.state is None:
        if graph.nodes:
            text, way_out = "The graph has no state class.", "Name one in the graph's settings, such as 'state:State'."
            yield Problem("no_state", Severity.ERROR, text, way_out)
    elif not is_reference(graph.state):
        yield _bad_reference(graph.state)


def _options(graph: GraphSpec) -> Iterator[Problem]:
    way_out = "Correct it in the inspector."
    for name, options in _options_of(graph):
        where = f"{shown_name(name)}, " if name is not None else "Defaults of all nodes, "
        for fault in option_faults(options):
            text = f"{where}{OPTION_TITLES[fault.option].lower()}: {fault.sentence}"
            yield Problem("bad_option", Severity.ERROR, text, way_out, node=name, option=fault.option)
    for name, node in graph.nodes.items():
        for target in node.destinations:
            if target != END and target not in graph.nodes:
                text = f"{shown_name(name)} says that it may jump to {shown_name(target)}, which does not exist."
                way_out = "Take it off the node's destinations, or add that node."
                yield Problem("unknown_destination", Severity.ERROR, text, way_out, node=name, option="destinations")


def _start(graph: GraphSpec) -> Iterator[Problem]:
    if not graph.nodes:
        yield Problem("no_nodes", Severity.HINT, "The graph has no nodes.", "Add one by a double-click on the canvas.")
    elif START not in graph.routers and not any(START in edge.sources for edge in graph.edges):
        text, way_out = "No edge leaves START, so nothing runs.", "Draw an edge from START to the first node."
        yield Problem("no_entry", Severity.ERROR, text, way_out, node=START)


def _edge_ends(graph: GraphSpec) -> Iterator[Problem]:
    for edge in () if _has_sound_edges(graph) else drawn_edges(graph):
        source, target = edge.outlet.node, edge.target
        if target == START:
            text = f"An edge from {shown_name(source)} leads to START, where nothing can lead."
            yield Problem("edge_into_start", Severity.ERROR, text, "Lead it to a node.", source, edge)
        elif target != END and target not in graph.nodes:
            text = f"An edge from {shown_name(source)} leads to {shown_name(target)}, which does not exist."
            yield Problem(
                "unknown_target", Severity.ERROR, text, "Lead it to another node, or add that node.", source, edge
            )
        if source == END:
            text = f"An edge to {shown_name(target)} starts at END, where nothing can start."
            yield Problem("edge_from_end", Severity.ERROR, text, "Delete the edge.", source, edge)
        elif source != START and source not in graph.nodes:
            text = f"An edge to {shown_name(target)} starts at {shown_name(source)}, which does not exist."
            yield Problem("unknown_source", Severity.ERROR, text, "Delete the edge, or add that node.", target, edge)
    for name in graph.routers:
        if name != START and name not in graph.nodes:
            text = f"There is a router for {shown_name(name)}, which cannot have one or does not exist."
            yield Problem(
                "router_on_unknown_node", Severity.ERROR, text, "Delete the router, or add that node.", node=name
            )


def _has_sound_edges(graph: GraphSpec) -> bool:
    """The usual case, told without making the drawing's lines: four times as fast in a large graph."""
    sources, targets = {*graph.nodes, START}, {*graph.nodes, END, None}
    return all(edge.target in targets and sources.issuperset(edge.sources) for edge in graph.edges) and all(
        name in sources and all(branch.target in targets for branch in router.branches)
        for name, router in _routers(graph)
    )


def _branches(graph: GraphSpec) -> Iterator[Problem]:
    for name, router in _routers(graph):
        if not router.branches:
            text = f"{_shown_router(name, router)} has no branches, so it may lead to any node."
            way_out = "Add a branch for each label that its function returns."
            yield Problem("router_without_branches", Severity.WARNING, text, way_out, node=name, router=router.name)
        for branch in router.branches:
            if branch.target is None:
                text = f"The branch {shown_text(branch.label)} of {shown_name(name)} leads nowhere."
                yield _at_branch(
                    "branch_without_target", Severity.WARNING, text, "Draw its edge.", name, router, branch
                )
        yield from _conditions(name, router)


def _conditions(name: str, router: RouterSpec) -> Iterator[Problem]:
    conditions = [branch for branch in router.branches if branch.when is not None]
    if router.fn is not None:
        for branch in conditions:
            text = f"The condition of {shown_text(branch.label)} of {shown_name(name)} is ignored: a function decides."
            way_out = "Remove the condition or the function."
            yield _at_branch("condition_ignored", Severity.WARNING, text, way_out, name, router, branch)
        return
    for branch in conditions:
        if (reason := why_not_condition(branch.when or "")) is not None:
            text = f"The condition of branch {shown_text(branch.label)} of {shown_name(name)}: {reason}"
            yield _at_branch("bad_condition", Severity.ERROR, text, "Write one expression.", name, router, branch)
    if not conditions:
        return
    elses = [index for index, branch in enumerate(router.branches) if branch.when is None]
    if not elses:
        text = f"{_shown_router(name, router)} has no else: the run fails if no condition holds."
        yield Problem(
            "router_without_else", Severity.WARNING, text, "Add an else branch.", node=name, router=router.name
        )
    elif elses[0] != len(router.branches) - 1:
        branch = router.branches[elses[0] + 1]
        text = f"The branch {shown_text(branch.label)} of {shown_name(name)} stands after the else and is never tried."
        yield _at_branch("branch_after_else", Severity.WARNING, text, "Move the else to the end.", name, router, branch)


def _disabled(graph: GraphSpec) -> Iterator[Problem]:
    """A disabled node is passed by, but its routers decide all the same."""
    for name, node in graph.nodes.items():
        if node.disabled and graph.routers.get(name):
            text = f"{shown_name(name)} is disabled, but its router still decides, on a state that it did not update."
            way_out = "Enable it, or lead on from it by a plain edge."
            yield Problem("router_of_disabled_node", Severity.WARNING, text, way_out, node=name)


def _joins(graph: GraphSpec) -> Iterator[Problem]:
    plain = {(edge.source, edge.target) for edge in graph.edges if not edge.is_join}
    for edge in graph.edges:
        if edge.is_join and START in edge.sources:
            text = f"The join into {shown_name(edge.target)} waits for START, which is no node."
            line = EdgeId(PlainOutlet(START), edge.target)
            yield Problem("join_with_start", Severity.ERROR, text, "Take START out of the join.", edge.target, line)
        for source in edge.sources if edge.is_join else ():
            if source != START and (source, edge.target) in plain:
                text = (
                    f"{shown_name(source)} leads to {shown_name(edge.target)} by itself and in a join: it runs twice."
                )
                line = EdgeId(PlainOutlet(source), edge.target)
                yield Problem("join_and_edge", Severity.WARNING, text, "Delete one of the two.", edge.target, line)


def _ways(graph: GraphSpec) -> Iterator[Problem]:
    """Nodes that no run reaches, nodes that end a run without END, and loops without a way out."""
    forward = _successors(graph)
    reached = _reachable(forward, [START])
    if reached != {START}:  # with no entry at all, one finding says it
        for name in graph.nodes:
            if name not in reached:
                text = f"No way leads from START to {shown_name(name)}."
                way_out = "Connect it, or delete it. A jump by Command(goto=...) counts only where it is declared."
                yield Problem("unreachable_node", Severity.WARNING, text, way_out, node=name)
    ends = [name for name in graph.nodes if not forward.get(name)]
    for name in ends:
        if name in reached:
            text = f"The run ends after {shown_name(name)}, though no edge leads to END."
            way_out = "Draw an edge to END."
            if graph.nodes[name].disabled:
                way_out = "Draw an edge. It is disabled, so it makes no jump by Command(goto=...)."
            yield Problem("ends_without_edge", Severity.HINT, text, way_out, node=name)
    finishing = _reachable(_reversed(forward), [END, *ends])
    stuck = [name for name in graph.nodes if name in reached and name not in finishing]
    if stuck:
        names = ", ".join(shown_name(name) for name in stuck[:3]) + (" ..." if len(stuck) > 3 else "")
        text = f"No way leads from {names} to END: the run goes on until the recursion limit."
        yield Problem("no_way_to_end", Severity.WARNING, text, "Add a way out of the loop.", node=stuck[0])


def _secrets(graph: GraphSpec) -> Iterator[Problem]:
    for name, node in graph.nodes.items():
        for key, value in node.metadata.items():
            if isinstance(value, str) and _LOOKS_SECRET.match(value):
                text = f"The metadata {shown_text(key)} of {shown_name(name)} looks like a secret key."
                way_out = "Keep it in an environment variable, and its name here: this file is shared."
                yield Problem("looks_secret", Severity.WARNING, text, way_out, node=name)


# The prefixes that the large services document for their keys.
_LOOKS_SECRET = re.compile(r"(sk-|sk_live_|ghp_|github_pat_|xox[abp]-|AKIA|AIza|hf_|lsv2_|glpat-)[\w-]{12,}")

_CHECKS: tuple[Callable[[GraphSpec], Iterable[Problem]], ...] = (
    _start,
    _edge_ends,
    _names,
    _functions,
    _options,
    _state,
    _branches,
    _disabled,
    _joins,
    _ways,
    _secrets,
)


def _routers(graph: GraphSpec) -> Iterator[tuple[str, RouterSpec]]:
    for name, routers in graph.routers.items():
        for router in routers:
            yield name, router


def _shown_router(node: str, router: RouterSpec) -> str:
    """As it begins a sentence. Of several routers of a node all but the first have names."""
    return f"The router {shown_text(router.name) + ' ' if router.name else ''}of {shown_name(node)}"


def _options_of(graph: GraphSpec) -> Iterator[tuple[str | None, NodeSpec | DefaultsSpec]]:
    yield from graph.nodes.items()
    yield None, graph.defaults


def _is_expression_router(router: RouterSpec) -> bool:
    return router.fn is None and any(branch.when is not None for branch in router.branches)


def _at_branch(
    id: str, severity: Severity, sentence: str, way_out: str, node: str, router: RouterSpec, branch: BranchSpec
) -> Problem:
    edge = None if branch.target is None else EdgeId(BranchOutlet(node, router.name, branch.label), branch.target)
    return Problem(id, severity, sentence, way_out, node, edge, router.name, branch.label)


def _bad_reference(reference: str, node: str | None = None, router: str | None = None) -> Problem:
    text = f"{shown_text(reference)} does not have the form 'module:name'."
    return Problem("bad_reference", Severity.ERROR, text, "Write it like 'nodes:classify'.", node, router=router)


def _successors(graph: GraphSpec) -> dict[str, set[str]]:
    forward: dict[str, set[str]] = {}
    for edge in graph.edges:
        for source in edge.sources:
            forward.setdefault(source, set()).add(edge.target)
    for name, node in graph.nodes.items():
        if node.destinations:
            forward.setdefault(name, set()).update(node.destinations)
    for name, router in _routers(graph):
        targets = [branch.target for branch in router.branches if branch.target is not None]
        forward.setdefault(name, set()).update(targets if router.branches else [_ANYWHERE])
    forward[_ANYWHERE] = {*graph.nodes, END}
    return forward


_ANYWHERE = ":anywhere"
"""Where a router without branches leads, as far as the drawing knows: to all nodes. No node can have this name."""


def _reversed(forward: Mapping[str, set[str]]) -> dict[str, set[str]]:
    backward: dict[str, set[str]] = {}
    for source, targets in forward.items():
        for target in targets:
            backward.setdefault(target, set()).add(source)
    return backward


def _reachable(ways: Mapping[str, set[str]], starts: Iterable[str]) -> set[str]:
    reached = set(starts)
    waiting = list(reached)
    while waiting:
        for name in ways.get(waiting.pop(), ()):
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    return reached
