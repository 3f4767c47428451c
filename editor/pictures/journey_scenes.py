"""The scenes of ``screens`` that show moments of whole jobs: a wrong value found, a branch mended, three forks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QLineEdit

from editor.debugger.breakpoints import Breakpoint, Where
from editor.debugger.run_state import Phase
from editor.pictures import scene_steps as steps
from editor.pictures.camera import Camera
from editor.pictures.screen_graphs import WRONG_AT, change_nodes, city_report, ledger, support_router
from editor.widgets.value_view import ValueView

FORKS = (
    ("technical", "plan_search", "as a technical case"),
    ("general", "answer_general", "as a general one"),
    ("escalate", "escalate", "to a human"),
)
"""The intent, where it leads, the name of the fork."""
LONGEST_RUN_S = 900.0
ENDLESS = '    """Write a query for what the customer asks; each further attempt asks for less and so finds more."""\n'


async def wrong_value(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, ledger(place))
    session = camera.editor.session
    await steps.trusting(camera, "F5", Phase.RUNNING, Phase.FINISHED)
    await camera.until(lambda: session.run_state.phase is Phase.FINISHED, "5,000 steps", LONGEST_RUN_S)
    await camera.press("Ctrl+Shift+F")
    camera.write("mallory")
    search = camera.editor.run_panels.search
    await camera.until(lambda: search.hits.rowCount() and not search.search.is_running, "the only place")
    await camera.press("Return")
    await camera.until(lambda: session.focus.in_past(session.run_state), "the step")
    tree = next(view for view in camera.editor.state.findChildren(ValueView) if type(view) is ValueView)
    await camera.until(lambda: tree.isVisible() and tree.view_index(("owner",)).isValid(), "its state")
    await camera.picture("journey-a-1-found")
    session.add_breakpoint(Breakpoint("", where=Where.KEY, key="owner"))
    await camera.press("Ctrl+Shift+F5")
    await camera.until(lambda: len(session.run_state.checkpoints) > WRONG_AT, "the steps before", LONGEST_RUN_S)
    await camera.until_phase(Phase.PAUSED)
    await steps.show_mode(camera, "Diff")
    await camera.until_diff_is_shown()
    await camera.picture("journey-a-2-held")


async def mended_branch(camera: Camera, place: Path) -> None:
    graph = city_report(place)
    await steps.open_graph(camera, graph)
    await steps.trusting(camera, "F5", Phase.FAILED)
    await camera.picture("journey-b-1-failed")
    change_nodes(graph, "city.upper()", "city")
    await steps.trusting(camera, "Ctrl+F5", Phase.PAUSED)
    await camera.until_diff_is_shown()
    await camera.picture("journey-b-2-retried")


async def three_forks(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    session, timeline = camera.editor.session, camera.editor.timeline
    await steps.trusting(camera, "F10")
    await steps.step(camera)
    point = session.run_state.head
    await steps.step(camera)
    for number, (intent, target, name) in enumerate(FORKS):
        row = timeline.rows.row_of(point)
        assert row is not None, "it was just made"
        camera.click_row(timeline.view, timeline.rows.index(row, 1))
        await camera.until(lambda: session.focus.shown_id(session.run_state) == point, "the point to fork from")
        await steps.edit_value(camera, "intent", intent)
        await camera.until(lambda target=target: target in steps.words_of_fork(camera), "where it leads")  # type: ignore[misc]  # bound now
        if not number:
            await camera.picture("journey-c-1-edit")
        before = session.run_state.head
        camera.click_button(camera.editor.state, "Fork and step")
        await camera.until(
            lambda before=before: session.run_state.head != before and session.run_state.phase in steps.RESTING,  # type: ignore[misc]  # bound now
            "the fork",
        )
        timeline.view.setFocus()
        await camera.press("F2")
        await camera.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field of the name")
        camera.write(name)
        await camera.press("Return")
        await camera.until(
            lambda name=name: name in {branch.name for branch in session.run_state.branches},  # type: ignore[misc]  # bound now
            "the name",
        )
    await steps.show_mode(camera, "Diff")
    await camera.settle()
    await camera.picture("journey-c-2-forks")


async def hung_node(camera: Camera, place: Path) -> None:
    graph = support_router(place)
    change_nodes(graph, ENDLESS, ENDLESS + "    while True:\n        pass\n")
    await steps.open_graph(camera, graph)
    await steps.trusting(camera, "F5", Phase.RUNNING)
    await camera.until(lambda: "generate_query" in camera.window.status.text, "the hung node")
    await camera.picture("journey-d-1-hung")
    await camera.press("Shift+F5")
    await camera.until_phase(Phase.STOPPED)
    await steps.select(camera, "generate_query")
    await camera.press("Return")
    pane = camera.editor.code.panel.section.pane
    await camera.until(lambda: pane.isVisible() and pane.editor.hasFocus(), "the code")
    await camera.picture("journey-d-2-edit")
    change_nodes(graph, ENDLESS + "    while True:\n        pass\n", ENDLESS)
    await camera.editor.files.look_at_disk()
    await steps.trusting(camera, "F5", Phase.FINISHED)
    await camera.until_diff_is_shown()
    await camera.picture("journey-d-3-finished")


async def by_keyboard(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await camera.press("Ctrl+P")
    camera.write("exe")
    await camera.settle()
    await camera.picture("journey-e-1-go-to")
    await camera.press("Return")
    await camera.until(lambda: camera.editor.canvas.selected_nodes() == {"execute_query"}, "the node")
    await camera.press("F9")
    await steps.trusting(camera, "F5", Phase.PAUSED)
    await camera.until_diff_is_shown()
    await camera.picture("journey-e-2-breakpoint")
    await steps.step(camera)
    await camera.press("Ctrl+Alt+B")
    await camera.settle()
    camera.write("give up")
    await camera.press("Return")
    await camera.dialog("force branch")
    await camera.settle()
    await camera.picture("journey-e-3-other-branch")
    for dialog in camera.open_dialogs():
        dialog.reject()
