"""The runner as a real child process: runs, is read while it works, is stopped whatever it does, and is survived."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.runner import requests
from engine.runner.capture import MAX_LINE_CHARS
from engine.runner.engine_kit import kit_named
from engine.runner.run_events import (
    CheckpointSaved,
    HeartbeatSent,
    OutputReceived,
    RunFailed,
    RunFinished,
    RunnerExited,
    RunnerReady,
    RunPaused,
    RunResumed,
    RunWaiting,
    TaskChanged,
    ThreadOpened,
)
from tests.patience import PATIENCE_S
from tests.runner.small_graphs import ASKING_GRAPH, ASKING_NODES, write_graph
from tests.runner.talk import Talk, talk

ENGINE = "stepgraph"

ONE_NODE = """{
  "format": "stategraph", "format_version": "1.0", "name": "small", "state": "STATE:State",
  "nodes": {"first": {"fn": "NODES:first"}, "second": {"fn": "NODES:second"}},
  "edges": [{"from": "__start__", "to": "first"}, {"from": "first", "to": "second"}]
}"""

FIRST = "def first(state):\n    return {'log': ['first'], 'topic': 't'}\n"


def two_nodes(folder: Path, second: str) -> Path:
    """A graph whose second node has that body."""
    body = "".join(f"    {line}\n" for line in second.strip().splitlines())
    return write_graph(folder, ONE_NODE, f"{FIRST}\ndef second(state):\n{body}    return {{'log': ['second']}}\n")


def start(graph_path: Path, **options: Any) -> Talk:
    return Talk(graph_path, engine=ENGINE, **options)


async def until_gone(pid: int) -> None:
    """The system takes a moment to bury a killed process. The test's own limit ends the waiting."""
    while is_alive(pid):
        await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_run_over_the_pipe_ends_with_a_read_of_its_state(tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "pass")

    async def conversation() -> None:
        async with start(path) as runner:
            ready = await runner.until(RunnerReady)
            runner.send(requests.Run({"topic": "x"}, "t"))
            finished = await runner.until(RunFinished)
            tree = await runner.ask(requests.ReadState("t", finished.checkpoint_id))
            part = await runner.ask(requests.ReadState("t", finished.checkpoint_id, ("log",), 1, 5))
            saved = [event.checkpoint.id for event in runner.told if isinstance(event, CheckpointSaved)]
            diff = await runner.ask(requests.ReadDiff("t", saved[-2], saved[-1]))
            nothing = await runner.ask(requests.ReadState("t", "no-such-checkpoint"))

            assert ready.pid == runner.client.pid
            assert {item["key"]: item["node"]["json"] for item in tree.value["items"]} == {
                "topic": "t",
                "log": ["first", "second"],
            }
            assert [item["node"]["json"] for item in part.value["items"]] == ["second"]
            assert [key["key"] for key in diff.value["keys"] if key["kind"] == "changed"] == ["log"]
            assert "no-such-checkpoint" in (nothing.error or "")

    talk(conversation)


def test_state_and_history_are_read_while_a_node_is_in_an_endless_loop(tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "print('looping')\nwhile True: pass")

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            await runner.until_printed("looping")
            saved = [event.checkpoint for event in runner.told if isinstance(event, CheckpointSaved)][-1]

            tree = await runner.ask(requests.ReadState("t", saved.id))
            threads = await runner.ask(requests.ListThreads())
            await runner.until(HeartbeatSent)

            assert saved.next == ("second",)
            assert [item["node"].get("json") for item in tree.value["items"] if item["key"] == "log"] == [["first"]]
            assert [row["thread_id"] for row in threads.value] == ["t"]

    talk(conversation)


HANGS = {
    "an endless loop": "print('hangs')\nwhile True: pass",
    "a sleep": "import time\nprint('hangs')\ntime.sleep(1000)",
    "SIGTERM ignored": "import signal\nprint('hangs')\nwhile True: pass",
    "every exception swallowed": """
import time
print('hangs')
while True:
    try:
        time.sleep(1000)
    except BaseException:
        pass
""",
}


@pytest.mark.parametrize("body", HANGS.values(), ids=HANGS.keys())
def test_stop_ends_a_hung_node_and_keeps_the_last_checkpoint(tmp_path: Path, body: str) -> None:
    path = two_nodes(tmp_path, body)

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            await runner.until_printed("hangs")
            runner.client.stop()
            exited = await runner.until(RunnerExited)
            assert exited.asked_for

        async with start(path) as fresh:
            fresh.send(requests.OpenThread("t"))
            opened = await fresh.until(ThreadOpened)
            assert [row.next for row in opened.checkpoints] == [("__start__",), ("first",), ("second",)]

    talk(conversation)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_stop_leaves_no_descendant_alive_wherever_it_moved(tmp_path: Path) -> None:
    body = """
import os, signal, subprocess, sys, time
ignore = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1000)"
child = subprocess.Popen([sys.executable, "-c", ignore], start_new_session=True)
orphan_maker = (
    "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', sys.argv[1]], "
    "start_new_session=True, stdout=-3, stderr=-3); "
    "print(p.pid)"
)
orphan = subprocess.run([sys.executable, "-c", orphan_maker, ignore], capture_output=True, text=True).stdout.strip()
forked = os.fork()
if forked == 0:
    os.setsid()
    time.sleep(1000)
print("pids", child.pid, orphan, forked)
time.sleep(1000)
"""
    path = two_nodes(tmp_path, body)

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            line = await runner.until_printed("pids")
            pids = [int(pid) for pid in line.text.split()[1:]] + [runner.client.pid]
            assert all(map(is_alive, pids))

            runner.client.stop()
            await runner.until(RunnerExited)

            for pid in pids:
                await until_gone(pid)

    talk(conversation)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_exit_is_told_once_the_killing_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dying process has no environment, so the look for orphans misses what the killing still waits for."""
    order: list[str] = []
    looked_for_orphans = threading.Event()

    def kill_slowly(pid: int, mark: str) -> None:
        os.kill(pid, signal.SIGKILL)
        looked_for_orphans.wait(0.5)
        order.append("killed")

    def look_for_orphans(mark: str) -> None:
        order.append("swept")
        looked_for_orphans.set()

    monkeypatch.setattr("engine.runner.client.kill_tree", kill_slowly)
    monkeypatch.setattr("engine.runner.client.kill_orphans", look_for_orphans)
    path = two_nodes(tmp_path, "pass")

    async def conversation() -> None:
        async with start(path) as runner:
            await runner.until(RunnerReady)
            runner.client.kill()
            await runner.until(RunnerExited)
            assert order == ["killed", "swept"]

    talk(conversation)


def test_a_runner_that_cannot_start_says_why_on_its_way_out(tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "pass")
    broken = (
        "import sys; sys.modules['engine.runner.server'] = None; "
        f"from engine.runner.__main__ import main; main([{str(path)!r}])"
    )

    ended = subprocess.run([sys.executable, "-c", broken], capture_output=True, text=True, stdin=subprocess.DEVNULL)

    assert ended.returncode == 1
    assert "engine.runner.server" in ended.stderr.splitlines()[-1]


def test_a_runner_that_is_killed_before_it_has_started_ends_all_the_same(tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "pass")

    async def conversation() -> None:
        async with start(path) as runner:
            assert runner.client.pid is None
            runner.client.kill()
            assert (await runner.until(RunnerExited)).asked_for

    talk(conversation)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_children_of_a_crashed_runner_are_swept_away(tmp_path: Path) -> None:
    body = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
print("pid", child.pid)
sys.stdin.readline()
import threading
threading.Event().wait()
"""
    path = two_nodes(tmp_path, body)

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            line = await runner.until_printed("pid")
            os.kill(runner.client.pid, signal.SIGKILL)
            exited = await runner.until(RunnerExited)

            assert (exited.exit_code, exited.asked_for) == (-signal.SIGKILL, False)
            await until_gone(int(line.text.split()[1]))

    talk(conversation)


CRASHES = {
    "os._exit": ("import os\nif not os.path.exists(FLAG):\n    open(FLAG, 'w').close()\n    os._exit(3)", 3),
    "segfault": (
        "import os, ctypes\nif not os.path.exists(FLAG):\n    open(FLAG, 'w').close()\n    ctypes.string_at(0)",
        -signal.SIGSEGV,
    ),
    "killed": (
        "import os, signal\n"
        "if not os.path.exists(FLAG):\n    open(FLAG, 'w').close()\n    os.kill(os.getpid(), signal.SIGKILL)",
        -9,
    ),
}


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("body", "exit_code"), CRASHES.values(), ids=CRASHES.keys())
def test_after_a_crash_a_fresh_runner_goes_on_from_the_last_checkpoint(
    tmp_path: Path, body: str, exit_code: int
) -> None:
    path = two_nodes(tmp_path, body.replace("FLAG", repr(str(tmp_path / "crashed"))))

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            exited = await runner.until(RunnerExited)
            assert (exited.exit_code, exited.asked_for) == (exit_code, False)

        async with start(path) as fresh:
            fresh.send(requests.GoOn("t"))
            opened = await fresh.until(ThreadOpened)
            await fresh.until(RunResumed)
            finished = await fresh.until(RunFinished)
            tree = await fresh.ask(requests.ReadState("t", finished.checkpoint_id, ("log",)))

            assert opened.checkpoints[-1].next == ("second",)
            assert tree.value["json"] == ["first", "second"]

    talk(conversation)


def test_a_polite_stop_at_a_boundary_needs_no_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = two_nodes(tmp_path, "pass")
    monkeypatch.setattr("engine.runner.client.GRACE_S", PATIENCE_S)

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t", stepping=True))
            await runner.until(RunPaused)
            runner.client.stop()
            exited = await runner.until(RunnerExited)

            assert (exited.exit_code, exited.asked_for, exited.last_words) == (0, True, "")

    talk(conversation)


def test_output_is_captured_per_task_and_never_reaches_the_protocol(tmp_path: Path) -> None:
    body = """
import logging, os, subprocess, sys
print("plain"); print("error", file=sys.stderr)
logging.getLogger("shop").warning("careful")
sys.stdout.write('{"v": 1, "seq": 1, "type": "run_finished"}\\n')
os.write(1, b"from below\\n")
subprocess.run([sys.executable, "-c", "print('from a child')"])
print("unfinished", end="")
"""
    path = two_nodes(tmp_path, body)

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            await runner.until(RunFinished)
            await runner.ask(requests.ListThreads())
            seen = {line.text: line for line in runner.printed()}
            while not {"from below", "from a child"} <= set(seen):
                await runner.until(OutputReceived)
                seen = {line.text: line for line in runner.printed()}

            streams = {text: line.stream for text, line in seen.items()}
            assert streams["plain"] == streams["unfinished"] == streams["from below"] == "stdout"
            assert (streams["error"], streams["WARNING shop: careful"]) == ("stderr", "log")
            assert {seen[text].node for text in ("plain", "error", "unfinished", "WARNING shop: careful")} == {"second"}
            assert {seen[text].step for text in ("plain", "error")} == {2}
            tasks = {
                event.task.id for event in runner.told if isinstance(event, TaskChanged) and event.task.node == "second"
            }
            assert {seen["plain"].task_id} == tasks

    talk(conversation)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_what_a_forked_child_prints_and_logs_is_captured_too(tmp_path: Path) -> None:
    body = """
import logging, os, sys
sys.stdout.reconfigure(encoding="utf-8")
pid = os.fork()
if pid == 0:
    print("printed by the child")
    logging.getLogger("shop").info("logged by the child")
    os._exit(0)
os.waitpid(pid, 0)
"""
    path = two_nodes(tmp_path, body)

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            wanted = {"printed by the child", "logged by the child"}
            while not wanted <= {line.text for line in runner.printed()}:
                await runner.until(OutputReceived)

    talk(conversation)


def test_parallel_nodes_keep_their_own_lines(tmp_path: Path) -> None:
    graph = """{
      "format": "stategraph", "format_version": "1.0", "name": "small", "state": "STATE:State",
      "nodes": {"left": {"fn": "NODES:left"}, "right": {"fn": "NODES:right"}},
      "edges": [{"from": "__start__", "to": "left"}, {"from": "__start__", "to": "right"}]
    }"""
    nodes = """
import threading
meet = threading.Barrier(2)

def say(name):
    for part in ("one ", "two ", name):
        meet.wait(100)
        print(part, end="")
    print()

def left(state):
    say("left")

def right(state):
    say("right")
"""
    path = write_graph(tmp_path, graph, nodes)

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            await runner.until(RunFinished)
            assert {(line.node, line.text) for line in runner.printed()} == {
                ("left", "one two left"),
                ("right", "one two right"),
            }

    talk(conversation)


def test_a_flood_and_a_line_of_one_megabyte_stay_small(tmp_path: Path) -> None:
    body = "print('x' * 2**20)\nfor number in range(100_000): print('line', number)\nprint('the end')"
    path = two_nodes(tmp_path, body)

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            await runner.until(RunFinished)
            received = [event for event in runner.told if isinstance(event, OutputReceived)]
            lines = runner.printed()

            assert lines[-1].text == "the end"
            assert max(len(line.text) for line in lines) < MAX_LINE_CHARS + 100
            assert sum(len(line.text) for line in lines) < 5_000_000
            assert len(lines) + sum(event.dropped for event in received) == 100_002

    talk(conversation)


def test_a_node_that_reads_stdin_finds_it_empty(tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "import sys\nprint('got', repr(sys.stdin.read()))")

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            line = await runner.until_printed("got")
            assert line.text == "got ''"

    talk(conversation)


def test_a_fault_in_the_graph_is_the_answer_to_the_first_order(tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "pass")
    path.write_text(path.read_text(encoding="utf-8").replace(":first", ":frist"), encoding="utf-8")

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            failed = await runner.until(RunFailed)
            assert failed.error.kind == "UserCodeError"
            assert "'frist'" in failed.error.message and "'first'" in failed.error.message

    talk(conversation)


def test_an_inspecting_runner_shows_the_past_and_never_imports_the_graphs_code(tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "pass")

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            await runner.until(RunFinished)
        canary = tmp_path / "imported"
        for module in tmp_path.glob("*.py"):
            module.write_text(f"open({str(canary)!r}, 'w').close()\n", encoding="utf-8")

        async with start(path, inspect_only=True) as looker:
            looker.send(requests.OpenThread())
            opened = await looker.until(ThreadOpened)
            tree = await looker.ask(requests.ReadState("t", opened.head))
            refused = await looker.ask(requests.GoOn("t"))

            assert [row.ran for row in opened.checkpoints] == [(), ("__start__",), ("first",), ("second",)]
            assert {item["key"] for item in tree.value["items"]} == {"log", "topic"}
            assert "never loads" in (refused.error or "")
            assert not canary.exists()

    talk(conversation)


def test_an_answer_goes_through_the_pipe_and_a_fork_takes_the_other_branch(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES)

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({"topic": "human"}, "t"))
            waiting = await runner.until(RunWaiting)
            after_classify = waiting.checkpoint_id
            preview = await runner.ask(requests.PreviewFork("t", after_classify, {"topic": "left"}))
            runner.send(requests.Answer("t", {waiting.questions[0].id: "so"}))
            await runner.until(RunFinished)
            runner.send(requests.Fork("t", after_classify, {"topic": "left"}, None, "resume"))
            finished = await runner.until(RunFinished)
            log = await runner.ask(requests.ReadState("t", finished.checkpoint_id, ("log",)))

            assert preview.value == {"next": ["left"], "was": ["ask"], "error": None}
            assert log.value["json"] == ["classify", "left", "finish"]

    talk(conversation)


def test_the_installed_langgraph_is_hosted_by_the_same_runner(tmp_path: Path) -> None:
    path = write_graph(tmp_path, ASKING_GRAPH, ASKING_NODES, kit_named("langgraph"))

    async def conversation() -> None:
        async with Talk(path, engine="langgraph") as runner:
            runner.send(requests.Run({"topic": "human"}, "t"))
            waiting = await runner.until(RunWaiting)
            runner.send(requests.Answer("t", {waiting.questions[0].id: "so"}))
            await runner.until(RunFinished)
            runner.send(requests.Fork("t", waiting.checkpoint_id, {"topic": "left"}, None, "resume"))
            finished = await runner.until(RunFinished)
            log = await runner.ask(requests.ReadState("t", finished.checkpoint_id, ("log",)))

            assert log.value["json"] == ["classify", "left", "finish"]
            assert {line.node for line in runner.printed() if line.text == "classifying human"} == {"classify"}

    talk(conversation)


def test_the_runner_ends_with_everything_it_started_when_the_editor_is_gone(tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "print('hangs')\nwhile True: pass")

    async def conversation() -> None:
        async with start(path) as runner:
            runner.send(requests.Run({}, "t"))
            await runner.until_printed("hangs")
            runner.client._transport.get_pipe_transport(0).close()
            exited = await runner.until(RunnerExited)
            assert exited.exit_code == 0

    talk(conversation)


def test_a_python_that_cannot_be_started_is_told_as_an_exit(tmp_path: Path) -> None:
    path = two_nodes(tmp_path, "pass")

    async def conversation() -> None:
        async with start(path, python="/no/such/python") as runner:
            reply = await runner.ask(requests.ListThreads())
            exited = await runner.until(RunnerExited)
            assert reply.error is not None
            assert "/no/such/python" in exited.last_words

    talk(conversation)
