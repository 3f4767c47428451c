"""Which verb is allowed in which phase: one table, no Qt. Every button asks it through ``DebugSession.may``."""

from __future__ import annotations

from editor.debugger.run_state import Phase

_AT_REST = frozenset({Phase.NO_RUN, Phase.FINISHED, Phase.FAILED, Phase.STOPPED})
_HALTED = frozenset({Phase.PAUSED, Phase.WAITING, Phase.FAILED, Phase.FINISHED, Phase.STOPPED})
_ANY = frozenset(Phase)

PHASES_OF_VERB: dict[str, frozenset[Phase]] = {
    "open_graph": _AT_REST,
    "open_thread": _AT_REST,
    "delete_thread": _AT_REST,  # the shown one; others may go at any time
    # The shown run's branches and old steps. One that could still go on in its runner has to be stopped first.
    "delete_branch": frozenset({Phase.FINISHED, Phase.STOPPED}),
    "run": _AT_REST,
    "run_and_step": _AT_REST,
    # FAILED: tries what failed again, finished siblings are kept. STOPPED: a fresh runner, from the last checkpoint.
    "resume": frozenset({Phase.PAUSED, Phase.FAILED, Phase.STOPPED}),
    "run_to": frozenset({Phase.PAUSED, Phase.FAILED, Phase.STOPPED}),
    "step": frozenset({Phase.PAUSED, Phase.FAILED, Phase.STOPPED}),
    "step_into": frozenset({Phase.PAUSED, Phase.FAILED, Phase.STOPPED}),
    "step_out": frozenset({Phase.PAUSED}),
    # STOPPED: a question that was open when the runner was ended, or in a thread opened from the database.
    # FAILED: a sibling of what failed asked meanwhile; what failed is tried again with the answer.
    "answer": frozenset({Phase.WAITING, Phase.FAILED, Phase.STOPPED}),
    "pause": frozenset({Phase.RUNNING}),
    "stop": frozenset({Phase.STARTING, Phase.RUNNING, Phase.PAUSED, Phase.WAITING, Phase.FAILED}),
    "restart": _HALTED | {Phase.RUNNING},
    "fork": _HALTED,
    "skip_node": frozenset({Phase.PAUSED, Phase.WAITING, Phase.FAILED, Phase.STOPPED}),
    "look_at": _ANY,
    "step_back": _ANY,
    "step_forward": _ANY,
    "back_to_now": _ANY,
    "toggle_breakpoint": _ANY,
}

LOCKED_PHASES = frozenset({Phase.STARTING, Phase.RUNNING, Phase.PAUSED, Phase.WAITING, Phase.FAILED, Phase.STOPPING})
"""While a run can still go on from where it is, the graph under it cannot be edited."""


def allows(phase: Phase, verb: str) -> bool:
    return phase in PHASES_OF_VERB[verb]
