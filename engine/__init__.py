"""State-graph engine with LangGraph's names. Everything is loaded when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "runtime.state_graph": ("StateGraph", "CompiledStateGraph"),
    "runtime.wired_graph": ("Pregel",),
    "compiler.node_builder": ("ChannelWriteEntry", "NodeBuilder"),
    "runtime.interrupts": ("interrupt", "NodeInterrupt"),
    "runtime.functional": ("entrypoint", "task"),
    "runtime.running_task": ("get_config", "get_store", "get_stream_writer"),
    "runtime.runtime_info": ("BaseUser", "ExecutionInfo", "RunControl", "Runtime", "ServerInfo"),
    "graph.names": ("START", "END"),
    "graph.message": ("MessagesState", "REMOVE_ALL_MESSAGES", "add_messages"),
    "runtime.push_message": ("push_message",),
    "channels": (
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
    ),
    "channels.managed": ("IsLastStep", "RemainingSteps"),
    "resilience": ("CircuitBreakerPolicy", "FallbackPolicy", "RateLimitPolicy"),
    "errors": (
        "CircuitOpenError",
        "EmptyChannelError",
        "EmptyInputError",
        "GraphBubbleUp",
        "GraphDrained",
        "GraphInterrupt",
        "GraphRecursionError",
        "InvalidUpdateError",
        "NodeCancelledError",
        "NodeError",
        "NodeTimeoutError",
        "ParentCommand",
        "RateLimitExceededError",
        "UnknownInterruptError",
        "UnknownNodeError",
    ),
    "types": (
        "CachePolicy",
        "Command",
        "GraphOutput",
        "Interrupt",
        "Overwrite",
        "PregelTask",
        "RetryPolicy",
        "Send",
        "StateSnapshot",
        "StateUpdate",
        "TimeoutPolicy",
        "TracePolicy",
    ),
    "store.memory_saver": ("InMemorySaver", "MemorySaver"),
    "store.sqlite_saver": ("SqliteSaver",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    value = getattr(import_module(f"engine.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
