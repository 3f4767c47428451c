"""Edits of the modules beside the graph, as commands like those of the graph. Pure but for reading a module at first.

By syntax tree, every other character kept; see the top of ``module_text`` for how the parts hang together. Each raises
``CommandError`` with a sentence, with the line in it where there is one, and then nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from editor.document.changes import (
    Change,
    GraphFieldChanged,
    ModuleRead,
    ModuleSpliced,
    NodeChanged,
    RoutersChanged,
    apply_changes,
    lifted,
)
from editor.document.command import Command, CommandError
from editor.document.document import Document
from editor.document.module_text import encoded
from editor.document.source_code import ProjectSources, node_module, router_module
from editor.document.source_text import (
    ModuleSource,
    SourceError,
    changed_part,
    identifier_for,
    node_stub,
    read_module,
    router_stub,
    with_added,
    with_import,
    with_renamed,
    with_replaced,
)
from engine.graph.spec import GraphSpec, shown_text

T = TypeVar("T")


def edit_module(
    document: Document,
    sources: ProjectSources,
    path: str,
    new_text: str,
    label: str = "",
    *,
    merge_key: Hashable | None = None,
) -> Command:
    """Gives a module another text, which need not be Python. What both texts begin and end with is no part of the edit.

    ``path``: relative to the graph's folder, such as "nodes.py"; it is made if it is not there.
    """
    sources.see(document.modules)
    try:
        module = sources.text_of(path)
        encoded(new_text, has_bom=module.has_bom)
    except SourceError as error:
        raise CommandError(str(error)) from error
    reads = () if path in document.modules else (ModuleRead(path, module),)
    changes = tuple(splices(path, module.text, new_text))
    return Command(label or f"Edit {path}", changes, merge_key, reads)


def replace_definition(document: Document, sources: ProjectSources, reference: str, new_source: str) -> Command:
    """Another text for a function or class, which ``reference`` ("nodes:classify") names and the text must define."""
    path, module, name = _place_of(document, sources, reference)
    text = _or_refuse(lambda: with_replaced(module, name, new_source))
    return edit_module(document, sources, path, text, f"Edit {shown_text(name)}")


def add_definition(document: Document, sources: ProjectSources, module_name: str, source: str) -> Command:
    """One more function or class at the end of a module, which is made if it is not there."""
    path = sources.path_for(module_name)
    text = _or_refuse(lambda: with_added(_module(document, sources, path).text, source))
    _or_refuse(lambda: read_module(text))
    return edit_module(document, sources, path, text, f"Add to {path}")


def rename_function(document: Document, sources: ProjectSources, reference: str, new_name: str) -> Command:
    """Renames a function or class in its module, with its uses there, and in everything of the graph that names it.

    Other modules that import it are not changed.
    """
    path, module, name = _place_of(document, sources, reference)
    text = _or_refuse(lambda: with_renamed(module, name, new_name))
    new_reference = f"{reference.partition(':')[0]}:{new_name}"
    label = f"Rename function {shown_text(name)} to {shown_text(new_name)}"
    edit = edit_module(document, sources, path, text, label)
    return replace(edit, changes=(*edit.changes, *_referring(document.graph, reference, new_reference)))


def add_node_stub(document: Document, sources: ProjectSources, node: str) -> Command:
    """Writes a function for a node that has none into the module that most nodes use, and lets the node name it."""
    spec = document.graph.nodes[node]
    module_name = node_module(document.graph)
    edit, reference = _stub(
        document, sources, module_name, node, lambda function, state: node_stub(function, node, state)
    )
    change = NodeChanged(node, spec, replace(spec, fn=reference))
    return replace(edit, label=f"Write a function for {shown_text(node)}", changes=(*edit.changes, change))


def add_router_stub(document: Document, sources: ProjectSources, node: str, router_name: str) -> Command:
    """As ``add_node_stub``, for a router, which then decides by that function."""
    routers = document.graph.routers.get(node, ())
    router = next((router for router in routers if router.name == router_name), None)
    if router is None:
        raise CommandError(f"{shown_text(node)} has no router {shown_text(router_name)}.")
    labels = tuple(branch.label for branch in router.branches)
    wish = " ".join(filter(None, ("route", node, router_name)))
    edit, reference = _stub(
        document,
        sources,
        router_module(document.graph),
        wish,
        lambda function, state: router_stub(function, labels, state),
    )
    decided = tuple(replace(each, fn=reference) if each is router else each for each in routers)
    change = RoutersChanged(node, routers, decided)
    return replace(edit, label=f"Write a router for {shown_text(node)}", changes=(*edit.changes, change))


def write_missing(document: Document, sources: ProjectSources, reference: str) -> Command:
    """A stub for a function that the graph names and its module does not define: a quick fix."""
    module_name, _, name = reference.partition(":")
    if not name.isidentifier() or not all(part.isidentifier() for part in module_name.split(".")):
        raise CommandError(f"'{reference}' is not written as module:function, so no function can be written for it.")
    path = sources.path_for(module_name)
    module = _module(document, sources, path)
    if module.find(name) is not None:
        raise CommandError(f"{path} already defines '{name}'.")
    graph = document.graph
    routers = [router for found in graph.routers.values() for router in found if router.fn == reference]
    text, state = _with_state(module.text, module_name, graph.state, sources)
    if routers:
        stub = router_stub(name, tuple(branch.label for branch in routers[0].branches), state)
    else:
        nodes = [node for node, spec in graph.nodes.items() if spec.fn == reference]
        stub = node_stub(name, nodes[0] if nodes else name, state)
    return edit_module(document, sources, path, with_added(text, stub), f"Write '{name}'")


def together(document: Document, label: str, *steps: Callable[[Document], Command]) -> Command:
    """Several edits as one row of the undo list, each made for the document that the one before leaves.

    All of them or, if one raises, none.
    """
    changes: tuple[Change, ...] = ()
    reads: tuple[ModuleRead, ...] = ()
    last = ""
    for step in steps:
        made = step(document)
        new = tuple(read for read in made.reads if read.path not in document.modules)
        document = apply_changes(document, (*new, *made.changes))
        changes, reads, last = changes + made.changes, reads + new, made.label
    return Command(label or last, changes, None, reads)


def splices(path: str, old: str, new: str) -> Iterable[ModuleSpliced]:
    """At most one: what lies between the beginning and the end that both have."""
    if old != new:
        start, end, put = changed_part(old, new)
        yield ModuleSpliced(path, start, old[start:end], put)


class _Writer(Protocol):
    def __call__(self, function: str, state: str | None) -> str: ...


def _stub(
    document: Document, sources: ProjectSources, module_name: str, wish: str, write: _Writer
) -> tuple[Command, str]:
    path = sources.path_for(module_name)
    module = _module(document, sources, path)
    text, state = _with_state(module.text, module_name, document.graph.state, sources)
    function = identifier_for(wish, {found.name for found in module.definitions} | ({state} if state else set()))
    return edit_module(document, sources, path, with_added(text, write(function, state))), f"{module_name}:{function}"


def _with_state(text: str, module_name: str, state: str | None, sources: ProjectSources) -> tuple[str, str | None]:
    """The text with the state's class imported if it was not, and the name it has there; None if it cannot have one."""
    owner, _, name = (state or "").partition(":")
    if not name.isidentifier() or not all(part.isidentifier() for part in owner.split(".")):
        return text, None
    module = read_module(text)
    found = module.find(name)
    if found is not None:
        is_it = found.imported_from == f"{owner}:{name}" or (owner == module_name and found.kind == "class")
        return text, name if is_it or found.imported_from is not None else None
    if owner == module_name or not _may_import(sources, owner, name, module_name):
        return text, None
    return with_import(text, owner, name), name


def _may_import(sources: ProjectSources, owner: str, name: str, importer: str) -> bool:
    """Whether the state's module lies here, defines it, and does not itself import the module that would import it."""
    path = sources.module_path(owner)
    if path is None:
        return False
    try:
        module = sources.module(path)
    except SourceError:
        return False
    origins = {(found.imported_from or "").lstrip(".").partition(":")[0] for found in module.definitions}
    return module.find(name) is not None and importer not in origins


def _place_of(document: Document, sources: ProjectSources, reference: str) -> tuple[str, ModuleSource, str]:
    """Where a definition stands, imports followed: path, module, name in it."""
    sources.see(document.modules)
    found = _or_refuse(lambda: sources.find(reference))
    if found is None:
        raise CommandError(sources.why_not(reference) or f"{reference} is not defined beside the graph.")
    return sources.key_of(found.path), sources.module(found.path), found.definition.name


def _module(document: Document, sources: ProjectSources, path: str) -> ModuleSource:
    sources.see(document.modules)
    return _or_refuse(lambda: read_module(sources.text_of(path).text), f"{path}: ")


def _or_refuse(make: Callable[[], T], where: str = "") -> T:
    try:
        return make()
    except SourceError as error:
        raise CommandError(f"{where}{error}") from error


def _referring(graph: GraphSpec, old: str, new: str) -> Iterable[Change]:
    """The changes that let everything name ``new`` instead of ``old``, in subgraphs too."""
    for name, node in graph.nodes.items():
        fields: dict[str, Any] = {
            field: new for field in ("fn", "input_schema", "error_handler") if getattr(node, field) == old
        }
        if fields:
            yield NodeChanged(name, node, replace(node, **fields))
        if isinstance(node.graph, GraphSpec):
            yield from lifted((name,), tuple(_referring(node.graph, old, new)))
    for name, routers in graph.routers.items():
        if any(router.fn == old for router in routers):
            changed = tuple(replace(router, fn=new) if router.fn == old else router for router in routers)
            yield RoutersChanged(name, routers, changed)
    if graph.state == old:
        yield GraphFieldChanged("state", old, new)
