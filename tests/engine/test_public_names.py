"""Every public name of LangGraph 1.2.22 can be imported from engine.compat, and says what it is."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

NAMES = {
    "graph": "StateGraph START END add_messages MessagesState MessageGraph",
    "graph.message": "add_messages MessagesState MessageGraph REMOVE_ALL_MESSAGES push_message",
    "graph.ui": "AnyUIMessage RemoveUIMessage UIMessage delete_ui_message push_ui_message ui_message_reducer",
    "types": "All Checkpointer StreamMode StreamWriter StreamPart ValuesStreamPart UpdatesStreamPart "
    "MessagesStreamPart CustomStreamPart CheckpointStreamPart TasksStreamPart DebugStreamPart TaskPayload "
    "TaskResultPayload CheckpointTask CheckpointPayload DebugPayload RetryPolicy TimeoutPolicy CachePolicy TracePolicy "
    "omit_payload Interrupt StateUpdate PregelTask PregelExecutableTask StateSnapshot Send Command Durability "
    "interrupt Overwrite GraphOutput ensure_valid_checkpointer",
    "constants": "START END TAG_HIDDEN TAG_NOSTREAM CONF TASKS CONFIG_KEY_CHECKPOINTER",
    "errors": "EmptyChannelError ErrorCode GraphDrained GraphRecursionError InvalidUpdateError GraphBubbleUp "
    "GraphInterrupt NodeCancelledError NodeError NodeInterrupt NodeTimeoutError ParentCommand EmptyInputError "
    "TaskNotFound UnknownInterruptError is_invalid_resume",
    "channels": "BaseChannel LastValue LastValueAfterFinish AnyValue EphemeralValue UntrackedValue "
    "BinaryOperatorAggregate DeltaChannel NamedBarrierValue NamedBarrierValueAfterFinish Topic",
    "func": "entrypoint task",
    "runtime": "Runtime ExecutionInfo RunControl ServerInfo BaseUser get_runtime",
    "config": "get_config get_store get_stream_writer",
    "managed": "IsLastStep RemainingSteps",
    "managed.base": "ManagedValue ManagedValueMapping ManagedValueSpec is_managed_value",
    "pregel": "Pregel NodeBuilder",
    "prebuilt.tool_node": "InjectedState InjectedStore ToolCallRequest ToolInvocationError ToolNode ToolRuntime "
    "tools_condition",
    "pregel.debug": "is_multiple_channel_write map_debug_task_results map_debug_tasks map_task_result_writes "
    "rm_pregel_keys tasks_w_writes",
    "utils.config": "ensure_config get_config get_store patch_configurable",
    "callbacks": "GraphCallbackHandler GraphInterruptEvent GraphResumeEvent",
    "checkpoint.base": "BaseCheckpointSaver Checkpoint CheckpointMetadata CheckpointTuple copy_checkpoint "
    "empty_checkpoint create_checkpoint get_checkpoint_id get_checkpoint_metadata EmptyChannelError WRITES_IDX_MAP "
    "uuid6 writes_sort_key",
    "checkpoint.memory": "InMemorySaver MemorySaver PersistentDict",
    "checkpoint.sqlite": "SqliteSaver",
    "checkpoint.sqlite.aio": "AsyncSqliteSaver",
    "cache.base": "BaseCache",
    "cache.memory": "InMemoryCache",
    "cache.sqlite": "SqliteCache",
    "store.base": "BaseStore",
    "store.memory": "InMemoryStore",
    "store.sqlite": "SqliteStore AsyncSqliteStore",
    "store.sqlite.aio": "AsyncSqliteStore",
}
ALL_NAMES = [(module, name) for module, names in NAMES.items() for name in names.split()]

LEFT_OUT = {
    "get_async_graph_callback_manager_for_config",  # for LangGraph's own runtime: they make langchain-core's managers
    "get_sync_graph_callback_manager_for_config",
    "Embeddings",  # langchain-core's class and three functions, for whoever writes a store that searches by meaning
    "ensure_embeddings",
    "get_text_at_path",
    "tokenize_path",
}
"""Names in a module's ``__all__`` that are no part of what a graph is written with."""

VALUES = {
    "START": "__start__",
    "END": "__end__",
    "TAG_HIDDEN": "langsmith:hidden",
    "TAG_NOSTREAM": "nostream",
    "CONF": "configurable",
    "TASKS": "__pregel_tasks",
}
"""Constants that threads and configs contain, so that their value is a part of their meaning."""


@pytest.mark.parametrize(("module", "name"), ALL_NAMES)
def test_the_name_can_be_imported_and_says_what_it_is(module: str, name: str) -> None:
    home = importlib.import_module(f"engine.compat.{module}")

    found = getattr(home, name)

    assert (home.__doc__ or "").strip()
    if isinstance(found, type) or _is_function(found):
        own = found.__dict__.get("__doc__") if isinstance(found, type) else found.__doc__
        assert (own or "").strip(), f"{module}.{name} has no docstring of its own"


@pytest.mark.parametrize(("module", "name"), ALL_NAMES)
def test_the_package_itself_has_the_name_too(module: str, name: str) -> None:
    theirs = importlib.import_module(f"langgraph.{module}")

    assert hasattr(theirs, name), f"langgraph.{module} has no {name}: is the list above out of date?"


@pytest.mark.parametrize("name", VALUES)
def test_a_constant_has_the_value_that_threads_and_configs_contain(name: str) -> None:
    constants = importlib.import_module("engine.compat.constants")

    assert getattr(constants, name) == VALUES[name]


@pytest.mark.parametrize("module", NAMES)
def test_a_module_has_every_name_that_the_package_lists(module: str) -> None:
    theirs = importlib.import_module(f"langgraph.{module}")
    ours = importlib.import_module(f"engine.compat.{module}")
    missing = [name for name in getattr(theirs, "__all__", ()) if not hasattr(ours, name) and name not in LEFT_OUT]

    assert missing == []


def _is_function(value: Any) -> bool:
    return type(value).__name__ in ("function", "builtin_function_or_method", "method")


def test_the_old_home_of_the_types_says_where_they_are_now() -> None:
    with pytest.warns(DeprecationWarning, match="from langgraph.types import"):
        old = importlib.import_module("engine.compat.pregel.types")

    assert old.StateSnapshot is importlib.import_module("engine.compat.types").StateSnapshot
