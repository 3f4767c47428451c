"""Asks the process that knows code (``editor.document.code_help_process``) and never waits for it.

Started at the first question, started again after a crash, ended with its owner. One question is under way at a time;
a newer one of the same kind takes the place of one that waits. No answer comes to a question that was overtaken.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer

LONGEST_ANSWER_MS = 30_000
"""The first question about a large library takes jedi some seconds; after this it is given up with its process."""
MOST_CRASHES = 3
_ROOT = Path(__file__).resolve().parents[2]

Answer = Any


@dataclass(frozen=True, slots=True)
class Question:
    """About a place in a module: ``line`` from 1, ``column`` from 0, both in the whole module's text."""

    kind: str
    """"complete", "signature", "definition" or "doc"."""
    folder: Path
    path: str
    """Of the module, relative to the folder."""
    text: str
    line: int
    column: int


class CodeHelp(QObject):
    def __init__(self, parent: QObject, *, longest_answer_ms: int = LONGEST_ANSWER_MS) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._ids = count(1)
        self._waiting: deque[tuple[Question, Callable[[Answer], None]]] = deque()
        self._asked: tuple[int, Callable[[Answer], None]] | None = None
        self._crashes = 0
        self.packages: Path | None = None
        """Where the packages lie that the code runs with, besides those of the editor. They are read as text, too."""
        self._patience = QTimer(self, singleShot=True, interval=longest_answer_ms)
        self._patience.timeout.connect(self._give_up)

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.processId()

    def ask(self, question: Question, then: Callable[[Answer], None]) -> None:
        """``then`` gets what jedi says, None if it knows nothing; it is not called if the process fails."""
        if self._crashes >= MOST_CRASHES:
            return
        self._waiting = deque(pair for pair in self._waiting if pair[0].kind != question.kind)
        self._waiting.append((question, then))
        self._send_next()

    def close(self) -> None:
        """Ends the process at once."""
        self._waiting.clear()
        self._asked = None
        self._patience.stop()
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(1_000)
            process.deleteLater()

    def _send_next(self) -> None:
        if self._asked is not None or not self._waiting:
            return
        question, then = self._waiting.popleft()
        id = next(self._ids)
        self._asked = (id, then)
        fields = {
            "id": id,
            "kind": question.kind,
            "folder": str(question.folder),
            "path": str(question.folder / question.path),
            "text": question.text,
            "line": question.line,
            "column": question.column,
            "packages": [str(self.packages)] if self.packages is not None else [],
            "engine": str(_ROOT),
        }
        self._patience.start()
        self._running().write(json.dumps(fields).encode("ascii") + b"\n")

    def _running(self) -> QProcess:
        if self._process is None:
            process = self._process = QProcess(self)
            environment = QProcessEnvironment.systemEnvironment()
            environment.insert("PYTHONPATH", str(_ROOT))
            environment.insert("PYTHONIOENCODING", "utf-8")
            process.setProcessEnvironment(environment)
            process.setWorkingDirectory(str(_ROOT))
            process.setStandardErrorFile(QProcess.nullDevice())
            process.readyReadStandardOutput.connect(self._read)
            process.finished.connect(self._on_end)
            process.errorOccurred.connect(self._on_end)
            # -P: the folder it is started in lends it no modules.
            process.start(sys.executable, ["-P", "-m", "editor.document.code_help_process"])
        return self._process

    def _read(self) -> None:
        process = self._process
        while process is not None and process is self._process and process.canReadLine():
            try:
                reply = json.loads(bytes(process.readLine().data()))
            except ValueError:
                continue
            asked = self._asked
            if asked is None or reply.get("id") != asked[0]:
                continue
            self._asked = None
            self._crashes = 0
            self._patience.stop()
            asked[1](reply.get("answer"))
            self._send_next()

    def _give_up(self) -> None:
        """It takes too long, or is caught in a loop: a fresh process answers the next question."""
        waiting = self._waiting
        self.close()
        self._waiting = waiting
        self._crashes += 1
        self._send_next()

    def _on_end(self, *_how: object) -> None:
        if self._process is not None:
            self._give_up()
