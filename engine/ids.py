"""Ids of checkpoints, tasks and questions. Opaque to everyone else; shaped like LangGraph's.

Checkpoint ids sort as text by age, strictly, within a process. Task ids are a digest of where the task stands, so
that the same task of the same checkpoint has the same id after a restart, and another one after a fork.
"""

from __future__ import annotations

import os
import threading
import time
from operator import itemgetter

try:
    from _blake2 import blake2b  # what hashlib hands on; hashlib itself loads OpenSSL, a twentieth of the engine's time
except ImportError:  # an interpreter that is built otherwise
    from hashlib import blake2b

NULL_TASK_ID = "00000000-0000-0000-0000-000000000000"
"""Owner of writes that no task made: a caller's ``Command``."""

_UUID_EPOCH_100NS = 0x01B21DD213814000
"""100 ns ticks between the start of UUID time (1582-10-15) and 1970, RFC 9562 section 5.1."""

_TASK_ID_PARTS = itemgetter(slice(8), slice(8, 12), slice(12, 16), slice(16, 20), slice(20, None))
"""32 hex digits as the five parts of a UUID. One call, where five slices in the code take three times as long."""

_NO_DIGEST = blake2b(digest_size=16)
"""Copied for each digest, which takes half the time of making one with its size."""

_last_ticks = 0
_ticks_lock = threading.Lock()
_head = (-1, "")
"""All but the last twelve bits of the last ticks, and how an id with them begins."""
_process_node = ""
"""The ids' last twelve digits: random, and drawn once for a process, since its ticks alone tell its ids apart."""


def _draw_process_node() -> None:
    global _process_node
    _process_node = os.urandom(6).hex()


_draw_process_node()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_draw_process_node)


def new_checkpoint_id(step: int = 0) -> str:
    """A version 6 UUID whose text is greater than that of every one made before in this process."""
    global _last_ticks, _head
    with _ticks_lock:
        ticks = time.time_ns() // 100 + _UUID_EPOCH_100NS
        if ticks <= _last_ticks:
            ticks = _last_ticks + 1
        _last_ticks = ticks
        if ticks >> 12 != _head[0]:
            text = f"{ticks >> 12:012x}"
            _head = (ticks >> 12, f"{text[:8]}-{text[8:]}")
        head = _head[1]
    ends = (head, 0x6000 | ticks & 0xFFF, 0x8000 | step & 0x3FFF, _process_node)
    return "%s-%x-%x-%s" % ends  # noqa: UP031  # an f-string takes twice as long


def task_id(checkpoint_id: str, *parts: str) -> str:
    """The id of the task that stands at ``parts`` (namespace, step, node, kind, triggers) of a checkpoint."""
    return task_id_at("\0".join((checkpoint_id, *parts)))


def task_id_at(place: str) -> str:
    """As ``task_id``, with the place's parts joined already."""
    digest = _NO_DIGEST.copy()
    digest.update(place.encode())
    return "-".join(_TASK_ID_PARTS(digest.hexdigest()))


def interrupt_id(task_namespace: str, answered: int) -> str:
    """The id of a task's question: 32 hex digits, different for each answer the task already has."""
    return hex_digest((f"{task_namespace}|{answered}" if answered else task_namespace).encode())


def hex_digest(data: bytes) -> str:
    """32 hex digits that name these bytes."""
    return blake2b(data, digest_size=16).hexdigest()


def is_interrupt_id(text: object) -> bool:
    """Whether this looks like an interrupt id, which is how a map of answers is told from a plain answer."""
    return isinstance(text, str) and len(text) == 32 and all(c in "0123456789abcdef" for c in text)
