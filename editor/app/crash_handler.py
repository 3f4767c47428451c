"""What happens when the editor itself has a bug: the window and the document stay, a dialog offers a report to copy.

Installed once by ``main``. Catches what Python's hooks hand over: exceptions in slots, event handlers, callbacks of the
loop and threads. The recovery log has the edits anyway.
"""

from __future__ import annotations

import asyncio
import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from editor.app.error_dialog import Cause, ErrorText

log = logging.getLogger(__name__)

MOST_REPORTS = 3  # a bug in a paint event would otherwise open a dialog per frame


class CrashHandler(QObject):
    """Turns an unexpected exception into an ``ErrorText`` and shows it, at most ``MOST_REPORTS`` times per run."""

    _caught = Signal(object)

    def __init__(self, show: Callable[[ErrorText], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show = show
        self._shown = 0
        # Queued: the exception may come from the middle of a paint event or from another thread.
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def uninstall(self) -> None:
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def report(self, error: BaseException) -> None:
        """For failures that were caught elsewhere, such as those of background tasks."""
        log.error("unexpected: %s", error, exc_info=error)
        self._caught.emit(error)

    def on_loop_trouble(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """For ``loop.set_exception_handler``: an exception in a callback, such as one that takes what a runner sent."""
        self.report(context.get("exception") or RuntimeError(context["message"]))

    def _hook(self, kind: type[BaseException], error: BaseException | None, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), where)
            return
        self.report(error if error is not None else kind())

    def _on_caught(self, error: BaseException) -> None:
        self._shown += 1
        if self._shown <= MOST_REPORTS:
            self._show(bug_report(error))


def bug_report(error: BaseException) -> ErrorText:
    """The dialog's text for a bug of ours. Holds no values of the user's state, only code lines and versions."""
    lines = "".join(traceback.format_exception(error))
    return ErrorText(
        title="That was a bug in Stepgraph",
        text="Something unexpected happened inside the editor. Your graph and every checkpoint are as they were.",
        way_out="You can go on working. Copy the report if you want to tell the developers.",
        detail=f"{versions()}\n\n{lines}",
        cause=Cause.OUR_BUG,
    )


def versions() -> str:
    def of(package: str) -> str:
        try:
            return version(package)
        except PackageNotFoundError:
            return "not installed"

    return (
        f"Stepgraph {of('stepgraph')}, Python {platform.python_version()}, "
        f"PySide6 {of('PySide6-Essentials')}, {platform.platform()}"
    )
