"""Lays out and draws a large graph before it is shown, beside the window, with a note and Cancel.

Nothing of it is an edit: the file is not made dirty by being looked at. Called by ``document_files``.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from editor.app.background import in_thread
from editor.app.patience import Cancelled, patiently
from editor.canvas.card_text import measure_label
from editor.canvas.drawn_ahead import (
    FROM,
    DrawnAhead,
    FirstPlaces,
    drawn,
    graphs_to_lay_out,
    laid_out,
    rows,
    texts_to_measure,
)
from editor.document.document import Document


async def draw_ahead(window: QWidget, document: Document) -> DrawnAhead:
    """Nodes that have no places stand in rows if the user does not want to wait. Raises ``Cancelled`` after that."""
    graphs = graphs_to_lay_out(document)
    if not graphs and len(document.graph.nodes) <= FROM:
        return DrawnAhead()
    texts = await in_thread(texts_to_measure, (document.graph, *graphs))
    widths = {text: measure_label(text) for text in texts}  # fonts belong to the GUI thread
    places: FirstPlaces = ()
    if graphs:
        words = f"Laying out {sum(len(graph.nodes) for graph in graphs):,} nodes …"
        try:
            places = await patiently(window, words, in_thread(laid_out, graphs, widths))
        except Cancelled:
            places = await in_thread(rows, graphs, widths)
    words = f"Drawing {len(document.graph.nodes):,} nodes …"
    return await patiently(window, words, in_thread(drawn, document, places, widths))
