"""Takes the pictures of docs/screens: ``dev.py screens [NAME ...]``, or ``python -m editor.pictures.screens FOLDER``.

Every scene works a window of its own as a person does (``hands``), with a profile of its own and on copies of the
bundled graphs. Each picture is taken in both themes. The ten typical screens of the editor are taken at 200 %, too, in
the light theme and the dark one; the other looks repeat the same parts, so one scale tells all. Pictures have at most
64 colours, which no eye tells from the true ones here and which keeps the repository small.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from editor.pictures.scene import Scene

SCALES = (1, 2)
SCALE_OPTION = "--scale="
WINDOW_SIZE = (1440, 900)
SCREEN = {
    "name": "screen", "x": 0, "y": 0, "width": 3200, "height": 2000, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1,
}  # fmt: skip
"""Large enough at 200 %. Qt's own offscreen screen is smaller than the window, so menus would be pushed aside."""
LONGEST_SCENE_S = 1_200.0  # a busy machine is no failure


def take_screens(folder: Path, names: Sequence[str] = ()) -> int:
    """Takes the pictures of these names, or all of them and the page about them. 0 if every scene could be played.

    The scale has to be known before Qt starts, so each scale has a process of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    codes = []
    with tempfile.TemporaryDirectory(prefix="stepgraph-screen-") as place:
        screen = Path(place) / "screen.json"
        screen.write_text(json.dumps({"screens": [SCREEN]}), encoding="utf-8")
        for scale in SCALES:
            platform = f"offscreen:configfile={screen}"
            environment = {**os.environ, "QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": platform}
            command = [sys.executable, "-m", "editor.pictures.screens", f"{SCALE_OPTION}{scale}", str(folder), *names]
            codes.append(subprocess.run(command, env=environment).returncode)
    return max(codes)


def take_at_scale(scale: int, folder: Path, names: Sequence[str]) -> int:
    """The pictures of one scale, in this process."""
    import qasync
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from editor.app.demo import tell_of_qt
    from editor.app.user_files import PROFILE_VARIABLE
    from editor.pictures.screen_index import SCENES, write_page

    unknown = set(names) - {picture for scene in SCENES for picture in scene.pictures}
    if unknown:
        print(f"There is no picture {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 1
    app = QApplication(sys.argv[:1])
    qInstallMessageHandler(tell_of_qt)
    app.setApplicationName("Stepgraph")
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    failed = []
    with loop:
        for scene in SCENES:
            if (scale > 1 and not scene.is_typical) or (names and not set(names) & set(scene.pictures)):
                continue
            place = _free_place()
            os.environ["HOME"] = str(place)
            os.environ[PROFILE_VARIABLE] = str(place / "profile")
            os.environ["XDG_DATA_HOME"] = os.environ["LOCALAPPDATA"] = str(place / "data")
            try:
                loop.run_until_complete(_play(app, loop, scene, folder, place, scale))
            except Exception:
                failed.append(scene)
                print(f"{', '.join(scene.pictures)}: this scene cannot be played.", file=sys.stderr)
                traceback.print_exc()
            finally:
                shutil.rmtree(place, ignore_errors=True)
    if scale == 1 and not names:
        write_page(folder)
    return 1 if failed else 0


def _free_place() -> Path:
    """Where the copies lie while a scene is played. Some pictures show the path, so it is the same if it is free."""
    with contextlib.suppress(FileExistsError):
        place = Path(tempfile.gettempdir()) / "stepgraph"
        place.mkdir()
        return place
    return Path(tempfile.mkdtemp(prefix="stepgraph-"))


async def _play(app: Any, loop: Any, scene: Scene, folder: Path, place: Path, scale: int) -> None:
    from editor.app.settings import SettingsFile
    from editor.app.trust import TrustStore
    from editor.app.wiring import Editor
    from editor.debugger.runner_process import runner_processes
    from editor.pictures.camera import Camera
    from editor.theme.palette import apply_theme

    apply_theme(app, "light")
    editor = Editor(app, runner_processes(loop), SettingsFile(), TrustStore())
    closed = loop.create_future()
    editor.closed.connect(lambda: closed.set_result(None))
    editor.window.resize(*WINDOW_SIZE)
    editor.window.show()
    camera = Camera(editor, folder, scale)
    try:
        await asyncio.wait_for(scene.play(camera, place), LONGEST_SCENE_S)
    finally:
        for dialog in camera.open_dialogs():
            dialog.close()
        editor.history.mark_saved()  # nobody is there to answer "save changes?"
        editor.close()
        await asyncio.wait_for(closed, 30)
        editor.window.deleteLater()


def main(arguments: Sequence[str]) -> int:
    if arguments and arguments[0].startswith(SCALE_OPTION):
        return take_at_scale(int(arguments[0].removeprefix(SCALE_OPTION)), Path(arguments[1]), arguments[2:])
    if not arguments:
        print("Name the folder for the pictures.", file=sys.stderr)
        return 2
    return take_screens(Path(arguments[0]), arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
