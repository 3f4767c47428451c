"""Makes the routers of a graph file into functions for the engine, and notes each decision they make.

A router is the user's function that returns a label, or a list of one-line conditions over the state's keys, tried from
top to bottom. Called by ``host`` only.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import CodeType
from typing import Any

from engine.graph.spec import END, RouterSpec
from engine.runner.expressions import ALLOWED_BUILTINS
from engine.runner.failure import failing_as_router
from engine.runner.run_events import RouteFacts
from engine.runner.task_log import TaskLog

ELSE = "else"


class RoutingError(Exception):
    """A router chose a branch that does not exist or leads nowhere, or a condition cannot be evaluated."""


def path_map(router: RouterSpec) -> dict[str, str]:
    """Label to target, of the branches that are connected."""
    return {branch.label: branch.target for branch in router.branches if branch.target is not None}


def function_router(
    node: str, router: RouterSpec, function: Callable[..., Any], log: TaskLog, *, send_class: type[Any]
) -> Callable[..., Any]:
    """The user's function, its decisions checked and noted. It keeps its signature, so injected arguments work."""

    def checked(choice: Any) -> Any:
        for one in choice if isinstance(choice, (list, tuple)) else [choice]:
            log.decided(_decision(node, router, one, send_class))
        return choice

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def decide_later(*args: Any, **kwargs: Any) -> Any:
            with failing_as_router():
                ordered = _ordered(node, router, log)
                return ordered if ordered is not None else checked(await function(*args, **kwargs))

        return decide_later

    @functools.wraps(function)
    def decide(*args: Any, **kwargs: Any) -> Any:
        with failing_as_router():
            ordered = _ordered(node, router, log)
            return ordered if ordered is not None else checked(function(*args, **kwargs))

    return decide


def expression_router(node: str, router: RouterSpec, log: TaskLog) -> Callable[[Any], Any]:
    """Evaluates the conditions over the state's keys; the first true one wins, ``else`` always does."""
    conditions = [(branch.label, _compiled(node, branch.label, branch.when)) for branch in router.branches]

    def decide(state: Any) -> Any:
        with failing_as_router():
            return decided(state)

    def decided(state: Any) -> Any:
        ordered = _ordered(node, router, log)
        if ordered is not None:
            return ordered
        names = dict(state) if isinstance(state, Mapping) else dict(vars(state))
        for label, condition in conditions:
            if condition is None or _holds(condition, names, node, label):
                log.decided(_decision(node, router, label, type(None)))
                return label
        raise RoutingError(f"No condition of the router on {node!r} holds. Give it a branch labelled {ELSE!r}.")

    return decide


def _ordered(node: str, router: RouterSpec, log: TaskLog) -> list[Any] | None:
    """The labels that the router has to choose now, and what it has to send; None if it is free to decide."""
    order = log.orders.get((node, router.name))
    if order is None:
        return None
    for label in order.labels:
        log.decided(replace(_decision(node, router, label, type(None)), forced=order.by_hand))
    plain = [label for label in order.labels if label not in order.sends]
    return [*plain, *(packet for packets in order.sends.values() for packet in packets)]


def _decision(node: str, router: RouterSpec, choice: Any, send_class: type[Any]) -> RouteFacts:
    if isinstance(choice, send_class):
        target = str(getattr(choice, "node", ""))
        label = next((branch.label for branch in router.branches if branch.target == target), target)
        return RouteFacts(node, router.name, label, target)
    branch = next((branch for branch in router.branches if branch.label == choice), None)
    if branch is None:
        labels = ", ".join(repr(each.label) for each in router.branches)
        raise RoutingError(f"The router on {node!r} returned {choice!r}. Its branches are {labels}.")
    if branch.target is None:
        raise RoutingError(f"Branch {branch.label!r} of the router on {node!r} is not connected. Draw an edge from it.")
    return RouteFacts(node, router.name, branch.label, branch.target or END)


def _compiled(node: str, label: str, when: str | None) -> CodeType | None:
    if when is None:
        return None
    try:
        return compile(ast.parse(when.strip(), mode="eval"), f"<branch {label!r} of {node!r}>", "eval")
    except SyntaxError as error:
        raise RoutingError(
            f"The condition of branch {label!r} on {node!r} is no expression: {when!r}: {error}"
        ) from error


def _holds(condition: CodeType, names: dict[str, Any], node: str, label: str) -> bool:
    try:
        return bool(eval(condition, {"__builtins__": ALLOWED_BUILTINS}, names))
    except NameError as error:
        known = ", ".join(sorted(names)) or "none"
        raise RoutingError(
            f"The condition of branch {label!r} on {node!r} uses a key that the state does not have yet: {error}. "
            f"Keys with a value: {known}."
        ) from error
    except Exception as error:
        raise RoutingError(
            f"The condition of branch {label!r} on {node!r} failed: {type(error).__name__}: {error}"
        ) from error
