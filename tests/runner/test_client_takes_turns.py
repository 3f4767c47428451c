"""Much that comes at once is read a little at a time, in order, and all of it before the runner's end is told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.runner import client
from engine.runner.client import RunnerClient
from engine.runner.protocol import Message, Replied, Told, encode
from engine.runner.run_events import RunnerExited, RunStarted

LINES: list[Message] = [
    Told(1, RunStarted("a", False)),
    Told(2, RunStarted("b", False)),
    Replied(7, "yes"),
    Told(3, RunStarted("c", False)),
]


class Heard:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.told: list[Any] = []
        self.client = RunnerClient(loop, self._on_events)
        self.client._waiting[7] = lambda reply: self.told.append(reply.value)

    def _on_events(self, events: Any) -> None:
        self.told += [event.thread_id if isinstance(event, RunStarted) else type(event) for event in events]


def all_at_once() -> bytes:
    return b"".join(map(encode, LINES))


def test_what_takes_longer_than_a_slice_goes_on_after_the_window_had_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SLICE_S", -1.0)

    async def work() -> None:
        heard = Heard(asyncio.get_running_loop())
        seen = []
        heard.client.pipe_data_received(1, all_at_once())
        for _ in LINES:
            seen.append(list(heard.told))
            await asyncio.sleep(0)

        assert seen == [["a"], ["a", "b"], ["a", "b", "yes"], ["a", "b", "yes", "c"]]

    asyncio.run(work())


def test_a_little_is_read_at_once() -> None:
    async def work() -> None:
        heard = Heard(asyncio.get_running_loop())

        heard.client.pipe_data_received(1, encode(LINES[0]))

        assert heard.told == ["a"]

    asyncio.run(work())


def test_the_end_is_told_after_all_that_came_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SLICE_S", -1.0)

    async def work() -> None:
        heard = Heard(asyncio.get_running_loop())
        heard.client.pipe_data_received(1, all_at_once())

        heard.client._end(0)

        assert heard.told == ["a", "b", "yes", "c", RunnerExited]

    asyncio.run(work())
