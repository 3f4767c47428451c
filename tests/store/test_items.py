"""The long-term store: a suite that the memory and the SQLite store both pass, then what only one of them has."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator

import pytest

from engine.store import sqlite_items
from engine.store.base_store import BaseStore
from engine.store.item import GetOp, InvalidNamespaceError, PutOp
from engine.store.memory_items import InMemoryStore, texts_at
from engine.store.sqlite_items import SqliteStore

ANN, BOB = ("users", "ann"), ("users", "bob")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest) -> Iterator[BaseStore]:
    if request.param == "memory":
        yield InMemoryStore()
    else:
        with SqliteStore.from_conn_string(":memory:") as sqlite_store:
            yield sqlite_store


def test_a_stored_item_comes_back_whole(store: BaseStore) -> None:
    store.put(ANN, "prefs", {"theme": "dark", "sizes": [1, 2.5, None]})

    item = store.get(ANN, "prefs")

    assert item is not None
    assert (item.namespace, item.key) == (ANN, "prefs")
    assert item.value == {"theme": "dark", "sizes": [1, 2.5, None]}
    assert item.created_at == item.updated_at


def test_an_unknown_item_is_none(store: BaseStore) -> None:
    assert store.get(ANN, "nothing") is None


def test_replacing_an_item_keeps_its_first_date(store: BaseStore) -> None:
    store.put(ANN, "prefs", {"theme": "dark"})
    first = store.get(ANN, "prefs")

    store.put(ANN, "prefs", {"theme": "light"})

    second = store.get(ANN, "prefs")
    assert first is not None and second is not None
    assert second.value == {"theme": "light"}
    assert second.created_at == first.created_at
    assert second.updated_at >= first.updated_at


def test_a_deleted_item_is_gone(store: BaseStore) -> None:
    store.put(ANN, "prefs", {"theme": "dark"})

    store.delete(ANN, "prefs")

    assert store.get(ANN, "prefs") is None
    assert store.list_namespaces() == []


def test_search_takes_a_namespace_prefix_and_not_a_text_prefix(store: BaseStore) -> None:
    store.put(("users", "ann"), "1", {"n": 1})
    store.put(("users", "anna"), "2", {"n": 2})
    store.put(("users", "ann", "notes"), "3", {"n": 3})

    assert {item.key for item in store.search(("users", "ann"))} == {"1", "3"}
    assert {item.key for item in store.search(())} == {"1", "2", "3"}


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ({"n": 2}, {"2"}),
        ({"n": {"$gte": 2}}, {"2", "3"}),
        ({"n": {"$gt": 1, "$lt": 3}}, {"2"}),
        ({"n": {"$ne": 2}}, {"1", "3"}),
        ({"tag": {"colour": "red"}}, {"1"}),
        ({"missing": 1}, set()),
    ],
)
def test_search_filters_by_value(store: BaseStore, filter: dict[str, object], found: set[str]) -> None:
    store.put(ANN, "1", {"n": 1, "tag": {"colour": "red", "size": 1}})
    store.put(ANN, "2", {"n": 2})
    store.put(BOB, "3", {"n": 3})

    assert {item.key for item in store.search(("users",), filter=filter)} == found


def test_search_refuses_an_unknown_operator(store: BaseStore) -> None:
    store.put(ANN, "1", {"n": 1})

    with pytest.raises(ValueError, match=r"\$like"):
        store.search(ANN, filter={"n": {"$like": 1}})


def test_search_pages(store: BaseStore) -> None:
    for number in range(5):
        store.put(ANN, str(number), {"n": number})

    pages = [store.search(ANN, limit=2, offset=offset) for offset in (0, 2, 4)]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert {item.key for page in pages for item in page} == set("01234")


def test_namespaces_are_listed_by_prefix_suffix_and_depth(store: BaseStore) -> None:
    for namespace in (("a", "b", "c"), ("a", "b", "d", "e"), ("a", "b", "d", "i"), ("a", "c", "f")):
        store.put(namespace, "k", {})

    assert store.list_namespaces(prefix=("a", "b"), max_depth=3) == [("a", "b", "c"), ("a", "b", "d")]
    assert store.list_namespaces(suffix=("d", "*")) == [("a", "b", "d", "e"), ("a", "b", "d", "i")]
    assert store.list_namespaces(limit=1, offset=3) == [("a", "c", "f")]


@pytest.mark.parametrize("namespace", [(), ("",), ("a.b",), ("a\x00b",), ("langgraph", "x"), (1,)])
def test_a_namespace_that_cannot_be_kept_apart_is_refused_and_nothing_is_stored(
    store: BaseStore, namespace: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidNamespaceError):
        store.put(namespace, "k", {})

    assert store.list_namespaces() == []


def test_reads_of_a_batch_see_the_store_before_its_writes(store: BaseStore) -> None:
    results = store.batch([PutOp(ANN, "k", {"n": 1}), GetOp(ANN, "k")])

    assert results == [None, None]
    assert store.get(ANN, "k") is not None


def test_the_async_twins_reach_the_same_items(store: BaseStore) -> None:
    async def scenario() -> tuple[object, int, list[tuple[str, ...]], object]:
        await store.aput(ANN, "k", {"n": 1})
        item = await store.aget(ANN, "k")
        found = len(await store.asearch(ANN))
        namespaces = await store.alist_namespaces()
        await store.adelete(ANN, "k")
        return (item and item.value), found, namespaces, await store.aget(ANN, "k")

    assert asyncio.run(scenario()) == ({"n": 1}, 1, [ANN], None)


def test_the_memory_store_refuses_a_time_to_live() -> None:
    with pytest.raises(NotImplementedError, match="TTL"):
        InMemoryStore().put(ANN, "k", {}, ttl=1)


def test_an_item_that_ran_out_is_never_returned_and_swept_away(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1_000.0
    monkeypatch.setattr(sqlite_items, "wall_s", lambda: now_s)
    with SqliteStore.from_conn_string(":memory:") as store:
        store.put(ANN, "short", {"n": 1}, ttl=1)
        store.put(ANN, "long", {"n": 2})

        now_s += 61

        assert store.get(ANN, "short") is None
        assert [item.key for item in store.search(ANN)] == ["long"]
        assert store.sweep_ttl() == 1


def test_reading_an_item_renews_its_time_to_live(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 1_000.0
    monkeypatch.setattr(sqlite_items, "wall_s", lambda: now_s)
    with SqliteStore.from_conn_string(":memory:") as store:
        store.put(ANN, "k", {"n": 1}, ttl=1)
        now_s += 50
        store.get(ANN, "k")
        now_s += 50
        assert store.get(ANN, "k", refresh_ttl=False) is not None
        now_s += 50

        assert store.get(ANN, "k") is None


def test_a_value_that_is_no_json_is_refused_by_name_and_nothing_is_stored() -> None:
    with SqliteStore.from_conn_string(":memory:") as store:
        with pytest.raises(TypeError, match=r"'k' in \('users', 'ann'\).*JSON values"):
            store.put(ANN, "k", {"thing": object()})

        assert store.get(ANN, "k") is None


def test_search_ranks_by_meaning_when_an_embedding_is_given() -> None:
    def embed(texts: list[str]) -> list[list[float]]:
        return [[float(text.count("cat")), float(text.count("dog")), 0.1] for text in texts]

    store = InMemoryStore(index={"dims": 3, "embed": embed, "fields": ["text"]})
    store.put(ANN, "dogs", {"text": "dog dog"})
    store.put(ANN, "cats", {"text": "cat"})
    store.put(ANN, "unindexed", {"text": "cat cat"}, index=False)

    found = store.search(ANN, query="cat")

    assert [item.key for item in found] == ["cats", "dogs", "unindexed"]
    assert found[0].score == pytest.approx(1.0)
    assert found[2].score is None


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("title", ["T"]),
        ("notes[*].body", ["one", "two"]),
        ("notes[1].body", ["two"]),
        ("missing.path", []),
        ("$", ['{"notes": [{"body": "one"}, {"body": "two"}], "title": "T"}']),
    ],
)
def test_texts_are_found_by_path(path: str, texts: list[str]) -> None:
    assert texts_at({"title": "T", "notes": [{"body": "one"}, {"body": "two"}]}, path) == texts


def test_a_full_disk_is_told_as_full_and_the_store_goes_on() -> None:
    with SqliteStore.from_conn_string(":memory:") as store:
        store.put(ANN, "prefs", {"theme": "dark"})
        store.conn.execute("PRAGMA max_page_count = 20")  # SQLite then fails as on a full disk

        with pytest.raises(sqlite3.OperationalError, match="full"):
            store.put(ANN, "book", {"text": "x" * 500_000})

        assert [item.key for item in store.search(ANN)] == ["prefs"]
