"""A run goes out as a file with a key left out, and somebody without the code looks at it in the window."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver as TheirSqliteSaver
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from editor.app.hands import Hands
from editor.app.opened_copies import copies_folder, new_copy
from editor.app.run_files import RunFiles
from editor.debugger.run_state import Phase
from engine.runner.engine_kit import kit_named
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, trust_and_run
from tests.journeys.test_code_changes_outside import GRAPH, NODES
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, Drive, write_graph

pytestmark = pytest.mark.journey


def test_a_run_is_exported_and_opened_without_its_code(travel: Travel, tmp_path: Path) -> None:
    folder = tmp_path / "chain"
    folder.mkdir()
    graph, file = write_graph(folder, GRAPH, NODES), tmp_path / "sent.run.jsonl"

    async def sender(hands: Hands) -> None:
        await open_graph(hands, graph)
        hands.editor.inputs.picker.edit.set_text('{"topic": "my secret"}')
        await trust_and_run(hands, Phase.FINISHED)
        assert hands.window.registry["runs.export"].isEnabled()
        hands.editor.tasks.start(RunFiles(hands.editor).export(file))
        dialog = await hands.dialog("export run")
        QTest.keyClicks(dialog.findChildren(QLineEdit)[0], "topic")
        hands.click_button(dialog, "Export…")
        await hands.until(file.exists, "the exported run")
        await hands.until(lambda: "without topic" in hands.window.toast.text, "the word about it")
        assert "my secret" not in file.read_text()

    async def receiver(hands: Hands) -> None:
        long_unused = new_copy(file)
        long_unused.mkdir(parents=True)
        os.utime(long_unused, (0, 0))
        hands.editor.tasks.start(RunFiles(hands.editor).open(file))
        session = hands.editor.session
        await hands.until(lambda: session.run_state.phase is Phase.FINISHED, "the run of the file")
        assert set(hands.editor.history.document.graph.nodes) == {"a", "b", "c"}
        assert [row.ran for row in session.run_state.checkpoints.values()][-1] == ("c",)
        seen: list[object] = []
        session.read_state(session.run_state.head or "", (), seen.append)
        await hands.until(lambda: seen, "the state")
        assert "my secret" not in str(seen)
        await hands.until(lambda: hands.editor.threads.rows.rowCount() == 1, "the list of runs")
        await hands.until(lambda: not long_unused.exists(), "the copy that nobody used since 1970 to go")
        shown = hands.editor.files.path
        assert shown is not None
        assert shown.parent.parent == copies_folder()
        assert shown.exists()

    travel(sender)
    travel(receiver)


def test_a_file_of_langgraph_is_looked_at_and_a_strange_one_is_refused(travel: Travel, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    database, kit = folder / "bug.sqlite", kit_named("langgraph")
    with TheirSqliteSaver.from_conn_string(str(database)) as saver:
        drive = Drive(write_graph(folder, ASKING_GRAPH, ASKING_NODES, kit), kit, saver)
        drive.driver.run({"topic": "both"}, "t", stepping=False)
    strange = tmp_path / "notes.db"
    strange.write_text("hello")

    async def journey(hands: Hands) -> None:
        hands.editor.tasks.start(RunFiles(hands.editor).open(strange))
        dialog = await hands.dialog("error")
        assert any("notes.db cannot be opened" in label.text() for label in dialog.findChildren(QLabel))
        dialog.close()
        hands.editor.tasks.start(RunFiles(hands.editor).open(database))
        session = hands.editor.session
        await hands.until(lambda: session.run_state.phase is Phase.FINISHED, "the run of the file")
        assert session.picture.nodes["left"].visits == 1

    travel(journey)
