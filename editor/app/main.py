"""Starts the editor: ``python -m editor [GRAPH]``, or with ``--demo FOLDER GRAPH`` lets it show its main job by itself.

Joins Qt's loop and asyncio's into one (qasync). Nothing of Qt is imported before the machine was looked at.
"""

from __future__ import annotations

import argparse
import gc
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from editor.app.start_checks import why_not_start

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 1 if it could not start."""
    options = _read_arguments(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.DEBUG if options.verbose else logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("qasync").setLevel(logging.WARNING)  # it tells of every call, with all arguments
    if reason := why_not_start():
        print(reason, file=sys.stderr)
        return 1
    app = _application()
    if options.demo is not None:
        from editor.app.demo import show_main_job

        return show_main_job(app, options.demo, options.graph)
    return _edit(app, options.graph)


def _read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m editor", description="Draw, run and debug state graphs.")
    parser.add_argument("graph", nargs="?", type=Path, help="a file that ends in .graph.json")
    parser.add_argument("--demo", type=Path, metavar="FOLDER", help="show the main job alone; pictures go to FOLDER")
    parser.add_argument("--verbose", action="store_true", help="print what happens inside")
    options = parser.parse_args(arguments)
    if options.demo is not None and options.graph is None:
        parser.error("--demo needs a GRAPH")
    return options


def _application() -> QApplication:
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QApplication

    QCoreApplication.setApplicationName("Stepgraph")
    QCoreApplication.setOrganizationName("Stepgraph")
    return QApplication(sys.argv[:1])


def _edit(app: QApplication, graph: Path | None) -> int:
    import asyncio
    from functools import partial

    from editor.app.garbage import GarbageCollection

    # From here on: hundreds of modules are loaded now, and none of it is garbage.
    garbage = GarbageCollection(sets_aside=True)
    import qasync

    from editor.app.crash_handler import CrashHandler
    from editor.app.project_python import ProjectPythons
    from editor.app.settings import SettingsFile
    from editor.app.windows import Windows
    from editor.app.wiring import Editor
    from editor.debugger.runner_process import runner_processes
    from editor.theme.icons import icon
    from editor.theme.palette import apply_theme

    # Otherwise closing the last dialog of a closing window would end the loop under running coroutines.
    app.setQuitOnLastWindowClosed(False)
    settings = SettingsFile()
    apply_theme(app, settings.settings.theme)
    app.setWindowIcon(icon("graph", role="accent"))
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        closed: asyncio.Future[None] = loop.create_future()
        windows = Windows()
        handler = CrashHandler(lambda error: windows.editors[-1].show_error(error))
        runners = runner_processes(loop, python_for=ProjectPythons().program_for, starts_ahead=True)
        editor = Editor(app, runners, settings, on_bug=handler.report, windows=windows)
        handler.install()
        loop.set_exception_handler(handler.on_loop_trouble)
        windows.all_closed.connect(partial(closed.set_result, None))
        editor.window.keep_on_screen()
        editor.window.show()
        gc.freeze()  # what stands now stays: no collection has to look at it again
        editor.tasks.start(editor.start(graph))
        loop.run_until_complete(closed)
        handler.uninstall()
        garbage.stop()
    return 0
