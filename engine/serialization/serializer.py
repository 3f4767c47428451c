"""The codec under LangGraph's serializer interface, for savers that keep bytes: value to ``(type, bytes)`` and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable

from engine.serialization.codec import Codec
from engine.serialization.type_registry import TypeRegistry
from engine.types import Interrupt
from engine.xxh3 import xxh3_128_hex

OLD_OBJECT = '"lc": 2, "type": "constructor"'
"""How LangGraph before 1.0 began an object. We put no space behind a colon, so no text of ours has this."""


@runtime_checkable
class SerializerProtocol(Protocol):
    """What a saver needs to keep values as bytes."""

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """The kind of encoding, and the bytes."""

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The value of what ``dumps_typed`` gave."""


class UntypedSerializerProtocol(Protocol):
    """A serializer without kinds, as ``json`` and ``pickle`` are."""

    def dumps(self, obj: Any) -> bytes:
        """The bytes."""

    def loads(self, data: bytes) -> Any:
        """The value."""


class JsonPlusSerializer:
    """Tagged JSON under LangGraph's name. Never pickles and never imports; restores classes that this process stored
    or that were added to ``types``."""

    def __init__(
        self,
        *,
        pickle_fallback: bool = False,
        allowed_json_modules: Any = None,
        allowed_msgpack_modules: Any = None,
        types: TypeRegistry | None = None,
    ) -> None:
        """The first three are taken for compatibility and have no effect; there is nothing unsafe to allow."""
        self.types = types or TypeRegistry()
        self._codec = Codec(self.types)

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """``("json", text)``; or ``null``, ``bytes``, ``bytearray`` for what needs no text."""
        if obj is None:
            return "null", b""
        if type(obj) in (bytes, bytearray):
            return type(obj).__name__, bytes(obj)
        return "json", self._codec.encode(obj).encode()

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The value. Raises NotImplementedError for an encoding of another serializer."""
        kind, content = data
        if kind == "null":
            return None
        if kind == "bytes":
            return content
        if kind == "bytearray":
            return bytearray(content)
        if kind == "json":
            text = content.decode()
            is_old = OLD_OBJECT in text
            return json.loads(text, object_hook=_old_interrupt) if is_old else self._codec.decode(text)
        raise NotImplementedError(
            f"This serializer reads tagged JSON; the value was written as {kind!r} by another one."
        )

    def with_msgpack_allowlist(self, extra_allowlist: Iterable[Any]) -> JsonPlusSerializer:
        """A serializer that may also restore the classes in the list. Names are ignored: nothing is imported."""
        types = TypeRegistry()
        types.add_all_of(self.types)
        types.add(*(kind for kind in extra_allowlist if isinstance(kind, type)))
        return JsonPlusSerializer(types=types)


def _old_interrupt(data: dict[str, Any]) -> Any:
    """A question as LangGraph before 1.0 wrote it; its id follows from the namespace it was asked in."""
    if data.get("lc") != 2 or data.get("id") != ["langgraph", "types", "Interrupt"]:
        return data
    fields = data.get("kwargs", {})
    namespace = "|".join(fields.get("ns") or ())
    return Interrupt(fields.get("value"), fields.get("interrupt_id") or xxh3_128_hex(namespace.encode()))
