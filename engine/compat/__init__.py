"""LangGraph's module tree, so that graphs written for it run on this engine unchanged.

Either import from here (``from engine.compat.graph import StateGraph``) or switch the alias on with ``install()``,
before anything imports ``langgraph``: ``import langgraph.graph`` then finds these modules, until ``uninstall()``.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType

ALIAS = "langgraph"


def install() -> None:
    """Make ``import langgraph...`` find this package, for this process. Calling it again changes nothing.

    Raises RuntimeError if the real package is loaded already: its classes would live on in whoever imported them.
    """
    if is_installed():
        return
    if loaded := [name for name in sys.modules if _is_alias(name)]:
        raise RuntimeError(
            f"{loaded[0]} is imported already, from the installed package. "
            "Call engine.compat.install() before anything imports it."
        )
    sys.modules[ALIAS] = sys.modules[__name__]
    sys.meta_path.insert(0, _FINDER)


def uninstall() -> None:
    """Undo ``install``: the next ``import langgraph`` finds the installed package, if there is one.

    What was imported through the alias stays as it is where it was imported. Does nothing if the alias is off.
    """
    if not is_installed():
        return
    sys.meta_path.remove(_FINDER)
    for name in [name for name in sys.modules if _is_alias(name)]:
        del sys.modules[name]


def is_installed() -> bool:
    """Whether ``import langgraph`` finds this package."""
    return _FINDER in sys.meta_path


def _is_alias(name: str) -> bool:
    return name == ALIAS or name.startswith(f"{ALIAS}.")


class _AliasFinder(importlib.abc.MetaPathFinder):
    """Finds ``langgraph.x`` as ``engine.compat.x``."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(f"{ALIAS}."):
            return None
        own_name = __name__ + fullname[len(ALIAS) :]
        if importlib.util.find_spec(own_name) is None:
            raise ModuleNotFoundError(
                f"{fullname} is no part of Stepgraph's engine, which stands in for langgraph here. "
                "Run the graph on the installed package instead (--engine langgraph).",
                name=fullname,
            )
        return importlib.machinery.ModuleSpec(fullname, _AliasLoader(own_name))


class _AliasLoader(importlib.abc.Loader):
    """Gives our own module under the other name. One module, two names: classes are the same by either."""

    def __init__(self, own_name: str) -> None:
        self._own_name = own_name
        self._own_spec: importlib.machinery.ModuleSpec | None = None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = importlib.import_module(self._own_name)
        self._own_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._own_spec  # the import system has put the alias's in its place


_FINDER = _AliasFinder()
