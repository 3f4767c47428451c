"""A template as a part of a graph that is there: its nodes wired as they are, its code, and the state keys they need.

One edit. The code becomes a module of its own beside the graph, so that nothing that is there is touched; keys that
the state class lacks are added to it. Pure; the template is one of ours and read as strictly as any file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from editor.document import clipboard
from editor.document.changes import EdgeAdded, GraphFieldChanged, NodeAdded
from editor.document.command import Command, CommandError
from editor.document.document import Document
from editor.document.files import open_document
from editor.document.layout import Position
from editor.document.module_commands import edit_module, together
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError, with_import
from editor.document.state_commands import add_state_key
from editor.document.state_facts import state_place
from engine.graph.graph_file import format_graph, parse_graph
from engine.graph.spec import END, START, GraphSpec, shown_name, shown_text
from engine.graph.state_source import StateKey, StateSourceError, read_state_class

CODE = "nodes"
"""What the one module of a template is called, and before the colon in each of its references."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a template is made of, as it is read from its folder."""

    name: str
    title: str
    graph: str
    """The text of its graph file."""
    places: dict[str, Position]
    code: str

    @property
    def spec(self) -> GraphSpec:
        return parse_graph(self.graph, where=self.title)


@dataclass(frozen=True, slots=True)
class Inserted:
    command: Command
    nodes: tuple[str, ...]
    entry: str
    """The node that the template begins with: where an edge to it leads."""
    told: str
    """What came along, for the user."""


def insert_template(document: Document, sources: ProjectSources, piece: Piece, at: Position) -> Inserted:
    """Into a graph that starts nowhere yet, with its edges from START and to END too.

    Raises ``CommandError`` if it would not run: a name that its code uses is taken, or the state cannot be edited.
    """
    sources.see(document.modules)
    module = _free_module(document, sources, piece.name)
    spec = parse_graph(piece.graph.replace(f'"{CODE}:', f'"{module}:'), where=piece.title)
    _need_names_in_code(document, piece, spec)
    is_alone = not any(START in edge.sources for edge in document.graph.edges) and START not in document.graph.routers
    first = next(edge.target for edge in spec.edges if START in edge.sources)
    edges = tuple(edge for edge in spec.edges if is_alone or (START not in edge.sources and edge.target != END))
    extra = {clipboard.PLACES: {name: list(place) for name, place in piece.places.items()}}
    text = format_graph(replace(spec, state=None, edges=edges, extra=extra))
    path = sources.path_for(module)
    keys = _missing_keys(document, sources, piece, spec)
    steps: list[Callable[[Document], Command]] = [
        partial(edit_module, sources=sources, path=path, new_text=piece.code),
        lambda now: clipboard.paste(now, text, at),
        *(partial(_add_key, sources=sources, piece=piece, module=module, key=key) for key in keys),
    ]
    if document.graph.state is None:
        steps.append(lambda now: Command("", (GraphFieldChanged("state", None, spec.state),)))
    command = together(document, f"Insert {shown_text(piece.title)}", *steps)
    added = tuple(change.name for change in command.changes if isinstance(change, NodeAdded))
    entry = dict(zip(spec.nodes, added, strict=True))[first]
    return Inserted(command, added, entry, _told(piece, path, keys, document))


def is_wired_to_start(inserted: Inserted) -> bool:
    """Whether the graph begins with the template now."""
    return any(isinstance(change, EdgeAdded) and START in change.edge.sources for change in inserted.command.changes)


def read_piece(name: str, title: str, graph_path: Path) -> Piece:
    """A template as it lies in its folder. Raises ``OSError``."""
    layout = open_document(graph_path).document.layout
    return Piece(
        name,
        title,
        graph_path.read_text(encoding="utf-8"),
        dict(layout.positions),
        (graph_path.parent / f"{CODE}.py").read_text(encoding="utf-8"),
    )


def _free_module(document: Document, sources: ProjectSources, wish: str) -> str:
    name, number = wish, 2
    while sources.module_path(name) is not None or f"{name}.py" in document.modules:
        name, number = f"{wish}_{number}", number + 1
    return name


def _need_names_in_code(document: Document, piece: Piece, spec: GraphSpec) -> None:
    """A node gets another name if its own is taken; a ``Send`` in the code would still go to the old one."""
    for name in spec.nodes:
        if document.has_node(name) and (f'Send("{name}"' in piece.code or f'goto="{name}"' in piece.code):
            raise CommandError(
                f"The code of the template sends to {shown_name(name)}, and the graph has a node of that name. "
                "Rename that node first."
            )


def _missing_keys(document: Document, sources: ProjectSources, piece: Piece, spec: GraphSpec) -> tuple[StateKey, ...]:
    """Those of the template's state that the graph's does not have."""
    if document.graph.state is None or spec.state is None:
        return ()
    try:
        have = {key.name for key in state_place(document.graph, sources).state.keys}
        wanted = read_state_class(piece.code, spec.state.partition(":")[2]).keys
    except (SourceError, StateSourceError) as error:
        raise CommandError(f"The template needs keys in the state, which cannot be edited: {error}") from error
    return tuple(key for key in wanted if key.name not in have)


def _add_key(document: Document, sources: ProjectSources, piece: Piece, module: str, key: StateKey) -> Command:
    """With its type imported from the template's module, if that is where it is defined."""
    own = [name for name in sorted(_defined(piece.code)) if re.search(rf"\b{name}\b", key.type)]
    imports = [partial(_import, sources=sources, module=module, name=name) for name in own]
    return together(document, "", *imports, partial(add_state_key, sources=sources, key=key))


def _import(document: Document, sources: ProjectSources, module: str, name: str) -> Command:
    sources.see(document.modules)
    place = state_place(document.graph, sources)
    text = place.text
    known = f"from {module} import {name}"
    return edit_module(document, sources, place.path, text if known in text else with_import(text, module, name))


def _defined(code: str) -> set[str]:
    """Names of classes and of types that are spelled once."""
    names: set[str] = set()
    for node in ast.parse(code).body:
        if isinstance(node, ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names


def _told(piece: Piece, path: str, keys: tuple[StateKey, ...], document: Document) -> str:
    code = f"{piece.title}: its functions are in {path}."
    if document.graph.state is None:
        return f"{code} The graph has its state class now."
    if not keys:
        return f"{code} The state has all keys it needs."
    return f"{code} Added to the state: {', '.join(key.name for key in keys)}."
