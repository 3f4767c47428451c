"""Versions of channels in the form of a foreign saver. Called by ``saver_store``.

The engine counts versions; a saver may write them its own way (``get_next_version``), as LangGraph's write texts that
begin with the number. A thread that both engines go on with must keep one form: LangGraph compares its versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_SKIPPED = 10_000
"""A run that stores only at its end may be so many steps ahead of the saver's newest version."""

Seen = Mapping[str, Mapping[str, Any]]


def version_number(version: Any) -> int:
    """A version as an integer. LangGraph's savers make strings that begin with one."""
    if isinstance(version, str):
        return int(version.split(".")[0])
    return int(version)


def in_savers_form(
    saver: Any, known: Mapping[str, Any], known_seen: Seen, versions: Mapping[str, Any], seen: Seen
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """New versions, and what nodes have seen of versions, as the saver writes them.

    As the engine counts them for a saver that has no form of its own. ``known``: the versions of the checkpoint before,
    in the saver's form, and ``known_seen`` what nodes had seen then. Raises what the saver raises.
    """
    make_next = getattr(saver, "get_next_version", None)
    if make_next is None:
        return dict(versions), {node: dict(each) for node, each in seen.items()}
    own = {version_number(version): version for each in (*known_seen.values(), known) for version in each.values()}
    newest = max(known.values(), key=version_number, default=None)
    for number in sorted(set(versions.values())):
        for _ in range(MOST_SKIPPED):
            newest = make_next(newest, None)
            if version_number(newest) >= number:
                break
        own[number] = newest
    if all(isinstance(version, int) for version in own.values()):
        return dict(versions), {node: dict(each) for node, each in seen.items()}
    return (
        {channel: own[number] for channel, number in versions.items()},
        {node: _as_seen(own, each) for node, each in seen.items()},
    )


def _as_seen(own: Mapping[int, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """A version whose form is not known any more is told as the next older one: seen too little is harmless."""
    found = {}
    for channel, version in seen.items():
        number = version_number(version)
        older = [each for each in own if each <= number]
        if older:
            found[channel] = own[max(older)]
    return found
