"""Edits of routers and their branches. Part of ``commands``, where all edits are found. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any

from editor.document.changes import Change, RoutersChanged
from editor.document.command import Command, CommandError, refuse
from editor.document.document import Document
from editor.document.names import free_name, why_not_label
from engine.graph.spec import END, START, BranchOutlet, BranchSpec, RouterSpec, router_of, shown_name, shown_text


def add_router(
    document: Document,
    node: str,
    fn: str | None = None,
    branches: Iterable[BranchSpec | tuple[str, str | None] | str] = (),
) -> Command:
    """Puts a router on a node or START. A branch is given as a whole, as (label, target), or as its label."""
    _need_source(document, node)
    made = tuple(_as_branch(branch) for branch in branches)
    labels: set[str] = set()
    for branch in made:
        refuse(why_not_label(labels, branch.label))
        labels.add(branch.label)
        if branch.target is not None and (branch.target == START or not document.has_place(branch.target)):
            raise CommandError(f"The branch {shown_text(branch.label)} cannot lead to {shown_name(branch.target)}.")
    old = document.graph.routers.get(node, ())
    name = free_name({router.name for router in old}, "route") if old else ""
    router = RouterSpec(fn=fn, branches=made, name=name)
    return Command(f"Add a router to {shown_name(node)}", (RoutersChanged(node, old, (*old, router)),))


def change_router(document: Document, node: str, router: str, **fields: Any) -> Command:
    """Sets fields of a ``RouterSpec`` (fn, name, branches)."""
    old = _need_router(document, node, router)
    if "name" in fields and fields["name"] != router and router_of(document.graph, node, fields["name"]) is not None:
        raise CommandError(f"{shown_name(node)} already has a router '{fields['name']}'.")
    key = ("change_router", node, router, tuple(sorted(fields)))
    return _router_command(f"Change the router of {shown_name(node)}", document, node, old, replace(old, **fields), key)


def delete_router(document: Document, node: str, router: str) -> Command:
    old = _need_router(document, node, router)
    return _router_command(f"Delete the router of {shown_name(node)}", document, node, old, None)


def add_branch(
    document: Document, node: str, router: str, label: str, target: str | None = None, when: str | None = None
) -> Command:
    """One more outlet. It comes last, but before an else, which always stays last."""
    old = _need_router(document, node, router)
    refuse(why_not_label({branch.label for branch in old.branches}, label))
    if target is not None and (target == START or not document.has_place(target)):
        raise CommandError(f"The branch {shown_text(label)} cannot lead to {shown_name(target)}.")
    has_else = has_conditions(old) and when is not None and old.branches[-1].when is None
    place = len(old.branches) - (1 if has_else else 0)
    branches = (*old.branches[:place], BranchSpec(label, target, when), *old.branches[place:])
    return _router_command(f"Add branch {shown_text(label)}", document, node, old, replace(old, branches=branches))


def rename_branch(document: Document, node: str, router: str, old: str, new: str) -> Command:
    """Gives a branch another label. The function that returns the label must be changed to match (see ``problems``)."""
    spec = _need_router(document, node, router)
    _need_branch(spec, node, old)
    if new == old:
        return Command(f"Rename branch {shown_text(old)}", ())
    refuse(why_not_label({branch.label for branch in spec.branches}, new))
    outlet = BranchOutlet(node, router, old)
    return Command(f"Rename branch {shown_text(old)} to {shown_text(new)}", branch_changed(document, outlet, label=new))


def change_branch(document: Document, node: str, router: str, label: str, **fields: Any) -> Command:
    """Sets fields of a ``BranchSpec`` other than its label (when, target)."""
    outlet = BranchOutlet(node, router, label)
    _need_branch(_need_router(document, node, router), node, label)
    key = ("change_branch", node, router, label, tuple(sorted(fields)))
    return Command(f"Change branch {shown_text(label)}", branch_changed(document, outlet, **fields), merge_key=key)


def delete_branch(document: Document, node: str, router: str, label: str) -> Command:
    """Removes an outlet and its edge. A router that loses its last branch stays, without outlets."""
    old = _need_router(document, node, router)
    _need_branch(old, node, label)
    branches = tuple(branch for branch in old.branches if branch.label != label)
    return _router_command(f"Delete branch {shown_text(label)}", document, node, old, replace(old, branches=branches))


def move_branch(document: Document, node: str, router: str, label: str, place: int) -> Command:
    """Puts a branch at another place of its router, from 0 on. Conditions are tried in this order; else stays last."""
    old = _need_router(document, node, router)
    moved = _need_branch(old, node, label)
    others = [branch for branch in old.branches if branch.label != label]
    if has_conditions(old) and moved.when is None:
        place = len(others)
    has_else = has_conditions(old) and bool(others) and others[-1].when is None
    others.insert(max(0, min(place, len(others) - (1 if has_else else 0))), moved)
    return _router_command(
        f"Move branch {shown_text(label)}", document, node, old, replace(old, branches=tuple(others))
    )


def let_conditions_decide(document: Document, node: str, router: str) -> Command:
    """Conditions, which are still to be written, in the place of a function. The last branch is the else."""
    old = _need_router(document, node, router)
    if has_conditions(old):
        return Command("Let conditions decide", ())
    given = old.branches or (BranchSpec("yes", None),)
    if len(given) == 1:
        given = (*given, BranchSpec(free_name({given[0].label}, "else"), None))
    branches = (*(replace(branch, when=branch.when or "") for branch in given[:-1]), replace(given[-1], when=None))
    return _router_command("Let conditions decide", document, node, old, replace(old, fn=None, branches=branches))


def let_function_decide(document: Document, node: str, router: str, fn: str | None = None) -> Command:
    """Takes the conditions away; a function returns the labels of the branches. None: it is still to be chosen."""
    old = _need_router(document, node, router)
    branches = tuple(replace(branch, when=None) for branch in old.branches)
    return _router_command("Let a function decide", document, node, old, replace(old, fn=fn, branches=branches))


def has_conditions(router: RouterSpec) -> bool:
    """Whether conditions decide, and not a function."""
    return router.fn is None and any(branch.when is not None for branch in router.branches)


def branch_changed(document: Document, outlet: BranchOutlet, **fields: Any) -> tuple[Change, ...]:
    """The change that sets fields of one branch; none if it has these values. The branch must be there."""
    old = document.graph.routers[outlet.node]
    new = tuple(
        replace(
            router,
            branches=tuple(
                replace(branch, **fields) if branch.label == outlet.label else branch for branch in router.branches
            ),
        )
        if router.name == outlet.router
        else router
        for router in old
    )
    return (RoutersChanged(outlet.node, old, new),) if new != old else ()


def _need_source(document: Document, name: str) -> None:
    if name == END:
        raise CommandError("Nothing can start at END: it is where the run ends.")
    if not document.has_place(name):
        raise CommandError(f"There is no node {shown_text(name)}.")


def _need_router(document: Document, node: str, name: str) -> RouterSpec:
    router = router_of(document.graph, node, name)
    if router is None:
        named = f" {shown_text(name)}" if name else ""
        raise CommandError(f"{shown_name(node)} has no router{named}.")
    return router


def _need_branch(router: RouterSpec, node: str, label: str) -> BranchSpec:
    branch = router.branch(label)
    if branch is None:
        raise CommandError(f"{shown_name(node)} has no branch {shown_text(label)}.")
    return branch


def _as_branch(branch: BranchSpec | tuple[str, str | None] | str) -> BranchSpec:
    match branch:
        case BranchSpec():
            return branch
        case str():
            return BranchSpec(branch, None)
        case (label, target):
            return BranchSpec(label, target)


def _router_command(
    label: str,
    document: Document,
    node: str,
    old: RouterSpec,
    new: RouterSpec | None,
    merge_key: Hashable | None = None,
) -> Command:
    """A command that puts another router in the place of an old one, or takes it away (None)."""
    before = document.graph.routers[node]
    after = tuple(new if router is old else router for router in before)
    kept = tuple(router for router in after if router is not None)
    return Command(label, (RoutersChanged(node, before, kept),) if kept != before else (), merge_key)
