"""At every stop of random graphs, now, in the past and after forks, the window shows what the engine itself says.

A real window, a real runner, real checkpoints; ``truth`` works out what must be seen. So many graphs as
``STEPGRAPH_TRUTH_GRAPHS`` says, 6 without it; always the same ones unless ``STEPGRAPH_TRUTH_SEED`` is a number.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import Phase as Phases
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from editor.app.hands import Hands
from editor.app.settings import SettingsFile
from editor.app.trust import TrustStore, code_that_would_run
from editor.app.wiring import Editor
from editor.canvas.node_look import STYLES, CardLook
from editor.debugger.run_picture import EdgeLook, NodeLook
from editor.debugger.run_state import Phase
from editor.debugger.runner_process import runner_processes
from editor.theme.palette import apply_theme
from engine.graph.spec import END, START, BranchOutlet
from tests.journeys.conftest import LONGEST_CLOSE_S
from tests.journeys.steps import changed_keys, diff_view, open_graph
from tests.journeys.truth import Moment, Truth
from tests.journeys.truth_plans import Plan, plans, write_plan

pytestmark = pytest.mark.journey

GRAPHS = int(os.environ.get("STEPGRAPH_TRUTH_GRAPHS", "6"))
SEED = os.environ.get("STEPGRAPH_TRUTH_SEED", "")
MOST_MOVES = 12
AT_REST = (Phase.PAUSED, Phase.WAITING, Phase.FAILED, Phase.FINISHED)
AHEAD = (NodeLook.NEXT, NodeLook.FAILED, NodeLook.WAITING, NodeLook.NOT_RUN)


def cards(hands: Hands) -> dict[str, tuple[NodeLook, CardLook]]:
    """What is painted on the canvas, by node."""
    looks = {id(style): look for look, style in STYLES.items()}
    items = hands.editor.canvas.graph_scene.nodes
    return {name: (looks[id(item.look.style)], item.look) for name, item in items.items() if name not in (START, END)}


def shown(hands: Hands, *looks: NodeLook) -> set[str]:
    return {name for name, (look, _) in cards(hands).items() if look in looks}


async def check(hands: Hands, plan: Plan, truth: Moment, *, in_past: bool) -> None:
    """The canvas, the picture behind it, the diff and the step's row, against the engine."""
    session = hands.editor.session
    hands.editor.levels.go_to((), None)  # a step into a subgraph shows its level
    state, picture = session.run_state, session.picture
    row = session.focus.shown(state)
    assert row is not None and row.id == truth.id
    assert picture.in_past == in_past

    after_start = set(truth.next) - {START}
    not_run = shown(hands, NodeLook.NOT_RUN)
    assert shown(hands, *AHEAD) - (not_run - after_start) == after_start
    assert shown(hands, NodeLook.FAILED) == truth.failed
    # Of several tasks of one node the most urgent decides what its card shows.
    assert shown(hands, NodeLook.WAITING) == truth.waiting - truth.failed
    has_failed = state.phase is Phase.FAILED and not in_past
    assert shown(hands, NodeLook.KEPT) == (truth.kept if has_failed else set())
    assert truth.kept <= shown(hands, NodeLook.KEPT, NodeLook.DONE)
    assert truth.failed <= {task.node for task in row.tasks if task.state == "failed"}
    if not in_past:
        assert sorted(str(question.value) for question in state.questions) == sorted(truth.questions.elements())
        assert {path[0]: tuple(sorted(_ahead(each))) for path, each in picture.inside.items() if _ahead(each)} == (
            truth.inside
        )
    for name in plan.spec.nodes:
        assert picture.nodes[name].visits == truth.visits[name], name
        if name in truth.next:
            assert picture.nodes[name].tasks_now == truth.next.count(name), name

    assert {line: moment.times for line, moment in picture.edges.items() if moment.times} == dict(truth.lines)
    leads = {line for line, moment in picture.edges.items() if moment.look is EdgeLook.NEXT}
    assert {line for line in leads if line.outlet.node != START} == {
        line for line in truth.leads_now if line.outlet.node != START
    }
    for line, moment in picture.edges.items():
        if moment.look is EdgeLook.SKIPPED:
            assert isinstance(line.outlet, BranchOutlet) and not truth.lines[line]

    if truth.changed:  # else the panel says in words that nothing has changed
        await hands.until_diff_is_shown()
        assert changed_keys(diff_view(hands).diff) == truth.changed
    # The row of an edit names what the user has set, also where it is the same value again.
    assert set(row.changed_keys) == truth.changed | ({"hint"} if row.source == "update" else set())


def _ahead(picture: object) -> list[str]:
    return [name for name, moment in picture.nodes.items() if moment.look in AHEAD]  # type: ignore[attr-defined]


async def move(hands: Hands, data: st.DataObject) -> None:
    """One thing that a user does at a stop; back at rest after it."""
    session = hands.editor.session
    state = session.run_state
    told: list[object] = []
    hear = lambda _old, new: told.append(new.phase)  # noqa: E731  # a signal wants one callable to disconnect
    session.run_state_changed.connect(hear)
    rows = [row for row in state.checkpoints.values() if len(row.ran) == 1 and row.ran != (START,)]
    if rows and data.draw(st.integers(0, 5)) == 0:
        row = data.draw(st.sampled_from(rows))
        session.fork(row.id, {"hint": data.draw(st.integers(0, 3))}, row.ran[0])
    elif state.phase is Phase.WAITING or (state.questions and data.draw(st.booleans())):
        first, *others = [question.id for question in state.questions]
        some = [first, *(id for id in others if data.draw(st.booleans()))]
        session.answer(dict.fromkeys(some, "yes"))
    elif session.may("step_into") and data.draw(st.booleans()):
        session.step_into()
    elif data.draw(st.integers(0, 6)) == 0:
        session.resume()
    else:
        session.step()
    await hands.until(lambda: told and session.run_state.phase in AT_REST, "the next stop")
    session.run_state_changed.disconnect(hear)


async def wander(hands: Hands, plan: Plan, folder: Path, data: st.DataObject) -> None:
    session = hands.editor.session
    path = write_plan(plan, folder)
    TrustStore().trust(path, code_that_would_run(path))
    await open_graph(hands, path)
    session.run_and_step({"hint": data.draw(st.integers(0, 2))})
    await hands.until(lambda: session.run_state.phase in AT_REST, "the first stop")
    assert session.run_state.head is not None, session.run_state
    truth = Truth(plan, path)
    skipped: dict[str, set[str]] = {}
    thread = session.run_state.thread_id or ""
    try:
        for _ in range(MOST_MOVES):
            await check(hands, plan, truth.now(thread), in_past=False)
            skipped[session.run_state.head or ""] = shown(hands, NodeLook.SKIPPED)
            if session.run_state.phase is Phase.FINISHED:
                break
            await move(hands, data)
        now = truth.now(thread)
        for id, moment in truth.past(thread).items():
            if id != now.id:
                session.look_at(id)
                await check(hands, plan, moment, in_past=True)
        session.back_to_now()
        await check(hands, plan, truth.now(thread), in_past=False)
        way = [row.id for row in session.run_state.path_to(session.run_state.head)]
        for id in way:
            later = {node for each in way[way.index(id) + 1 :] for node in session.run_state.checkpoints[each].ran}
            is_edited = any(session.run_state.checkpoints[each].source == "update" for each in way[way.index(id) :])
            assert is_edited or not skipped.get(id, set()) & later, "what is painted as skipped never runs"
    finally:
        truth.close()
        if session.may("stop"):
            session.stop()
        await hands.until(lambda: session.run_state.phase in (Phase.STOPPED, Phase.FINISHED), "the end of the run")


@pytest.fixture
def hands(qapp: QApplication, loop: qasync.QEventLoop) -> Iterator[Hands]:
    """One window for all graphs, as for a user who opens one after the other."""
    bugs: list[BaseException] = []
    apply_theme(qapp, "light")
    editor = Editor(qapp, runner_processes(loop), SettingsFile(), TrustStore(), on_bug=bugs.append)
    closed = loop.create_future()
    editor.closed.connect(lambda: closed.set_result(None))
    editor.window.resize(1440, 900)
    editor.window.show()
    yield Hands(editor)
    editor.close()
    loop.run_until_complete(asyncio.wait_for(closed, LONGEST_CLOSE_S))
    editor.window.deleteLater()
    editor.deleteLater()
    assert bugs == []


@(seed(int(SEED)) if SEED else lambda test: test)
@settings(
    max_examples=GRAPHS,
    deadline=None,
    derandomize=not SEED,
    database=None,
    phases=(Phases.generate,),  # each graph takes a runner: a failure is told as it is found, not made smaller
    suppress_health_check=list(HealthCheck),
)
@given(plans(), st.data())
def test_the_window_shows_what_the_engine_says_at_every_stop(
    loop: qasync.QEventLoop, hands: Hands, tmp_path: Path, plan: Plan, data: st.DataObject
) -> None:
    # The folders stay: a graph whose files are gone is an unsaved one, and the next would not open unasked.
    loop.run_until_complete(wander(hands, plan, Path(tempfile.mkdtemp(dir=tmp_path)), data))
