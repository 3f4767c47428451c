"""The facts on which it depends what can be done now and how it is called. Frozen, no Qt.

Made by ``wiring`` from document, session and canvas whenever one of them changes; read by the rows of ``actions``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from editor.app.debug_facts import DebugFacts
from editor.debugger.run_state import Phase


def _nothing(_verb: str) -> bool:
    return False


@dataclass(frozen=True)
class Situation:
    has_graph: bool = False
    """A graph is shown, not the welcome page."""
    has_file: bool = False
    """The graph is on disk, or was."""
    may: Callable[[str], bool] = _nothing
    """``DebugSession.may``."""
    phase: Phase = Phase.NO_RUN
    due_together: str = ""
    """What the next step would run, if it is more than one: "2 nodes", "8 tasks"."""
    has_input: bool = False
    """The chosen input can be run."""
    locked_reason: str = ""
    """Why the graph cannot be edited now; empty if it can."""
    is_modified: bool = False
    undo_label: str = ""
    redo_label: str = ""
    can_undo: bool = False
    can_redo: bool = False
    selected_nodes: int = 0
    selected_edges: int = 0
    selected_remarks: int = 0
    """Frames and notes."""
    has_chosen_subgraph: bool = False
    """One node is selected, and it can be opened."""
    are_chosen_disabled: bool = False
    """Nodes are selected, and all of them are disabled."""
    depth: int = 0
    """How many graphs are around the one that is shown."""
    debug: DebugFacts = field(default_factory=DebugFacts)
    """What the verbs of the debugger could be done to."""

    @property
    def can_edit(self) -> bool:
        return self.has_graph and not self.locked_reason

    @property
    def selected_pieces(self) -> int:
        """What can be copied: all that is selected but edges."""
        return self.selected_nodes + self.selected_remarks

    @property
    def selected_things(self) -> int:
        return self.selected_pieces + self.selected_edges

    @property
    def has_run(self) -> bool:
        """Whether the debug bar is shown: there is a run, also a finished one."""
        return self.phase is not Phase.NO_RUN

    @property
    def is_live(self) -> bool:
        """Whether a run can still go on from where it is."""
        return self.phase not in (Phase.NO_RUN, Phase.FINISHED, Phase.STOPPED)
