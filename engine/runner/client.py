"""Starts a runner as a child process and talks to it on any asyncio loop: the editor's end of the pipes.

Plain callbacks instead of tasks, so that it also works inside a nested Qt event loop. Everything happens on the loop's
thread; only the killing of a process tree, which blocks for some milliseconds, has a thread of its own.
"""

from __future__ import annotations

import asyncio
import math
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from engine.runner.boot import boot_command, environment_for
from engine.runner.interpreter import Interpreter, interpreter_at, why_not
from engine.runner.process_tree import MARK, kill_orphans, kill_tree
from engine.runner.protocol import Asked, ProtocolError, Replied, decode, encode
from engine.runner.requests import Request, Shutdown
from engine.runner.run_events import RunEvent, RunnerExited

GRACE_S = 1.0
"""How long a running node may take to come to its end after Stop, before everything is killed."""
LAST_WORDS_CHARS = 8_000
SWEEP_MAY_TAKE_S = 5.0
"""Looking for orphans reads every process's environment, which can block on a process in trouble."""
SLICE_S = 0.01
"""So long what came is read in one go."""
PIPES_MAY_LAG_S = 0.5
"""A forked child may hold the pipes open for a moment after the runner's end."""

OnEvents = Callable[[Sequence[RunEvent]], None]
OnReply = Callable[[Replied], None]


class RunnerClient(asyncio.SubprocessProtocol):
    """One runner from start to end. Ends with exactly one ``RunnerExited``."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_events: OnEvents) -> None:
        self._loop = loop
        self._on_events = on_events
        self._mark = uuid4().hex
        self._ids = count(1)
        self._waiting: dict[int, OnReply | None] = {}
        self._unsent: list[bytes] = []
        self._starting: asyncio.Task[None] | None = None
        self._transport: asyncio.SubprocessTransport | None = None
        self._rest = b""
        self._lines: deque[bytes] = deque()
        """Came, and not yet read."""
        self._is_behind = False
        self._last_words = b""
        self._open_pipes = {1, 2}
        self._stop_asked = False
        self._grace: asyncio.TimerHandle | None = None
        self._kill_asked = False
        self._killing: threading.Thread | None = None
        self._has_exited = False
        self._is_swept = False
        self._is_over = False

    @property
    def pid(self) -> int | None:
        return None if self._transport is None else self._transport.get_pid()

    def start(
        self, graph_path: Path, *, inspect_only: bool = False, python: str = sys.executable, engine: str = "stepgraph"
    ) -> None:
        """Returns at once; ``RunnerReady`` or ``RunnerExited`` comes later."""
        graph_path = graph_path.resolve()
        arguments = [str(graph_path), "--engine", engine, *(["--inspect"] if inspect_only else [])]
        self._starting = self._loop.create_task(self._start(interpreter_at(Path(python)), arguments, graph_path.parent))

    def send(self, request: Request, on_reply: OnReply | None = None) -> None:
        """Each request gets one reply; an error if the runner ends before it answers."""
        if self._is_over:
            self._loop.call_soon(_refuse, on_reply)
            return
        id = next(self._ids)
        self._waiting[id] = on_reply
        self._write(encode(Asked(id, request)))

    def stop(self) -> None:
        """Asks the runner to end, gives it ``GRACE_S``, then kills it with everything it started."""
        if self._stop_asked or self._is_over:
            return
        self._stop_asked = True
        self.send(Shutdown())
        self._grace = self._loop.call_later(GRACE_S, self.kill)

    def kill(self) -> None:
        """At once and by force; a process that is just being started, as soon as it is there."""
        self._stop_asked = self._kill_asked = True
        pid = self.pid
        if pid is not None and not self._has_exited and self._killing is None:
            self._killing = threading.Thread(target=kill_tree, args=(pid, self._mark), name="kill runner", daemon=True)
            self._killing.start()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.SubprocessTransport, transport)
        for data in self._unsent:
            self._write(data)
        self._unsent.clear()
        if self._kill_asked:
            self.kill()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self._last_words = (self._last_words + data)[-LAST_WORDS_CHARS:]
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._lines.extend(lines)
        if not self._is_behind:
            self._take(SLICE_S)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._open_pipes.discard(fd)
        self._end_if_over()

    def process_exited(self) -> None:
        self._has_exited = True
        if self._grace is not None:
            self._grace.cancel()
        threading.Thread(target=self._sweep, name="sweep runner", daemon=True).start()
        self._loop.call_later(SWEEP_MAY_TAKE_S, self._swept)

    # Below: how it is done

    async def _start(self, interpreter: Interpreter, arguments: list[str], folder: Path) -> None:
        command = boot_command(str(interpreter.path), "engine.runner.__main__", arguments)
        own = {MARK: self._mark, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
        environment = environment_for(interpreter, os.environ) | own
        options: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        try:
            await self._loop.subprocess_exec(lambda: self, *command, cwd=folder, env=environment, **options)
        except OSError as error:
            why = why_not(interpreter) or f"{interpreter.path} could not be started: {error}"
            self._last_words = why.encode()
            self._end(None)

    def _write(self, data: bytes) -> None:
        if self._transport is None:
            self._unsent.append(data)
            return
        pipe = self._transport.get_pipe_transport(0)
        if pipe is not None and not pipe.is_closing():
            cast(asyncio.WriteTransport, pipe).write(data)

    def _take(self, for_s: float) -> None:
        """In order: events are collected, and handed on before any reply that came after them.

        What is left after so many seconds waits until the window has had its turn: a long past comes in megabytes.
        """
        latest_s = time.monotonic() + for_s
        events: list[RunEvent] = []
        while self._lines:
            try:
                message = decode(self._lines.popleft())
            except ProtocolError as error:
                self._last_words = (self._last_words + f"{error}\n".encode())[-LAST_WORDS_CHARS:]
                self._lines.clear()
                self.kill()
                return
            if isinstance(message, Replied):
                told, events = events, []
                self._tell(told)
                on_reply = self._waiting.pop(message.id, None)
                if on_reply is not None:
                    on_reply(message)
            elif not isinstance(message, Asked):
                events.append(message.event)
            if time.monotonic() > latest_s:
                break
        self._tell(events)
        if self._lines and not self._is_behind:
            self._is_behind = True
            self._loop.call_soon(self._catch_up)

    def _catch_up(self) -> None:
        self._is_behind = False
        self._take(SLICE_S)

    def _tell(self, events: list[RunEvent]) -> None:
        if events:
            self._on_events(events)

    def _sweep(self) -> None:
        # A process that is just dying has no environment any more, so the look for orphans does not see it: who killed
        # it waits until it is gone, and is waited for here.
        if self._killing is not None:
            self._killing.join()
        kill_orphans(self._mark)
        try:
            self._loop.call_soon_threadsafe(self._swept)
        except RuntimeError:
            pass  # the loop was closed meanwhile: nobody listens any more

    def _swept(self) -> None:
        if self._is_swept:
            return
        self._is_swept = True
        self._loop.call_later(PIPES_MAY_LAG_S, self._end_if_over, True)
        self._end_if_over()

    def _end_if_over(self, pipes_do_not_matter: bool = False) -> None:
        if self._has_exited and self._is_swept and (pipes_do_not_matter or not self._open_pipes):
            self._end(None if self._transport is None else self._transport.get_returncode())

    def _end(self, exit_code: int | None) -> None:
        if self._is_over:
            return
        self._take(math.inf)
        self._is_over = True
        if self._transport is not None:
            self._transport.close()
        waiting, self._waiting = self._waiting, {}
        for on_reply in waiting.values():
            _refuse(on_reply)
        words = self._last_words.decode("utf-8", "replace").strip()
        self._on_events([RunnerExited(exit_code, self._stop_asked, words)])


def _refuse(on_reply: OnReply | None) -> None:
    if on_reply is not None:
        on_reply(Replied(0, error="The runner ended before it could answer."))
