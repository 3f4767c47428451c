"""Graph files, layouts and modules made to hurt whoever opens them, by name. Each would leave ``CANARY`` if it ran.

A case is what lies in the folder: the graph's text, and other files beside it. Used by ``test_build_hostile`` only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

CANARY = "canary-was-run"
HEAD: dict[str, Any] = {"format": "stategraph", "format_version": "1.0", "name": "hostile", "state": "state:S"}
TOUCH = f"__import__('os').system('touch {CANARY}')"
RUNS = f"import os\nos.system('touch {CANARY}')\nopen('{CANARY}', 'w').close()\n"

Case = dict[str, bytes]
"""File name -> content. "g.graph.json" is opened."""


def graph(**parts: Any) -> bytes:
    return json.dumps({**HEAD, **parts}).encode("utf-8", "surrogatepass")


def with_nodes(nodes: dict[str, Any], **parts: Any) -> bytes:
    edges = [{"from": "__start__", "to": name} for name in nodes]
    return graph(nodes=nodes, edges=edges, **parts)


def module(text: str | bytes, name: str = "nodes.py") -> Case:
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return {"g.graph.json": with_nodes({"a": {"fn": "nodes:a"}}), name: content}


def one(content: bytes, **files: bytes) -> Case:
    return {"g.graph.json": content, **files}


def nested(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"nodes": {}, "edges": []}
    for _ in range(depth):
        inner = {"nodes": {"a": {"graph": inner}}, "edges": []}
    return inner


ODD_NAMES = {
    "right to left": "evil\u202egnp.exe",
    "isolates": "\u2066a\u2069\u2067b",
    "zero width": "a\u200bb\u200d\ufeff",
    "combining": "e" + "\u0301" * 500,
    "nul": "a\0b",
    "control": "a\x1b[2J\x07",
    "line breaks": "a\nb\r\nc\u2028d",
    "lone surrogate": "\ud800",
    "html": "<img src='file:///etc/passwd' onerror=x><script>alert(1)</script>",
    "remote picture": "<img src='http://127.0.0.1:9/x.png'>",
    "link": "<a href='file:///etc/passwd'>a</a>",
    "ampersands": "&&&amp;&#x41;",
    "long": "x" * 50_000,
    "emoji": "👩‍👩‍👧‍👦" * 200,
    "template": "{0.__class__} %s %n ${HOME} {{7*7}}",
    "path": "../../../etc/passwd",
    "device": "CON",
    "quote": "'; DROP TABLE nodes; --",
    "mermaid": 'a"]; click a call evil()',
    "empty": "",
    "only spaces": "   ",
    "dunder": "__class__",
    "reserved": "__interrupt__",
    "right to left script": "שלום עולם",
}
ODD_FUNCTIONS = {
    "os.system": "os:system",
    "subprocess": "subprocess:Popen",
    "a path up": "../../x:f",
    "absolute": "/etc/passwd:f",
    "unc": "\\\\127.0.0.1\\share:f",
    "url": "http://127.0.0.1:9/x:f",
    "call": f"nodes:{TOUCH}",
    "no function": "nodes:",
    "only a colon": ":",
    "dots": "nodes:a.__class__.__mro__",
    "own module name": "state:S",
    "long": "n" * 20_000 + ":f",
    "nul": "no\0des:a",
}
CONDITIONS = {
    "system": TOUCH,
    "lambda": f"(lambda: {TOUCH})()",
    "walrus": f"(x := {TOUCH})",
    "comprehension": "[x for x in range(10**9)]",
    "power": "9**9**9",
    "deep": "(" * 3000 + ")" * 3000,
    "attributes": "().__class__.__bases__[0].__subclasses__()",
    "long": "a and " * 20_000 + "b",
}
MODULES = {
    "runs when imported": RUNS,
    "runs as a decorator": f"@{TOUCH}\ndef a(state):\n    return {{}}\n",
    "runs as a default": f"def a(state={TOUCH}):\n    return {{}}\n",
    "runs as an annotation": f"def a(state: {TOUCH}) -> {TOUCH}:\n    return {{}}\n",
    "runs as a class body": f"class a:\n    {TOUCH}\n",
    "a metaclass": f"class M(type):\n    {TOUCH}\nclass a(metaclass=M): ...\n",
    "half a module": "def a(state:\n   return ((((",
    "deep brackets": "a = " + "(" * 5000 + ")" * 5000,
    "deep blocks": "".join(f"{' ' * i}if 1:\n" for i in range(90)) + " " * 90 + "pass\n",
    "a million letters in a line": "a = '" + "x" * 1_000_000 + "'\n",
    "nul bytes": b"def a(state):\0\n    return {}\n",
    "not UTF-8": b"# caf\xe9\ndef a(state):\n    return {}\n",
    "a coding line": b"# -*- coding: unicode_escape -*-\ndef a(state):\n    return {}\n",
    "bidi source": "def a(state):\n    # \u202e} \u2066if ok\u2069 \u2066\n    return {}\n",
    "twenty thousand functions": "".join(f"def f{i}(state):\n    return {{}}\n" for i in range(20_000)),
}
STATES = {
    "a state that runs": f"class S({TOUCH}):\n    x: {TOUCH}\n",
    "a reducer that runs": f"from typing import Annotated\nclass S(dict):\n    x: Annotated[int, {TOUCH}]\n",
    "a state of itself": "class S(S):\n    x: 'S'\n",
    "many keys": "class S(dict):\n" + "".join(f"    k{i}: int\n" for i in range(3000)),
}
RAW = {
    "nothing": b"",
    "nul": b"\0" * 10_000,
    "brackets": b"[" * 1_000_000,
    "objects": b'{"a":' * 200_000,
    "alias bomb": b"a: &a [x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n",
    "conflict": b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> x\n",
    "not UTF-8": b'{"format": "stategraph", "name": "caf\xe9"}',
    "future": b'{"format": "stategraph", "format_version": "99.0"}',
    "huge number": b'{"format": "stategraph", "format_version": "1.0", "recursion_limit": 1e99999}',
    "digits": b'{"format": "stategraph", "format_version": "1.0", "x": ' + b"9" * 100_000 + b"}",
    "pickle": b"\x80\x04\x95\x1e\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94\x8c\x06system\x94\x93\x94.",
}


def cases() -> dict[str, Callable[[], Case]]:
    """By name; made when asked for, as some are large."""
    many = {f"n{i}": {"fn": f"nodes:n{i}"} for i in range(10_000)}
    found: dict[str, Callable[[], Case]] = {}
    for name, text in ODD_NAMES.items():
        found[f"node name: {name}"] = lambda text=text: one(with_nodes({text: {"fn": "nodes:a"}}))
    for name, text in ODD_FUNCTIONS.items():
        found[f"function: {name}"] = lambda text=text: one(with_nodes({"a": {"fn": text}}))
    for name, text in CONDITIONS.items():
        found[f"condition: {name}"] = lambda text=text: one(
            with_nodes({"a": {}}, routers={"a": {"branches": [{"label": "m", "when": text, "to": "a"}]}})
        )
    for name, text in MODULES.items():
        found[f"module: {name}"] = lambda text=text: module(text)
    for name, text in STATES.items():
        found[f"state: {name}"] = lambda text=text: {**module("def a(state): ...\n"), "state.py": text.encode()}
    for name, content in RAW.items():
        found[f"file: {name}"] = lambda content=content: one(content)
    found |= {
        "shadowed library": lambda: {**module(RUNS), "json.py": RUNS.encode(), "jedi.py": RUNS.encode()},
        "conftest and site": lambda: {**module(RUNS), "sitecustomize.py": RUNS.encode(), "conftest.py": RUNS.encode()},
        "ten thousand nodes": lambda: one(graph(nodes=many, edges=[{"from": "__start__", "to": "n0"}])),
        "nested subgraphs": lambda: one(graph(**nested(25))),
        "a graph that names itself": lambda: one(with_nodes({"a": {"graph": "g.graph.json"}})),
        "graphs that name each other": lambda: one(
            with_nodes({"a": {"graph": "h.graph.json"}}),
            **{"h.graph.json": with_nodes({"b": {"graph": "g.graph.json"}})},
        ),
        "a graph outside": lambda: one(with_nodes({"a": {"graph": "../../../../etc/passwd"}})),
        "a graph on a share": lambda: one(with_nodes({"a": {"graph": "//127.0.0.1/share/x.graph.json"}})),
        "a layout far away": lambda: one(
            with_nodes({"a": {}}),
            **{
                "g.layout.json": json.dumps(
                    {"format": "stategraph-layout", "format_version": "1.0", "nodes": {"a": [10**15, -(10**15)]}}
                ).encode()
            },
        ),
        "a layout of nonsense": lambda: one(with_nodes({"a": {}}), **{"g.layout.json": b"\xff{[" * 1000}),
        "a thousand branches": lambda: one(
            with_nodes({"a": {}}, routers={"a": {"fn": "r:f", "branches": {f"b{i}": "a" for i in range(1000)}}})
        ),
        "metadata of everything": lambda: one(
            with_nodes({"a": {"metadata": {"<b>": [[[]]] * 100, "\u202e": "x" * 9999}}})
        ),
        "a reference": lambda: one(
            graph(**{"$ref": "file:///etc/passwd", "nodes": {"a": {"$ref": "http://127.0.0.1:9"}}})
        ),
        "an input that is no input": lambda: {**module(RUNS), "inputs/1.json": b"[" * 100_000},
        "local files of somebody else": lambda: {
            **module(RUNS),
            ".stepgraph/support_router.local.json": b"\x80\x04pickle",
            ".stepgraph/runs.sqlite": b"not a database" * 100,
        },
    }
    return found
