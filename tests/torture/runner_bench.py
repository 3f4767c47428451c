"""The example with a witness in each body, runners on it, and whether what a kill left behind goes on right.

The oracle is a side file outside the engine: each node body of the example appends one line to it before it begins,
with the length of the trace it was given. A body that belongs to a committed step can thus be told from one in flight.
"""

from __future__ import annotations

import math
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.runner import requests, run_events
from engine.runner.protocol import Asked, Replied, Told, decode, encode
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
REPLY = "We will call you today."

WITNESS = """

# Added by the test: each body says on a side file that it begins, and with how long a trace; it may then take a while.
def _witnessed(function):
    import functools
    import os
    import time

    @functools.wraps(function)
    def body(state):
        line = f"{function.__name__} {len(state.get('trace', []))} {state['message'].split()[-1]}\\n"
        file = os.open(os.environ["WITNESS_FILE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, line.encode())
        os.close(file)
        time.sleep(float(os.environ.get("WITNESS_TAKES_S", "0")))
        return function(state)

    return body


for _name in ("classify", "generate_query", "execute_query", "answer_billing", "plan_search", "search_articles",
              "search_tickets", "answer_technical", "answer_general", "escalate", "format_answer"):
    globals()[_name] = _witnessed(globals()[_name])
"""

REQUESTS = {
    "twice": ("ada", "Why was I charged 49 euros in May?"),
    "once": ("linus", "Is my invoice 2026-0226 paid?"),
    "never": ("grace", "I got a bill over 75 euros in June, where is the invoice?"),
    "search": ("edsger", "The export to PDF crashes with an error since the update."),
    "common": ("linus", "What are your office hours, are you open on the weekend?"),
    "unsure": ("ada", "It does not work and I want my money back."),
}


@dataclass
class Runner:
    """A runner at the other end of two pipes, driven without any of the editor."""

    process: subprocess.Popen[bytes]
    events: queue.Queue[Any] = field(default_factory=queue.Queue)
    seen: list[Any] = field(default_factory=list)
    replies: dict[int, Replied] = field(default_factory=dict)
    asked: int = 0

    def listen(self) -> None:
        """Reads until the pipe is closed; what a killed runner had written before is still read."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith(b"\n"):
                self.events.put(decode(line))
        self.events.put(None)

    def send(self, request: requests.Request) -> int:
        assert self.process.stdin is not None
        self.asked += 1
        self.process.stdin.write(encode(Asked(self.asked, request)))
        self.process.stdin.flush()
        return self.asked

    def next(self) -> Any:
        """The next message; None once the runner is gone."""
        message = self.events.get(timeout=PATIENCE_S)
        if isinstance(message, Replied):
            self.replies[message.id] = message
        elif isinstance(message, Told):
            self.seen.append(message.event)
        return message

    def reply_to(self, request: requests.Request) -> Replied:
        number = self.send(request)
        while number not in self.replies:
            assert self.next() is not None, "the runner ended while a reply was due"
        return self.replies[number]

    def ask(self, request: requests.Request) -> Any:
        reply = self.reply_to(request)
        assert reply.error is None, reply.error
        return reply.value

    def wait_for_event(self, wanted: Callable[[Any], bool], start: int) -> Any:
        index = start
        while True:
            while index < len(self.seen):
                if wanted(self.seen[index]):
                    return self.seen[index]
                index += 1
            assert self.next() is not None, "the runner ended"


@dataclass
class Bench:
    """The example with witnesses, and runners on it."""

    graph: Path
    witness: Path
    expected: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The state at the end of a run that nobody disturbed, by the kind of request."""
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    listeners: list[threading.Thread] = field(default_factory=list)

    def new_runner(self) -> Runner:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.runner", str(self.graph)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.graph.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT), "WITNESS_FILE": str(self.witness)},
        )
        runner = Runner(process)
        listener = threading.Thread(target=runner.listen, name="listener")
        listener.start()
        self.started.append(process)
        self.listeners.append(listener)
        runner.wait_for_event(lambda event: isinstance(event, run_events.RunnerReady), 0)
        return runner

    def run_undisturbed(self, runner: Runner) -> None:
        for thread, kind in zip(("#a", "#b", "#c", "#d", "#e", "#f"), REQUESTS, strict=True):
            state = finish(runner, thread, requests.Run(input_of(kind, thread), thread))
            self.expected[kind] = without_message(state)

    def bodies(self, thread: str) -> list[tuple[str, int]]:
        """(function, length of its trace) of each body that began, in order."""
        if not self.witness.exists():
            return []
        lines = [line.split() for line in self.witness.read_text().splitlines()]
        return [(function, int(length)) for function, length, mark in lines if mark == thread]

    def close(self) -> None:
        for process in self.started:
            process.kill()
            process.wait()
        for listener in self.listeners:
            listener.join()
        for process in self.started:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:  # what was still to be sent to a killed runner
                        pass


def witnessed(example_graph: Path, witness: Path) -> Iterator[Bench]:
    """For a fixture: the example's bodies tell the witness, and no runner is left at the end."""
    nodes = example_graph.parent / "nodes.py"
    nodes.write_text(nodes.read_text(encoding="utf-8") + WITNESS, encoding="utf-8")
    bench = Bench(example_graph, witness)
    yield bench
    bench.close()


def state_of(runner: Runner, thread: str, checkpoint: str) -> dict[str, Any]:
    """The whole state at a checkpoint, as plain JSON."""
    state: dict[str, Any] = runner.ask(requests.ReadState(thread, checkpoint))["json"]
    return state


def finish(runner: Runner, thread: str, begin: requests.Request) -> dict[str, Any]:
    """Go on to the end of the thread, answer what is asked on the way, return the last state."""
    start = len(runner.seen)
    runner.ask(begin)
    while True:
        event = runner.wait_for_event(
            lambda event: isinstance(event, (run_events.RunFinished, run_events.RunWaiting, run_events.RunFailed)),
            start,
        )
        start = len(runner.seen)
        if isinstance(event, run_events.RunFailed):
            raise AssertionError(f"the run failed: {event.error}")
        if isinstance(event, run_events.RunFinished):
            return state_of(runner, thread, event.checkpoint_id or "")
        runner.ask(requests.Answer(thread, {question.id: REPLY for question in event.questions}))


def input_of(kind: str, thread: str) -> dict[str, str]:
    """The message ends with the thread's name, so that the witness can tell the cases apart. No rule looks at it."""
    user, message = REQUESTS[kind]
    return {"user_id": user, "message": f"{message} {thread}"}


def reopened(runner: Runner, thread: str) -> run_events.ThreadOpened | None:
    """What the database knows of this thread; None if it holds no checkpoint of it."""
    start = len(runner.seen)
    if runner.reply_to(requests.OpenThread(thread)).error is not None:
        return None
    opened: run_events.ThreadOpened = runner.wait_for_event(
        lambda event: isinstance(event, run_events.ThreadOpened), start
    )
    return opened


def way_on(opened: run_events.ThreadOpened) -> requests.Request:
    if opened.questions:
        return requests.Answer(opened.thread_id, {question.id: REPLY for question in opened.questions})
    return requests.GoOn(opened.thread_id)


def is_end(event: Any) -> bool:
    return isinstance(event, (run_events.RunFinished, run_events.RunWaiting, run_events.RunFailed))


def taken_up(
    bench: Bench, runner: Runner, thread: str, kind: str, told: list[str], case: str, most_untold: float = math.inf
) -> bool:
    """The thread after a kill: whole, nothing that was told is gone, and it comes to the end that it should.

    ``told``: the checkpoints that somebody heard of before the kill; so many more may be stored. Gives whether there
    was something to go on with.
    """
    before = bench.bodies(thread)
    committed, done_tasks, has_more = 0, set[str](), True
    opened = reopened(runner, thread)
    if opened is None:
        assert told == [], f"{case}: a thread that was told of is gone"
        state = finish(runner, thread, requests.Run(input_of(kind, thread), thread))
    else:
        stored = [checkpoint.id for checkpoint in opened.checkpoints]
        assert told == stored[: len(told)], f"{case}: a checkpoint that was told of is gone"
        assert len(stored) - len(told) <= most_untold, f"{case}: more was stored than told"
        parents = [checkpoint.parent_id for checkpoint in opened.checkpoints]
        assert parents == [None, *stored[:-1]], f"{case}: the chain is broken"

        head = opened.checkpoints[-1]
        state = state_of(runner, thread, head.id)
        committed = len(state.get("trace", []))
        done_tasks = {task.node for task in head.tasks if task.state == "done"}
        has_more = bool(head.next)
        if has_more:
            state = finish(runner, thread, way_on(opened))

    again = bench.bodies(thread)[len(before) :]
    ran_twice = [body for body in again if body[1] < committed or body[0] in done_tasks]
    assert ran_twice == [], f"{case}: committed and yet run again"
    assert without_message(state) == bench.expected[kind], case
    return opened is not None and has_more


def without_message(state: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key != "message"}
