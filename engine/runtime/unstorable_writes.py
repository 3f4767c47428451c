"""Which node returned a value that cannot be stored. Asked only when storing has failed; the store knows no nodes."""

from __future__ import annotations

from collections.abc import Iterable

from engine.runtime.task import Task
from engine.serialization.codec import Codec
from engine.serialization.unstorable import UnstorableValueError


def with_node(error: UnstorableValueError, tasks: Iterable[Task]) -> UnstorableValueError:
    """The same error with the node that wrote the value, and the place within what that node wrote.

    As it is if no task of the step wrote it: it came with an input or an update.
    """
    if error.node is not None:
        return error
    codec = Codec()
    for task in tasks:
        for channel, value in task.writes:
            if channel == error.channel and not task.node.hidden:
                try:
                    codec.encode(value)
                except UnstorableValueError as found:
                    return found.located(channel=channel, node=task.name)
    return error
