"""Breakpoints outlive the session, and a broken local file never stands in the way."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from editor.debugger.breakpoints import Breakpoint, Where
from editor.debugger.local_state import read_breakpoints, write_breakpoints
from engine.runner.local_files import local_state

PLAIN = Breakpoint("1", node="a")
EVERY_FIELD = Breakpoint(
    "2",
    Where.KEY,
    node="n",
    router="r",
    label="l",
    key="k",
    becomes="1",
    condition="k > 0",
    hit_count=3,
    log="{k}",
    enabled=False,
    one_shot=True,
)


def test_breakpoints_are_read_as_they_were_written_and_other_keys_are_kept(tmp_path: Path) -> None:
    graph = tmp_path / "support.graph.json"
    write_breakpoints(graph, (PLAIN,))
    path = local_state(graph)
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "zoom": 2}), encoding="utf-8")

    write_breakpoints(graph, (PLAIN, EVERY_FIELD))

    content = json.loads(path.read_text(encoding="utf-8"))
    assert (content["version"], content["zoom"]) == (2, 2)
    assert content["breakpoints"][0] == {"id": "1", "where": "before", "node": "a"}
    assert read_breakpoints(graph) == (PLAIN, EVERY_FIELD)


def test_the_names_of_the_first_version_are_plain_breakpoints(tmp_path: Path) -> None:
    graph = tmp_path / "support.graph.json"
    write_breakpoints(graph, (PLAIN,))
    local_state(graph).write_text('{"version": 1, "breakpoints": ["a", "b"]}', encoding="utf-8")

    found = read_breakpoints(graph)

    assert [(each.where, each.node, each.is_plain) for each in found] == [
        (Where.BEFORE, "a", True),
        (Where.BEFORE, "b", True),
    ]
    assert len({each.id for each in found}) == 2


def test_what_cannot_be_understood_is_left_out(tmp_path: Path) -> None:
    graph = tmp_path / "support.graph.json"
    write_breakpoints(graph, (PLAIN,))
    text = '{"breakpoints": [1, null, {"where": "moon"}, {"id": "1", "node": "a", "hit_count": "x", "new": 1}]}'
    local_state(graph).write_text(text, encoding="utf-8")

    assert read_breakpoints(graph) == (PLAIN,)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"breakpoints": 3}'])
def test_a_broken_local_file_means_no_breakpoints(tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    graph = tmp_path / "support.graph.json"
    write_breakpoints(graph, (PLAIN,))
    local_state(graph).write_text(text, encoding="utf-8")

    assert read_breakpoints(graph) == ()
