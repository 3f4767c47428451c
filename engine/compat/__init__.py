"""LangGraph's module tree, so that graphs written for it run on this engine unchanged.

Either import from here (``from engine.compat.graph import StateGraph``) or call ``install()`` once, before anything
imports ``langgraph``: then ``import langgraph.graph`` finds these modules.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType


def install() -> None:
    """Make ``import langgraph...`` find this package. Raises RuntimeError if the real one is loaded already."""
    loaded = sys.modules.get("langgraph")
    if loaded is sys.modules[__name__]:
        return
    if any(name == "langgraph" or name.startswith("langgraph.") for name in sys.modules):
        raise RuntimeError("langgraph is imported already. Call engine.compat.install() before anything imports it.")
    sys.modules["langgraph"] = sys.modules[__name__]
    sys.meta_path.insert(0, _AliasFinder())


class _AliasFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``langgraph.x`` as ``engine.compat.x``."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith("langgraph."):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return importlib.import_module(f"{__name__}.{spec.name[len('langgraph.') :]}")

    def exec_module(self, module: ModuleType) -> None: ...
