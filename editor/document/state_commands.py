"""Edits of the graph's state class as commands: one undo step each, with the conditions that name a key.

The text is edited by ``state_edit``. Each raises ``CommandError`` with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from editor.document.changes import Change, GraphFieldChanged, RoutersChanged
from editor.document.command import Command, CommandError
from editor.document.document import Document
from editor.document.module_commands import edit_module, together
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from editor.document.state_edit import (
    add_key,
    new_class,
    remove_key,
    rename_key,
    set_default,
    set_reducer,
    set_type,
)
from editor.document.state_facts import StatePlace, state_place, uses_by_module
from engine.graph.conditions import with_key_renamed
from engine.graph.key_uses import with_key_renamed_in
from engine.graph.spec import RouterSpec, shown_text
from engine.graph.state_source import StateKey, StateSourceError

NEW_STATE = "state:State"
"""What a state class is called that is made here."""


def add_state_key(document: Document, sources: ProjectSources, key: StateKey) -> Command:
    return _edited(document, sources, f"Add key {shown_text(key.name)}", lambda p: add_key(p.text, p.state.name, key))


def rename_state_key(document: Document, sources: ProjectSources, old: str, new: str) -> Command:
    """In the class and in all conditions. What the functions use is left to whoever reads the list of places."""
    label = f"Rename key {shown_text(old)} to {shown_text(new)}"
    if old == new:
        return Command(label, ())
    made = _edited(document, sources, label, lambda place: rename_key(place.text, place.state.name, old, new))
    changes: list[Change] = []
    for node, routers in document.graph.routers.items():
        renamed = tuple(_with_key(router, old, new) for router in routers)
        if renamed != routers:
            changes.append(RoutersChanged(node, routers, renamed))
    return replace(made, changes=(*made.changes, *changes))


def rename_key_in_code(document: Document, sources: ProjectSources, old: str, new: str) -> Command:
    """In the functions of nodes and routers, where they name the key in a plain way; see ``key_uses``."""
    sources.see(document.modules)
    label = f"Say {shown_text(new)} instead of {shown_text(old)} in the code"
    steps: list[Callable[[Document], Command]] = []
    for path, uses in uses_by_module(document.graph, sources).items():
        try:
            text = sources.text_of(path).text
        except SourceError as error:
            raise CommandError(str(error)) from error
        renamed = with_key_renamed_in(text, uses, old, new)
        if renamed != text:
            steps.append(partial(_with_text, sources=sources, path=path, text=renamed, label=label))
    return together(document, label, *steps) if steps else Command(label, ())


def _with_text(document: Document, sources: ProjectSources, path: str, text: str, label: str) -> Command:
    return edit_module(document, sources, path, text, label)


def change_key_type(document: Document, sources: ProjectSources, key: str, new: str) -> Command:
    label = f"Change the type of {shown_text(key)}"
    return _edited(document, sources, label, lambda place: set_type(place.text, place.state.name, key, new))


def change_reducer(document: Document, sources: ProjectSources, key: str, reducer: str) -> Command:
    label = f"Change the reducer of {shown_text(key)}"
    return _edited(document, sources, label, lambda place: set_reducer(place.text, place.state.name, key, reducer))


def change_default(document: Document, sources: ProjectSources, key: str, default: str) -> Command:
    label = f"Change the default of {shown_text(key)}"
    return _edited(document, sources, label, lambda place: set_default(place.text, place.state.name, key, default))


def remove_state_key(document: Document, sources: ProjectSources, key: str) -> Command:
    label = f"Remove key {shown_text(key)}"
    return _edited(document, sources, label, lambda place: remove_key(place.text, place.state.name, key))


def create_state(document: Document, sources: ProjectSources, reference: str = NEW_STATE) -> Command:
    """Writes a new state class and lets the graph use it."""
    module, _, name = reference.partition(":")
    path = sources.path_for(module)
    sources.see(document.modules)
    try:
        text = new_class(sources.text_of(path).text, name, ())
    except (SourceError, StateSourceError) as error:
        raise CommandError(str(error)) from error
    made = edit_module(document, sources, path, text, f"Write state class {shown_text(name)}")
    field = GraphFieldChanged("state", document.graph.state, reference)
    return replace(made, changes=(*made.changes, *((field,) if document.graph.state != reference else ())))


def _edited(document: Document, sources: ProjectSources, label: str, edit: Callable[[StatePlace], str]) -> Command:
    sources.see(document.modules)
    try:
        place = state_place(document.graph, sources)
        text = edit(place)
    except (SourceError, StateSourceError) as error:
        raise CommandError(str(error)) from error
    return edit_module(document, sources, place.path, text, label)


def _with_key(router: RouterSpec, old: str, new: str) -> RouterSpec:
    if router.fn is not None:
        return router
    branches = tuple(
        branch if branch.when is None else replace(branch, when=with_key_renamed(branch.when, old, new))
        for branch in router.branches
    )
    return router if branches == router.branches else replace(router, branches=branches)
