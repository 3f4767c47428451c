"""The past of a thread as a tree: checkpoints, branches, heads. Pure; made from headers, reads no value.

What a branch is stands in ``engine.store.branch_lines``. Branches are numbered in the order they began.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.store.branch_lines import branch_lines
from engine.store.checkpoint_store import CheckpointHeader, CheckpointStore
from engine.store.sqlite_store import SqliteStore


@dataclass(frozen=True)
class Branch:
    """A line of checkpoints without a fork in it."""

    number: int
    """0 for the thread's first one."""
    forked_from: str | None
    """The checkpoint it left; None for a branch that begins with a root."""
    checkpoint_ids: tuple[str, ...]
    """Oldest first, never empty."""

    @property
    def head(self) -> str:
        """Its newest checkpoint."""
        return self.checkpoint_ids[-1]


@dataclass(frozen=True)
class Timeline:
    """All checkpoints of one thread in one namespace."""

    headers: dict[str, CheckpointHeader] = field(default_factory=dict)
    """By id, oldest first."""
    branches: tuple[Branch, ...] = ()
    branch_of: Mapping[str, int] = field(default_factory=dict)

    @property
    def head(self) -> str | None:
        """The checkpoint saved last, which a run of the thread goes on from."""
        return next(reversed(self.headers), None)

    @property
    def leaves(self) -> tuple[str, ...]:
        """Heads of all branches that were not carried on, newest first."""
        parents = {header.parent_id for header in self.headers.values()}
        return tuple(key for key in reversed(self.headers) if key not in parents)

    def path_to(self, checkpoint_id: str) -> tuple[str, ...]:
        """From the root to a checkpoint, both included. Raises KeyError if there is none."""
        return tuple(reversed([header.checkpoint_id for header in self._upwards(checkpoint_id)]))

    def children_of(self, checkpoint_id: str) -> tuple[str, ...]:
        """The checkpoints that followed, oldest first."""
        return tuple(key for key, header in self.headers.items() if header.parent_id == checkpoint_id)

    def last_writer(self, checkpoint_id: str, key: str) -> str | None:
        """The checkpoint on the way to this one that last set ``key``; None if none did."""
        for header in self._upwards(checkpoint_id):
            if key in header.changed:
                return header.checkpoint_id
        return None

    def writers(self, checkpoint_id: str, key: str) -> tuple[str, ...]:
        """All checkpoints on the way to this one that set or dropped ``key``, oldest first."""
        found = [
            header.checkpoint_id
            for header in self._upwards(checkpoint_id)
            if key in header.changed or key in header.dropped
        ]
        return tuple(reversed(found))

    def common_ancestor(self, one: str, other: str) -> str | None:
        """Where two checkpoints' ways part; None if they share nothing."""
        way = set(self.path_to(one))
        return next((header.checkpoint_id for header in self._upwards(other) if header.checkpoint_id in way), None)

    def _upwards(self, checkpoint_id: str) -> Iterator[CheckpointHeader]:
        header: CheckpointHeader | None = self.headers[checkpoint_id]
        while header is not None:
            yield header
            header = self.headers.get(header.parent_id) if header.parent_id is not None else None


def timeline(headers: Iterable[CheckpointHeader], starts: Collection[str] = ()) -> Timeline:
    """The tree of these checkpoints, given in any order. ``starts``: those that are known to have begun a branch."""
    oldest_first = sorted(headers, key=lambda header: header.number)
    found = branch_lines(((header.checkpoint_id, header.parent_id) for header in oldest_first), starts)
    branches = tuple(
        Branch(number, fork, tuple(line))
        for number, (fork, line) in enumerate(zip(found.forked_from, found.lines, strict=True))
    )
    return Timeline({header.checkpoint_id: header for header in oldest_first}, branches, found.branch_of)


def read_timeline(store: CheckpointStore, thread_id: str, namespace: str = "") -> Timeline:
    """The tree of a thread as it is now."""
    rows = store.branches.read(thread_id, namespace) if isinstance(store, SqliteStore) else ()
    return timeline(store.headers(thread_id, namespace), {row.first for row in rows})
