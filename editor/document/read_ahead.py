"""Reads a graph with the modules beside it that everybody asks about once it is shown. Runs nothing.

What is read of a module is kept by its text (``engine.graph.module_pieces``), so that problems, inspector and code
panel find it when they ask on the GUI thread. Called by ``editor.app.document_files``, in a thread.
"""

from __future__ import annotations

from pathlib import Path

from editor.document.document import Document
from editor.document.files import OpenedDocument, open_document
from editor.document.module_text import read_module_text
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError, read_module, read_piece
from engine.graph.key_uses import key_uses, key_uses_in_piece
from engine.graph.levels import levels
from engine.graph.module_pieces import MOST_PIECES, pieces_of
from engine.graph.spec import GraphSpec, is_reference


def open_and_read_ahead(graph_path: Path, shown: Document | None = None) -> OpenedDocument:
    """As ``open_document``."""
    found = open_document(graph_path, shown)
    read_ahead(found.path.parent, found.document.graph)
    return found


def read_ahead(folder: Path, graph: GraphSpec) -> None:
    """The modules that the graph names. What cannot be read is said by the problems, later."""
    sources = ProjectSources(folder)
    room = MOST_PIECES
    for module in _modules_of(graph):
        path = sources.module_path(module)
        if path is None:
            continue
        try:
            text = read_module_text(path).text
            pieces = pieces_of(text)
            room -= len(pieces)
            if room < 0:
                return
            for piece in pieces:  # both of one piece, then the next: it is parsed once
                read_piece(piece.text)
                key_uses_in_piece(piece.text)
        except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        read_module(text)
        key_uses(text)


def _modules_of(graph: GraphSpec) -> list[str]:
    """Each once: those of the state classes first, then in the order of the nodes."""
    found: dict[str | None, None] = {}
    for level in levels(graph):
        found[level.graph.state] = None
    for level in levels(graph):
        found |= dict.fromkeys(node.fn for node in level.graph.nodes.values())
        found |= dict.fromkeys(router.fn for routers in level.graph.routers.values() for router in routers)
    references = [reference for reference in found if reference is not None and is_reference(reference)]
    return list(dict.fromkeys(reference.partition(":")[0] for reference in references))
