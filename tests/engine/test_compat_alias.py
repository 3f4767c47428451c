"""``engine.compat.install()``: graphs written for LangGraph run on this engine, and nothing is left behind."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from tests.patience import PATIENCE_S


def run(code: str) -> str:
    """What a fresh interpreter prints. This one may have loaded the real package long ago."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_imports_of_langgraph_find_this_engine() -> None:
    printed = run(
        """
        import engine.compat
        engine.compat.install()
        engine.compat.install()
        from langgraph.checkpoint.memory import InMemorySaver
        from langgraph.graph import START, StateGraph
        from langgraph.types import Command, interrupt
        import langgraph.graph.state, engine

        graph = StateGraph(dict).add_node("ask", lambda state: {"age": interrupt("Age?")}).add_edge(START, "ask")
        runnable = graph.compile(checkpointer=InMemorySaver())
        thread = {"configurable": {"thread_id": "1"}}
        runnable.invoke({"age": 0}, thread)
        print(runnable.invoke(Command(resume=42), thread), StateGraph is engine.StateGraph)
        print(langgraph.graph.state.__spec__.name)
        """
    )

    assert printed.splitlines() == ["{'age': 42} True", "engine.compat.graph.state"]


def test_after_uninstall_the_installed_package_is_found_again() -> None:
    printed = run(
        """
        import engine.compat
        engine.compat.install()
        import langgraph.types as ours
        engine.compat.uninstall()
        engine.compat.uninstall()
        import langgraph.types as theirs
        print(ours.__name__, theirs.__name__, engine.compat.is_installed())
        """
    )

    assert printed == "engine.compat.types langgraph.types False"


def test_the_alias_is_refused_when_the_real_package_is_loaded() -> None:
    printed = run(
        """
        import langgraph.types, engine.compat
        try:
            engine.compat.install()
        except RuntimeError as error:
            print(error, engine.compat.is_installed())
        """
    )

    assert "Call engine.compat.install() before anything imports it. False" in printed


@pytest.mark.parametrize("module", ["langgraph.prebuilt.chat_agent_executor", "langgraph.pregel.remote"])
def test_a_part_that_this_engine_does_not_have_says_what_to_do(module: str) -> None:
    printed = run(
        f"""
        import engine.compat
        engine.compat.install()
        try:
            import {module}
        except ModuleNotFoundError as error:
            print(error.name, error)
        """
    )

    assert printed.startswith(f"{module} {module} is no part of Stepgraph's engine")
    assert "--engine langgraph" in printed
