"""Lays out and draws a large graph before it is shown, beside the window, with a note and Cancel.

Nothing of it is an edit: the file is not made dirty by being looked at. Called by ``document_files``.
"""

from __future__ import annotations

from editor.app.background import in_thread
from editor.app.patience import Cancelled, Patience
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


async def draw_ahead(patience: Patience, document: Document) -> DrawnAhead:
    """Nodes that have no places stand in rows if the user does not want to wait. Raises ``Cancelled`` after that."""
    graphs = graphs_to_lay_out(document)
    if not graphs and len(document.graph.nodes) <= FROM:
        return DrawnAhead()
    words = f"Drawing {len(document.graph.nodes):,} nodes …"
    texts = await patience.wait_for(words, in_thread(texts_to_measure, (document.graph, *graphs)))
    widths = {text: measure_label(text) for text in texts}  # fonts belong to the GUI thread
    places: FirstPlaces = ()
    if graphs:
        laying_out = f"Laying out {sum(len(graph.nodes) for graph in graphs):,} nodes …"
        try:
            places = await patience.wait_for(laying_out, in_thread(laid_out, graphs, widths))
        except Cancelled:
            places = await patience.wait_for(words, in_thread(rows, graphs, widths))
    return await patience.wait_for(words, in_thread(drawn, document, places, widths))
