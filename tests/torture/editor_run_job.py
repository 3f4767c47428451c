"""A run in the real window, to be killed: ``test_editor_killed_in_a_run`` starts it and says when.

``python editor_run_job.py GRAPH THREAD TOLD INPUT``. Says "runs" once the order is given, and writes to the file TOLD
the checkpoints that the window has shown, one a line, oldest first.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication

from editor.app.hands import Hands
from editor.app.wiring import Editor
from editor.debugger.run_state import RunState
from editor.debugger.runner_process import runner_processes
from tests.benchmarks.gui_loads import opened


async def run_until_killed(app: QApplication, graph: Path, thread: str, told: Path, input: dict[str, Any]) -> None:
    editor = Editor(app, runner_processes(asyncio.get_running_loop()))
    editor.window.show()
    await opened(Hands(editor), graph)
    file, known = os.open(told, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), set[str]()

    def note(_old: RunState, new: RunState) -> None:
        for id in new.checkpoints:
            if id not in known:
                known.add(id)
                os.write(file, f"{id}\n".encode())

    editor.session.run_state_changed.connect(note)
    editor.session.run(input, thread_id=thread)
    print("runs", flush=True)
    await asyncio.Event().wait()


def main(graph: str, thread: str, told: str, input: str) -> None:
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(run_until_killed(app, Path(graph), thread, Path(told), json.loads(input)))


if __name__ == "__main__":
    main(*sys.argv[1:])
