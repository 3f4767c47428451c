"""What may make a window stall, each as one coroutine that does it in a real window; ``pulse`` notices it.

Used by ``bench_debugger``, which prints the longest gaps, and by the test that the window stays alive.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from editor.app.background import in_thread
from editor.app.hands import Hands
from editor.app.trust import TrustStore, code_that_would_run
from editor.debugger.run_state import Phase
from editor.document.commands import add_node
from editor.panels.run_search_panel import RunSearchPanel
from editor.widgets.segmented import Segmented
from editor.widgets.value_view import ValueView
from engine.runner.local_files import runs_database
from tests.benchmarks.pulse import Pulse
from tests.benchmarks.slow_disk import built_shim, slow_disk_for_runners, slow_syncs
from tests.journeys.steps import open_graph

REST = (Phase.PAUSED, Phase.FINISHED, Phase.FAILED)
PATIENCE_S = 600.0
KEY_REPEAT_S = 1 / 30
"""Of a key that is held down."""


STATE = (
    "from typing import Any, TypedDict\n\n\nclass State(TypedDict, total=False):\n    count: int\n    big: Any\n\n\n"
)


def loop_graph(folder: Path, body: str, *, times: int = 1) -> Path:
    """One node that runs so many times; ``body`` is what it does, with ``state`` and ``count`` (from 1) in sight."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    nodes = f"{STATE}def work(state):\n    count = state.get('count', 0) + 1\n{lines}    return {{'count': count}}\n"
    nodes += f"\n\ndef again(state):\n    return 'again' if state['count'] < {times} else 'done'\n"
    routers = {"work": {"fn": "loads:again", "branches": {"again": "work", "done": "__end__"}}}
    return _write(folder, nodes, {"work": {"fn": "loads:work"}}, [["__start__", "work"]], routers)


def chain_graph(folder: Path, nodes: int) -> Path:
    names = [f"node_{number}" for number in range(nodes)]
    edges = [["__start__", names[0]], *([a, b] for a, b in pairwise(names))]
    module = f"{STATE}def work(state):\n    return {{'count': state.get('count', 0) + 1}}\n"
    return _write(folder, module, {name: {"fn": "loads:work"} for name in names}, edges, {})


def _write(folder: Path, module: str, nodes: object, edges: list[list[str]], routers: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "loads.py").write_text(module, encoding="utf-8")
    graph = {
        "format": "stategraph",
        "format_version": "1.0",
        "name": "load",
        "state": "loads:State",
        "recursion_limit": 1_000_000,
        "nodes": nodes,
        "edges": [{"from": source, "to": target} for source, target in edges],
        "routers": routers,
    }
    path = folder / "load.graph.json"
    path.write_text(json.dumps(graph), encoding="utf-8")
    return path


async def opened(hands: Hands, graph: Path) -> None:
    """Open and trusted, so that a run asks nothing."""
    TrustStore().trust(graph, await in_thread(code_that_would_run, graph))
    await open_graph(hands, graph)


async def at_rest(hands: Hands, *phases: Phase) -> None:
    state = hands.editor.session
    await hands.until(lambda: state.run_state.phase in (phases or REST), "the run to come to rest", PATIENCE_S)


async def stopped(hands: Hands) -> None:
    if hands.editor.session.may("stop"):
        hands.editor.session.stop()
    await at_rest(hands, Phase.STOPPED, Phase.FINISHED)


async def for_seconds(hands: Hands, seconds: float) -> None:
    """The window lives on; how long does not decide what is found."""
    until = time.monotonic() + seconds
    await hands.until(lambda: time.monotonic() > until, "time to pass", seconds + PATIENCE_S)


# ---- the loads: (hands, folder, size) -> nothing


async def hung_node(hands: Hands, folder: Path, seconds: float) -> None:
    """A loop of Python without end."""
    await opened(hands, loop_graph(folder, "while True: pass"))
    hands.editor.session.run({})
    await at_rest(hands, Phase.RUNNING)
    await for_seconds(hands, seconds)
    await stopped(hands)


async def busy_runner(hands: Hands, folder: Path, seconds: float) -> None:
    """C code that never gives the interpreter to another thread."""
    await opened(hands, loop_graph(folder, "import re\nre.match('(a+)+$', 'a' * 60 + 'b')"))
    hands.editor.session.run({})
    await at_rest(hands, Phase.RUNNING)
    await for_seconds(hands, seconds)
    await stopped(hands)


async def output_flood(hands: Hands, folder: Path, megabytes: float) -> None:
    """So much in lines of 1 KB, or as much as 20 s take."""
    lines = int(megabytes * 1000)
    body = f"import time\nbegan = time.monotonic()\nfor number in range({lines}):\n    print('x' * 1000)\n"
    body += "    if time.monotonic() - began > 20: break\nprint(number + 1, 'KB written')"
    await opened(hands, loop_graph(folder, body))
    hands.editor.session.run({})
    await at_rest(hands)


async def long_line(hands: Hands, folder: Path, megabytes: float) -> None:
    await opened(hands, loop_graph(folder, f"print('y' * {int(megabytes * 1e6)})"))
    hands.editor.session.run({})
    await at_rest(hands)


async def large_value(hands: Hands, folder: Path, megabytes: float) -> None:
    """A text of that size comes into the state and is looked at: diff, state, viewer."""
    await _looked_at(hands, folder, f"'abcdefghi ' * {int(megabytes * 1e5)}")


async def many_items(hands: Hands, folder: Path, items: float) -> None:
    """A list and a dictionary with so many items; a second step changes one in each; there and back in the history."""
    numbers = f"range({int(items)})"
    value = f"[[*{numbers}, count], {{**dict.fromkeys(map(str, {numbers}), 1), '7': count}}]"
    await _looked_at(hands, folder, value, times=2)


async def deep_value(hands: Hands, folder: Path, levels: float) -> None:
    """A list nested so deep, with another core after each of two steps; there and back in the history."""
    body = f"big = count\nfor _ in range({int(levels)}):\n    big = [big]"
    await _looked_at(hands, folder, "big", body, times=2)


async def _looked_at(hands: Hands, folder: Path, value: str, body: str = "", times: int = 1) -> None:
    graph = loop_graph(folder, f"{body}\nreturn {{'count': count, 'big': {value}}}", times=times)
    await opened(hands, graph)
    hands.editor.session.run({})
    await at_rest(hands)
    await hands.until_diff_is_shown()
    state = hands.editor.state
    hands.choose(hands.part(Segmented, state), "State")
    tree = next(view for view in state.findChildren(ValueView) if type(view) is ValueView)
    await hands.until(lambda: tree.isVisible() and tree.view_index(("big",)).isValid(), "the large value", PATIENCE_S)
    hands.click_row(tree, tree.view_index(("big",), 1))
    await hands.press("Space")
    await for_seconds(hands, 0.5)
    await hands.press("Escape")
    tree.expand(tree.view_index(("big",)))
    await for_seconds(hands, 0.5)
    hands.choose(hands.part(Segmented, state), "Diff")
    await hands.until_diff_is_shown()
    for key in ("Alt+Left", "Alt+Right") * (times - 1):
        await hands.press(key)
        await hands.until_diff_is_shown()


async def open_big_graph(hands: Hands, folder: Path, nodes: float) -> None:
    """Opened, laid out and shown."""
    await opened(hands, chain_graph(folder, int(nodes)))
    await hands.until(lambda: len(hands.editor.canvas.graph_scene.nodes) >= nodes, "all cards", PATIENCE_S)


async def run_big_graph(hands: Hands, folder: Path, _nodes: float) -> None:
    """The graph of ``open_big_graph``, run to its end and followed on the canvas."""
    assert hands.editor.files.path == folder / "load.graph.json", "it is the open one"
    hands.editor.session.run({})
    await at_rest(hands, Phase.FINISHED)
    await hands.until(lambda: not hands.editor.timeline.rows.is_catching_up, "all rows", PATIENCE_S)


async def locked_database(hands: Hands, folder: Path, seconds: float) -> None:
    """Another program holds the run database while the user steps."""
    session = hands.editor.session
    graph = loop_graph(folder, "pass", times=1000)
    await opened(hands, graph)
    session.run_and_step({})
    await at_rest(hands, Phase.PAUSED)
    with closing(sqlite3.connect(runs_database(graph), isolation_level=None, timeout=PATIENCE_S)) as other:
        other.execute("BEGIN EXCLUSIVE")
        session.step()
        await for_seconds(hands, seconds)
        other.execute("ROLLBACK")
    await at_rest(hands)
    await stopped(hands)


async def slow_disk(hands: Hands, folder: Path, seconds: float) -> None:
    """Each sync takes so long: of the runner while it steps, of the journal while the graph is edited."""
    history, session = hands.editor.history, hands.editor.session
    await opened(hands, loop_graph(folder, "pass", times=1000))
    with tempfile.TemporaryDirectory() as place:
        library = await in_thread(built_shim, Path(place))  # the window must not wait for the compiler
        with slow_disk_for_runners(library, seconds):
            session.run_and_step({})
            await at_rest(hands, Phase.PAUSED)
    session.step()
    await at_rest(hands, Phase.PAUSED)
    await stopped(hands)
    with slow_syncs(seconds):
        for number in range(3):
            history.do(add_node(history.document, f"more {number}", (200 * number, 400), "loads:work"))
            await for_seconds(hands, seconds)
    await hands.press("Ctrl+S")
    await hands.until(lambda: not history.is_modified, "the save", PATIENCE_S)


async def make_history(hands: Hands, folder: Path, steps: float) -> None:
    """A run of so many steps, which the other loads look at."""
    await opened(hands, loop_graph(folder, "pass", times=int(steps)))
    hands.editor.session.run({})
    await at_rest(hands, Phase.FINISHED)


async def long_history(hands: Hands, folder: Path, steps: float) -> None:
    """The run of ``make_history`` opened again, until its last row stands in the timeline, and looked at far back."""
    session, rows = hands.editor.session, hands.editor.timeline
    graph = folder / "load.graph.json"
    other = chain_graph(folder / "other", 2)
    await opened(hands, other)
    await opened(hands, graph)
    session.open_thread()
    await hands.until(
        lambda: len(session.run_state.checkpoints) >= steps and not rows.rows.is_catching_up, "all rows", PATIENCE_S
    )
    ids = list(session.run_state.checkpoints)
    for part in (0.5, 0.1, 0.9):
        session.look_at(ids[int(len(ids) * part)])
        await hands.until_diff_is_shown()
    session.back_to_now()


async def search(hands: Hands, folder: Path, steps: float) -> None:
    """Through every step of the run that is shown, for what is nowhere."""
    await hands.press("Ctrl+Shift+F")
    hands.write("nowhere at all")
    panel = hands.part(RunSearchPanel)
    await for_seconds(hands, 0.3)
    await hands.until(lambda: not panel.search.is_running, "the search to end", PATIENCE_S)
    await hands.press("Escape")


async def scrub(hands: Hands, folder: Path, steps: float) -> None:
    """With the keys of the timeline: pages, single steps, both ends."""
    session, view = hands.editor.session, hands.editor.timeline.view
    view.setFocus()
    for keys in (*["PgUp"] * 15, *["Up"] * 15, "Ctrl+Home", *["PgDown"] * 15, *["Right"] * 15, "Ctrl+End", "PgUp"):
        await hands.press(keys)
        await for_seconds(hands, KEY_REPEAT_S)
    await hands.until_diff_is_shown()
    assert session.focus.in_past(session.run_state), "one page before the end"
    session.back_to_now()


async def filtered(hands: Hands, folder: Path, steps: float) -> None:
    """The timeline shows no step, then those of one node, which are all but one, then all."""
    timeline = hands.editor.timeline
    rows, field = timeline.rows, timeline.bar.search
    for text, count in (("nowhere", 0), ("work", steps), ("", steps)):
        field.setFocus()
        field.selectAll()
        if text:
            hands.write(text)
        else:
            await hands.press("Delete")
        await hands.until(
            lambda text=text, count=count: (
                rows.is_filtered == bool(text)  # type: ignore[misc]
                and not rows.is_catching_up
                and (rows.rowCount() >= count if count else not rows.rowCount())
            ),
            f"the steps with {text!r}",
            PATIENCE_S,
        )


async def watched(hands: Hands, folder: Path, steps: float) -> None:
    """An expression over all steps: its column is there at the end, in the middle, at the beginning."""
    session, panel = hands.editor.session, hands.editor.run_panels.watch
    await hands.press("Ctrl+Alt+W")
    panel.field.setFocus()
    hands.write("count * 2")
    await hands.press("Return")
    ids = list(session.run_state.checkpoints)
    for part in (1.0, 0.5, 0.01):
        wanted = ids[int((len(ids) - 1) * part)]
        session.look_at(wanted)
        await hands.until(
            lambda wanted=wanted: panel.rows.cell("count * 2", wanted) is not None,  # type: ignore[misc]
            "the value of the watch",
            PATIENCE_S,
        )
    session.back_to_now()


Load = Callable[[Hands, Path, float], Awaitable[None]]


@dataclass(frozen=True)
class Loaded:
    """One row: the load, its size in full and in CI, and in words."""

    title: str
    load: Load
    full: float
    quick: float
    unit: str
    place: str = ""
    """The folder that it shares with others of the same place, which come before it or after it."""
    waits: bool = False
    """Something makes whoever asks it wait for most of a second and more: the GUI thread must not be the one."""


HISTORY, BIG = "history", "big"

LOADS = (
    Loaded("a hung node", hung_node, 5, 0.5, "s"),
    Loaded("a busy runner (GIL held)", busy_runner, 5, 0.5, "s"),
    Loaded("output", output_flood, 2000, 20, "MB, or 20 s of it"),
    Loaded("one line", long_line, 1, 1, "MB"),
    Loaded("a value looked at", large_value, 100, 5, "MB"),
    Loaded("a list and a dictionary looked at", many_items, 1_000_000, 20_000, "items each"),
    Loaded("a deep value looked at", deep_value, 10_000, 1_000, "levels"),
    Loaded("a graph opened", open_big_graph, 5000, 300, "nodes", BIG),
    Loaded("that graph run", run_big_graph, 5000, 300, "nodes", BIG),
    Loaded("the database locked", locked_database, 5, 2, "s", waits=True),
    Loaded("a slow disk", slow_disk, 1, 1, "s a sync", waits=True),
    Loaded("a long run followed", make_history, 100_000, 1000, "steps", HISTORY),
    Loaded("a long history opened", long_history, 100_000, 1000, "steps", HISTORY),
    Loaded("scrubbed through the history", scrub, 100_000, 1000, "steps", HISTORY),
    Loaded("the history filtered", filtered, 100_000, 1000, "steps", HISTORY),
    Loaded("a watch over the history", watched, 100_000, 1000, "steps", HISTORY),
    Loaded("a search in the history", search, 100_000, 1000, "steps", HISTORY),
)


async def measured(hands: Hands, loaded: Loaded, folder: Path, *, quick: bool) -> Pulse:
    """``folder``: where the loads have their places."""
    with Pulse() as pulse:
        await loaded.load(
            hands, folder / (loaded.place or loaded.load.__name__), loaded.quick if quick else loaded.full
        )
    return pulse
