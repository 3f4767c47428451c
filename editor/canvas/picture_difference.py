"""What differs between two graphs or two pictures of a run, so that the scene touches only that. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from editor.debugger.run_picture import RunPicture
from engine.graph.spec import GraphSpec

Key = TypeVar("Key")


def changed_nodes(old: GraphSpec, new: GraphSpec) -> frozenset[str]:
    """Nodes that are in both graphs and not the same."""
    if old.nodes is new.nodes:
        return frozenset()
    return frozenset(name for name, node in new.nodes.items() if name in old.nodes and old.nodes[name] is not node)


def differing(old: Mapping[Key, object], new: Mapping[Key, object]) -> set[Key]:
    """Keys of what came, went or is another one. Most of a picture is the very object of the one before."""
    found = old.keys() ^ new.keys()
    for key, value in new.items():
        before = old.get(key)
        if before is not value and before != value:
            found.add(key)
    return found


def slowest_s(picture: RunPicture) -> float:
    """How long the slowest node took, beside which the others are shown."""
    return max((moment.duration_s or 0.0 for moment in picture.nodes.values()), default=0.0)
