"""The versions of graph and code that a thread ran on: what is told of them, and since when each holds."""

from __future__ import annotations

from pathlib import Path

from engine.graph.fingerprints import node_prints
from engine.graph.graph_file import parse_graph
from engine.runner.engine_kit import kit_named
from engine.runner.graph_drift import code_files, texts_of
from engine.runner.ran_versions import ran_versions
from engine.runner.run_events import CheckpointSaved
from engine.runner.run_history import RunHistory
from engine.store.run_facts import RunFacts
from tests.runner.small_graphs import Drive, write_graph
from tests.runner.test_cached_results import GRAPH, NODES


def test_each_version_is_told_with_the_first_checkpoint_it_led_to(tmp_path: Path) -> None:
    kit = kit_named("stepgraph")
    path = write_graph(tmp_path, GRAPH, NODES, kit)
    facts = RunFacts(tmp_path / "facts.sqlite")
    first = Drive(path, kit, facts=facts)  # type: ignore[arg-type] # the real ones in place of those in memory
    first.driver.run({"topic": "t"}, "t", stepping=True)
    module = next(tmp_path.glob("nodes_*.py"))
    module.write_text(module.read_text().replace('["slow"]', '["quick"]'))
    second = first.again(path)
    second.driver.go_on("t", stepping=True)

    old, new = ran_versions(RunHistory(facts), "t")

    saved = [event.checkpoint.id for event in second.told if isinstance(event, CheckpointSaved)]
    assert (old["since"], new["since"]) == ("", saved[0])
    assert {name for name in old["nodes"] if old["nodes"][name] != new["nodes"][name]} == {"slow"}
    graph = parse_graph(path.read_text(), where="")
    now = node_prints(graph, texts_of(code_files(graph, tmp_path)))
    assert new["nodes"] == {name: [each.wiring, each.code] for name, each in now.items()}
    facts.close()


def test_of_a_thread_that_was_never_run_here_nothing_is_told(tmp_path: Path) -> None:
    facts = RunFacts(tmp_path / "facts.sqlite")

    assert ran_versions(RunHistory(facts), "nobody's") == []
    facts.close()
