"""How one key of the state takes updates: one channel class for each rule."""

from engine.channels.barrier import NamedBarrierValue, NamedBarrierValueAfterFinish
from engine.channels.base import BaseChannel
from engine.channels.delta import DeltaChannel
from engine.channels.ephemeral import AnyValue, EphemeralValue
from engine.channels.last_value import LastValue, LastValueAfterFinish
from engine.channels.reducer import BinaryOperatorAggregate
from engine.channels.topic import Topic
from engine.channels.untracked import UntrackedValue

__all__ = [
    "AnyValue",
    "BaseChannel",
    "BinaryOperatorAggregate",
    "DeltaChannel",
    "EphemeralValue",
    "LastValue",
    "LastValueAfterFinish",
    "NamedBarrierValue",
    "NamedBarrierValueAfterFinish",
    "Topic",
    "UntrackedValue",
]
