"""The problems of a large graph are found a little at a time; what is shown in the end is what one check finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from editor.document import commands
from editor.document.document import Document
from editor.document.problems import LiveProblems
from editor.document.undo_history import UndoHistory
from editor.panels.problems_panel import AT_ONCE_UP_TO, ProblemsPanel
from engine.graph.spec import GraphSpec, NodeSpec


def large(tmp_path: Path) -> tuple[UndoHistory, ProblemsPanel]:
    (tmp_path / "nodes.py").write_text("def work(state):\n    return {}\n", encoding="utf-8")
    nodes = {f"n{number}": NodeSpec(fn="nodes:work") for number in range(AT_ONCE_UP_TO)}
    graph = GraphSpec(nodes={**nodes, "lost": NodeSpec(fn="nodes:nowhere")})
    history = UndoHistory(Document(graph))
    return history, ProblemsPanel(history)


def test_a_large_graph_is_checked_in_pieces_and_nothing_is_lost(qtbot: Any, tmp_path: Path) -> None:
    history, panel = large(tmp_path)
    qtbot.addWidget(panel)

    panel.set_folder(tmp_path)

    assert panel.is_checking
    qtbot.waitUntil(lambda: not panel.is_checking)
    assert panel.problems == LiveProblems(tmp_path).of(history.document)
    assert any(problem.node == "lost" and problem.id == "unknown_function" for problem in panel.problems)


def test_an_edit_ends_a_check_of_what_was_before(qtbot: Any, tmp_path: Path) -> None:
    history, panel = large(tmp_path)
    qtbot.addWidget(panel)
    panel.set_folder(tmp_path)
    assert panel.is_checking

    history.do(commands.delete(history.document, ["lost"], []))

    assert not panel.is_checking
    qtbot.waitUntil(lambda: panel.problems == LiveProblems(tmp_path).of(history.document))
    assert not any(problem.node == "lost" for problem in panel.problems)


def test_who_asks_now_gets_it_now(qtbot: Any, tmp_path: Path) -> None:
    history, panel = large(tmp_path)
    qtbot.addWidget(panel)
    panel.set_folder(tmp_path)

    panel.check_now()

    assert not panel.is_checking
    assert panel.problems == LiveProblems(tmp_path).of(history.document)
