"""Python beside the graph: found by syntax tree, edited in one place, every other byte kept, nothing executed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.document.document import Document
from editor.document.module_text import ModuleText
from editor.document.problems import LiveProblems
from editor.document.source_code import ProjectSources
from editor.document.source_text import (
    SourceError,
    identifier_for,
    node_stub,
    read_module,
    router_stub,
    with_added,
    with_import,
    with_renamed,
    with_replaced,
)
from engine.graph.graph_file import read_graph
from engine.graph.problem import ModuleReason

MODULE = '''\
"""Nodes. Importing this would say so."""
raise SystemExit("this module was executed")

import os, json as j
from tools import search, other as alias
from .near import thing


# about plan
@decorate(lambda f: f)
@again
def plan(state):
    """Makes a plan.

    At length.
    """
    return {"plan": "ü\x0c"}  # a form feed is no line end


class State(dict):
    """What is known."""

    def method(self): return plan


if True:
    async def late(): ...
LIMIT = 3; MORE: int = 4
def plan(state): return search(plan)'''


def test_definitions_are_found_without_executing() -> None:
    module = read_module(MODULE)

    found = {definition.name: definition for definition in module.definitions}
    assert {"os", "j", "search", "alias", "thing", "plan", "State", "State.method", "late", "LIMIT", "MORE"} == set(
        found
    )
    assert found["alias"].imported_from == "tools:other"
    assert found["thing"].imported_from == ".near:thing"
    assert (found["State"].doc, found["State"].kind) == ("What is known.", "class")
    first = next(definition for definition in module.definitions if definition.name == "plan")
    assert first.doc == "Makes a plan."
    text = MODULE[first.start : first.end]
    assert text.startswith("@decorate") and text.endswith("is no line end\n")


def test_the_last_binding_of_a_name_counts() -> None:
    plan = read_module(MODULE).find("plan")

    assert plan is not None
    assert MODULE[plan.start : plan.end] == "def plan(state): return search(plan)"


def test_replacing_a_function_keeps_all_else_and_the_missing_last_line_end() -> None:
    changed = with_replaced(read_module(MODULE), "plan", "def plan(s):\n    return 1\n")

    assert changed == MODULE[: MODULE.rindex("def plan")] + "def plan(s):\n    return 1"


def test_windows_line_ends_stay() -> None:
    text = "a = 1\r\ndef f():\r\n    pass\r\nb = 2\r\n"

    assert with_replaced(read_module(text), "f", "def f():\n    return 1\n") == (
        "a = 1\r\ndef f():\r\n    return 1\r\nb = 2\r\n"
    )
    assert with_added("a = 1\r\n", "def g():\n    pass\n") == "a = 1\r\n\r\n\r\ndef g():\r\n    pass\r\n"


@pytest.mark.parametrize("new", ["", "x = 1", "def g(): pass", "def f(): pass\nx = 1", "def f(:", "def f(): pass\0"])
def test_what_does_not_define_just_that_function_is_refused(new: str) -> None:
    with pytest.raises(SourceError):
        with_replaced(read_module("def f(): pass\n"), "f", new)


def test_a_method_is_replaced_with_its_indentation() -> None:
    text = "class A:\n    def f(self):\n        return 1\n    x = 2\n"

    changed = with_replaced(read_module(text), "A.f", "    def f(self):\n        return 2\n")

    assert changed == text.replace("return 1", "return 2")


def test_renaming_follows_the_uses_in_the_module() -> None:
    text = 'ä = "plan"; x = [1]\ndef plan(a):\n    # plan\n    return "ö", plan(a.plan)\ny = f"{plan}"\n'

    assert with_renamed(read_module(text), "plan", "draft") == (
        'ä = "plan"; x = [1]\ndef draft(a):\n    # plan\n    return "ö", draft(a.plan)\ny = f"{draft}"\n'
    )


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("def f(): pass\nf = 1\n", "g"),
        ("def f(): pass\ndef h(f): return f\n", "g"),
        ("def f(): pass\ng = 1\n", "g"),
        ("def f(): return g\n", "g"),
        ("def f(): pass\n", "class"),
        ("def f(): pass\n", "a b"),
        ("x = 1\n", "g"),
    ],
)
def test_a_renaming_that_is_not_certain_is_refused(text: str, new: str) -> None:
    with pytest.raises(SourceError):
        with_renamed(read_module(text), "f", new)


@given(before=st.text("ab \n#\\'\"é\x0c\u2028", max_size=30), after=st.text("ab \n#\\'\"é\x0c\u2028", max_size=30))
def test_every_other_character_stays_whatever_stands_around(before: str, after: str) -> None:
    text = f"{before}\ndef f():\n    return 1\n{after}"
    try:
        module = read_module(text)
        definition = module.find("f")
    except SourceError:
        return
    if definition is None or definition.first_line != definition.last_line - 1:
        return
    old = text[definition.start : definition.end]

    changed = with_replaced(module, "f", "def f():\n    return 2\n")

    assert changed[: definition.start] == text[: definition.start]
    assert changed.endswith(text[definition.end :])
    assert len(changed) - len(text) == len("def f():\n    return 2\n") - len(old)


@pytest.mark.parametrize(
    "text", ["def f(:", "\0", "(" * 10_000, "-" * 100_000 + "1", "f'{" * 500, "\ud800", "if x:\n" * 200 + "pass"]
)
def test_what_is_no_python_is_an_error_and_no_crash(text: str) -> None:
    with pytest.raises(SourceError):
        read_module(text)


@pytest.mark.parametrize(
    ("name", "identifier"),
    [("Give up!", "give_up"), ("3 times", "step_3_times"), ("class", "step_class"), ("!!", "step"), ("Ärger", "ärger")],
)
def test_a_name_becomes_one_that_python_allows(name: str, identifier: str) -> None:
    assert identifier_for(name) == identifier
    assert identifier_for(name, [identifier]) == f"{identifier}_2"


@given(st.text(max_size=20), st.lists(st.text(max_size=10), max_size=3))
def test_a_stub_is_always_python_whatever_the_names(name: str, labels: list[str]) -> None:
    labels = [label.encode("utf-8", "replace").decode() for label in labels]
    text = with_added(with_added("", node_stub("a", name)), router_stub("b", labels))

    names = [definition.name for definition in read_module(text).definitions]

    assert names == ["a", "b"]


def test_references_of_the_example_are_found(example_graph: Path) -> None:
    graph, sources = read_graph(example_graph), ProjectSources(example_graph.parent)

    for reference in [node.fn for node in graph.nodes.values()]:
        assert reference is not None
        found = sources.find(reference)
        assert found is not None
        assert f"def {reference.partition(':')[2]}(" in found.text
    assert LiveProblems(example_graph.parent).of(Document(graph)) == ()


def test_a_function_is_followed_through_imports(tmp_path: Path) -> None:
    package = tmp_path / "app"
    package.mkdir()
    (package / "__init__.py").write_text("from .inner import f as g\n", encoding="utf-8")
    (package / "inner.py").write_text("def f(): ...\n", encoding="utf-8")
    (tmp_path / "nodes.py").write_text("from app import g\nfrom nodes import loop\n", encoding="utf-8")
    sources = ProjectSources(tmp_path)

    found = sources.find("nodes:g")

    assert found is not None
    assert found.path == package / "inner.py"
    assert sources.find("nodes:loop") is None


def test_why_a_reference_names_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "nodes.py").write_text("def f(): ...\n", encoding="utf-8")
    (tmp_path / "broken.py").write_text("def f(:\n", encoding="utf-8")
    (tmp_path / "open.py").write_text("from somewhere import *\n", encoding="utf-8")
    sources = ProjectSources(tmp_path)

    assert sources.why_not("nodes:f") is None
    assert sources.why_not("nodes:g") == "nodes.py does not define 'g'."
    assert sources.why_not("nods:f") == "There is no module 'nods' beside the graph."
    reason = sources.why_not("broken:f")
    assert isinstance(reason, ModuleReason)
    assert "broken.py: The module is not Python" in reason
    assert sources.why_not("open:anything") is None
    assert sources.why_not("json:loads") is None


def test_a_module_is_read_again_when_it_changed(tmp_path: Path) -> None:
    module = tmp_path / "nodes.py"
    module.write_text("def f(): ...\n", encoding="utf-8")
    sources = ProjectSources(tmp_path)
    assert sources.why_not("nodes:g") is not None

    module.write_text("def f(): ...\ndef g(): ...\n", encoding="utf-8")

    assert sources.why_not("nodes:g") is None
    assert [choice.reference for choice in sources.functions()] == ["nodes:f", "nodes:g"]


def test_edited_modules_are_seen_as_they_are_edited(tmp_path: Path) -> None:
    (tmp_path / "nodes.py").write_text("def f(): ...\n", encoding="utf-8")
    sources = ProjectSources(tmp_path)

    sources.see({"nodes.py": ModuleText("", "\ndef g(): ...\n"), "new.py": ModuleText(None, "def h(): ...\n")})

    found = sources.find("nodes:g")
    assert found is not None and (found.text, found.definition.first_line) == ("def g(): ...\n", 2)
    assert sources.why_not("nodes:f") is not None
    assert [choice.reference for choice in sources.functions()] == ["new:h", "nodes:g"]
    sources.see({})
    assert sources.why_not("nodes:f") is None
    assert sources.module_path("new") is None


def test_a_graph_without_a_file_knows_its_edited_modules_only() -> None:
    sources = ProjectSources(None)

    sources.see({"nodes.py": ModuleText(None, "def g(): ...\n")})

    assert sources.why_not("nodes:g") is None
    assert sources.module_path("editor") is None
    assert [choice.reference for choice in sources.functions()] == ["nodes:g"]


def test_an_import_comes_behind_the_others() -> None:
    assert with_import("", "state", "S") == "from state import S\n"
    assert with_import("import a\r\nx = 1\r\n", "state", "S") == "import a\r\nfrom state import S\r\nx = 1\r\n"
    assert with_import('"""Doc."""\nx = 1', "state", "S") == '"""Doc."""\n\nfrom state import S\nx = 1'
    assert with_import("#!python\n# -*- coding: latin-1 -*-\nx = 1\n", "state", "S") == (
        "#!python\n# -*- coding: latin-1 -*-\nfrom state import S\n\n\nx = 1\n"
    )
    assert with_import("import a", "state", "S") == "import a\nfrom state import S\n"


def test_a_reference_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("def f(): ...\n", encoding="utf-8")
    folder = tmp_path / "graphs"
    folder.mkdir()

    assert ProjectSources(folder).module_path("..outside") is None
    assert ProjectSources(folder).module_path("../outside") is None


def test_a_module_name_that_no_file_system_takes_is_only_not_there(tmp_path: Path) -> None:
    sources = ProjectSources(tmp_path)

    assert sources.find("n" * 20_000 + ":f") is None
    assert "There is no module" in (sources.why_not("n" * 20_000 + ":f") or "")
