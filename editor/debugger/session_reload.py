"""Code that changed on disk while a run rests: a fresh runner loads it and then takes over. Part of DebugSession.

The thread, the breakpoints and what is looked at stay. Code that cannot be loaded leaves the runner that is there, with
the last good code; the run goes on with that until the code is changed again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from editor.debugger.backend import Reply
from editor.debugger.code_stamp import CodeStamp, code_stamp
from editor.debugger.reports import OutputLine, Trouble
from editor.debugger.runners import Runners
from engine.runner import requests

RELOADED = "The code changed on disk: the run goes on with the new code."


class SessionReload:
    """The reloading part of ``DebugSession``, which has what is declared first."""

    output_received: Any
    trouble: Any
    _runners: Runners
    _path: Callable[[], Path]
    _breakpoint_request: Callable[[], requests.SetBreakpoints]

    _bad_code: CodeStamp = ()
    # As it was when it could not be loaded.

    def has_new_code(self) -> bool:
        """Whether code changed on disk that the run would go on with: not if it is known that it cannot be loaded."""
        return self._runners.has_old_code(self._path()) and code_stamp(self._path()) != self._bad_code

    def _with_new_code(self, then: Callable[[], None], otherwise: Callable[[str], None]) -> None:
        """``then`` at once if nothing changed, else when the new code is loaded; ``otherwise`` if it cannot be."""
        if self.has_new_code():
            self._load_new_code(then, otherwise)
        else:
            then()

    def _load_new_code(self, then: Callable[[], None], otherwise: Callable[[str], None]) -> None:
        stamp = code_stamp(self._path())
        fresh = self._runners.start_candidate(self._path())

        def on_loaded(reply: Reply) -> None:
            if self._runners.candidate is not fresh:
                return  # taken back meanwhile
            if reply.error is not None:
                self._runners.drop_candidate()
                self._bad_code = stamp
                otherwise(reply.error)
                return
            self._runners.promote_candidate()
            fresh.send(self._breakpoint_request())
            self.output_received.emit((OutputLine(RELOADED, "log"),))
            then()

        fresh.send(requests.LoadGraph(), on_loaded)

    def _tell_bad_code(self, error: str) -> None:
        way_out = "The run stays where it is. Mend the code, or continue with the code as it was before the change."
        self.trouble.emit(Trouble("The new code cannot be loaded", f"{error}\n\n{way_out}"))
