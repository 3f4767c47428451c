"""Says what a run, an input or an update leaves behind or drops although nothing fails. LangGraph does so silently.

Lines in the log of ``langgraph``, as warnings: the debugger shows them among the run's output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from engine.channels import NamedBarrierValue
from engine.log import log_warning
from engine.runtime.run import Run
from engine.runtime.task import Task


def tell_half_filled_joins(run: Run) -> None:
    """The run is at its end, and some nodes still wait for others that have not run."""
    for name in run.plan.joins:
        join = run.state.channels.get(name)
        if isinstance(join, NamedBarrierValue) and join.seen and join.seen != join.names:
            log_warning(
                "The run has ended, and %s never ran: it waits for %s, and %s did not run. %s",
                _quoted(run.plan.triggered_by.get(name, ())),
                _quoted(sorted(join.names)),
                _quoted(sorted(join.names - join.seen)),
                "The thread remembers who has."
                if run.store is not None
                else "If it need not wait, give it plain edges.",
            )


def tell_dropped_input_keys(run: Run) -> None:
    """An input has keys that the graph's input has not. A subgraph is given its parent's whole state."""
    keys = run.plan.input_keys
    if run.parent is None and keys is not None and type(run.input) is dict and not run.input.keys() <= keys:
        run.plan.dropped_keys.tell("The input", run.input, keys)


def tell_dropped_by_input(run: Run, due: Sequence[Task]) -> None:
    """A new input begins anew; what the thread was about to do is not done."""
    names = _shown(due)
    if run.parent is None and names:
        log_warning(
            "The new input drops what was due on thread '%s': %s. To go on with that instead, pass None, "
            "or Command(resume=...) to answer a question.",
            run.thread_id,
            _quoted(names),
        )


def tell_dropped_by_update(run: Run, due: Sequence[Task], as_nodes: Iterable[str], due_now: Sequence[Task]) -> None:
    """An update stands for some nodes' results; others that were due at the same time are not due any more."""
    gone = set(_shown(due)) - set(as_nodes) - {task.name for task in due_now}
    if gone:
        log_warning(
            "The update as %s drops what else was due on thread '%s': %s. To keep it, update as that, too, "
            "with bulk_update_state, or let it run first.",
            _quoted(sorted(set(as_nodes))),
            run.thread_id,
            _quoted(sorted(gone)),
        )


def _shown(tasks: Sequence[Task]) -> list[str]:
    return list(dict.fromkeys(task.name for task in tasks if not task.node.hidden))


def _quoted(names: Any) -> str:
    return " and ".join(f"'{name}'" for name in names)
