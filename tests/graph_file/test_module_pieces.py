"""A module read piece by piece says what it says when it is read as a whole."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest

from engine.graph.key_uses import key_uses
from engine.graph.module_pieces import MOST_PIECES, pieces_of, read_by_pieces, tree_of

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted([*ROOT.glob("engine/graph/*.py"), *ROOT.glob("editor/document/*.py"), *ROOT.glob("resources/**/*.py")])

ODD = {
    "a head inside a string": 'TEXT = """\ndef not_one():\n    pass\n"""\n\n\ndef one():\n    return {"a": 1}\n',
    "a class inside brackets": "x = (\nclass_of := 3\n)\n\n\ndef one(): pass\n",
    "a docstring with heads": 'def one():\n    """\ndef two():\nclass Three:\n@four\n    """\n    return {"a": 1}\n',
    "decorators": "@a\n@b(\n    1,\n)\n# why\n\n@c\nasync def one(s):\n    return {'k': s['x']}\n@d\nclass Two: pass\n",
    "dos lines": 'import os\r\n\r\ndef one():\r\n    """doc"""\r\n    return {}\r\n\r\nclass Two:\r\n    a = 1\r\n',
    "old mac lines": "import os\rdef one():\r    return {}\rdef two():\r    return {}\r",
    "the same name twice": "def one():\n    pass\n\n\nx = 1\n\n\ndef one():\n    return {}\n",
    "no end of line": "def one():\n    return {'a': 1}\ndef two(): return {'b': 2}",
    "between them": "def one(): pass\nif True:\n    y = 1\nelse:\n    z = 2\nimport os\ndef two():\n    pass\n",
    "nothing": "",
    "a continued line": "x = 1 + \\\n2\ndef one():\n    pass\n",
    "form feed": "x = 1\n\f\ndef one():\n    pass\n",
}  # fmt: skip


def shape(text: str) -> list[str]:
    """Every statement of the module with all its places, in the module's own lines."""
    shown = []
    for piece, tree in read_by_pieces(text, tree_of):
        for node in tree.body:
            copied = ast.increment_lineno(ast.parse(ast.unparse(node)).body[0], 0)
            shown.append(
                f"{node.lineno + piece.lines_before}-{(node.end_lineno or 0) + piece.lines_before} {ast.dump(copied)}"
            )
    return shown


def whole_shape(text: str) -> list[str]:
    return [
        f"{node.lineno}-{node.end_lineno} {ast.dump(ast.parse(ast.unparse(node)).body[0])}"
        for node in ast.parse(text).body
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_the_pieces_of_a_module_are_the_module(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "".join(piece.text for piece in pieces_of(text)) == text
    assert shape(text) == whole_shape(text)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_what_looks_like_a_head_and_is_none_cuts_nothing_in_two(text: str) -> None:
    assert shape(text) == whole_shape(text)


@pytest.mark.parametrize(
    "text", ["def one(:\n    pass\n", "def one():\n    pass\n\n\nx = (\n\n\ndef two():\n    pass\n"]
)
def test_what_is_no_python_is_refused_with_its_own_line(text: str) -> None:
    with pytest.raises(SyntaxError) as whole:
        ast.parse(text)

    with pytest.raises(SyntaxError) as by_pieces:
        read_by_pieces(text, tree_of)

    assert by_pieces.value.lineno == whole.value.lineno


def test_pieces_are_python_exactly_where_the_module_is() -> None:
    """Modules with a random cut taken out or a random line doubled."""
    draw = random.Random(7)
    texts = [path.read_text(encoding="utf-8") for path in MODULES if path.stat().st_size < 6_000]
    for _ in range(300):
        lines = draw.choice(texts).splitlines(keepends=True)
        begin = draw.randrange(len(lines) + 1)
        text = "".join(
            lines[:begin] + lines[begin + draw.choice([0, 1, 3]) :] + draw.choice([[], ["'''\n"], ["def f(\n"]])
        )
        try:
            expected = whole_shape(text)
        except SyntaxError:
            with pytest.raises(SyntaxError):
                read_by_pieces(text, tree_of)
        else:
            assert shape(text) == expected


def test_after_an_edit_only_the_piece_that_changed_is_parsed() -> None:
    text = "".join(f"def f_{number}(state):\n    return {{'k{number}': state['x']}}\n\n\n" for number in range(200))
    key_uses(text)
    tree_of.cache_clear()

    found = key_uses(text.replace("'k7'", "'other'\n"))

    assert tree_of.cache_info().misses == 1
    assert dict(found["f_7"].writes) == {"other": 30}
    assert dict(found["f_8"].writes) == {"k8": 35}


def test_a_text_that_is_all_heads_is_one_piece() -> None:
    text = "x = 1\n" + "def\n" * (MOST_PIECES + 1)

    assert [piece.text for piece in pieces_of(text)] == [text]
