"""Branches through the runner: written down at a fork, told in events, named, noted, deleted. On both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runner import requests
from engine.runner.branching import Change
from engine.runner.run_events import (
    BranchesChanged,
    BranchFacts,
    CheckpointFacts,
    CheckpointSaved,
    EditFacts,
    RunFinished,
    ThreadOpened,
)
from engine.runner.run_history import RunHistory
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, write_graph
from tests.runner.talk import Talk, talk
from tests.runner.test_reads import Past, kit, past

__all__ = ["kit", "past"]


def forked(past: Past) -> CheckpointFacts:
    """Runs left, goes back to where it was classified, and begins a branch there. Gives the old checkpoint."""
    past.drive.driver.run({"topic": "left"}, "t", stepping=False)
    classified = next(row for row in past.rows() if row.ran == ("classify",))
    past.drive.driver.branch(Change("t", classified.id, {"topic": "right"}, "classify"))
    past.drive.driver.go_on("t", stepping=False)
    return classified


def told(past: Past) -> tuple[BranchFacts, ...]:
    """What the reader told last."""
    found = [event for event in past.told if isinstance(event, BranchesChanged)]
    return found[-1].branches


def test_a_fork_by_the_user_is_told_with_what_was_edited_and_where(past: Past) -> None:
    origin = forked(past)

    main, branch = next(event for event in past.drive.told if isinstance(event, BranchesChanged)).branches

    assert (main.number, main.by, main.forked_from) == (0, "", None)
    assert (branch.forked_from, branch.by, branch.as_node, branch.checkpoints) == (origin.id, "user", "classify", 1)
    assert branch.edits == (EditFacts("topic", "'left'", "'right'"),)


def test_a_fork_writes_nothing_into_the_users_output(past: Past, caplog: pytest.LogCaptureFixture) -> None:
    origin = forked(past)
    past.drive.driver.preview_branch(Change("t", origin.id, {"topic": "right"}, "classify"))

    assert [record.getMessage() for record in caplog.records] == []


def test_opening_a_thread_tells_its_branches_as_they_are_now(past: Past) -> None:
    forked(past)
    rows = past.rows()

    main, branch = told(past)

    assert branch.head == rows[-1].id
    assert (main.checkpoints, branch.checkpoints) == (5, 3)
    assert past.reader.list_branches("t") == [
        {**vars_of(each), "edits": [vars_of(edit) for edit in each.edits]} for each in (main, branch)
    ]


def test_a_name_and_a_note_stay_with_the_branch(past: Past) -> None:
    forked(past)
    head = past.rows()[-1].id

    past.reader.name_branch("t", head, name="to the right")
    past.reader.name_branch("t", head, note="as ada said")
    past.rows()

    main, branch = told(past)
    assert (branch.name, branch.note, main.name) == ("to the right", "as ada said", "")
    assert branch.edits and branch.by == "user"
    with pytest.raises(LookupError, match="no checkpoint"):
        past.reader.name_branch("t", "nowhere", name="x")


@pytest.mark.parametrize("kit", ["stepgraph"], indirect=True)
def test_a_deleted_branch_is_gone_and_the_rest_of_the_thread_is_whole(past: Past) -> None:
    origin = forked(past)
    before = {row.id: row for row in past.rows()}
    branch = told(past)[1]

    gone = past.reader.delete_branch("t", branch.head)["deleted"]

    rows = {row.id: row for row in past.rows()}
    assert len(gone) == 3 and branch.first == gone[0]
    assert rows.keys() == before.keys() - set(gone)
    assert [each.number for each in told(past)] == [0]
    assert rows[origin.id].next == ("left",)
    with pytest.raises(ValueError, match="Delete the thread"):
        past.reader.delete_branch("t", origin.id)


@pytest.mark.parametrize("kit", ["langgraph"], indirect=True)
def test_langgraphs_saver_cannot_forget_a_branch_and_says_so(past: Past) -> None:
    forked(past)
    branch = (past.rows(), told(past))[1][1]

    with pytest.raises(NotImplementedError, match="whole threads only"):
        past.reader.delete_branch("t", branch.head)

    assert len(past.rows()) == 8


@pytest.mark.parametrize("kit", ["stepgraph"], indirect=True)
def test_rows_whose_parent_was_pruned_follow_the_nearest_that_is_left(past: Past, tmp_path: Path) -> None:
    from engine.store.run_facts import RunFacts
    from engine.time_travel.forget import prune

    forked(past)
    store, facts = past.drive.saver.store, RunFacts(tmp_path / "facts.sqlite")
    prune(store, "t", keep_last=1, facts=facts)

    known = RunHistory(facts).read("t", past.drive.saver).checkpoints

    assert {row.parent_id for row in known.values()} - {None} <= known.keys()
    assert len(known) == len(list(store.headers("t"))) < 8
    assert sum(row.parent_id is None for row in known.values()) == 1
    facts.close()


def vars_of(fact: BranchFacts | EditFacts) -> dict[str, object]:
    return dict(fact.__dict__)


def test_a_runner_lists_names_and_deletes_a_branch_and_goes_on_with_the_thread(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)

    async def conversation() -> None:
        async with Talk(path) as runner:
            runner.send(requests.Run({"topic": "left"}, "t"))
            await runner.until(RunFinished)
            saved = [event.checkpoint for event in runner.told if isinstance(event, CheckpointSaved)]
            classified = next(row for row in saved if row.ran == ("classify",))
            fork = requests.Fork("t", classified.id, {"topic": "right"}, "classify", then="resume")
            assert (await runner.ask(fork)).error is None
            head = (await runner.until(RunFinished)).checkpoint_id

            assert (await runner.ask(requests.NameBranch("t", head, "to the right"))).error is None
            _main, branch = (await runner.ask(requests.ListBranches("t"))).value
            assert (branch["name"], branch["by"], branch["edits"][0]["after"]) == ("to the right", "user", "'right'")
            gone = (await runner.ask(requests.DeleteBranch("t", head))).value["deleted"]
            assert gone[0] == branch["first"] and gone[-1] == head
            assert [each.id for each in (await runner.until(ThreadOpened)).checkpoints if each.id in gone] == []

            assert (await runner.ask(fork)).error is None
            assert (await runner.until(RunFinished)).checkpoint_id not in {*gone, classified.id}
            assert len((await runner.ask(requests.ListBranches("t"))).value) == 2

    talk(conversation)
