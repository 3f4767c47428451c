"""Every error and warning class of the engine, with LangGraph's names. No behaviour beyond their texts.

Three families: control flow that must pass through user code unharmed (``GraphBubbleUp``, a ``BaseException``),
mistakes in a graph or its input (``InvalidUpdateError`` and friends), and failures of one node (``NodeTimeoutError``,
...).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Literal

TROUBLESHOOTING = "https://docs.langchain.com/oss/python/langgraph/errors/"
"""Kept as in LangGraph's texts: people search for these lines."""


class ErrorCode(Enum):
    """The last part of the troubleshooting address of an error."""

    GRAPH_RECURSION_LIMIT = "GRAPH_RECURSION_LIMIT"
    INVALID_CONCURRENT_GRAPH_UPDATE = "INVALID_CONCURRENT_GRAPH_UPDATE"
    INVALID_GRAPH_NODE_RETURN_VALUE = "INVALID_GRAPH_NODE_RETURN_VALUE"
    MULTIPLE_SUBGRAPHS = "MULTIPLE_SUBGRAPHS"
    INVALID_CHAT_HISTORY = "INVALID_CHAT_HISTORY"


def create_error_message(*, message: str, error_code: ErrorCode) -> str:
    """The message with the address of its explanation on a second line."""
    return f"{message}\nFor troubleshooting, visit: {TROUBLESHOOTING}{error_code.value}"


def did_you_mean(name: str, known: Iterable[str], what: str = "nodes") -> str:
    """A closing sentence that offers the nearest known names, or lists them if none is near; "" if there are none."""
    from difflib import get_close_matches  # here, because most runs make no mistake

    names = sorted(n for n in known if not n.startswith("__"))
    if not names:
        return ""
    near = get_close_matches(name, names, n=3)
    if near:
        return "Did you mean " + " or ".join(f"'{n}'" for n in near) + "?"
    return f"Known {what}: " + ", ".join(f"'{n}'" for n in names[:20]) + ("." if len(names) <= 20 else ", ...")


class GraphBubbleUp(BaseException):
    """Control flow on its way out of a node.

    A ``BaseException``, so that a node's ``except Exception`` lets it pass.
    """


class GraphInterrupt(GraphBubbleUp):
    """A node asked a question, or a breakpoint was hit. Never leaves the outermost graph."""

    def __init__(self, interrupts: Sequence[Any] = ()) -> None:
        super().__init__(interrupts)

    @property
    def interrupts(self) -> tuple[Any, ...]:
        """The questions; empty for a breakpoint."""
        return tuple(self.args[0]) if self.args else ()


class ParentCommand(GraphBubbleUp):
    """A ``Command(graph=...)`` on its way to the graph it is addressed to."""

    def __init__(self, command: Any) -> None:
        super().__init__(command)


class GraphDrained(GraphBubbleUp):
    """The run stopped between two supersteps because ``RunControl.request_drain()`` was called. It can be resumed."""

    def __init__(self, reason: str = "shutdown") -> None:
        self.reason = reason
        super().__init__(f"Graph drained: {reason}")


class GraphRecursionError(RecursionError):
    """The run took ``recursion_limit`` supersteps without coming to an end. What was done so far is saved."""


class InvalidUpdateError(Exception):
    """A write that the state cannot take: two values for one key, a value that is no update, an unknown target."""

    key: str | None = None
    """The key that could not take what was written to it, if that is what happened."""
    nodes: tuple[str, ...] = ()
    """The nodes that wrote to it."""


class UnknownNodeError(InvalidUpdateError):
    """A router, ``goto``, ``Send`` or saved thread names a node that the graph does not have."""


class EmptyChannelError(Exception):
    """A channel was read that has no value."""


class EmptyInputError(Exception):
    """Nothing to start from: no input, and no saved checkpoint to continue."""


class TaskNotFound(Exception):
    """A task was named that the step does not have."""


class UnknownInterruptError(Exception):
    """Strict resume: the answer does not fit the open questions. Raised before anything is written."""

    def __init__(
        self,
        message: str,
        *,
        reason: Literal["not_pending", "empty_map", "ambiguous"],
        interrupt_ids: Sequence[str] = (),
        pending_ids: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.interrupt_ids = tuple(interrupt_ids)
        self.pending_ids = tuple(pending_ids)


@dataclass(frozen=True)
class NodeError:
    """What an error handler is told: which node failed, and with what."""

    node: str
    error: BaseException


class NodeCancelledError(Exception):
    """A node's body raised ``asyncio.CancelledError`` itself; an ordinary failure, not a torn-down run."""

    def __init__(self, node: str, message: str | None = None) -> None:
        super().__init__(message or f"Node {node!r} raised asyncio.CancelledError")
        self.node = node


class NodeTimeoutError(Exception):
    """A node took longer than its ``TimeoutPolicy`` allows. No ``TimeoutError``, so that it is retried by default."""

    def __init__(
        self,
        node: str,
        elapsed: float,
        *,
        kind: Literal["idle", "run"],
        idle_timeout: float | None = None,
        run_timeout: float | None = None,
    ) -> None:
        if kind not in ("idle", "run"):
            raise ValueError("kind must be 'idle' or 'run'")
        timeout = idle_timeout if kind == "idle" else run_timeout
        if timeout is None:
            raise ValueError(f"{kind}_timeout is required when kind='{kind}'")
        progress = " without making progress" if kind == "idle" else ""
        super().__init__(
            f"Node '{node}' exceeded its {kind} timeout of {timeout:.3f}s{progress} (elapsed: {elapsed:.3f}s)."
        )
        self.node = node
        self.elapsed = elapsed
        self.kind = kind
        self.timeout = timeout
        self.idle_timeout = idle_timeout
        self.run_timeout = run_timeout


class CircuitOpenError(RuntimeError):
    """A node was not called because it failed too often; see ``CircuitBreakerPolicy``. Not retried by default."""

    def __init__(
        self, node: str, *, since: datetime, until: datetime, failures: int, last_error: BaseException | None = None
    ) -> None:
        why = f" The last was {type(last_error).__name__}: {last_error}." if last_error is not None else ""
        super().__init__(
            f"Node '{node}' is not called: it failed {failures} times in a row.{why} Its circuit is open since "
            f"{since:%Y-%m-%d %H:%M:%S} until {until:%Y-%m-%d %H:%M:%S} UTC. Run again after that, or give the node a "
            "fallback."
        )
        self.node = node
        self.since = since
        """When it was opened, in UTC."""
        self.until = until
        """When one attempt is let through, in UTC; now, if one is under way."""
        self.failures = failures
        self.last_error = last_error


class RateLimitExceededError(Exception):
    """A node would have had to wait longer for its turn than ``RateLimitPolicy.max_wait_s`` allows."""

    def __init__(self, node: str, *, calls: int, per_s: float, wait_s: float, max_wait_s: float) -> None:
        super().__init__(
            f"Node '{node}' may begin {calls} times in {per_s:g} s and would have to wait {wait_s:.3g} s for its turn, "
            f"longer than the {max_wait_s:g} s allowed. Raise max_wait_s, or start fewer calls at a time."
        )
        self.node = node
        self.calls = calls
        self.per_s = per_s
        self.wait_s = wait_s
        self.max_wait_s = max_wait_s


_INVALID_RESUME = "_invalid_resume"


def mark_invalid_resume(error: BaseException) -> None:
    """Remember on the error that an answer did not match its ``response_schema``."""
    setattr(error, _INVALID_RESUME, True)


def is_invalid_resume(error: BaseException) -> bool:
    """Whether the error was raised because an answer did not match its ``response_schema``."""
    return getattr(error, _INVALID_RESUME, False) is True


def add_note(error: BaseException, note: str) -> None:
    """``error.add_note(note)``, also on Python 3.10."""
    notes = getattr(error, "__notes__", None)
    if notes is None:
        error.__notes__ = [note]  # what add_note does; the method is new in 3.11
    elif note not in notes:
        notes.append(note)


class LangGraphDeprecationWarning(DeprecationWarning):
    """Something that still works here and is gone in a later version."""

    def __init__(
        self, message: str, *, since: tuple[int, int] = (0, 0), expected_removal: tuple[int, int] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message.rstrip(".")
        self.since = since
        self.expected_removal = expected_removal or (since[0] + 1, 0)

    def __str__(self) -> str:
        since, gone = (".".join(map(str, v)) for v in (self.since, self.expected_removal))
        return f"{self.message}. Deprecated in LangGraph V{since} to be removed in V{gone}."


class LangGraphDeprecatedSinceV05(LangGraphDeprecationWarning):
    """Deprecated since 0.5."""

    def __init__(self, message: str) -> None:
        super().__init__(message, since=(0, 5), expected_removal=(2, 0))


class LangGraphDeprecatedSinceV10(LangGraphDeprecationWarning):
    """Deprecated since 1.0."""

    def __init__(self, message: str) -> None:
        super().__init__(message, since=(1, 0), expected_removal=(2, 0))


class LangGraphDeprecatedSinceV11(LangGraphDeprecationWarning):
    """Deprecated since 1.1."""

    def __init__(self, message: str) -> None:
        super().__init__(message, since=(1, 1), expected_removal=(3, 0))
