"""What can be done about a problem with one command. Pure but for reading modules.

``problems`` says what is wrong; canvas and panel offer these. Where one has to be chosen: ``problem_choices``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from editor.document.changes import lifted
from editor.document.command import Command
from editor.document.commands import add_branch, change_node, move_branch
from editor.document.disabling import set_disabled
from editor.document.document import Document, level_document
from editor.document.jump_commands import declare_jumps
from editor.document.module_commands import add_node_stub, write_missing
from editor.document.names import free_name
from editor.document.problem_choices import choices_of
from editor.document.problems import Problem
from editor.document.source_code import ProjectSources
from editor.document.state_commands import add_state_key, change_reducer, create_state
from engine.graph.spec import RouterSpec, router_of, shown_name, shown_text
from engine.graph.state_source import StateKey

NEW_KEY_TYPE = "object"
"""What a key is that is added as a fix: nothing is known of it yet."""


@dataclass(frozen=True)
class Fix:
    """One way out. ``make`` raises ``CommandError`` if it is not possible any more."""

    label: str
    make: Callable[[], Command]


def fixes_of(problem: Problem, document: Document, sources: ProjectSources | None) -> tuple[Fix, ...]:
    """All ways out, the certain one first. Of a problem in a subgraph too: the command is one of the whole document."""
    if problem.inner is not None:
        level = level_document(document, problem.path)
        found = () if level is None else fixes_of(problem.inner, level, sources)
        return tuple(Fix(fix.label, partial(_outside, problem.path, fix)) for fix in found)
    certain = fix_of(problem, document, sources)
    choices = (Fix(label, make) for label, make in choices_of(problem, document, sources))
    return (*(() if certain is None else (certain,)), *choices)


def fix_of(problem: Problem, document: Document, sources: ProjectSources | None) -> Fix | None:
    """The certain way out of a problem of the graph itself; None if a person has to choose or to mend it."""
    if problem.inner is not None:
        return None
    fix = _fix_of_graph(problem, document)
    return fix if fix is not None or sources is None else _fix_of_code(problem, document, sources)


def _fix_of_graph(problem: Problem, document: Document) -> Fix | None:
    node, router = problem.node or "", _router(problem, document)
    match problem.id:
        case "router_without_else" if router is not None:
            label = free_name({branch.label for branch in router.branches}, "else")
            return Fix("Add an else branch", partial(add_branch, document, node, router.name, label))
        case "branch_after_else" if router is not None:
            otherwise = next((b.label for b in router.branches if b.when is None), "")
            place = len(router.branches)
            return Fix("Move the else to the end", partial(move_branch, document, node, router.name, otherwise, place))
        case "unknown_destination" if node in document.graph.nodes:
            known = tuple(d for d in document.graph.nodes[node].destinations if document.has_place(d))
            return Fix(
                f"Take it off the destinations of {shown_name(node)}",
                partial(change_node, document, node, destinations=known),
            )
        case "router_of_disabled_node" if node in document.graph.nodes:
            return Fix(f"Enable {shown_name(node)}", partial(set_disabled, document, [node], False))
        case "timeout_without_async" if node in document.graph.nodes and document.graph.nodes[node].timeout:
            return Fix(f"Take the timeout off {shown_name(node)}", partial(change_node, document, node, timeout=None))
    return None


def _fix_of_code(problem: Problem, document: Document, sources: ProjectSources) -> Fix | None:
    node, key = problem.node or "", problem.key or ""
    match problem.id:
        case "unknown_key" | "unknown_key_read" | "unknown_key_written":
            new = StateKey(key, NEW_KEY_TYPE)
            return Fix(f"Add the key {shown_text(key)} to the state", partial(add_state_key, document, sources, new))
        case "conflicting_writers":
            make = partial(change_reducer, document, sources, key, "operator.add")
            return Fix(f"Give {shown_text(key)} the reducer operator.add", make)
        case "undeclared_jumps" if node in document.graph.nodes:
            return Fix(f"Draw the jumps of {shown_name(node)}", partial(declare_jumps, document, sources, [node]))
        case "no_state":
            return Fix("Write a state class", partial(create_state, document, sources))
        case "node_without_function" if node in document.graph.nodes:
            return Fix(f"Write a function for {shown_name(node)}", partial(add_node_stub, document, sources, node))
        case "unknown_function" if problem.option is None:
            reference = _reference(problem, document)
            if reference is not None:
                return Fix(f"Write {reference}", partial(write_missing, document, sources, reference))
    return None


def _outside(path: tuple[str, ...], fix: Fix) -> Command:
    command = fix.make()
    return replace(command, changes=lifted(path, command.changes))


def _router(problem: Problem, document: Document) -> RouterSpec | None:
    return router_of(document.graph, problem.node or "", problem.router or "") if problem.router is not None else None


def _reference(problem: Problem, document: Document) -> str | None:
    router = _router(problem, document)
    if router is not None:
        return router.fn
    spec = document.graph.nodes.get(problem.node or "")
    return None if spec is None else spec.fn


def with_label(fix: Fix) -> Command:
    """The command, called in the undo list what the fix is called."""
    return replace(fix.make(), label=fix.label)
