"""The two ways in which storing a value goes wrong: it cannot be written, or what was written cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


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
        place = (self.channel or "") + "".join(f"[{step!r}]" for step in self.path)
        because = f" ({self.reason})" if self.reason else ""
        where = f" at {place}" if place else ""
        return f"{who} a value of type {self.type_name}{where} that cannot be stored{because}. {self.way_out}"


class UnreadableValueError(ValueError):
    """A stored text is no value that this version wrote: damaged, forged, or from a newer version."""
