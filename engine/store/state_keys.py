"""Which channels of a checkpoint are keys of the user's state, and which only route. Pure."""

from __future__ import annotations

_ROUTING = ("branch:", "join:", "__")
"""How the names of the engine's own channels begin. A state key may not."""


def is_state_key(channel: str) -> bool:
    """False for channels that only route."""
    return not channel.startswith(_ROUTING) or channel == "__root__"
