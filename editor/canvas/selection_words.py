"""What screen readers are told of the canvas as a whole. No widgets."""

from __future__ import annotations

from editor.canvas.graph_scene import GraphScene
from editor.canvas.line_look import edge_in_words
from editor.canvas.remark_shape import in_words
from engine.graph.spec import GraphSpec

MOST_NAMED = 5


def words_of(graph: GraphSpec, scene: GraphScene) -> str:
    """How large the graph is and what is selected, with its state."""
    words = f"{len(graph.nodes)} nodes, {len(scene.drawing.routes)} edges."
    named: list[str] = []
    if scene.selected_nodes:
        named = [scene.nodes[name].look.says for name in sorted(scene.selected_nodes)[:MOST_NAMED]]
    elif scene.selected_remarks:
        named = [in_words(scene.drawing.remarks[key]) for key in sorted(scene.selected_remarks)[:MOST_NAMED]]
    elif scene.selected_edges:
        edges = sorted(scene.selected_edges, key=str)[:MOST_NAMED]
        named = [edge_in_words(edge, scene.picture.edges.get(edge)) for edge in edges]
    return f"{words} Selected: {'; '.join(named)}." if named else words
