"""What a breakpoint is: where it holds a run, when, and what it does then. A frozen fact without behaviour.

Made by the editor or the command line, sent with ``requests.SetBreakpoints``, decided by ``breakpoint_watch``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Where(Enum):
    """The kinds of places. The value is what is saved and sent."""

    BEFORE = "before"
    """A node is next."""
    AFTER = "after"
    """A node has run and its step is saved."""
    BRANCH = "branch"
    """A router decided for a label."""
    KEY = "key"
    """A node changed a key of the state."""
    ERROR = "error"
    """A node raised, also if it was tried again or its error was handled."""
    INTERRUPT = "interrupt"
    """A node asks."""


@dataclass(frozen=True)
class Breakpoint:
    """One breakpoint. ``id`` is the editor's and never changes; the rest may be edited."""

    id: str
    where: Where = Where.BEFORE
    node: str = ""
    """Of a branch: the node that routes. On error and on interrupt "" means any node."""
    router: str = ""
    label: str = ""
    key: str = ""
    becomes: str = ""
    """Only if the key's new value is this one: JSON, or else the text itself. "" for any change."""
    condition: str = ""
    """A Python expression over the state's keys and ``node``, ``visit``, ``step``. "" for always."""
    hit_count: int = 0
    """Holds from this hit on, counted since the run was started. 0 and 1 both mean at once."""
    log: str = ""
    """If not "": prints this and goes on. ``{expression}`` stands for its value."""
    enabled: bool = True
    one_shot: bool = False
    """Gone once it has held a run."""
    within: tuple[str, ...] = ()
    """The path of nodes to the subgraph it is in; () for the outermost graph."""

    @property
    def is_plain(self) -> bool:
        """Holds before a node each time, and nothing more."""
        conditions = (self.condition, self.log, self.one_shot, self.hit_count > 1)
        return self.where is Where.BEFORE and not any(conditions)
