"""Messages survive the pipe; what is no message is refused."""

from __future__ import annotations

import json

import pytest

from engine.runner import requests
from engine.runner.breakpoints import Breakpoint, Where
from engine.runner.protocol import Asked, ProtocolError, Replied, Told, decode, encode, from_plain, to_plain
from engine.runner.run_events import (
    CheckpointFacts,
    CheckpointSaved,
    ErrorFacts,
    OutputLine,
    OutputReceived,
    QuestionFacts,
    RouteFacts,
    RunnerReady,
    RunPaused,
    RunWaiting,
    TaskFacts,
)

ROW = CheckpointFacts(
    id="c2",
    parent_id="c1",
    step=1,
    source="loop",
    next=("b", "b"),
    changed_keys=("x",),
    created_at="2026-01-01T00:00:00+00:00",
    ran=("a",),
    routes=(RouteFacts("a", "", "yes", "b"),),
    tasks=(TaskFacts("t1", "b", "failed", 0.25, 2, 1.5, ErrorFacts("KeyError", "'x'", "trace", "b")),),
)


@pytest.mark.parametrize(
    "message",
    [
        Asked(1, requests.Run({"text": "lone \ud800 surrogate", "deep": [1, {"a": None}]}, "t", stepping=True)),
        Asked(2, requests.Fork("t", "c", {"x": [1, 2]}, None, "step")),
        Asked(
            3,
            requests.SetBreakpoints(
                (Breakpoint("1", Where.KEY, key="k", hit_count=2), Breakpoint("2", node="b")), {"1": 3}
            ),
        ),
        Asked(4, requests.ReadState("t", "c", ("messages", 0, "text"), 5, 10)),
        Asked(5, requests.Shutdown()),
        Replied(1, {"next": ["a"]}),
        Replied(2, error="no such thread"),
        Told(1, RunnerReady(17, "3.11.2")),
        Told(2, CheckpointSaved("t", ROW)),
        Told(3, RunWaiting("t", "c2", (QuestionFacts("q", "ask", {"why": 1}, {"type": "string"}),))),
        Told(4, OutputReceived((OutputLine("hi", "stdout", "a", 1, "t1"), OutputLine("x")), dropped=7)),
        Told(5, RunPaused("t", None, "step")),
    ],
    ids=lambda message: f"{type(message).__name__}-{getattr(message, 'id', getattr(message, 'seq', 0))}",
)
def test_a_message_is_one_line_and_comes_back_equal(message: object) -> None:
    line = encode(message)

    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode(line) == message


@pytest.mark.parametrize("line", [b"", b"hello", b"[1]", b"null", b'{"v":1}', b'{"v":1,"id":1,"type":"no_such"}'])
def test_a_line_that_is_no_message_is_refused_with_its_beginning(line: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode(line)

    assert repr(line[:80]) in str(caught.value)


def test_another_version_is_named() -> None:
    with pytest.raises(ProtocolError, match="version 99"):
        decode(json.dumps({"v": 99, "id": 1, "type": "pause"}))


def test_facts_of_a_newer_program_lose_only_the_keys_that_are_not_known() -> None:
    content = {**to_plain(ROW), "colour": "red"}

    assert from_plain(CheckpointFacts, content) == ROW
