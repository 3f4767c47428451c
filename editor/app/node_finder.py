"""Go to a node by its name, on whatever level of the graph it stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from editor.app.command_palette import Choice
from editor.theme.icons import icon
from engine.graph.levels import Level, levels
from engine.graph.spec import END, START, GraphSpec, NodeSpec

if TYPE_CHECKING:
    from editor.app.wiring import Editor


def find_node(editor: Editor) -> None:
    """Asks which, those of the shown level first; START and END of it last."""
    shown = editor.history.path
    found = sorted(levels(editor.whole.document.graph), key=lambda level: (level.path != shown, level.path))
    choices = [choice for level in found for choice in _choices(editor, level)]
    for name, title in ((START, "START"), (END, "END")):
        go = partial(_go_to, editor, shown, name)
        choices.append(Choice(name, title, go, "", icon("node", role="quiet")))
    editor.window.palette_.open_with(choices, "Which node?")


def _choices(editor: Editor, level: Level) -> Iterator[Choice]:
    where = f"in {' › '.join(level.path)}" if level.path else ""
    for name, node in sorted(level.graph.nodes.items()):
        detail = "  ·  ".join(filter(None, (_what_runs(node), where)))
        glyph = "subgraph" if node.graph is not None else "node"
        go = partial(_go_to, editor, level.path, name)
        yield Choice("|".join((*level.path, name)), name, go, detail, icon(glyph, role="quiet"), detail)


def _go_to(editor: Editor, path: tuple[str, ...], name: str) -> None:
    """The keyboard comes along: what is done next is done to the node."""
    editor.levels.go_to(path, name)
    editor.canvas.setFocus()


def _what_runs(node: NodeSpec) -> str:
    if isinstance(node.graph, GraphSpec):
        return f"subgraph of {len(node.graph.nodes)} nodes"
    return node.graph or node.fn or ""
