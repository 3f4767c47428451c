"""What is kept of runs: tags, forgetting old checkpoints, the room that runs take. On both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runner import requests
from engine.runner.engine_kit import EngineKit
from engine.runner.protocol import from_plain, to_plain
from engine.runner.run_events import CheckpointFacts, RunFinished
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, write_graph
from tests.runner.talk import Talk, talk
from tests.runner.test_branches import forked
from tests.runner.test_reads import Past, kit, past

__all__ = ["kit", "past"]


def test_tags_are_told_with_the_checkpoint_until_they_are_taken_away(past: Past) -> None:
    past.drive.driver.run({"topic": "left"}, "t", stepping=False)
    first, last = past.rows()[0].id, past.rows()[-1].id

    past.reader.tag_checkpoint("t", last, ("good", "before the refund", "good"))
    past.reader.tag_checkpoint("t", first, ("odd",))
    past.reader.tag_checkpoint("t", last, ("good", "new"))
    past.reader.tag_checkpoint("t", first, ())

    assert [row.tags for row in past.rows() if row.tags] == [("good", "new")]
    assert past.rows()[-1].tags == ("good", "new")


def only_on_ours(kit: EngineKit) -> None:
    if kit.name == "langgraph":
        pytest.skip("LangGraph's saver forgets whole threads only")


def test_a_fact_from_before_there_were_tags_has_none(past: Past) -> None:
    past.drive.driver.run({"topic": "left"}, "t", stepping=False)
    old = to_plain(past.rows()[0])
    del old["tags"]

    assert from_plain(CheckpointFacts, old).tags == ()


def test_pruning_keeps_what_was_marked_and_the_list_knows_how_many_are_left(past: Past, kit: EngineKit) -> None:
    only_on_ours(kit)
    past.drive.driver.run({"topic": "left"}, "t", stepping=False)
    rows = past.rows()
    state = past.reader.read_state("t", rows[-1].id, (), 0, 100)
    past.reader.note_checkpoint("t", rows[0].id, "the beginning")
    past.reader.tag_checkpoint("t", rows[2].id, ("good",))

    trial = past.reader.prune("t", 1, is_trial=True, is_shown=False)
    assert [row.id for row in past.rows()] == [row.id for row in rows]
    past.told.clear()
    done = past.reader.prune("t", 1, is_trial=False, is_shown=True)

    assert past.told, "the shown past is told anew"
    assert trial == done == {"gone": len(rows) - 3, "of": len(rows)}
    assert [row.id for row in past.rows()] == [rows[0].id, rows[2].id, rows[-1].id]
    assert past.reader.list_threads()[0]["checkpoints"] == 3
    assert past.reader.list_threads()[0]["outcome"] == "finished"
    assert past.reader.read_state("t", rows[-1].id, (), 0, 100) == state


def test_a_thread_goes_on_after_it_was_pruned_and_is_counted_on(past: Past, kit: EngineKit) -> None:
    only_on_ours(kit)
    past.drive.driver.run({"topic": "left"}, "t", stepping=True)
    past.reader.prune("t", 1, is_trial=False, is_shown=False)
    past.drive.driver.forget_thread()

    past.drive.driver.go_on("t", stepping=False)

    assert past.reader.list_threads()[0]["checkpoints"] == len(past.rows()) > 1


def test_of_langgraphs_database_old_steps_are_not_forgotten_in_words(past: Past, kit: EngineKit) -> None:
    past.drive.driver.run({"topic": "left"}, "t", stepping=False)
    if kit.name == "langgraph":
        for is_trial in (True, False):
            with pytest.raises(LookupError, match="whole runs only"):
                past.reader.prune("t", 1, is_trial=is_trial, is_shown=False)
        assert past.reader.measure(("t",)) == {"threads": {}, "file": 0, "free": 0}


def test_the_count_is_right_after_a_branch_was_deleted(past: Past, kit: EngineKit) -> None:
    only_on_ours(kit)
    forked(past)
    head = past.rows()[-1]

    past.reader.delete_branch("t", head.id)

    assert past.reader.list_threads()[0]["checkpoints"] == len(past.rows())


def test_a_runner_measures_forgets_and_gives_room_back(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)

    async def conversation() -> None:
        async with Talk(path) as runner:
            for name in ("one", "two"):
                runner.send(requests.Run({"topic": "left", "log": ["x" * 400_000]}, name))
                await runner.until(RunFinished)
            before = (await runner.ask(requests.MeasureThreads(("one", "two")))).value
            assert (await runner.ask(requests.DeleteThread("two"))).error is None
            deleted = (await runner.ask(requests.MeasureThreads(("one",)))).value
            after = (await runner.ask(requests.Compact())).value
            pruned = (await runner.ask(requests.Prune("one", 1))).value
            refused = await runner.ask(requests.Prune("one", 0))

        assert before["threads"]["one"] == pytest.approx(before["threads"]["two"], rel=0.1)
        assert before["threads"]["one"] > 400_000
        assert deleted["free"] > before["free"] + 300_000
        assert after["free"] == 0 and after["file"] < before["file"] - 300_000
        assert 0 < pruned["gone"] < pruned["of"]
        assert refused.error is not None and "at least the newest" in refused.error

    talk(conversation)
