"""The session with real runner processes on Qt's loop: the main job, a hung node, a crash, and nothing left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from editor.debugger.breakpoints import Breakpoint, Where
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase, RunState
from editor.debugger.runner_process import RunnerProcess
from editor.debugger.session import DebugSession
from engine.graph.graph_file import read_graph
from tests.patience import PATIENCE_S
from tests.qt_loop import LoopOfTests
from tests.runner.test_runner_process import is_alive, two_nodes

BILLING = {"user_id": "ada", "message": "Why was I charged twice for invoice 1007?"}


class Desk:
    """A session on a running loop, with waiting instead of sleeping."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.runners: list[RunnerProcess] = []
        self._loop = loop
        self.session = DebugSession(self._new_runner)
        self.troubles: list[Any] = []
        self.output: list[Any] = []
        self.session.trouble.connect(self.troubles.append)
        self.session.output_received.connect(self.output.extend)

    def _new_runner(self) -> RunnerProcess:
        runner = RunnerProcess(self._loop)
        self.runners.append(runner)
        return runner

    async def until(self, *phases: Phase) -> RunState:
        await self.until_true(lambda: self.session.run_state.phase in phases)
        return self.session.run_state

    async def until_true(self, question: Callable[[], bool]) -> None:
        """Asked again with each change of the run and with each line of output."""
        news = asyncio.Event()
        wake = lambda *facts: news.set()  # noqa: E731  # a signal wants one callable that can be disconnected
        self.session.run_state_changed.connect(wake)
        self.session.output_received.connect(wake)
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not question():
                    await news.wait()
                    news.clear()
        finally:
            self.session.run_state_changed.disconnect(wake)
            self.session.output_received.disconnect(wake)

    async def answer_of(self, ask: Callable[[Callable[[Any], None]], Any]) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        ask(future.set_result)
        return await asyncio.wait_for(future, PATIENCE_S)

    async def close(self) -> None:
        closed = asyncio.get_running_loop().create_future()
        self.session.closed.connect(lambda: closed.set_result(None))
        self.session.close()
        await asyncio.wait_for(closed, PATIENCE_S)
        assert [runner.pid for runner in self.runners if runner.pid is not None and is_alive(runner.pid)] == []


Sit = Callable[[Callable[[Desk], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def sit(qapp: Any) -> Iterator[Sit]:
    loop = LoopOfTests(qapp)
    asyncio.set_event_loop(loop)

    def do(work: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            desk = Desk(loop)
            try:
                await work(desk)
            finally:
                await desk.close()

        loop.run_until_complete(whole())

    with loop:
        yield do
    asyncio.set_event_loop(None)


def test_the_main_job_step_look_go_back_edit_fork_and_go_on(sit: Sit, example_graph: Path) -> None:
    async def work(desk: Desk) -> None:
        session = desk.session
        session.open_graph(example_graph, read_graph(example_graph))
        session.run_and_step(BILLING)
        await desk.until(Phase.PAUSED)
        for _ in range(3):
            session.step()
            await desk.until(Phase.PAUSED)
        for _ in range(2):
            session.step_back()
        after_classify = session.focus.checkpoint_id
        assert after_classify is not None
        tree = await desk.answer_of(lambda done: session.read_state(after_classify, (), done))
        preview = await desk.answer_of(
            lambda done: session.preview_fork(after_classify, {"intent": "technical"}, None, done)
        )
        session.fork(after_classify, {"intent": "technical"}, None, "resume")
        state = await desk.until(Phase.FINISHED)

        assert {item["key"]: item["node"].get("json") for item in tree["items"]}["intent"] == "billing"
        assert (preview.next, preview.was, preview.error) == (("plan_search",), ("generate_query",), None)
        assert [row.ran for row in state.path_to(state.head)][-4:] == [
            ("plan_search",),
            ("search_articles", "search_tickets"),
            ("answer_technical",),
            ("format",),
        ]
        assert session.picture.nodes["generate_query"].look is NodeLook.SKIPPED
        assert desk.troubles == []

    sit(work)


def test_a_hung_node_is_stopped_and_the_run_goes_on_from_the_last_checkpoint_with_mended_code(
    sit: Sit, tmp_path: Path
) -> None:
    path = two_nodes(tmp_path, "print('hangs')\nwhile True: pass")

    async def work(desk: Desk) -> None:
        session = desk.session
        session.open_graph(path, read_graph(path))
        session.run({})
        await desk.until_true(lambda: any(line.text == "hangs" for line in desk.output))
        session.stop()
        assert session.run_state.phase is Phase.STOPPING
        stopped = await desk.until(Phase.STOPPED)
        tree = await desk.answer_of(lambda done: session.read_state(stopped.head, ("log",), done))
        assert tree["json"] == ["first"]

        for module in tmp_path.glob("nodes_*.py"):
            module.write_text(module.read_text(encoding="utf-8").replace("while True: pass", "pass"), encoding="utf-8")
        session.resume()
        await desk.until(Phase.FINISHED)
        assert desk.troubles == []

    sit(work)


def test_a_node_that_holds_the_interpreter_is_called_busy_and_can_be_stopped(sit: Sit, tmp_path: Path) -> None:
    # Nothing else in that process gets a turn: no heartbeat, no read, no polite stop.
    path = two_nodes(tmp_path, "import re\nre.match('(a+)+$', 'a' * 60 + 'b')")

    async def work(desk: Desk) -> None:
        session = desk.session
        session.open_graph(path, read_graph(path))
        session.run({})
        await desk.until_true(lambda: session.run_state.busy)
        session.stop()
        stopped = await desk.until(Phase.STOPPED)

        assert stopped.checkpoints[stopped.head].next == ("second",)
        assert not stopped.busy
        assert desk.troubles == []

    sit(work)


def test_code_that_changes_while_paused_is_what_runs_next(sit: Sit, tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "print('the old code')")

    async def work(desk: Desk) -> None:
        session = desk.session
        session.open_graph(path, read_graph(path))
        session.run_and_step({})
        await desk.until(Phase.PAUSED)
        session.step()
        await desk.until(Phase.PAUSED)
        for module in tmp_path.glob("nodes_*.py"):
            module.write_text(module.read_text(encoding="utf-8").replace("old", "brand new"), encoding="utf-8")
        session.step()
        await desk.until(Phase.FINISHED)
        await desk.until_true(lambda: any(line.text == "the brand new code" for line in desk.output))

        assert any("changed on disk" in line.text for line in desk.output)
        assert [row.ran for row in session.run_state.checkpoints.values()] == [
            (),
            ("__start__",),
            ("first",),
            ("second",),
        ]
        assert desk.troubles == []

    sit(work)


def test_a_run_that_is_stopped_while_its_code_is_imported_is_no_trouble(sit: Sit, tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "pass")
    module, began = next(tmp_path.glob("*.py")), tmp_path / "began"
    hang = f"import pathlib, time\npathlib.Path({str(began)!r}).touch()\ntime.sleep(3600)\n"
    module.write_text(hang + module.read_text(encoding="utf-8"), encoding="utf-8")

    async def work(desk: Desk) -> None:
        session = desk.session
        session.open_graph(path, read_graph(path))
        session.run({})
        async with asyncio.timeout(PATIENCE_S):
            while not began.exists():
                await asyncio.sleep(0.01)

        session.stop()

        await desk.until(Phase.STOPPED)
        assert desk.troubles == []

    sit(work)


def test_a_crash_is_told_and_the_run_goes_on_from_the_last_checkpoint(sit: Sit, tmp_path: Path) -> None:
    flag = tmp_path / "crashed"
    body = f"import os\nif not os.path.exists({str(flag)!r}):\n    open({str(flag)!r}, 'w').close()\n    os._exit(3)"
    path = two_nodes(tmp_path, body)

    async def work(desk: Desk) -> None:
        session = desk.session
        session.open_graph(path, read_graph(path))
        session.run({})
        failed = await desk.until(Phase.FAILED)
        assert failed.error is not None
        assert failed.error.kind == "Exit code 3" and "ended while second ran." in failed.error.message
        assert session.picture.nodes["second"].look is NodeLook.FAILED

        session.resume()
        await desk.until(Phase.FINISHED)

    sit(work)


def test_a_new_session_shows_the_last_run_without_importing_any_code(sit: Sit, tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "pass")

    async def work(desk: Desk) -> None:
        desk.session.open_graph(path, read_graph(path))
        desk.session.run({"topic": "x"})
        first = await desk.until(Phase.FINISHED)
        canary = tmp_path / "imported"
        for module in tmp_path.glob("*.py"):
            module.write_text(f"open({str(canary)!r}, 'w').close()\n", encoding="utf-8")

        other = Desk(asyncio.get_running_loop())
        try:
            other.session.open_graph(path, read_graph(path))
            threads = await other.answer_of(lambda done: other.session.list_threads(done))
            other.session.open_thread()
            opened = await other.until(Phase.FINISHED)
        finally:
            await other.close()

        assert [row.thread_id for row in threads] == [first.thread_id]
        assert opened.head == first.head
        assert opened.path_to(opened.head) == first.path_to(first.head)
        assert not canary.exists()

    sit(work)


def test_breakpoints_on_a_key_and_log_breakpoints_reach_the_runner_and_come_back_in_words(
    sit: Sit, example_graph: Path
) -> None:
    async def work(desk: Desk) -> None:
        session = desk.session
        session.open_graph(example_graph, read_graph(example_graph))
        key = session.add_breakpoint(Breakpoint("", Where.KEY, key="intent", becomes="billing"))
        session.add_breakpoint(Breakpoint("", Where.AFTER, "classify", log="intent is {intent}"))
        session.run(BILLING)
        state = await desk.until(Phase.PAUSED, Phase.FINISHED, Phase.FAILED)
        await desk.until_true(lambda: "intent is billing" in [line.text for line in desk.output])

        assert (state.phase, state.pause_reason) == (
            Phase.PAUSED,
            "breakpoint on key 'intent' (was not set, became 'billing')",
        )
        assert session.breakpoint_facts[key].hits == 1

        session.run_to("format")
        state = await desk.until(Phase.PAUSED, Phase.FINISHED, Phase.FAILED)
        assert state.pause_reason == "reached 'format'"

    sit(work)


def test_a_second_window_sees_who_has_the_thread_looks_read_only_and_takes_over_when_the_first_stops(
    sit: Sit, example_graph: Path
) -> None:
    async def work(desk: Desk) -> None:
        first = desk.session
        first.open_graph(example_graph, read_graph(example_graph))
        first.run_and_step(BILLING)
        paused = await desk.until(Phase.PAUSED)
        other = Desk(desk._loop)
        second = other.session
        try:
            second.open_graph(example_graph, read_graph(example_graph))
            second.open_thread(paused.thread_id)
            await other.until(Phase.STOPPED)
            second.resume()
            await other.until_true(lambda: bool(other.troubles))

            assert other.troubles[0].title == "That was not possible"
            assert f"is being run by runner {desk.runners[0].pid} on" in other.troubles[0].text
            assert second.run_state.phase is Phase.STOPPED
            assert list(second.run_state.checkpoints) == list(paused.checkpoints)

            first.stop()
            await desk.until(Phase.STOPPED)
            second.step()
            state = await other.until(Phase.PAUSED)
            assert state.checkpoints[state.head].ran == ("classify",)
        finally:
            await other.close()

    sit(work)


def test_the_runs_of_another_graph_are_read_from_its_own_database(sit: Sit, tmp_path: Path) -> None:
    paths = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        paths.append(two_nodes(tmp_path / name, "pass"))

    async def work(desk: Desk) -> None:
        session = desk.session
        session.open_graph(paths[0], read_graph(paths[0]))
        session.run({}, thread_id="of the first")
        await desk.until(Phase.FINISHED)
        session.open_graph(paths[1], read_graph(paths[1]))
        assert await desk.answer_of(session.list_threads) == ()
        session.open_graph(paths[0], read_graph(paths[0]))

        threads = await desk.answer_of(session.list_threads)
        assert [each.thread_id for each in threads] == ["of the first"]

    sit(work)
