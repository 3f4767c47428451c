"""A power cut keeps what was synced and any part of what came after: what was acknowledged is whole, the rest unseen.

In WAL mode a commit appends to the log and syncs it before it is acknowledged; the database itself is not touched until
the log is folded back. So a cut is played by cutting the log at a random byte after the last acknowledged one, with
zeros or noise behind it, as disks leave them.
"""

from __future__ import annotations

import random
import shutil
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
