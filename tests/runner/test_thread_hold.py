"""Two runners on one thread: the second is told who the first is, and takes over as soon as that one is gone."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.runner import requests
from engine.runner.run_events import RunFinished, RunPaused
from engine.runner.thread_hold import ThreadHold, name_of, this_runner
from engine.store.sqlite_lease import LEASE_S
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import ThreadHeldError
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, write_graph
from tests.runner.talk import Talk, talk

OTHER = "runner 1 on another machine"


class Office:
    """Two stores on one file, as two processes have them, and a clock turned by hand."""

    def __init__(self, path: Path) -> None:
        self.now_s = 1000.0
        self.stores = [SqliteStore(path, wall_s=lambda: self.now_s) for _ in range(2)]

    def hold(self, number: int, holder: str) -> ThreadHold:
        return ThreadHold(self.stores[number], holder, now_s=lambda: self.now_s, wait=self._wait)

    def _wait(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def office(tmp_path: Path) -> Any:
    office = Office(tmp_path / "runs.sqlite")
    yield office
    for store in office.stores:
        store.close()


def dead_holder() -> str:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return f"runner {child.pid} on {platform.node()} (c0ffee)"


def test_the_second_is_told_who_has_the_thread_within_a_second(office: Office) -> None:
    office.hold(0, OTHER).take("t")
    began_s = office.now_s

    with pytest.raises(ThreadHeldError, match=f"is being run by {OTHER}"):
        office.hold(1, "second").take("t")

    assert office.now_s - began_s < 1


def test_a_thread_that_was_let_go_is_taken_and_the_first_learns_that_it_changed_hands(office: Office) -> None:
    first, second = office.hold(0, OTHER), office.hold(1, "second")
    assert first.take("t") is False
    first.release()
    assert first.take("t") is False
    first.release()

    second.take("t")
    second.release()

    assert first.take("t") is True


def test_a_holder_of_this_machine_that_died_is_replaced_at_once(office: Office) -> None:
    office.hold(0, dead_holder()).take("t")
    began_s = office.now_s

    office.hold(1, "second").take("t")

    assert office.now_s - began_s < 0.1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_holder_that_died_and_that_nobody_has_buried_is_replaced_at_once(office: Office) -> None:
    """What an editor that was killed leaves behind, where the first process of a container buries nobody."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    office.hold(0, f"runner {child.pid} on {platform.node()} (c0ffee)").take("t")
    began_s = office.now_s

    office.hold(1, "second").take("t")

    assert office.now_s - began_s < 0.1
    child.wait()


@pytest.mark.parametrize("reused", ["by another process", "by this process"])
def test_a_dead_holders_number_that_was_given_to_another_process_takes_nothing_early(
    office: Office, reused: str
) -> None:
    number = os.getppid() if reused == "by another process" else os.getpid()
    office.hold(0, f"runner {number} on {platform.node()} (0ddba1)").take("t")

    with pytest.raises(ThreadHeldError, match="0ddba1"):
        office.hold(1, this_runner()).take("t")
    office.now_s += LEASE_S

    office.hold(1, this_runner()).take("t")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_silent_holder_of_this_machine_that_lives_keeps_the_thread(office: Office) -> None:
    """Native code that keeps the interpreter keeps it from renewing. To replace it would be to run its node twice."""
    office.hold(0, name_of(os.getppid(), "c0ffee")).take("t")
    office.now_s += 100 * LEASE_S

    with pytest.raises(ThreadHeldError, match="c0ffee"):
        office.hold(1, "second").take("t")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_silent_holder_whose_number_another_process_has_is_replaced_when_its_lease_ran_out(office: Office) -> None:
    earlier = name_of(os.getppid(), "c0ffee").rpartition("-")[0] + "-1)"
    office.hold(0, earlier).take("t")
    office.now_s += LEASE_S + 0.1

    office.hold(1, "second").take("t")


def test_a_holder_of_this_machine_is_told_from_its_predecessor_with_the_same_number() -> None:
    child = "from engine.runner.thread_hold import this_runner; print(this_runner())"
    told = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True).stdout.strip()

    assert told.partition(" (")[2] != this_runner().partition(" (")[2]
    assert this_runner() == this_runner()


def test_a_silent_holder_of_another_machine_is_replaced_when_its_lease_ran_out(office: Office) -> None:
    office.hold(0, OTHER).take("t")
    office.now_s += LEASE_S + 0.1

    office.hold(1, "second").take("t")


def test_a_holder_that_renews_keeps_the_thread(office: Office) -> None:
    first = office.hold(0, OTHER)
    first.take("t")
    for _ in range(5):
        office.now_s += LEASE_S - 0.1
        first.renew()

    with pytest.raises(ThreadHeldError):
        office.hold(1, "second").take("t")


def test_who_lost_the_thread_cannot_take_it_back_while_it_is_run(office: Office) -> None:
    first, second = office.hold(0, OTHER), office.hold(1, "second")
    first.take("t")
    office.now_s += LEASE_S + 0.1
    second.take("t")

    with pytest.raises(ThreadHeldError, match="is being run by second"):
        first.take("t")


def test_a_second_runner_is_refused_reads_and_goes_on_when_the_first_is_killed(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)

    async def conversation() -> None:
        async with Talk(path) as first, Talk(path) as second:
            first.send(requests.Run({"topic": "left"}, "t", stepping=True))
            paused = await first.until(RunPaused)
            pid = first.client.pid

            refused = await second.ask(requests.GoOn("t"))
            read = await second.ask(requests.ReadState("t", paused.checkpoint_id))
            first.client.kill()
            accepted = await second.ask(requests.GoOn("t"))
            await second.until(RunFinished)

            assert refused.error is not None and f"is being run by runner {pid} on" in refused.error
            assert read.error is None
            assert accepted.error is None

    talk(conversation)


def test_a_runner_that_finished_lets_others_go_on_with_its_thread(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)

    async def conversation() -> None:
        async with Talk(path) as first, Talk(path) as second:
            first.send(requests.Run({"topic": "left"}, "t"))
            await first.until(RunFinished)

            reply = await second.ask(requests.Run({"topic": "right"}, "t"))

            assert reply.error is None
            await second.until(RunFinished)

    talk(conversation)


def test_a_thread_that_another_runner_has_is_not_deleted(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)

    async def conversation() -> None:
        async with Talk(path) as first, Talk(path, inspect_only=True) as second:
            first.send(requests.Run({"topic": "left"}, "t", stepping=True))
            await first.until(RunPaused)

            refused = await second.ask(requests.DeleteThread("t"))
            first.send(requests.GoOn("t"))
            await first.until(RunFinished)
            deleted = await second.ask(requests.DeleteThread("t"))
            left = await second.ask(requests.ListThreads())

            assert refused.error is not None and "is being run by runner" in refused.error
            assert deleted.error is None
            assert left.value == []

    talk(conversation)
