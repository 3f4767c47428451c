"""LangGraph's own files, looked at: the state as LangGraph itself shows it, and not a line of a crafted file run."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import operator
import pathlib
import sqlite3
import uuid
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest

from engine.serialization.data_record import DataRecord
from engine.serialization.msgpack_reader import read_msgpack
from engine.serialization.unstorable import UnreadableValueError
from engine.store.langgraph_file import LangGraphFile
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import ForeignFileError, ReadOnlyStoreError
from engine.time_travel.timeline import read_timeline
from tests.contracts.checkpoint_store_contract import new_checkpoint

langgraph = pytest.importorskip("langgraph.graph")


@dataclasses.dataclass
class Order:
    number: int
    lines: list[str]


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    order: Order
    odd: dict[str, Any]


INSERT_ON_NEWEST = (
    "INSERT INTO writes VALUES ('t', '', (SELECT max(checkpoint_id) FROM checkpoints), ?, '', 0, 'x', '{}', ?)"
)

ODD = {
    "uuid": uuid.UUID(int=7),
    "decimal": decimal.Decimal("1.10"),
    "when": dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc),  # noqa: UP017  # as on 3.10
    "day": dt.date(2026, 1, 2),
    "while": dt.timedelta(days=1, seconds=2),
    "set": {1, 2},
    "bytes": b"\x00\xff",
    "big": 2**63,
    "negative": -(2**40),
    "float": 0.1,
    "text": "naïve 🙂" * 50,
    "keys": {1: "a"},
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thread of three steps that stopped at a question, written by LangGraph."""
    from langgraph.checkpoint.sqlite import SqliteSaver
    from langgraph.types import interrupt

    path = tmp_path_factory.mktemp("langgraph") / "checkpoints.sqlite"
    builder = langgraph.StateGraph(State)
    builder.add_node("a", lambda state: {"log": ["a"], "order": Order(7, ["tea"])})
    builder.add_node("b", lambda state: {"log": ["b"], "odd": ODD})
    builder.add_node("ask", lambda state: {"log": [interrupt("really?")]})
    builder.add_edge(langgraph.START, "a")
    builder.add_edge("a", "b")
    builder.add_edge("b", "ask")
    with SqliteSaver.from_conn_string(str(path)) as saver:
        graph = builder.compile(checkpointer=saver)
        graph.invoke({"log": ["start"]}, {"configurable": {"thread_id": "t"}})
    return path


def test_threads_history_and_states_are_shown(path: Path) -> None:
    file = LangGraphFile(path)

    assert file.threads() == ("t",)
    assert file.namespaces("t") == ("",)
    logs = [stored.values.get("log") for stored in file.list("t")]
    assert logs == [["start", "a", "b"], ["start", "a"], ["start"], None]
    tree = read_timeline(file, "t")
    assert [header.metadata["step"] for header in tree.headers.values()] == [-1, 0, 1, 2]
    assert len(tree.branches) == 1
    assert len(list(file.headers("t", limit=2))) == 2


def test_values_are_data_whatever_their_class(path: Path) -> None:
    newest = LangGraphFile(path).load("t", "")

    assert newest is not None
    order = newest.values["order"]
    assert isinstance(order, DataRecord)
    assert (order.number, order.lines) == (7, ["tea"])
    odd = dict(newest.values["odd"])
    assert odd == ODD
    assert {key: type(value) for key, value in odd.items()} == {key: type(value) for key, value in ODD.items()}


def test_waiting_questions_are_shown(path: Path) -> None:
    newest = LangGraphFile(path).load("t", "")

    assert newest is not None
    (question,) = [write for write in newest.writes if write.channel == "__interrupt__"]
    assert question.index == -3
    assert question.value[0].value == "really?"


def test_the_file_is_never_written(path: Path) -> None:
    file, content = LangGraphFile(path), path.read_bytes()

    for forbidden in (
        lambda: file.save("t", "", new_checkpoint("c")),
        lambda: file.save_writes("t", "", "c", []),
        lambda: file.delete_thread("t"),
        lambda: file.keep_only("t", "", []),
    ):
        with pytest.raises(ReadOnlyStoreError, match="never written"):
            forbidden()

    assert path.read_bytes() == content


def test_our_own_file_and_others_are_told_apart(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "ours.sqlite").close()
    (tmp_path / "text").write_text("hello " * 200)

    for name in ("ours.sqlite", "text"):
        with pytest.raises(ForeignFileError):
            LangGraphFile(tmp_path / name)


def test_a_crafted_file_runs_nothing(path: Path, tmp_path: Path) -> None:
    import ormsgpack

    canary = tmp_path / "canary"
    call = ormsgpack.packb(("os", "system", f"touch {canary}"))
    pickle_of_call = b"cposix\nsystem\n(S'touch " + str(canary).encode() + b"'\ntR."
    crafted = tmp_path / "crafted.sqlite"
    crafted.write_bytes(path.read_bytes())
    connection = sqlite3.connect(crafted)
    for place, code in enumerate(range(8)):
        blob = ormsgpack.packb(ormsgpack.Ext(code, call))
        connection.execute(
            INSERT_ON_NEWEST.format("msgpack"),
            (f"task {place}", blob),
        )
    connection.execute(
        INSERT_ON_NEWEST.format("pickle"),
        ("p", pickle_of_call),
    )
    connection.commit()
    connection.close()

    newest = LangGraphFile(crafted).load("t", "")

    assert newest is not None
    crafted_values = [write.value for write in newest.writes if write.channel == "x"]
    assert len(crafted_values) == 9
    assert all(isinstance(value, DataRecord) for value in crafted_values)
    assert not canary.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        b"\x92\x01",
        b"\xd9\xff",
        b"\x01\x01",
        b"\x91" * 500 + b"\x01",
        b"\xc7\x05\x01ab",
        b"\xdd\xff\xff\xff\xff",
    ],
)
def test_damaged_msgpack_is_an_error_of_one_kind(data: bytes) -> None:
    with pytest.raises(UnreadableValueError):
        read_msgpack(data)


def test_paths_become_pure_ones_that_cannot_touch_the_disk() -> None:
    import ormsgpack

    data = ormsgpack.packb(ormsgpack.Ext(1, ormsgpack.packb(("pathlib", "PosixPath", ["/", "etc"]))))

    assert read_msgpack(data) == pathlib.PurePosixPath("/etc")
