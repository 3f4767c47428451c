"""Documents made to hurt: none crashes or hangs the reader, none makes the interpreter run, import or open anything."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.graph.graph_file import MAX_BYTES, GraphFileError, parse_graph, read_graph
from engine.graph.problems import find_problems
from tests.patience import slowness

HEAD = '{"format": "stategraph", "format_version": "1.0", '
FUZZER = Path(__file__).with_name("fuzz_documents.py")
FUZZ_COUNT = int(os.environ.get("STEPGRAPH_FUZZ_COUNT", "4000"))


def test_damaged_documents_neither_crash_nor_hang_nor_execute() -> None:
    seed = 20261121 if os.environ.get("CI") else random.SystemRandom().randrange(2**32)
    print(f"fuzz seed {seed}")

    done = subprocess.run(
        [sys.executable, "-W", "error", str(FUZZER), str(seed), str(FUZZ_COUNT)],
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["crashes"] == {}
    assert report["events"] == {}
    assert report["slowest_s"] < slowness(), report["slowest"]
    assert report["seen"]["opened"] > FUZZ_COUNT / 20
    assert report["seen"]["refused"] > FUZZ_COUNT / 20


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        '{"a":' * 1_000_000,
        HEAD + '"x": ' + "[" * 70 + "]" * 70 + "}",
        HEAD + '"x": ' + "9" * 1_000_000 + "}",
        HEAD + '"recursion_limit": 1e999}',
        HEAD + '"x": "' + '\\"' * 1_000_000,
        HEAD + '"nodes": {' + ", ".join(f'"n{i}": {{}}, "n{i}": {{}}' for i in range(20_000)) + "}}",
        HEAD + '"edges": [' + ", ".join('{"from": "a"}' for _ in range(50_000)) + "]}",
        "<<<<<<<\n" * 100_000,
        "\0" * 100_000,
        "",
    ],
    ids=lambda text: f"{text[:40]!r}..., {len(text)} characters",
)
def test_an_oversized_or_deep_document_is_refused_at_once(text: str) -> None:
    started_s = time.process_time()

    with pytest.raises(GraphFileError):
        parse_graph(text, where="hostile.graph.json")

    assert time.process_time() - started_s < 2 * slowness()


def test_ten_thousand_nodes_are_read_and_checked_quickly() -> None:
    nodes = ", ".join(f'"n{i}": {{"fn": "nodes:n{i}"}}' for i in range(10_000))
    edges = ", ".join(f'{{"from": "n{i}", "to": "n{(i * 7 + 1) % 10_000}"}}' for i in range(10_000))
    routers = ", ".join(f'"n{i}": {{"fn": "r:f"}}' for i in range(10_000))
    text = HEAD + f'"nodes": {{{nodes}}}, "edges": [{edges}], "routers": {{{routers}}}}}'
    started_s = time.process_time()

    problems = find_problems(parse_graph(text, where="large.graph.json"))

    assert time.process_time() - started_s < 2 * slowness()
    assert "no_entry" in {problem.id for problem in problems}


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "large.graph.json"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)

    with pytest.raises(GraphFileError, match="larger than 16 MB"):
        read_graph(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the platform has no named pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.graph.json"
    os.mkfifo(path)

    with pytest.raises(GraphFileError, match="not an ordinary file"):
        read_graph(path)


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.graph.json"
    path.write_bytes(HEAD.encode() + b'\n"name": "caf\xe9"}')

    with pytest.raises(GraphFileError, match="not UTF-8: byte 0xe9 on line 2") as refused:
        read_graph(path)

    assert refused.value.line == 2


def test_invisible_and_turned_round_text_is_written_as_escapes() -> None:
    from engine.graph.graph_file import format_graph

    graph = parse_graph(HEAD + '"name": "a\\u202eb\\u2028c\\ud800\\u007f"}', where="bidi.graph.json")

    assert '"name": "a\\u202eb\\u2028c\\ud800\\u007f"' in format_graph(graph)
