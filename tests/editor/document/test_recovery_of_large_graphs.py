"""The journal of a large graph: its first line is made beside the window."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from editor.document import commands, recovery_log
from editor.document.document import Document
from editor.document.recovery import read_journal
from editor.document.recovery_log import MADE_AHEAD_FROM, RecoveryLog
from editor.document.undo_history import UndoHistory
from engine.graph.spec import GraphSpec, NodeSpec

GRAPH = Path("/graphs/billing.graph.json")


def test_a_large_graph_is_written_down_in_a_thread_before_the_first_edit_and_recovered_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_in: list[str] = []
    first_line = recovery_log._first_line

    def noted(base: Document, path: Path | None, text_hash: str, replaces: str) -> bytes:
        made_in.append(threading.current_thread().name)
        return first_line(base, path, text_hash, replaces)

    monkeypatch.setattr(recovery_log, "_first_line", noted)
    nodes = {f"n{number}": NodeSpec(fn="m:f") for number in range(MADE_AHEAD_FROM + 2)}
    history = UndoHistory(Document(GraphSpec(nodes=nodes)))
    log = RecoveryLog(tmp_path, history.document, GRAPH, "hash")
    history.subscribe(log.record)
    log.sync()
    for name in ("n1", "n2"):
        history.do(commands.delete(history.document, [name]))
        log.saved(history.document, GRAPH, f"hash of {name} gone")
    history.do(commands.delete(history.document, ["n3"]))
    log.close()

    assert log.journal is not None
    recovered = read_journal(log.journal)
    assert len(made_in) == 3
    assert threading.current_thread().name not in made_in
    assert len(recovered.base.graph.nodes) == MADE_AHEAD_FROM
    again = UndoHistory(recovered.base)
    again.do(recovered.command)
    assert again.document == history.document


def test_nothing_is_written_down_while_the_window_shows_a_graph_that_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_of: list[Document] = []

    def noted(base: Document, path: Path | None, text_hash: str, replaces: str) -> bytes:
        made_of.append(base)
        return b"line"

    monkeypatch.setattr(recovery_log, "_first_line", noted)
    document = Document(GraphSpec(nodes={f"n{number}": NodeSpec(fn="m:f") for number in range(MADE_AHEAD_FROM)}))

    log = RecoveryLog(tmp_path, document, GRAPH, "hash")

    assert log._first._thread is None
    assert made_of == []
    log.sync()
    assert log._first.line() == b"line"
    assert made_of == [document], "once, ahead"
