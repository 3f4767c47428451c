"""Requests about the versions of graph and code that ran. Part of ``requests``, which says how they are served."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadVersions:
    """Reply: the versions that the thread ran on, oldest first.

    Each ``{"since", "graph", "code", "nodes"}``: the first checkpoint that it led to ("" for the thread's first), the
    hash of the graph's text, the hashes of its modules by file, and of each node [wiring, code] as in
    ``engine.graph.fingerprints``.
    """

    thread_id: str
