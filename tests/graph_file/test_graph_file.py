"""Reading and writing of ``name.graph.json``: addresses of errors, unknown keys kept, one canonical text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.graph.graph_file import (
    GraphFileError,
    MergeConflictError,
    format_graph,
    parse_graph,
    parse_graph_file,
    read_graph,
)
from engine.graph.node_options import (
    BreakerSpec,
    CacheSpec,
    DefaultsSpec,
    FallbackSpec,
    RateLimitSpec,
    RetrySpec,
    TimeoutSpec,
)
from engine.graph.spec import BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec

HEAD = '"format": "stategraph", "format_version": "1.0"'

CANONICAL = """\
{
  "format": "stategraph",
  "format_version": "1.0",
  "name": "every kind of part",
  "state": "state:State",
  "recursion_limit": 50,
  "defaults": {"retry": {"max_attempts": 2}, "timeout": 30},
  "nodes": {
    "a": {"fn": "nodes:a"},
    "b": {"fn": "nodes:b", "defer": true, "metadata": {"owner": "Zoë"}},
    "c": {},
    "d": {"fn": "nodes:d", "disabled": true, "defer": true},
    "long": {
      "fn": "nodes:a_function_with_a_name_that_is_rather_long",
      "metadata": {"notes": "and with metadata that do not fit on one line beside it"},
      "x-colour": "amber"
    },
    "options": {
      "fn": "nodes:options",
      "input_schema": "state:Small",
      "destinations": ["__end__", "a"],
      "retry": [
        {"retry_on": ["ConnectionError"], "x-why": "slow"},
        {"initial_interval": 0.25, "jitter": false}
      ],
      "cache": {"ttl": 60, "key": "nodes:key"},
      "timeout": {"run": 10, "idle": 2.5, "refresh_on": "heartbeat"},
      "error_handler": "nodes:handle",
      "circuit_breaker": {"failure_threshold": 2, "recovery_s": 5, "counts": ["errors:Busy"]},
      "rate_limit": {"calls": 1, "max_wait_s": 0},
      "fallback": ["nodes:cheap", {"fn": "nodes:cheaper", "on": ["ValueError"]}]
    },
    "short": {"retry": {}, "cache": {}, "timeout": 5, "circuit_breaker": {}, "fallback": "nodes:cheap"}
  },
  "edges": [
    {"from": "__start__", "to": "a"},
    {"from": "a", "to": "a"},
    {"from": ["a", "b"], "to": "c"},
    {"from": "c", "to": "__end__", "x-weight": 2.5}
  ],
  "routers": {
    "a": {
      "fn": "routing:choose",
      "branches": {
        "yes": "b",
        "no": null,
        "end": "__end__"
      }
    },
    "b": [
      {
        "name": "first",
        "branches": [
          {"label": "many", "when": "len(items) > 3", "to": "a"},
          {"label": "else", "to": "c"}
        ]
      },
      {
        "name": "second",
        "fn": "routing:again",
        "branches": {},
        "x-why": "kept"
      }
    ]
  },
  "x-comment": ["kept", {"as": "it is"}]
}
"""


def read(body: str) -> GraphSpec:
    return parse_graph("{" + HEAD + (", " if body else "") + body + "}", where="test.graph.json")


def refused(body: str) -> GraphFileError:
    with pytest.raises(GraphFileError) as caught:
        read(body)
    assert caught.value.way_out
    return caught.value


def test_canonical_text_is_written_as_it_was_read() -> None:
    assert format_graph(parse_graph(CANONICAL, where="test")) == CANONICAL


def test_the_example_is_canonical(example_graph: Path) -> None:
    text = example_graph.read_text(encoding="utf-8")

    assert format_graph(read_graph(example_graph)) == text


def test_any_order_and_spacing_gives_the_same_text() -> None:
    def reversed_keys(value: object) -> object:
        if isinstance(value, dict) and "yes" not in value:  # the order of branches is the user's
            return {key: reversed_keys(value[key]) for key in reversed(value)}
        return value

    data = json.loads(CANONICAL)
    data["edges"].reverse()
    data["edges"][1]["from"].reverse()
    shuffled = json.dumps(reversed_keys({**data, "x-comment": data["x-comment"]}), indent=7)

    assert json.loads(format_graph(parse_graph(shuffled, where="test"))) == json.loads(CANONICAL)
    assert format_graph(parse_graph(shuffled, where="test")).split("x-")[0] == CANONICAL.split("x-")[0]


def test_every_part_is_read() -> None:
    graph = parse_graph(CANONICAL, where="test")

    assert graph.nodes["b"] == NodeSpec("nodes:b", defer=True, metadata={"owner": "Zoë"})
    assert graph.nodes["long"].extra == {"x-colour": "amber"}
    assert graph.defaults == DefaultsSpec((RetrySpec(max_attempts=2),), timeout=TimeoutSpec(30))
    assert graph.nodes["options"] == NodeSpec(
        "nodes:options",
        input_schema="state:Small",
        destinations=("__end__", "a"),
        retry=(RetrySpec(retry_on=("ConnectionError",), extra={"x-why": "slow"}), RetrySpec(3, 0.25, jitter=False)),
        cache=CacheSpec(60, "nodes:key"),
        timeout=TimeoutSpec(10, 2.5, "heartbeat"),
        error_handler="nodes:handle",
        circuit_breaker=BreakerSpec(2, 5, ("errors:Busy",)),
        rate_limit=RateLimitSpec(1, max_wait_s=0),
        fallback=(FallbackSpec("nodes:cheap"), FallbackSpec("nodes:cheaper", ("ValueError",))),
    )
    assert graph.nodes["short"] == NodeSpec(
        retry=(RetrySpec(),),
        cache=CacheSpec(),
        timeout=TimeoutSpec(5),
        circuit_breaker=BreakerSpec(),
        fallback=(FallbackSpec("nodes:cheap"),),
    )
    assert EdgeSpec(("a", "b"), "c") in graph.edges
    assert graph.routers["a"][0].branches[1] == BranchSpec("no", None)
    assert graph.routers["b"][0] == RouterSpec(
        None, (BranchSpec("many", "a", "len(items) > 3"), BranchSpec("else", "c")), "first"
    )
    assert graph.recursion_limit == 50
    assert graph.extra == {"x-comment": ["kept", {"as": "it is"}]}


def test_a_graph_of_nothing_is_short() -> None:
    text = format_graph(GraphSpec("empty"))

    assert json.loads(text) == {
        "format": "stategraph",
        "format_version": "1.0",
        "name": "empty",
        "nodes": {},
        "edges": [],
    }


def test_the_same_edge_twice_is_one_edge() -> None:
    graph = read('"edges": [{"from": "a", "to": "b"}, {"from": "a", "to": "b"}]')

    assert graph.edges == (EdgeSpec("a", "b"),)


def test_the_same_edge_twice_with_different_details_is_refused() -> None:
    error = refused('"edges": [{"from": "a", "to": "b"},\n{"from": "a", "to": "b", "x": 1}]')

    assert "stands twice" in error.what
    assert error.line == 2


@pytest.mark.parametrize(
    ("body", "line", "place", "words"),
    [
        ('"nodes": {\n"a": {"fn": 3}}', 2, "nodes.a.fn", "text, not 3"),
        ('"nodes": {"give up": {\n"defer": 1}}', 2, 'nodes["give up"].defer', "true or false, not 1"),
        ('"nodes": [\n]', 1, "nodes", "an object, not a list"),
        ('"nodes": {\n"__end__": {}}', 2, "nodes.__end__", "reserved"),
        ('"nodes": {\n"a": {},\n\n"a": {}}', 4, "nodes.a", "twice in one object, on lines 2 and 4"),
        ('"edges": {}', 1, "edges", "a list, not an object"),
        ('"edges": [{"from": "a", "to": "b"},\n{"from": "a"}]', 2, "edges[1]", "'to' is missing"),
        ('"edges": [{"from": [], "to": "b"}]', 1, "edges[0].from", "at least one node"),
        ('"edges": [{"from": ["a",\n7], "to": "b"}]', 2, "edges[0].from[1]", "text, not 7"),
        ('"routers": {"a": {"branches": {\n"x": 1}}}', 2, "routers.a.branches.x", "text, not 1"),
        ('"routers": {"a": [{},\n{}]}', 1, "routers.a", 'both called ""'),
        (
            '"routers": {"a": {"branches":\n[{"label": "x"}, {"label": "x"}]}}',
            2,
            "routers.a.branches",
            'both called "x"',
        ),
        ('"recursion_limit": true', 1, "recursion_limit", "whole number from 1"),
        ('"name": null', 1, "name", "text, not null"),
        ('"name": NaN', None, "", "NaN is not a JSON value"),
        ('"name": tru', 1, "", "not JSON"),
    ],
)
def test_what_is_wrong_is_named_with_line_and_place(body: str, line: int | None, place: str, words: str) -> None:
    error = refused(body)

    assert words in error.what
    assert error.line == line
    assert error.where.startswith("test.graph.json")
    assert error.where.endswith(f"at {place}" if place else "test.graph.json" if line is None else f"line {line}")


def test_conflict_markers_are_named_with_their_lines() -> None:
    lines = CANONICAL.splitlines()
    lines[7:9] = ["<<<<<<< HEAD", lines[7], "=======", lines[8], ">>>>>>> theirs"]
    lines += ["<<<<<<< HEAD", "a"]

    with pytest.raises(MergeConflictError, match=r"unresolved merge conflicts, lines 8–12, 31–32") as caught:
        parse_graph("\n".join(lines[:30] + lines[-2:]), where="test.graph.json")

    assert caught.value.regions[0] == (8, 12)


def test_a_higher_major_format_is_refused_whatever_else_it_holds() -> None:
    with pytest.raises(GraphFileError, match=r"has format 2\.0; this version reads formats up to 1\.x"):
        parse_graph('{"format": "stategraph", "format_version": "2.0", "nodes": 7}', where="test")


def test_a_higher_minor_format_opens_read_only_with_all_its_keys() -> None:
    file = parse_graph_file('{"format": "stategraph", "format_version": "1.3", "hyperedges": [1]}', where="test")

    assert "format 1.3" in file.read_only_reason
    assert file.graph.extra == {"hyperedges": [1]}


@pytest.mark.parametrize("version", ['"0.9"', '"1"', '"one"', "1.0", "null", '"1.0\\n"', '"01.0"'])
def test_a_format_version_that_is_none_is_refused(version: str) -> None:
    with pytest.raises(GraphFileError, match="format version should be text like"):
        parse_graph(f'{{"format": "stategraph", "format_version": {version}}}', where="test")


@pytest.mark.parametrize("text", ["[]", "3", "{}", '{"format": "stategraph-layout"}', '{"format": null}'])
def test_other_json_is_no_graph_file(text: str) -> None:
    with pytest.raises(GraphFileError, match="not a graph file"):
        parse_graph(text, where="test")


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.graph.json"
    path.write_bytes(b"\xef\xbb\xbf" + CANONICAL.replace("\n", "\r\n").encode())

    assert format_graph(read_graph(path)) == CANONICAL


def test_a_missing_file_is_said_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(GraphFileError, match=r"nowhere\.graph\.json: The file cannot be read: No such file"):
        read_graph(tmp_path / "nowhere.graph.json")


@pytest.mark.parametrize(
    ("options", "address", "sentence"),
    [
        ('"retry": {"max_attempts": 2.5}', "nodes.a.retry.max_attempts", "should be a whole number, not 2.5"),
        ('"retry": [{}, {"jitter": 1}]', "nodes.a.retry[1].jitter", "should be true or false, not 1"),
        ('"retry": {"retry_on": [3]}', "nodes.a.retry.retry_on[0]", "should be text, not 3"),
        ('"cache": 60', "nodes.a.cache", "should be an object, not 60"),
        ('"timeout": true', "nodes.a.timeout", "should be an object, not true"),
        ('"rate_limit": {}', "nodes.a.rate_limit", "The key 'calls' is missing here"),
        ('"fallback": {"on": []}', "nodes.a.fallback", "The key 'fn' is missing here"),
        ('"destinations": {"b": "x"}', "nodes.a.destinations", "should be a list, not an object"),
    ],
)
def test_a_wrong_option_is_named_by_its_place(options: str, address: str, sentence: str) -> None:
    error = refused('"nodes": {"a": {' + options + "}}")

    assert sentence in error.what
    assert address in error.where


def test_numbers_that_are_the_same_are_written_the_same() -> None:
    written = {format_graph(read(f'"nodes": {{"a": {{"timeout": {seconds}}}}}')) for seconds in ("2", "2.0", "2e0")}

    assert len(written) == 1 and '"timeout": 2}' in written.pop()
