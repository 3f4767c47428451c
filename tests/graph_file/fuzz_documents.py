"""Opens damaged and hostile documents by the thousand and watches what the interpreter does meanwhile.

Run as a program, since an audit hook stays for the rest of a process: ``python fuzz_documents.py SEED COUNT``. Prints
one JSON line: how many were opened or refused, the slowest, and what should not have happened (nothing).
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from editor.document.clipboard import paste
from editor.document.commands import CommandError
from editor.document.document import Document, normal_document
from editor.document.layout_file import format_layout, parse_layout
from engine.graph.graph_file import (
    GraphFileError,
    decode_text,
    format_graph,
    parse_graph,
    parse_graph_file,
)
from engine.graph.problems import find_problems
from engine.graph.spec import drawn_edges

SEED_TEXT = json.dumps(
    {
        "format": "stategraph",
        "format_version": "1.0",
        "name": "fuzzed",
        "state": "state:State",
        "recursion_limit": 25,
        "defaults": {"retry": [{"max_attempts": 2}, {}], "timeout": {"run": 5, "idle": 1}},
        "nodes": {
            "a": {"fn": "n:a", "retry": {"jitter": False, "retry_on": ["OSError", "e:E"]}, "destinations": ["b"]},
            "b": {
                "fn": "n:b",
                "disabled": True,
                "defer": True,
                "metadata": {"k": [1, 2.5, None]},
                "cache": {"ttl": 5, "key": "n:k"},
            },
            "c": {
                "timeout": 5,
                "error_handler": "n:h",
                "circuit_breaker": {},
                "rate_limit": {"calls": 1},
                "fallback": ["n:f", {"fn": "n:g", "on": ["OSError"]}],
                "input_schema": "s:S",
            },
            "s": {
                "checkpointer": "own",
                "graph": {
                    "nodes": {"a": {"graph": {"nodes": {}, "edges": []}}, "b": {"graph": "o.graph.json"}},
                    "edges": [{"from": "__start__", "to": "a"}],
                    "routers": {"a": {"fn": "r:f", "branches": {"yes": "b"}}},
                },
            },
        },
        "edges": [{"from": "__start__", "to": "a"}, {"from": ["a", "b"], "to": "c"}, {"from": "c", "to": "__end__"}],
        "routers": {
            "a": {"fn": "r:f", "branches": {"yes": "b", "no": None}},
            "b": [
                {"name": "x", "branches": [{"label": "m", "when": "n > 1", "to": "a"}, {"label": "else", "to": "c"}]}
            ],
        },
        "x-note": "kept",
    },
    indent=1,
)
ODD_VALUES = (
    *(None, True, -1, 0, 1e308, 10**30, "", "a", "__start__", "__end__", "\ud800", "\u202e", "\0", "a|b", "x" * 5000),
    *(
        [],
        {},
        [[[]]],
        {"": {}},
        {"a": 1},
        ["a", "a"],
        [None],
        {"label": "yes"},
        {"fn": "os:system"},
        {"graph": {"nodes": {"a": {"graph": {}}}}},
        {"graph": "../../etc/o.graph.json"},
        {"from": "a", "to": "a"},
    ),
)
ODD_BYTES = (
    *(b"\xff", b"\xef\xbb\xbf", b"\x00", b"\r\n", b"<<<<<<< HEAD\n", b"\n>>>>>>> x\n", b"NaN", b"1e999", b"-Infinity"),
    *(b"[" * 300, b'{"a":' * 300, b"9" * 5000, b'"\\ud800"', b'"a":1,"a":2,', b"{}", b"//", b"'", b'\\"' * 200),
)
FORBIDDEN = (
    "exec",
    "compile",
    "import",
    "marshal.",
    "pickle.",
    "subprocess.",
    "socket.",
    "os.",
    "ctypes.",
    "shutil.",
    "open",
)


def main(seed: int, count: int) -> None:
    chance = random.Random(seed)
    seen: Counter[str] = Counter()
    events: Counter[str] = Counter()
    watching = False

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        is_only_parsed = event == "compile" and arguments[1] == "<unknown>"  # ast.parse: makes a tree, no code
        if watching and event.startswith(FORBIDDEN) and not is_only_parsed:
            events[event] += 1

    sys.addaudithook(watch)
    watching = True
    compile("1", "a check of the watch itself", "eval")
    watching = False
    assert events.pop("compile") == 1, "the watch does not see what it should"
    open_document(SEED_TEXT.encode(), seen)  # once unwatched: what Python itself loads late is loaded now
    slowest_s, slowest = 0.0, b""
    for _ in range(count):
        content = damaged(chance)
        started_s = time.process_time()
        watching = True
        try:
            open_document(content, seen)
        except Exception as error:
            seen[f"crash {type(error).__name__}: {error} on {content[:300]!r}"] += 1
        finally:
            watching = False
        if (took_s := time.process_time() - started_s) > slowest_s:
            slowest_s, slowest = took_s, content
    crashes = {key: number for key, number in seen.items() if key.startswith("crash")}
    report = {"seen": {key: n for key, n in seen.items() if key not in crashes}, "crashes": crashes, "events": events}
    print(json.dumps({**report, "slowest_s": slowest_s, "slowest": repr(slowest[:200])}))


def open_document(content: bytes, seen: Counter[str]) -> None:
    """What opening, looking, copying and saving do, without the disk."""
    try:
        text = decode_text(content, where="fuzz")
        parse_layout(text)
        file = parse_graph_file(text, where="fuzz")
    except GraphFileError as error:
        assert error.what and error.way_out and error.where.startswith("fuzz")
        seen["refused"] += 1
        return
    document = normal_document(Document(file.graph))
    find_problems(document.graph)
    drawn_edges(document.graph)
    written = format_graph(document.graph)
    written.encode()
    again = parse_graph(written, where="again")
    assert again == document.graph, "writing and reading gives another graph"
    assert format_graph(again) == written, "writing twice gives other bytes"
    format_layout(document.layout)
    try:
        paste(document, written)
    except CommandError:
        seen["nothing to paste"] += 1
    seen["opened"] += 1


def damaged(chance: random.Random) -> bytes:
    """A document with some damage: to its values, to its bytes, or to both."""
    ways: tuple[Callable[[random.Random, bytes], bytes], ...] = (odd_value, odd_value, odd_value, odd_bytes, cut, flip)
    content = odd_value(chance, SEED_TEXT.encode())
    for _ in range(chance.choice((0, 0, 1, 2))):
        content = chance.choice(ways)(chance, content)
    return content


def odd_value(chance: random.Random, content: bytes) -> bytes:
    """Another value, or another key, somewhere in the tree."""
    try:
        tree = json.loads(content)
    except ValueError:
        return flip(chance, content)
    place = tree
    while isinstance(place, (dict, list)) and place:
        key = chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))
        if chance.random() < 0.4 or not isinstance(place[key], (dict, list)):
            if isinstance(place, dict) and chance.random() < 0.3:
                place[chance.choice([v for v in ODD_VALUES if isinstance(v, str)])] = place.pop(key)
            else:
                place[key] = chance.choice(ODD_VALUES)
            break
        place = place[key]
    return json.dumps(tree).encode()


def odd_bytes(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(ODD_BYTES) + content[at:]


def cut(chance: random.Random, content: bytes) -> bytes:
    first, last = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:first] + content[last:] if last - first < 200 else content[:last]


def flip(chance: random.Random, content: bytes) -> bytes:
    if not content:
        return content
    changed = bytearray(content)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
