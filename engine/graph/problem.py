"""One finding about a drawn graph. Found by ``problems``; shown by the editor and ``stepgraph check``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from engine.graph.spec import EdgeId

WhyNoFunction = Callable[[str], "str | None"]
"""Why a reference such as ``nodes:classify`` names nothing, as a sentence; None if it is there or cannot be known."""
WhyNoGraph = Callable[[str], "str | None"]
"""The same for a graph file that stands as a subgraph: ``other.graph.json``."""

JumpsInCode = Callable[[str], "tuple[str, ...]"]
"""Where the annotation of a function such as ``nodes:classify`` says that it may jump; () if that cannot be known."""


class ModuleReason(str):
    """Why a function is not found, if not its name is to blame but the module: its text is not Python, for instance."""

    __slots__ = ()


class Severity(Enum):
    ERROR = "error"  # the graph cannot run like this
    WARNING = "warning"  # it runs, but probably not as meant
    HINT = "hint"  # worth knowing


@dataclass(frozen=True)
class Problem:
    """One finding. It stands at an edge, at a node (START and END too), or at the whole graph if both are None."""

    id: str
    """The kind of finding, stable: ``unreachable_node``."""
    severity: Severity
    sentence: str
    way_out: str
    node: str | None = None
    edge: EdgeId | None = None
    router: str | None = None
    """With ``node``: the router on it that is meant; "" is the only one."""
    branch: str | None = None
    """With ``router``: the branch's label."""
    option: str | None = None
    """The field of ``NodeSpec`` that is meant, such as ``retry``; without a node, one of the graph's defaults."""
    key: str | None = None
    """The key of the state that is meant."""
    also: tuple[str, ...] = ()
    """Other nodes where the same is wrong: one sentence is enough, but each of them shows that it cannot run."""
    path: tuple[str, ...] = ()
    """For a finding inside a subgraph: the nodes to open, the outermost first. ``node`` is the first of them."""
    inner: Problem | None = None
    """With ``path``: the finding as it is told where it stands, in the innermost of these graphs."""
