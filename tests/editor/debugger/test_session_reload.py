"""Code or graph that changed under a run at rest, with real runners: reloaded, or kept as it was, and always said."""

from __future__ import annotations

from pathlib import Path

from editor.debugger.reports import ForkPreview, Trouble
from editor.debugger.run_state import GraphDrift, Phase
from engine.graph.graph_file import parse_graph
from tests.editor.debugger.test_session_branching import Sit, Table, loop, paused_after_classify, sit
from tests.runner.test_graph_drift import renamed_left

__all__ = ["loop", "sit"]  # fixtures


def module_of(table: Table) -> Path:
    assert table.session.graph_path is not None
    return next(table.session.graph_path.parent.glob("nodes_*.py"))


def mended(table: Table, old: str, new: str) -> None:
    text = module_of(table).read_text()
    assert old in text
    module_of(table).write_text(text.replace(old, new))


def ran(table: Table) -> tuple[str, ...]:
    return table.session.run_state.checkpoints[table.session.run_state.head or ""].ran


async def value_of(table: Table, key: str) -> str:
    found: list[object] = []
    table.session.read_state(table.session.run_state.head or "", (key,), found.append)
    await table.until(lambda: found)
    return str(found[0])


def test_mended_code_is_loaded_before_the_next_step_and_the_run_keeps_its_place(sit: Sit) -> None:
    async def story(table: Table) -> None:
        session = table.session
        await paused_after_classify(table)
        before, thread = session.run_state.head, session.run_state.thread_id
        session.toggle_breakpoint("finish")
        assert not session.has_new_code()
        mended(table, '{"log": ["left"]}', '{"log": ["mended left"]}')
        assert session.has_new_code()

        session.resume()
        await table.until_phase(Phase.PAUSED)

        assert session.run_state.thread_id == thread
        assert before in session.run_state.checkpoints
        assert session.run_state.pause_reason == "breakpoint before 'finish'"
        assert "mended left" in await value_of(table, "log")

    sit(story)


def test_code_that_cannot_be_loaded_is_said_and_the_run_goes_on_with_the_last_good_code(sit: Sit) -> None:
    async def story(table: Table) -> None:
        session = table.session
        told: list[Trouble] = []
        session.trouble.connect(told.append)
        await paused_after_classify(table)
        before = session.run_state.head
        mended(table, "def left(state):", "def left(state:")

        session.resume()
        await table.until(lambda: told)

        assert (session.run_state.phase, session.run_state.head) == (Phase.PAUSED, before)
        assert "SyntaxError" in told[0].text
        session.resume()
        await table.until_phase(Phase.FINISHED)
        assert len(told) == 1
        assert "left" in await value_of(table, "log")

    sit(story)


def test_stop_while_new_code_is_loaded_ends_everything(sit: Sit) -> None:
    async def story(table: Table) -> None:
        session = table.session
        await paused_after_classify(table)
        mended(table, "def left(state):", "import time; time.sleep(600)\n\ndef left(state):")
        session.resume()
        assert session.run_state.phase is Phase.STARTING

        session.stop()

        await table.until_phase(Phase.STOPPED)
        await table.until(lambda: session._runners.all_gone)

    sit(story)


def test_a_thread_that_waits_on_a_renamed_node_is_explained_and_can_be_mapped(sit: Sit) -> None:
    async def story(table: Table) -> None:
        session = table.session
        await paused_after_classify(table)
        session.stop()
        await table.until_phase(Phase.STOPPED)
        assert session.graph_path is not None
        renamed_left(session.graph_path)

        session.resume()
        await table.until_phase(Phase.FAILED)
        assert isinstance(session.run_state.drift, GraphDrift)
        assert session.run_state.drift.missing == (("left", "sinister"),)
        texts: list[str | None] = []
        session.read_old_graph(texts.append)
        await table.until(lambda: texts)
        assert "left" in parse_graph(texts[0] or "", where="").nodes
        previews: list[ForkPreview] = []
        session.preview_again(previews.append)
        await table.until(lambda: previews)
        assert previews == [ForkPreview(("sinister",), ("left",), None)]

        session.resume_renamed({"left": "sinister"})
        await table.until_phase(Phase.FINISHED)
        assert session.run_state.drift is None
        assert any(row.ran == ("sinister",) for row in session.run_state.checkpoints.values())

    sit(story)


def test_a_thread_opened_on_a_changed_graph_tells_it_without_any_code(sit: Sit) -> None:
    async def story(table: Table) -> None:
        session = table.session
        await paused_after_classify(table)
        session.stop()
        await table.until_phase(Phase.STOPPED)
        assert session.graph_path is not None and session.graph is not None
        renamed_left(session.graph_path)

        session.open_thread()
        await table.until(lambda: session.run_state.drift is not None)

        assert session.run_state.phase is Phase.STOPPED
        session.decide_again(then="resume")
        await table.until_phase(Phase.FINISHED)
        assert session.run_state.drift is None

    sit(story)
