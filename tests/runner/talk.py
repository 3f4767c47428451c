"""A runner process spoken to from a test: requests, and waiting for events instead of sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from engine.runner.client import RunnerClient
from engine.runner.protocol import Replied
from engine.runner.requests import Request
from engine.runner.run_events import (
    OutputReceived,
    RunEvent,
    RunFailed,
    RunFinished,
    RunnerExited,
    RunPaused,
    RunWaiting,
)
from tests.patience import PATIENCE_S

E = TypeVar("E", bound=RunEvent)


class Talk:
    """One client on the running loop. Use as an async context manager: it leaves no process behind."""

    def __init__(self, graph_path: Path, **options: Any) -> None:
        self._graph_path = graph_path
        self._options = options
        self.told: list[RunEvent] = []
        self._seen = 0
        self._news = asyncio.Event()
        self.client = RunnerClient(asyncio.get_running_loop(), self._on_events)

    async def __aenter__(self) -> Talk:
        self.client.start(self._graph_path, **self._options)
        return self

    async def __aexit__(self, *failure: object) -> None:
        if not any(isinstance(event, RunnerExited) for event in self.told):
            self.client.kill()
            try:
                await self.until(RunnerExited)
            except TimeoutError:
                raise AssertionError(f"the runner did not end: {vars(self.client)}") from None

    def send(self, request: Request) -> None:
        self.client.send(request)

    async def ask(self, request: Request) -> Replied:
        """The reply, whatever it is."""
        reply: asyncio.Future[Replied] = asyncio.get_running_loop().create_future()
        self.client.send(request, reply.set_result)
        return await asyncio.wait_for(reply, PATIENCE_S)

    async def until(self, *kinds: type[E], where: Callable[[E], bool] = lambda event: True) -> E:
        """The next event of that kind that no earlier call has returned."""
        return await asyncio.wait_for(self._until(kinds, where), PATIENCE_S)

    async def _until(self, kinds: tuple[type[E], ...], where: Callable[[E], bool]) -> E:
        while True:
            while self._seen < len(self.told):
                event = self.told[self._seen]
                self._seen += 1
                if isinstance(event, kinds) and where(event):
                    return event
            self._news.clear()
            await self._news.wait()

    async def until_rest(self) -> Any:
        """How the run came to rest."""
        return await self.until(RunPaused, RunWaiting, RunFailed, RunFinished, RunnerExited)

    async def until_printed(self, text: str) -> Any:
        """The line that holds the text."""
        received = await self.until(OutputReceived, where=lambda event: any(text in line.text for line in event.lines))
        return next(line for line in received.lines if text in line.text)

    def printed(self) -> list[Any]:
        return [line for event in self.told if isinstance(event, OutputReceived) for line in event.lines]

    def _on_events(self, events: Sequence[RunEvent]) -> None:
        self.told.extend(events)
        self._news.set()


def talk(conversation: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs an async test."""
    asyncio.run(conversation())
