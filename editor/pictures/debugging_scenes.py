"""The scenes of ``screens`` that show the debugger: each look of a run, and each of its panels."""

from __future__ import annotations

from pathlib import Path

from editor.debugger.breakpoints import Breakpoint, Where
from editor.debugger.run_state import Phase
from editor.panels.watch_panel import WatchPanel
from editor.pictures import scene_steps as steps
from editor.pictures.camera import Camera
from editor.pictures.screen_graphs import change_nodes, city_report, from_template, support_router

WATCHED = ("intent", "attempts", "len(rows)", "draft")
SLOW = '    """Write a query for what the customer asks; each further attempt asks for less and so finds more."""\n'


async def stepping(camera: Camera, place: Path) -> None:
    """Next, then taken and skipped branches, then two nodes at once."""
    await steps.open_graph(camera, support_router(place))
    await steps.trusting(camera, "F10")
    await camera.until_diff_is_shown()
    await camera.picture("next")
    await steps.step(camera)
    await camera.picture("branch-taken")
    await steps.step(camera, 3)
    await camera.picture("loop")
    for _ in range(2):
        await camera.press("Alt+Left")
    await camera.until_diff_is_shown()
    await camera.picture("past")


async def running(camera: Camera, place: Path) -> None:
    graph = support_router(place)
    change_nodes(graph, SLOW, SLOW + "    import time\n    time.sleep(60)\n")
    await steps.open_graph(camera, graph)
    await steps.trusting(camera, "F5", Phase.RUNNING)
    await camera.until(lambda: "generate_query" in camera.window.status.text, "the running node")
    await camera.until(lambda: "s" in camera.window.status.text, "its time")
    await camera.picture("running")
    await camera.press("Shift+F5")
    await camera.until_phase(Phase.STOPPED)
    await camera.picture("stopped")


async def done(camera: Camera, place: Path) -> None:
    """A run to its end, and the panels that look at the whole of it."""
    await steps.open_graph(camera, support_router(place))
    await steps.trusting(camera, "F5", Phase.FINISHED)
    await camera.until_diff_is_shown()
    await camera.picture("done")
    await camera.press("Ctrl+Alt+G")
    await camera.settle()
    await camera.picture("times")
    await camera.press("Ctrl+Alt+C")
    await camera.until(lambda: camera.editor.run_panels.coverage.mark.isVisible(), "the coverage")
    camera.click(camera.editor.run_panels.coverage.mark)
    await camera.settle()
    await camera.picture("coverage")
    camera.click(camera.editor.run_panels.coverage.mark)
    for expression in WATCHED:
        camera.editor.marks.add_watch(expression)
    await camera.press("Ctrl+Alt+W")
    watch = camera.editor.run_panels.watch
    await camera.until(
        lambda: watch.isVisible() and all(has_value(watch, name) for name in WATCHED), "the watched values"
    )
    await camera.picture("watches")
    await camera.press("Ctrl+Shift+F")
    camera.write("invoice")
    search = camera.editor.run_panels.search
    await camera.until(lambda: search.hits.rowCount() and not search.search.is_running, "what was found")
    await camera.press("Return")
    await camera.settle()
    await camera.picture("find-in-run")
    await camera.press("Alt+End")
    await camera.press("Ctrl+Alt+J")
    await camera.press("Ctrl+Alt+R")
    await camera.until(lambda: camera.editor.threads.rows.rowCount(), "the runs")
    await camera.settle()
    await camera.picture("runs")


async def state_views(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await steps.choose_input(camera, "4-technical")
    await steps.trusting(camera, "F10")
    await steps.step(camera, 3)
    await camera.picture("parallel")
    await steps.show_mode(camera, "State")
    await camera.picture("state")
    await steps.show_mode(camera, "Writes")
    await camera.picture("writes")
    await steps.show_mode(camera, "Diff")
    box = camera.editor.state.compare.box
    box.showPopup()
    await camera.settle()
    await camera.picture("compare")
    box.hidePopup()


async def waiting(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await steps.choose_input(camera, "6-escalation")
    await steps.trusting(camera, "F5", Phase.WAITING)
    await camera.press("F5")
    await camera.settle()
    camera.write("We refund the 49 euros today.")
    await camera.picture("waiting")


async def failed(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, city_report(place))
    await steps.trusting(camera, "F5", Phase.FAILED)
    await steps.unfold(camera, "Variables of ask_people in nodes.py, line 22")
    await camera.picture("failed")


async def breakpoints(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    session = camera.editor.session
    for breakpoint in (
        Breakpoint("", node="execute_query"),
        Breakpoint("", node="generate_query", condition="attempts > 1"),
        Breakpoint("", node="format", log="answered {intent} after {attempts} attempts"),
        Breakpoint("", node="escalate", enabled=False),
        Breakpoint("", node="classify", where=Where.BRANCH, label="technical"),
        Breakpoint("", where=Where.KEY, key="intent"),
    ):
        session.add_breakpoint(breakpoint)
    await steps.trusting(camera, "F5", Phase.PAUSED)
    await camera.press("Ctrl+Shift+M")
    camera.window.registry["view.breakpoints"].trigger()
    await camera.settle()
    await camera.picture("breakpoints")


async def changed_graph(camera: Camera, place: Path) -> None:
    """The run waits before a node that the graph does not have any more."""
    graph = support_router(place)
    await steps.open_graph(camera, graph)
    await steps.trusting(camera, "F10")
    await steps.step(camera)
    await camera.press("Shift+F5")
    await camera.until_phase(Phase.STOPPED)
    for file in (graph, graph.with_name(graph.name.replace(".graph.", ".layout."))):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('"generate_query"', '"write_query"'), encoding="utf-8")
    await camera.editor.files.look_at_disk()
    camera.window.registry["debug.open_last_run"].trigger()
    await camera.until(lambda: camera.editor.session.run_state.checkpoints, "the run")
    await camera.settle()
    await camera.picture("changed-graph")


async def fan_out(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, from_template(place, "map_reduce"))
    await steps.trusting(camera, "F5", Phase.FINISHED)
    await camera.press("Alt+Left")
    await camera.until_diff_is_shown()
    await camera.picture("fan-out")


async def fork_preview(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await steps.trusting(camera, "F10")
    await steps.step(camera, 2)
    await camera.press("Alt+Left")
    await steps.edit_value(camera, "intent", "technical")
    await camera.until(lambda: "plan_search" in steps.words_of_fork(camera), "where it leads")
    await camera.picture("fork-preview")


async def inside(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, from_template(place, "subgraph"))
    await steps.trusting(camera, "F10")
    await steps.step(camera)
    await camera.press("F11")
    await camera.until(lambda: bool(camera.editor.session.stopped_within), "a pause within the subgraph")
    await camera.until(lambda: bool(camera.editor.history.path), "the subgraph on the canvas")
    camera.editor.canvas.fit_all()
    await camera.settle()
    await camera.picture("inside-subgraph")


def has_value(watch: WatchPanel, expression: str) -> bool:
    last = watch.rows.row(watch.rows.rowCount() - 1)
    return watch.rows.cell(expression, last.id) is not None
