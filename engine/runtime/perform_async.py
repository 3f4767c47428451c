"""Asks a store for what the superstep loop wants, in an asynchronous run.

Our own stores are called directly: a commit takes less time than a hop to another thread and back. A store with
asynchronous methods of its own (a wrapped foreign saver) is awaited.
"""

from __future__ import annotations

from typing import Any

from engine.runtime.requests import Load, LoadBefore, Notify, Save, SaveWrites, ShowCheckpoint


async def perform_async(store: Any, request: Any) -> Any:
    """What the request asks of the store."""
    if isinstance(request, Notify):
        return await request.perform_async()
    if not hasattr(store, "asave") or isinstance(request, ShowCheckpoint):
        return request.perform(store)
    if isinstance(request, Load):
        return await store.aload(request.thread_id, request.namespace, request.checkpoint_id)
    if isinstance(request, LoadBefore):
        async for found in store.alist(request.thread_id, request.namespace):
            if found.checkpoint_id < request.checkpoint_id:
                return found
        return None
    if isinstance(request, Save):
        return await store.asave(request.thread_id, request.namespace, request.checkpoint, request.parent_writes)
    assert isinstance(request, SaveWrites), "all other requests are answered elsewhere"
    return await store.asave_writes(request.thread_id, request.namespace, request.checkpoint_id, request.writes)
