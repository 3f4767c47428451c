"""The two ways in which storing a value goes wrong: it cannot be written, or what was written cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LONGEST_PATH = 8
"""Steps of a path into a value that a message names."""


class UnstorableValueError(TypeError):
    """A value cannot be stored. Raised before anything is written; the thread still stands at its last checkpoint.

    The codec knows the place inside the value; the store adds the channel and the runtime the node.
    """

    def __init__(
        self,
        type_name: str,
        way_out: str,
        *,
        path: Sequence[Any] = (),
        reason: str = "",
        channel: str | None = None,
        node: str | None = None,
    ) -> None:
        self.type_name = type_name
        self.way_out = way_out
        self.path = tuple(path)
        self.reason = reason
        self.channel = channel
        self.node = node
        super().__init__(self._text())

    def located(self, *, channel: str | None = None, node: str | None = None) -> UnstorableValueError:
        """The same error, with the parts of its address that are known now."""
        return UnstorableValueError(
            self.type_name,
            self.way_out,
            path=self.path,
            reason=self.reason,
            channel=channel or self.channel,
            node=node or self.node,
        )

    def _text(self) -> str:
        who = f"Node {self.node!r} returned" if self.node else "The state has"
        place = (self.channel or "") + _path_text(self.path)
        because = f" ({self.reason})" if self.reason else ""
        where = f" at {place}" if place else ""
        return f"{who} a value of type {self.type_name}{where} that cannot be stored{because}. {self.way_out}"


def way_out_of(value: Any) -> str:
    """What to store instead of a value of a class that has no tag."""
    if callable(value) or type(value).__name__ in ("module", "generator", "coroutine", "async_generator"):
        return "Keep it out of the state: pass it in the context, or store a name and look it up in the node."
    for base in (str, bytes, int, float, dict, list, tuple, set):
        if isinstance(value, base):
            return f"Store {base.__name__}(value) instead, or make the class a dataclass."
    if hasattr(value, "to_dict"):
        return "Store value.to_dict() instead."
    if hasattr(value, "fileno") or hasattr(value, "close"):
        return "Store what is needed to open it again, such as a path or an address."
    return "Make the class a dataclass or a pydantic model, or store a dictionary of its fields."


def _path_text(path: Sequence[Any]) -> str:
    """``['a'][0]``; of a long way the beginning and the end."""
    steps = [f"[{step!r}]" for step in path]
    if len(steps) > LONGEST_PATH:
        steps[LONGEST_PATH - 2 : -1] = [f" … {len(steps) - LONGEST_PATH + 1} more … "]
    return "".join(steps)


class UnreadableValueError(ValueError):
    """A stored text is no value that this version wrote: damaged, forged, or from a newer version."""
