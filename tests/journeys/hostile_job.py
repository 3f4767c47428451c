"""Opens hostile documents in the real window and does with each what a person does who looks at it. A child process:

``python hostile_job.py FOLDER NAME...`` makes each case in a folder of its own, and prints one JSON line with what
happened that should not have: an audit event of execution, a child process, a network socket, a crash.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections import Counter
from pathlib import Path

import qasync
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from editor.app.hands import Hands
from editor.app.wiring import Editor
from editor.debugger.runner_process import runner_processes
from editor.document import commands
from engine.graph.graph_diff import diff_graphs, format_diff
from engine.graph.spec import END, START
from engine.graph.spec_mermaid import graph_mermaid
from tests.journeys.hostile_documents import cases

OWN_HELPERS = ("editor.document.code_help_process", "editor.canvas.tidy_process", "resource_tracker")
"""Read code, or boxes; never run any of it."""
FORBIDDEN = (
    *("exec", "compile", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "pickle.", "marshal."),
    *("socket.connect", "socket.bind", "ctypes.dlopen", "urllib."),
)
MOST_LOOKED_AT = 12
BEAT_MS = 5
ROOT = Path(__file__).resolve().parents[2]
LONGEST_CASE_S = 600.0


class Watch:
    """Audit events while a case is open that do not belong to the editor itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self.events: Counter[str] = Counter()
        self.is_on = False
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_on or not event.startswith(FORBIDDEN):
            return
        is_read_only = event == "compile" and str(arguments[1]) in ("<unknown>", "<string>", "None")
        if (is_read_only or event == "exec") and not self._is_theirs(arguments):
            return
        if event == "marshal.loads" and _is_own_module(arguments[0]):
            return
        self.events[f"{event} {arguments!r}"[:200]] += 1

    def _is_theirs(self, arguments: tuple[object, ...]) -> bool:
        """Code of the folder, or with the canary in it. What Python and Qt load late for themselves is not."""
        code = arguments[0]
        names = (getattr(code, "co_filename", ""), *map(str, getattr(code, "co_consts", ())))
        return any(self.folder in name or "canary" in name for name in names)


def _is_own_module(content: object) -> bool:
    """Whether this is the compiled file of a module of Python's, of a package's or of ours that is imported late."""
    places = (sys.prefix, sys.base_prefix, str(ROOT / "engine"), str(ROOT / "editor"))
    return isinstance(content, bytes) and any(place.encode() in content for place in places)


class Heartbeat(QObject):
    """How long the window could do nothing, in processor time: on a busy machine the clock says little."""

    def __init__(self) -> None:
        super().__init__()
        self._last_s = time.process_time()
        self.longest_s = 0.0
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start()

    def begin(self) -> None:
        self._last_s, self.longest_s = time.process_time(), 0.0

    def _on_beat(self) -> None:
        now = time.process_time()
        self.longest_s, self._last_s = max(self.longest_s, now - self._last_s), now


def children() -> list[str]:
    """Command lines of the living children that are no helpers of ours."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            line = (status.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (OSError, IndexError, ValueError):
            continue
        if parent == os.getpid() and not any(helper in line for helper in OWN_HELPERS):
            found.append(line)
    return found


def network_sockets() -> int:
    """How many of this process's sockets are of a network."""
    mine = set()
    for link in Path("/proc/self/fd").iterdir():
        try:
            mine.update(re.findall(r"socket:\[(\d+)\]", os.readlink(link)))
        except OSError:
            continue
    lines = [
        line
        for kind in ("tcp", "tcp6", "udp", "udp6")
        if (table := Path(f"/proc/self/net/{kind}")).exists()
        for line in table.read_text().splitlines()[1:]
    ]
    return sum(line.split()[9] in mine for line in lines)


async def look(hands: Hands, path: Path, words: list[str]) -> str:
    """Open, hover, inspect, search, edit, undo, save, compare. Whether it could be opened.

    ``words`` gets what the dialogs say that come up.
    """
    editor = hands.editor
    editor.history.mark_saved()
    opening = asyncio.ensure_future(editor.files.open(path))
    while not opening.done():
        for dialog in hands.window.findChildren(QDialog):
            if dialog.isVisible():
                words.append(" ".join(label.text() for label in dialog.findChildren(QLabel) if label.text()))
                dialog.reject()
        await asyncio.sleep(0.002)
    if not opening.result():
        return "refused"
    canvas, history = editor.canvas, editor.history
    before = history.document.graph
    canvas.fit_all()
    canvas.grab()
    names = [*sorted(history.document.graph.nodes)[:MOST_LOOKED_AT], START, END]
    for name in names:
        hover(hands, canvas.node_rect(name).center())
        canvas.select([name])
        await hands.settle()
    canvas.zoom_reset()
    canvas.setFocus()
    await hands.press("Ctrl+F")
    hands.write("a")
    await hands.press("Escape")
    canvas.setFocus()
    await hands.press("Tab")
    hands.write("f")
    await hands.settle()
    if canvas.search.popup is not None:
        canvas.search.close()
    history.do(commands.add_node(history.document, "added by the test", (0, 400)))
    editor.problems.check_now()
    await hands.settle()
    after = history.document.graph
    format_diff(diff_graphs(before, after))
    graph_mermaid(after)
    while history.undo():
        pass
    assert history.document.graph == before, "undo does not lead back"
    history.redo()
    if not history.read_only_reason:
        saved = asyncio.ensure_future(editor.files.save())
        while not saved.done():
            for dialog in hands.window.findChildren(QDialog):
                if dialog.isVisible():
                    dialog.reject()
            await asyncio.sleep(0.002)
    return "opened"


def hover(hands: Hands, scene: QPointF) -> None:
    viewport = hands.editor.canvas.viewport()
    place = QPointF(hands.on_screen(scene))
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, QPointF(viewport.mapToGlobal(place.toPoint())), none, none,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def main(folder: Path, names: list[str]) -> None:
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    bugs: list[str] = []
    loop.set_exception_handler(lambda _loop, context: bugs.append(str(context.get("exception") or context["message"])))
    watch = Watch(folder)
    said: dict[str, str] = {}
    told: list[str] = []
    slowest = longest_gap = (0.0, "")

    async def whole() -> None:
        nonlocal slowest, longest_gap
        editor = Editor(app, runner_processes(loop), on_bug=lambda bug: bugs.append(repr(bug)))
        editor.window.resize(1440, 900)
        editor.window.show()
        hands = Hands(editor)
        made = cases()
        heartbeat = Heartbeat()
        watch.is_on = True
        exec(compile("'canary'", str(folder / "a check of the watch itself"), "exec"))
        watch.is_on = False
        assert sum(watch.events.values()) == 2, "the watch does not see what it should"
        watch.events.clear()
        for number, name in enumerate(names):
            place = folder / str(number)
            for file, content in made[name]().items():
                (place / file).parent.mkdir(parents=True, exist_ok=True)
                (place / file).write_bytes(content)
            began = time.process_time()
            heartbeat.begin()
            watch.is_on = True
            try:
                words: list[str] = []
                said[name] = await asyncio.wait_for(look(hands, place / "g.graph.json", words), LONGEST_CASE_S)
                told.extend(f"{name}: {sentence}" for sentence in words)
                if said[name] == "refused" and not any("g.graph.json" in sentence for sentence in words):
                    bugs.append(f"{name}: refused without a word about the file")
            except Exception as error:
                bugs.append(f"{name}: {type(error).__name__}: {error}")
            watch.is_on = False
            took_s, gap_s = time.process_time() - began, heartbeat.longest_s
            slowest, longest_gap = max(slowest, (took_s, name)), max(longest_gap, (gap_s, name))
            print(f"{took_s:.2f} s, longest gap {gap_s:.2f} s: {name}", file=sys.stderr, flush=True)
            bugs.extend(f"{name}: child {line}" for line in children())
            if count := network_sockets():
                bugs.append(f"{name}: {count} network sockets")

    with loop:
        loop.run_until_complete(whole())
    canaries = [str(path) for path in (*folder.rglob("canary*"), *Path.cwd().glob("canary*"))]
    report = {"told": told, "said": Counter(said.values()), "bugs": bugs, "events": watch.events, "canaries": canaries}
    report |= {"slowest_s": slowest[0], "slowest": slowest[1], "gap_s": longest_gap[0], "gap": longest_gap[1]}
    print(json.dumps(report), flush=True)
    os._exit(0)  # the window was never closed: nobody is there to be asked about edits


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
