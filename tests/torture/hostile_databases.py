"""Run databases made to do harm: what somebody may send who wants us to look at "a bug". Each row has a right hash.

``CASES`` maps a name to what is done to an ordinary file. Used by ``hostile_database_job``, which opens them.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.store.checkpoint_row import CHECKPOINT_COLUMNS
from engine.store.row_hash import row_hash, text_hash
from engine.store.sqlite_store import SqliteStore
from tests.torture.builders import fill

STEPS = 40

COLUMNS = CHECKPOINT_COLUMNS.split(", ")[:-1]

DEEP = "[" * 200_000 + "]" * 200_000


def make(path: Path) -> None:
    """An ordinary file with two threads."""
    store = SqliteStore(path)
    fill(store, "forged", STEPS, seed=1)
    fill(store, "whole", 10, seed=2)
    store.close()


def sql(script: str) -> Callable[[Path], None]:
    """Statements that anybody could run on the file."""

    def change(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.executescript(f"PRAGMA writable_schema = ON; {script}")

    return change


def row(**columns: Any) -> Callable[[Path], None]:
    """Other columns in the thread's newest row, with the hash that belongs to them. ``own`` is the row's number."""

    def change(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            own = connection.execute(
                "SELECT max(checkpoints.id) FROM checkpoints JOIN lanes ON lanes.id = lane "
                "JOIN threads ON threads.id = thread WHERE thread_id = 'forged'"
            ).fetchone()[0]
            set_columns(connection, own, {name: forged(value, own) for name, value in columns.items()})

    return change


def forged(value: Any, own: int) -> Any:
    return value.replace("OWN", str(own)) if type(value) is str else own if value is ... else value


def set_columns(connection: sqlite3.Connection, number: int, columns: dict[str, Any]) -> None:
    found = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM checkpoints WHERE id = ?", (number,)).fetchone()
    new = {**dict(zip(COLUMNS, found, strict=True)), **columns}
    marks = ", ".join(f"{name} = ?" for name in (*COLUMNS, "hash"))
    connection.execute(f"UPDATE checkpoints SET {marks} WHERE id = ?", (*new.values(), row_hash(*new.values()), number))


def parents_in_a_ring(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        numbers = [number for (number,) in connection.execute("SELECT id FROM checkpoints WHERE lane = 1")]
        set_columns(connection, numbers[-1], {"parent": numbers[-2], "parent_id": None, "frame": None})
        set_columns(connection, numbers[-2], {"parent": numbers[-1], "parent_id": None, "frame": None})


def lists_in_a_ring(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        numbers = [number for (number,) in connection.execute("SELECT id FROM checkpoints WHERE lane = 1")]
        for number, previous in ((numbers[-1], numbers[-2]), (numbers[-2], numbers[-1])):
            grown = f'[["log","+",["again"],[{previous},{previous},1,1,1,1]]]'
            set_columns(connection, number, {"changes": grown, "versions": "7"})


def texts(*contents: str) -> Callable[[Path], None]:
    """Long texts, TEXT0, TEXT1 in them being their numbers; the newest checkpoint's log is the first of them."""

    def change(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            first = connection.execute("SELECT max(id) + 1 FROM texts").fetchone()[0]
            for place, content in enumerate(contents):
                for other in range(len(contents)):
                    content = content.replace(f"TEXT{other}.", str(first + other))
                values = (first + place, content, text_hash(content))
                connection.execute("INSERT INTO texts (id, thread, text, hash) VALUES (?, 1, ?, ?)", values)
        row(changes=f'[["log","=@",{first}]]', versions="7")(path)

    return change


def pieces(count: int, around: str = "%s") -> str:
    """A deep value of so many pieces of tuples, each as deep as it may be; ``around`` the outermost."""
    told = []
    for number in reversed(range(count)):
        below = f'{{"$below":{number + 1}}}' if number + 1 < count else "1"
        value = '{"$tuple":[' * 170 + below + "]}" * 170
        told.append(f'{{"$piece":{number},"value":{value if number else around % value}}}')
    return f'{{"$deep":[{",".join(told)}]}}'


def beside(suffix: str, content: bytes) -> Callable[[Path], None]:
    """A file beside the database, as a crash might have left it."""
    return lambda path: Path(f"{path}{suffix}").write_bytes(content) and None


def linked(suffix: str) -> Callable[[Path], None]:
    """A link beside the database to a file of the user's."""
    return lambda path: Path(f"{path}{suffix}").symlink_to(path.parent / "victim")


def many_tables(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for number in range(2_000):
            connection.execute(f"CREATE TABLE t{number} (x)")
        connection.execute("COMMIT")


def another_log(path: Path) -> None:
    """The log of another database, with its shared memory."""
    other = path.with_name("other.sqlite")
    with closing(sqlite3.connect(other, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE checkpoints (id, lane); ")
        Path(f"{path}-wal").write_bytes(Path(f"{other}-wal").read_bytes())
    for left in path.parent.glob("other.sqlite*"):
        left.unlink()


def old_with_a_link(path: Path) -> None:
    """A file of format 4, and a link where it is to be kept before it is brought up to date."""
    shutil.copy(Path(__file__).parents[1] / "data" / "runs_format_4.sqlite", path)
    path.with_name(f"{path.name}.format-4").symlink_to(path.parent / "victim")


NOISE = random.Random(5).randbytes(40_000)

HOT_JOURNAL = bytes.fromhex("d9d505f920a163d7") + b"\0\0\0\1" + NOISE[:500] + b"\0\0\0\5/etc/passwd" + NOISE

REDEFINED = "UPDATE sqlite_master SET sql = replace(sql, '{}', '{}') WHERE name = 'checkpoints';"

CASES: dict[str, Callable[[Path], None]] = {
    "trigger": sql("CREATE TRIGGER t AFTER UPDATE ON threads BEGIN DELETE FROM checkpoints; END;"),
    "view in the place of a table": sql("ALTER TABLE writes RENAME TO w; CREATE VIEW writes AS SELECT * FROM w;"),
    "virtual table": sql("DROP TABLE texts; CREATE VIRTUAL TABLE texts USING fts5(id, thread, text, hash);"),
    "generated column": sql("ALTER TABLE checkpoints ADD COLUMN x AS (hex(zeroblob(900000000)));"),
    "generated column of ours": sql(
        REDEFINED.format("[metadata] TEXT NOT NULL", "[metadata] TEXT AS (load_extension(1))")
    ),
    "index over an expression": sql("CREATE INDEX i ON facts (length(hex(zeroblob(900000000))));"),
    "check that never ends": sql(
        REDEFINED.format("[lane] INTEGER NOT NULL", "[lane] INTEGER NOT NULL CHECK (randomblob(9))")
    ),
    "schema that is no SQL": sql("UPDATE sqlite_master SET sql = 'CREATE TABLE' WHERE name = 'texts';"),
    "table with another's pages": sql("UPDATE sqlite_master SET rootpage = 2 WHERE name = 'checkpoints';"),
    "2,000 tables": many_tables,
    "own parent": row(parent=..., parent_id=None, frame=None),
    "parents in a ring": parents_in_a_ring,
    "parent that is not there": row(parent=10**9, parent_id=None, frame=None),
    "list that goes on from itself": row(changes='[["log","+",[1],[0,0,1,1,1,1]]]', versions="7"),
    "list that goes on from its own number": row(changes='[["log","+",[1],[OWN,OWN,1,1,1,1]]]', versions="7"),
    "lists in a ring": lists_in_a_ring,
    "list whose run has no beginning": row(changes='[["log","+",[1],[1,-9000000000,2000000000,1,1,1]]]', versions="7"),
    "text that contains itself": texts('[{"$stored":TEXT0.}]'),
    "texts that double": texts(*(f'[{{"$stored":TEXT{n + 1}.}},{{"$stored":TEXT{n + 1}.}}]' for n in range(60)), "[1]"),
    "deep value": row(changes=f'[["log","=",{DEEP}]]', versions="7"),
    "deep tags": row(changes='[["log","=",' + '{"$tuple":[' * 5000 + "1" + "]}" * 5000 + "]]", versions="7"),
    "deep metadata": row(metadata=DEEP),
    "deep value in pieces": texts(pieces(200)),
    "deep member of a set": texts(pieces(200, '{"$set":[%s]}')),
    "too many pieces": texts(pieces(2_000, '{"$set":[%s]}')),
    "piece in many places": texts(pieces(3, '[%s,{"$below":1},{"$below":1}]')),
    "frame that blows up": row(frame=zlib.compress(b" " * (300 * 2**20))),
    "frame of nothing": row(frame="{}"),
    "frame that is a list": row(frame="[1]"),
    "frame with wrong rows": row(frame='{"where":{"log":"x"},"versions":[],"seen":1}'),
    **{
        f"changes {text}": row(changes=text, versions="7")
        for text in (
            "",
            "{}",
            "5",
            "[[]]",
            '[["log"]]',
            '[["log","?",1]]',
            '[["log","=@","x"]]',
            '[["log","=@",-1]]',
            '[["log","+",5,[1,1,1,1,1,1]]]',
            '[["log","+",[1],"x"]]',
            '[["log","+",[1],[1]]]',
            '[[["log"],"=",1]]',
            '[["log","=",NaN]]',
        )
    },
    **{
        f"{name} {text}": row(**{name: text})
        for name in ("versions", "seen", "updated")
        for text in ("[1]", '{"a":{}}', "")
    },
    **{f"metadata {text}": row(metadata=text) for text in ("", "5", "[1]", "[1,2,3]", '["a",{}]')},
    **{
        f"writes {text}": row(writes=text) for text in ("", "5", "[1]", '[["a"]]', '[["a","b",5]]', '[["a","b",[[1]]]]')
    },
    **{f"{name} is a blob": row(**{name: b"\xff\0"}) for name in ("changes", "metadata", "versions", "created_at")},
    **{f"{name} is a number": row(**{name: 5}) for name in ("checkpoint_id", "changes", "metadata", "frame", "writes")},
    "class of the standard library": row(
        changes='[["log","=",[{"$dataclass":"os:system","fields":{"command":"touch canary"}},'
        '{"$exception":"subprocess:Popen","message":"x","args":["touch canary"]},'
        '{"$enum":"os:system","name":"touch canary","value":1},{"$object":"builtins:eval","fields":{"node":"1"}},'
        '{"$pydantic":"runpy:run_path","fields":{}},{"$pattern":"(a+)+$","flags":0}]]]',
        versions="7",
    ),
    "tags with wrong content": row(
        changes='[["log","=",[{"$datetime":5},{"$int":"0x'
        + "f" * 9000
        + '"},{"$ndarray":"O","shape":[1],"data":"AA"}]]]',
        versions="7",
    ),
    "array larger than the memory": row(
        changes='[["log","=",{"$ndarray":"<f8","shape":[1000000000000],"data":"AA=="}]]', versions="7"
    ),
    "range without an end": row(changes='[["log","=",{"$set":[{"$range":[0,1000000000000000,1]}]}]]', versions="7"),
    "thread is a blob": sql("UPDATE threads SET thread_id = x'ff00' WHERE id = 1;"),
    "thread in another folder": sql("UPDATE threads SET thread_id = '../../etc/passwd' WHERE id = 1;"),
    "fence is a text": sql("UPDATE threads SET fence = 'x', holder = x'00', held_until = 'never';"),
    "lane of no thread": sql("UPDATE lanes SET thread = 99 WHERE id = 1;"),
    "namespace is a blob": sql("UPDATE lanes SET namespace = x'ff' WHERE id = 1;"),
    "log of noise": beside("-wal", NOISE),
    "log of another database": another_log,
    "journal of noise": beside("-journal", NOISE),
    "hot journal": beside("-journal", HOT_JOURNAL),
    "shared memory of noise": beside("-shm", NOISE),
    "log is a link": linked("-wal"),
    "journal is a link": linked("-journal"),
    "shared memory is a link": linked("-shm"),
    "copy of the original is a link": old_with_a_link,
}
