"""A power cut keeps what was synced and any part of what came after: what was acknowledged is whole, the rest unseen.

In WAL mode a commit appends to the log and syncs it before it is acknowledged; the database itself is not touched until
the log is folded back. So a cut is played by cutting the log at a random byte after the last acknowledged one, with
zeros or noise behind it, as disks leave them; and one while the log is folded back by mixing the sectors of the files
as they were before and after.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

from engine.store.sqlite_store import SqliteStore
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint

CUTS = 400
STEPS = 40


def test_no_acknowledged_checkpoint_is_lost_and_nothing_is_torn(tmp_path: Path, seed: int) -> None:
    running = tmp_path / "running.sqlite"
    store = SqliteStore(running)
    log_sizes = []
    items: list[str] = []
    for step in range(STEPS):
        items = [*items, f"{step} " + "x" * (step * 37 % 1500)]
        parent = f"c{step - 1}" if step else None
        new = new_checkpoint(
            f"c{step}", parent, changed={"log": items, "step": step}, appended={"log": 1} if step else {}
        )
        store.save(THREAD, "", new)
        log_sizes.append(Path(f"{running}-wal").stat().st_size)
    database, log = running.read_bytes(), Path(f"{running}-wal").read_bytes()
    store.close()
    chance = random.Random(seed)

    for cut in range(CUTS):
        acknowledged = chance.randrange(STEPS)
        place = chance.randrange(log_sizes[acknowledged], len(log) + 1)
        tail = chance.choice([b"", b"\0" * 5000, chance.randbytes(5000)])
        folder = tmp_path / f"cut{cut}"
        folder.mkdir()
        (folder / "runs.sqlite").write_bytes(database)
        (folder / "runs.sqlite-wal").write_bytes(log[:place] + tail)

        after = SqliteStore(folder / "runs.sqlite")
        newest = after.load(THREAD, "")

        where = f"seed {seed}, cut {cut}"
        assert newest is not None, where
        step = newest.values["step"]
        assert step >= acknowledged, where
        assert newest.values["log"] == items[: step + 1], where
        assert [header.checkpoint_id for header in after.headers(THREAD)] == [f"c{n}" for n in range(step, -1, -1)], (
            where
        )
        after.save(THREAD, "", new_checkpoint("again", newest.checkpoint_id, changed={"step": step + 1}))
        after.close()
        shutil.rmtree(folder)


SECTOR_BYTES = 512
"""What a disk writes whole or not at all."""


def test_a_cut_while_the_log_is_folded_back_loses_nothing(tmp_path: Path, seed: int) -> None:
    """SQLite syncs the log, writes its pages into the database in any order, syncs that, and only then uses the log
    anew. So while it folds back the log is whole, and any of the database's sectors may be new, old, or missing."""
    running = tmp_path / "running.sqlite"
    store = SqliteStore(running)
    items = grow(store, 0, STEPS, [])
    before, log = running.read_bytes(), Path(f"{running}-wal").read_bytes()
    fold_back(running)
    after = running.read_bytes()
    store.close()
    assert len(after) > len(before) and after != before
    chance = random.Random(seed)

    for cut in range(CUTS // 2):
        size = chance.choice([len(before), len(after), chance.randrange(len(before), len(after) + 1)])
        database = mixed(before.ljust(len(after), b"\0"), after, chance)[:size]

        reopened(tmp_path, cut, database, log, items, STEPS - 1, STEPS - 1, f"seed {seed}, cut {cut}")


def test_a_cut_while_the_log_begins_anew_loses_nothing(tmp_path: Path, seed: int) -> None:
    """Folded back, the log is written over from its beginning: behind the new frames the old ones still stand."""
    running = tmp_path / "running.sqlite"
    store = SqliteStore(running)
    items = grow(store, 0, STEPS, [])
    fold_back(running)
    database = running.read_bytes()
    logs = [Path(f"{running}-wal").read_bytes()]
    for step in range(STEPS, STEPS + 20):
        items = grow(store, step, step + 1, items)
        logs.append(Path(f"{running}-wal").read_bytes())
    assert running.read_bytes() == database, "the log was folded back a second time"
    assert len(logs[-1]) == len(logs[0]), "the log was not written over"
    store.close()
    chance = random.Random(seed)

    for cut in range(CUTS // 2):
        synced = chance.randrange(len(logs) - 1)
        log = mixed(logs[synced], logs[synced + 1], chance)
        told = STEPS - 1 + synced

        reopened(tmp_path, cut, database, log, items, told, told + 1, f"seed {seed}, cut {cut}")


def grow(store: SqliteStore, start: int, stop: int, items: list[str]) -> list[str]:
    """Save these steps; gives the list they have built."""
    for step in range(start, stop):
        items = [*items, f"{step} " + "x" * (step * 37 % 1500)]
        parent = f"c{step - 1}" if step else None
        changed = {"log": items, "step": step}
        store.save(THREAD, "", new_checkpoint(f"c{step}", parent, changed=changed, appended={"log": 1} if step else {}))
    return items


def fold_back(path: Path) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()[0] == 0
    connection.close()


def mixed(old: bytes, new: bytes, chance: random.Random) -> bytes:
    """Some sectors as they were, the others as they became."""
    share = chance.random()
    return b"".join(
        (new if chance.random() < share else old)[start : start + SECTOR_BYTES]
        for start in range(0, len(new), SECTOR_BYTES)
    )


def reopened(
    folder: Path, cut: int, database: bytes, log: bytes, items: list[str], least: int, most: int, where: str
) -> None:
    """What the disk holds after the cut is opened: every acknowledged step is there, whole, and goes on."""
    mine = folder / f"cut{cut}"
    mine.mkdir()
    (mine / "runs.sqlite").write_bytes(database)
    (mine / "runs.sqlite-wal").write_bytes(log)

    store = SqliteStore(mine / "runs.sqlite")
    newest = store.load(THREAD, "")

    assert newest is not None, where
    step = newest.values["step"]
    assert least <= step <= most, where
    assert newest.values["log"] == items[: step + 1], where
    assert [header.checkpoint_id for header in store.headers(THREAD)] == [f"c{n}" for n in range(step, -1, -1)], where
    store.save(THREAD, "", new_checkpoint("again", newest.checkpoint_id, changed={"step": step + 1}))
    store.close()
    shutil.rmtree(mine)
