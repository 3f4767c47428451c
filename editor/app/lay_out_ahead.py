"""Lays out a large graph that has no places before it is shown, beside the window, with a note and Cancel.

Nothing of it is an edit: the file is not made dirty by being looked at. Called by ``document_files``.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from editor.app.background import in_thread
from editor.app.patience import Cancelled, patiently
from editor.canvas.card_text import measure_label
from editor.canvas.first_places import FirstPlaces, graphs_to_lay_out, laid_out, rows, texts_to_measure
from editor.document.document import Document


async def lay_out_ahead(window: QWidget, document: Document) -> FirstPlaces:
    """Places for the graphs of the document that have none; in rows if the user does not want to wait."""
    graphs = graphs_to_lay_out(document)
    if not graphs:
        return ()
    texts = await in_thread(texts_to_measure, graphs)
    widths = {text: measure_label(text) for text in texts}  # fonts belong to the GUI thread
    words = f"Laying out {sum(len(graph.nodes) for graph in graphs):,} nodes …"
    try:
        return await patiently(window, words, in_thread(laid_out, graphs, widths))
    except Cancelled:
        return await in_thread(rows, graphs, widths)
