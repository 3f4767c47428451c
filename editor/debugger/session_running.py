"""Starts runs, lets them go on and ends them. Part of DebugSession.

Each verb is one order to the live runner; what comes of it is told as events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

from editor.debugger.backend import EngineBackend, Reply
from editor.debugger.focus import Focus
from editor.debugger.reports import Trouble
from editor.debugger.run_state import Phase, RunState
from editor.debugger.runners import Runners
from engine.runner import requests
from engine.runner.requests import Request


class SessionRunning:
    """The running half of ``DebugSession``, which has what is declared first."""

    trouble: Any
    _clock: Callable[[], float]
    _runners: Runners
    _run_state: RunState
    _focus: Focus
    _last_input: Any
    _after_stop: Callable[[], None] | None
    _heard_at_s: float
    _may: Callable[[str], bool]
    _thread: Callable[[], str]
    _show: Callable[[RunState, Focus], None]
    _swap: Callable[[RunState, Focus], None]
    _tell: Callable[[], None]
    _drop_runner: Callable[[], None]
    _live_runner: Callable[[], EngineBackend]
    has_new_code: Callable[[], bool]
    _load_new_code: Callable[[Callable[[], None], Callable[[str], None]], None]
    _tell_bad_code: Callable[[str], None]

    def run(self, input: Mapping[str, Any], *, thread_id: str | None = None) -> None:
        """Starts a new thread with a fresh runner (so with the code as it is on disk) and runs to the first stop."""
        if self._may("run"):
            self._run(dict(input), thread_id, stepping=False)

    def run_and_step(self, input: Mapping[str, Any], *, thread_id: str | None = None) -> None:
        """As ``run``, but pauses before the first node."""
        if self._may("run_and_step"):
            self._run(dict(input), thread_id, stepping=True)

    def resume(self) -> None:
        """Goes on to the next breakpoint, question, failure or the end."""
        if self._may("resume"):
            self._go_on(requests.GoOn(self._thread(), stepping=False))

    def run_to(self, node: str, within: tuple[str, ...] = ()) -> None:
        """As ``resume``, but pauses before the node, of the subgraph at that path, if the run comes there."""
        if self._may("run_to"):
            self._go_on(requests.GoOn(self._thread(), stepping=False, until="/".join((*within, node))))

    def step(self) -> None:
        """One superstep."""
        if self._may("step"):
            self._go_on(requests.GoOn(self._thread(), stepping=True))

    def answer(self, answers: Mapping[str, Any]) -> None:
        """Answers questions by their ids and goes on the way it went before."""
        known = {question.id for question in self._run_state.questions}
        if self._may("answer") and answers and known >= set(answers):
            self._go_on(requests.Answer(self._thread(), dict(answers), stepping=self._run_state.stepping))

    def pause(self) -> None:
        """Asks to stop at the next boundary; nodes that run now are let finish."""
        if self._may("pause") and self._runners.live is not None:
            self._runners.live.send(requests.Pause())
            self._show(replace(self._run_state, pausing=True), self._focus)

    def stop(self) -> None:
        """Ends the runner with everything it started. The checkpoints stay; ``resume`` goes on from the last one."""
        if not self._may("stop"):
            return
        if self._runners.live is None:
            self._show(replace(self._run_state, phase=Phase.STOPPED), self._focus)
            return
        self._runners.drop_candidate()
        self._show(replace(self._run_state, phase=Phase.STOPPING), self._focus)
        self._runners.live.stop()

    def restart(self) -> None:
        """The same input again, as a new thread."""
        if not self._may("restart"):
            return
        if self._run_state.phase in (Phase.NO_RUN, Phase.FINISHED, Phase.STOPPED, Phase.FAILED):
            self._run(self._last_input, None, stepping=False)
            return
        input = self._last_input
        self._after_stop = lambda: self._run(input, None, stepping=False)
        self.stop()

    # How it is done

    def _run(self, input: Any, thread_id: str | None, *, stepping: bool) -> None:
        self._drop_runner()
        self._last_input = input
        thread_id, before = thread_id or uuid4().hex, self._run_state
        self._show(RunState(phase=Phase.STARTING, thread_id=thread_id, stepping=stepping), Focus())
        self._live_runner().send(requests.Run(input, thread_id, stepping), partial(self._on_order_reply, before))

    def _go_on(self, request: Request) -> None:
        stepping = getattr(request, "stepping", False) or getattr(request, "then", "") == "step"
        before = self._run_state
        is_new_code = self.has_new_code()
        is_ready = self._runners.live is not None and not is_new_code
        phase = Phase.RUNNING if is_ready else Phase.STARTING
        self._swap(replace(self._run_state, phase=phase, stepping=stepping, pause_reason=""), self._focus)

        def order() -> None:
            self._heard_at_s = self._clock()
            self._live_runner().send(request, partial(self._on_order_reply, before))

        def stay(error: str) -> None:
            self._show_rest(before)
            self._tell_bad_code(error)

        if is_new_code:
            self._load_new_code(order, stay)
        else:
            order()
        self._tell()  # after the order: the runner is at work while the window says so

    def _on_order_reply(self, before: RunState, reply: Reply) -> None:
        """A refused order leaves the run where it was. If the runner died instead, RunnerExited tells more.

        A run that was stopped while its code was still being imported took its order along: nothing went wrong.
        """
        if reply.error is None or self._runners.live is None or self._run_state.phase is Phase.STOPPING:
            return
        self._show_rest(before)
        self.trouble.emit(Trouble("That was not possible", reply.error))

    def _show_rest(self, before: RunState) -> None:
        rest = replace(
            self._run_state,
            phase=before.phase,
            stepping=before.stepping,
            questions=before.questions,
            error=before.error,
            pause_reason=before.pause_reason,
            drift=before.drift,
        )
        self._show(rest, self._focus)
