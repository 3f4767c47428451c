"""Short marks on checkpoints ("good", "before the refund"), to find them again. Kept as facts."""

from __future__ import annotations

from engine.store.run_facts import RunFacts

TAG, UNTAG = "tag", "untag"


def tag(facts: RunFacts, thread_id: str, checkpoint_id: str, name: str) -> None:
    """Mark a checkpoint. A checkpoint may have several tags, and a tag several checkpoints."""
    facts.record(thread_id, checkpoint_id, None, TAG, name)


def untag(facts: RunFacts, thread_id: str, checkpoint_id: str, name: str) -> None:
    """Take a mark away; does nothing if it is not there."""
    facts.record(thread_id, checkpoint_id, None, UNTAG, name)


def tags(facts: RunFacts, thread_id: str) -> dict[str, tuple[str, ...]]:
    """Checkpoint to its tags, in the order they were given. Checkpoints without one are left out."""
    found: dict[str, dict[str, None]] = {}
    for fact in facts.read(thread_id, kinds=[TAG, UNTAG]):
        mine = found.setdefault(fact.checkpoint_id or "", {})
        if fact.kind == TAG:
            mine[fact.data] = None
        else:
            mine.pop(fact.data, None)
    return {checkpoint_id: tuple(mine) for checkpoint_id, mine in found.items() if mine}
