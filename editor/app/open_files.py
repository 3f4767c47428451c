"""Which window has a graph file open, also in another process: who comes second is told, and the first comes to front.

Each window listens on a local socket that is named after its file; nothing is written beside the graph. A window that
crashed leaves a socket that nobody answers at, which the next one replaces. Called by ``document_files``.
"""

from __future__ import annotations

import hashlib
import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from engine.runner.local_files import user_data_folder

COME_TO_FRONT = b"!"
LONGEST_KNOCK_MS = (
    200  # a local socket answers in less than one; a machine that is busy with other things may need more
)


class OpenFile(QObject):
    """The file of one window."""

    wanted_in_front = Signal()
    """Somebody tried to open the same file and goes to the window that has it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_knock)
        self._path: Path | None = None

    def hold(self, path: Path | None) -> None:
        """From now on this window has this file. If another window has it too, that one goes on answering."""
        if path == self._path:
            return
        self.release()
        self._path = path
        if path is not None and not _answers(path):
            QLocalServer.removeServer(_name(path))
            self._server.listen(_name(path))

    def release(self) -> None:
        self._path = None
        self._server.close()

    def is_elsewhere(self, path: Path) -> bool:
        """Whether another window has this file. Asking does not bring it to front."""
        return path != self._path and _answers(path)

    def bring_to_front(self, path: Path) -> None:
        """The window that has this file comes to front, wherever it is."""
        _knock(path, COME_TO_FRONT)

    def _on_knock(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(partial(self._on_word, socket))
            socket.disconnected.connect(socket.deleteLater)
            self._on_word(socket)

    def _on_word(self, socket: QLocalSocket) -> None:
        if bytes(socket.read(len(COME_TO_FRONT)).data()) == COME_TO_FRONT:
            self.wanted_in_front.emit()


def _answers(path: Path) -> bool:
    return _knock(path, b"")


def _knock(path: Path, word: bytes) -> bool:
    """Whether somebody is there; who is there hears the word."""
    socket = QLocalSocket()
    socket.connectToServer(_name(path))
    is_there = socket.waitForConnected(LONGEST_KNOCK_MS)
    if is_there and word:
        socket.write(word)
        socket.waitForBytesWritten(LONGEST_KNOCK_MS)
        socket.disconnectFromServer()
    else:
        socket.abort()
    return is_there


def _name(path: Path) -> str:
    """The same for every spelling of the path, another one for every user."""
    key = f"{user_data_folder()}\n{os.path.normcase(os.path.realpath(path))}"
    return f"stepgraph-{hashlib.sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()[:24]}"
