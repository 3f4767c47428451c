"""Which code would run, and whether the user trusts exactly that code. Nothing here may execute any of it."""

from __future__ import annotations

import json
import os
import stat
import sys
import zlib
from pathlib import Path

import pytest

from editor.app.trust import Reach, TrustStore, code_that_would_run


def graph_in(folder: Path, *, fn: str = "nodes:work", when: str | None = None, name: str = "plan") -> Path:
    content: dict[str, object] = {
        "format": "stategraph",
        "format_version": "1.0",
        "name": name,
        "nodes": {"work": {"fn": fn}},
        "edges": [{"from": "__start__", "to": "work"}],
    }
    if when is not None:
        branches = [{"label": "yes", "when": when, "to": "__end__"}, {"label": "else", "to": "__end__"}]
        content["routers"] = {"work": {"branches": branches}}
    path = folder / f"{name}.graph.json"
    path.write_text(json.dumps(content))
    return path


def reaches(graph: Path) -> dict[str, Reach]:
    return {file.name: file.reach for file in code_that_would_run(graph)}


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    return TrustStore(tmp_path / "profile" / "trusted_code.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "nodes.py").write_text("import tools\n\ndef work(state):\n    return {}\n")
    (folder / "tools.py").write_text("LIMIT = 3\n")
    return folder


def test_the_list_holds_what_the_graph_names_what_that_imports_and_what_lies_beside(folder: Path) -> None:
    (folder / "other.py").write_text("pass\n")

    found = reaches(graph_in(folder))

    assert found == {
        "plan.graph.json": Reach.GRAPH,
        "nodes.py": Reach.NAMED,
        "tools.py": Reach.IMPORTED,
        "other.py": Reach.NEARBY,
    }


def test_packages_relative_imports_and_their_init_files_are_found(folder: Path) -> None:
    package = folder / "app" / "deep"
    package.mkdir(parents=True)
    (folder / "app" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "nodes.py").write_text("from ..shared import helper\nfrom . import sibling\ndef work(s): ...\n")
    (package / "sibling.py").write_text("")
    (folder / "app" / "shared.py").write_text("def helper(): ...\n")

    found = reaches(graph_in(folder, fn="app.deep.nodes:work"))

    assert found["app/__init__.py"] is Reach.NAMED
    assert found["app/deep/nodes.py"] is Reach.NAMED
    assert found["app/deep/sibling.py"] is Reach.IMPORTED
    assert found["app/shared.py"] is Reach.IMPORTED


def test_references_and_conditions_of_the_graph_file_itself_are_shown(folder: Path) -> None:
    entry = code_that_would_run(graph_in(folder, fn="os:system", when="__import__('os').getpid()"))[0]

    assert entry.reach is Reach.GRAPH
    assert "os:system" in entry.text
    assert "__import__('os').getpid()" in entry.text


def test_hidden_folders_and_environments_are_left_out(folder: Path) -> None:
    for place in (".hidden", "__pycache__", "venv"):
        (folder / place).mkdir()
        (folder / place / "inside.py").write_text("")
    (folder / "venv" / "pyvenv.cfg").write_text("")

    assert not any("inside" in name for name in reaches(graph_in(folder)))


def test_looking_at_the_code_executes_none_of_it(folder: Path) -> None:
    canary = folder / "canary"
    (folder / "nodes.py").write_text(f"open({str(canary)!r}, 'w')\ndef work(state): return {{}}\n")
    executed: list[str] = []
    # An audit hook cannot be removed, so it looks at a flag that the test takes back.
    watching = [True]
    sys.addaudithook(
        lambda event, _args: executed.append(event) if watching[0] and event in ("exec", "import") else None
    )

    code_that_would_run(graph_in(folder))
    watching[0] = False

    assert executed == []
    assert not canary.exists()


def test_a_broken_module_is_still_shown(folder: Path) -> None:
    (folder / "nodes.py").write_text("def work(:\n\x00")

    assert reaches(graph_in(folder))["nodes.py"] is Reach.NAMED


def test_unknown_code_is_not_trusted(folder: Path, store: TrustStore) -> None:
    graph = graph_in(folder)

    verdict = store.verdict(graph, code_that_would_run(graph))

    assert not verdict.is_trusted
    assert not verdict.known_before


def test_trusted_code_is_trusted_by_the_next_window_too(folder: Path, store: TrustStore, tmp_path: Path) -> None:
    graph = graph_in(folder)
    code = code_that_would_run(graph)

    store.trust(graph, code)

    assert TrustStore(tmp_path / "profile" / "trusted_code.json").verdict(graph, code).is_trusted


@pytest.mark.parametrize("changed", ["nodes.py", "tools.py", "new_beside.py"])
def test_a_change_by_somebody_else_drops_the_trust_and_is_named(folder: Path, store: TrustStore, changed: str) -> None:
    graph = graph_in(folder)
    store.trust(graph, code_that_would_run(graph))

    (folder / changed).write_text("print('changed')\n")
    verdict = store.verdict(graph, code_that_would_run(graph))

    assert not verdict.is_trusted
    assert verdict.known_before
    assert verdict.changed == {changed}


def test_a_graph_that_names_another_function_drops_the_trust(folder: Path, store: TrustStore) -> None:
    graph = graph_in(folder)
    store.trust(graph, code_that_would_run(graph))

    graph_in(folder, fn="os:system")

    assert store.verdict(graph, code_that_would_run(graph)).changed == {"plan.graph.json"}


def test_moving_nodes_or_drawing_edges_keeps_the_trust(folder: Path, store: TrustStore) -> None:
    graph = graph_in(folder)
    store.trust(graph, code_that_would_run(graph))

    content = json.loads(graph.read_text())
    content["edges"].append({"from": "work", "to": "__end__"})
    graph.write_text(json.dumps(content))

    assert store.verdict(graph, code_that_would_run(graph)).is_trusted


def test_who_writes_the_code_is_not_asked_again(folder: Path, store: TrustStore) -> None:
    graph = graph_in(folder)
    store.trust(graph, code_that_would_run(graph), also_changes=True)

    (folder / "nodes.py").write_text("changed = True\n")

    assert store.verdict(graph, code_that_would_run(graph)).is_trusted


def test_a_second_graph_of_the_folder_keeps_the_trust_of_the_first(folder: Path, store: TrustStore) -> None:
    first, second = graph_in(folder), graph_in(folder, name="second", fn="tools:work")
    store.trust(first, code_that_would_run(first))

    store.trust(second, code_that_would_run(second))

    assert store.verdict(first, code_that_would_run(first)).is_trusted
    assert store.verdict(second, code_that_would_run(second)).is_trusted


def test_trust_can_be_withdrawn(folder: Path, store: TrustStore) -> None:
    graph = graph_in(folder)
    store.trust(graph, code_that_would_run(graph))

    store.forget(graph)

    assert not store.verdict(graph, code_that_would_run(graph)).known_before


def test_trust_does_not_travel_with_a_copied_folder(folder: Path, store: TrustStore, tmp_path: Path) -> None:
    graph = graph_in(folder)
    store.trust(graph, code_that_would_run(graph))
    copy = tmp_path / "copy"
    folder.rename(copy)

    moved = copy / graph.name

    assert not store.verdict(moved, code_that_would_run(moved)).known_before


def test_of_what_changed_the_text_that_was_trusted_is_known(folder: Path, store: TrustStore) -> None:
    graph = graph_in(folder)
    store.trust(graph, code_that_would_run(graph))
    assert store.verdict(graph, code_that_would_run(graph)).before == {}

    (folder / "tools.py").write_text("LIMIT = 4\n")
    (folder / "new_beside.py").write_text("pass\n")

    assert store.verdict(graph, code_that_would_run(graph)).before == {"tools.py": "LIMIT = 3\n"}


def test_forgetting_a_folder_forgets_the_texts_that_no_other_has(
    folder: Path, store: TrustStore, tmp_path: Path
) -> None:
    graph, other = graph_in(folder), tmp_path / "other"
    other.mkdir()
    (other / "nodes.py").write_text("LIMIT = 3\n")  # the text of the first one's tools.py
    for each in (graph, graph_in(other)):
        store.trust(each, code_that_would_run(each))

    store.forget(graph)

    kept = {zlib.decompress(path.read_bytes()) for path in (tmp_path / "profile" / "trusted_texts").iterdir()}
    assert b"LIMIT = 3\n" in kept
    assert not any(b"import tools" in text for text in kept)


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_only_the_user_may_read_the_store(folder: Path, store: TrustStore, tmp_path: Path) -> None:
    graph = graph_in(folder)

    store.trust(graph, code_that_would_run(graph))

    assert stat.S_IMODE((tmp_path / "profile" / "trusted_code.json").stat().st_mode) == 0o600


def test_a_forged_store_trusts_nothing(folder: Path, store: TrustStore, tmp_path: Path) -> None:
    graph = graph_in(folder)
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "trusted_code.json").write_text(json.dumps({"folders": {str(folder): "yes"}}))

    assert not store.verdict(graph, code_that_would_run(graph)).is_trusted


def around(folder: Path, inner: object) -> Path:
    """A graph whose one node is this subgraph."""
    path = graph_in(folder, name="around")
    content = json.loads(path.read_text())
    content["nodes"] = {"work": {"graph": inner}}
    path.write_text(json.dumps(content))
    return path


def test_what_a_subgraph_names_is_shown_like_what_the_graph_names(folder: Path) -> None:
    (folder / "deep.py").write_text("def f(state): ...\n")
    branches = [{"label": "yes", "when": "__import__('os').getpid()", "to": "__end__"}]
    deepest = {"nodes": {"f": {"fn": "deep:f"}}, "routers": {"f": {"branches": branches}}}
    graph = around(folder, {"nodes": {"inner": {"graph": deepest}}})

    entry = code_that_would_run(graph)[0]

    assert "deep:f" in entry.text
    assert "__import__('os').getpid()" in entry.text
    assert reaches(graph)["deep.py"] is Reach.NAMED


def test_a_graph_file_that_stands_as_a_node_is_shown_with_its_modules_and_followed(folder: Path) -> None:
    below = folder / "below"
    below.mkdir()
    (below / "inner.py").write_text("import beside\ndef f(state): ...\n")
    (below / "beside.py").write_text("")
    graph_in(below, fn="inner:f", when="n > 1", name="last")
    around(below, "last.graph.json").rename(below / "middle.graph.json")
    graph = around(folder, "below/middle.graph.json")

    found = reaches(graph)

    assert found["around.graph.json"] is Reach.GRAPH
    assert found["below/middle.graph.json"] is Reach.GRAPH
    assert found["below/last.graph.json"] is Reach.GRAPH
    assert (found["below/inner.py"], found["below/beside.py"]) == (Reach.NAMED, Reach.IMPORTED)
    assert any("n > 1" in file.text for file in code_that_would_run(graph))


def test_a_change_of_a_graph_file_that_stands_as_a_node_asks_again(folder: Path, store: TrustStore) -> None:
    graph_in(folder, when="n > 1", name="inner")
    graph = around(folder, "inner.graph.json")
    store.trust(graph, code_that_would_run(graph))
    assert store.verdict(graph, code_that_would_run(graph)).is_trusted

    graph_in(folder, when="__import__('os').getpid()", name="inner")

    assert store.verdict(graph, code_that_would_run(graph)).changed == {"inner.graph.json"}


def test_graph_files_that_cannot_be_followed_are_left_out(folder: Path) -> None:
    graph_in(folder.parent, name="outside")

    for inner in ("../outside.graph.json", "around.graph.json", "missing.graph.json"):
        found = reaches(around(folder, inner))

        assert [name for name, reach in found.items() if reach is Reach.GRAPH] == ["around.graph.json"]
