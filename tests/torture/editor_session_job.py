"""A scripted session of the editor in its real window, to be killed: ``test_editor_kill`` starts it and says when.

``python editor_session_job.py MODE GRAPH WITNESS SEED``. Writes to the witness, before the editor itself keeps an
edit, when that was and the hash of what a save would write then. MODE "edit" opens the graph and edits until it is
killed; "recover" takes up what a crash left behind and edits on; "end" takes it up, saves and closes.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication, QDialog

from editor.app.hands import Hands
from editor.app.wiring import Editor
from editor.debugger.runner_process import runner_processes
from editor.document import commands
from editor.document.command import Command, CommandError
from editor.document.document import Document
from editor.document.files import open_document
from editor.document.layout_file import format_layout
from editor.document.module_commands import edit_module
from editor.document.recovery import find_unsaved
from editor.document.recovery_log import RecoveryLog, recovery_folder
from editor.document.source_code import ProjectSources
from editor.document.undo_history import HistoryEvent
from engine.graph.graph_file import format_graph
from engine.graph.spec import END, START, PlainOutlet

KEYS = ("Ctrl+Z", "Ctrl+Z", "Ctrl+Y", "Ctrl+D", "Ctrl+Right", "Ctrl+Down", "Ctrl+C", "Ctrl+V", "Ctrl+Del", "J", "Del")
LONGEST_REST_S = 0.02
SAVES_IN = 25
"""One of so many edits is a save."""


def hash_of(document: Document, folder: Path) -> str:
    """Of graph, layout and modules as they would be on disk after a save."""
    modules = {path.name: path.read_bytes().decode() for path in folder.glob("*.py")}
    modules |= {name: module.text for name, module in document.modules.items()}
    text = format_graph(document.graph) + format_layout(document.layout) + json.dumps(modules, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def hash_on_disk(graph: Path) -> str:
    """Raises ``DocumentError`` where the files are not whole."""
    return hash_of(open_document(graph).document, graph.parent)


class Session:
    def __init__(self, hands: Hands, graph: Path, witness: Path, chance: random.Random) -> None:
        self.hands, self.graph, self.chance = hands, graph, chance
        self.witness = os.open(witness, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        keep = RecoveryLog.record

        def record(log: RecoveryLog, event: HistoryEvent) -> None:
            self.note(hash_of(event.new, graph.parent))
            keep(log, event)

        RecoveryLog.record = record  # type: ignore[method-assign, assignment]  # the witness stands before the journal

    def note(self, fact: str) -> None:
        os.write(self.witness, f"{time.monotonic():.6f} {fact}\n".encode())

    async def edit_until_killed(self) -> None:
        while True:
            await self.edit()
            await asyncio.sleep(self.chance.random() * LONGEST_REST_S)

    async def edit(self) -> None:
        """One thing a person could do: a key on the canvas, or what a form would do."""
        editor, chance = self.hands.editor, self.chance
        names = sorted(editor.history.document.graph.nodes)
        if chance.random() < 1 / SAVES_IN:
            await self.hands.press("Ctrl+S")
            await self.hands.until(lambda: not editor.history.is_modified, "the save")
            return
        if names and chance.random() < 0.6:
            editor.canvas.setFocus()
            editor.canvas.select(chance.sample(names, min(len(names), chance.choice((1, 1, 2)))))
            await self.hands.press(chance.choice(KEYS))
            return
        self.do(chance.choice((self.added, self.renamed, self.connected, self.typed)), names)

    def do(self, make: Callable[[Document, list[str]], Command], names: list[str]) -> None:
        history = self.hands.editor.history
        try:
            history.do(make(history.document, names))
        except CommandError:
            pass  # it drew what may not be drawn

    def added(self, document: Document, names: list[str]) -> Command:
        place = (self.chance.randrange(2000), self.chance.randrange(900))
        return commands.add_node(document, f"node {self.chance.randrange(10**6)}", place, "nodes:classify")

    def renamed(self, document: Document, names: list[str]) -> Command:
        return commands.rename_node(document, self.chance.choice([*names, "nobody"]), f"é {len(names)}")

    def connected(self, document: Document, names: list[str]) -> Command:
        source, target = self.chance.choice([*names, START]), self.chance.choice([*names, END])
        return commands.connect(document, PlainOutlet(source), target)

    def typed(self, document: Document, names: list[str]) -> Command:
        sources = ProjectSources(self.graph.parent)
        sources.see(document.modules)
        text = sources.text_of("nodes.py").text
        return edit_module(document, sources, "nodes.py", text + f"# typed {self.chance.randrange(10**6)}\n")

    async def recover(self) -> None:
        """Takes up what is offered; says how it then stands, or that nothing was offered."""
        editor = self.hands.editor
        if not find_unsaved(recovery_folder()):
            await editor.start(self.graph)
            print("nothing", hash_on_disk(self.graph), flush=True)
            return
        editor.tasks.start(editor.start(self.graph))
        dialog = await self.hands.dialog("question")
        print("offered", flush=True)
        self.hands.click_button(dialog, "Recover")
        await self.hands.until(
            lambda: editor.files.path == self.graph and editor.history.can_undo, "the recovered graph"
        )
        recovered = hash_of(editor.history.document, self.graph.parent)
        self.note(recovered)
        print("recovered", recovered, flush=True)

    async def end(self) -> None:
        """Saves, and looks whether anything would be offered again."""
        editor = self.hands.editor
        asked = [d for d in self.hands.window.findChildren(QDialog, "question") if d.isVisible()]
        await self.hands.press("Ctrl+S")
        await self.hands.until(lambda: not editor.history.is_modified, "the save")
        shown = hash_of(editor.history.document, self.graph.parent)
        closed = asyncio.get_running_loop().create_future()
        editor.closed.connect(lambda: closed.set_result(None))
        editor.close()
        await closed
        left = len(find_unsaved(recovery_folder()))
        print("saved", hash_on_disk(self.graph) == shown, len(asked), left, flush=True)


def main(mode: str, graph: Path, witness: Path, seed: int) -> None:
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)

    async def whole() -> None:
        editor = Editor(app, runner_processes(loop))
        editor.window.resize(1440, 900)
        editor.window.show()
        session = Session(Hands(editor), graph, witness, random.Random(seed))
        if mode == "edit":
            await editor.start(graph)
            session.note(hash_on_disk(graph))
            print("ready", flush=True)
            await session.edit_until_killed()
        await session.recover()
        if mode == "end":
            await session.end()
        else:
            await session.edit_until_killed()

    with loop:
        loop.run_until_complete(whole())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
