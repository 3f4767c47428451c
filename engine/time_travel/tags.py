"""Short marks on checkpoints ("good", "before the refund"), to find them again. Kept as facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

TAG, UNTAG = "tag", "untag"


class KeepsTags(Protocol):
    """The part of ``engine.store.run_facts.RunFacts`` that is used here."""

    def record(self, thread_id: str, checkpoint_id: str | None, task_id: str | None, kind: str, data: Any) -> Any: ...

    def read(self, thread_id: str, kinds: Sequence[str] | None = None) -> Sequence[Any]: ...


def tag(facts: KeepsTags, thread_id: str, checkpoint_id: str, name: str) -> None:
    """Mark a checkpoint. A checkpoint may have several tags, and a tag several checkpoints."""
    facts.record(thread_id, checkpoint_id, None, TAG, name)


def untag(facts: KeepsTags, thread_id: str, checkpoint_id: str, name: str) -> None:
    """Take a mark away; does nothing if it is not there."""
    facts.record(thread_id, checkpoint_id, None, UNTAG, name)


def set_tags(facts: KeepsTags, thread_id: str, checkpoint_id: str, wanted: Sequence[str]) -> None:
    """Give a checkpoint these tags and no others."""
    now = tags(facts, thread_id).get(checkpoint_id, ())
    for name in now:
        if name not in wanted:
            untag(facts, thread_id, checkpoint_id, name)
    for name in dict.fromkeys(wanted):
        if name not in now:
            tag(facts, thread_id, checkpoint_id, name)


def tags(facts: KeepsTags, thread_id: str) -> dict[str, tuple[str, ...]]:
    """Checkpoint to its tags, in the order they were given. Checkpoints without one are left out."""
    return tags_of(facts.read(thread_id, kinds=[TAG, UNTAG]))


def tags_of(told: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """As ``tags``, from facts of the two kinds that were read already."""
    found: dict[str, dict[str, None]] = {}
    for fact in told:
        mine = found.setdefault(fact.checkpoint_id or "", {})
        if fact.kind == TAG:
            mine[fact.data] = None
        else:
            mine.pop(fact.data, None)
    return {checkpoint_id: tuple(mine) for checkpoint_id, mine in found.items() if mine}
