"""Lets the search for nodes offer the templates, and inserts one. Called by ``wiring`` with one line."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from editor.app.templates import all_templates
from editor.canvas.node_offers import TemplateChoice
from editor.document.document import Document
from editor.document.insert_template import Inserted, Piece, insert_template, read_piece
from editor.document.layout import Position
from editor.document.source_code import ProjectSources

if TYPE_CHECKING:
    from editor.app.wiring import Editor


def offer_templates(editor: Editor) -> None:
    def insert(document: Document, name: str, at: Position) -> Inserted:
        path = editor.files.path
        return insert_template(document, ProjectSources(path.parent if path is not None else None), _piece(name), at)

    search = editor.canvas.search
    search.templates = tuple(TemplateChoice(each.name, each.title, each.about) for each in all_templates())
    search.insert_template = insert


@cache
def _piece(name: str) -> Piece:
    template = next(each for each in all_templates() if each.name == name)
    return read_piece(template.name, template.title, template.graph_path)
