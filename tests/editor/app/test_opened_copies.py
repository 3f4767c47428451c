"""The copies of run databases that were looked at stay within bounds; what is used last, or open, stays."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from editor.app import opened_copies
from editor.app.opened_copies import KEPT_S, MOST_BYTES, MOST_COPIES, Copy, copies_in, out_of_bounds, remove

NOW_S = 2_000_000_000.0


def copies(count: int, *, size: int = 10, apart_s: float = 1.0) -> tuple[Copy, ...]:
    return tuple(Copy(Path(f"c{i}"), Path(f"c{i}/g.graph.json"), size, NOW_S - i * apart_s) for i in range(count))


def test_a_few_young_and_small_copies_all_stay() -> None:
    assert out_of_bounds(copies(MOST_COPIES), NOW_S) == ()


def test_the_oldest_go_when_there_are_too_many() -> None:
    found = copies(MOST_COPIES + 3)

    assert out_of_bounds(found, NOW_S) == found[-3:]


def test_a_copy_that_nobody_used_for_a_month_goes() -> None:
    found = copies(3, apart_s=KEPT_S * 0.6)

    assert out_of_bounds(found, NOW_S) == found[2:]


def test_together_they_take_no_more_than_their_share_of_the_disk() -> None:
    found = copies(5, size=MOST_BYTES // 3)

    assert out_of_bounds(found, NOW_S) == found[3:]


def test_the_copy_used_last_stays_however_large_and_old_it_is() -> None:
    (only,) = copies(1, size=MOST_BYTES * 2)

    assert out_of_bounds([replace(only, used_at_s=NOW_S - 10 * KEPT_S)], NOW_S) == ()


def test_the_folder_is_read_with_sizes_and_last_use_and_only_copies_are_removed(tmp_path: Path) -> None:
    for name, used_at_s in (("old-1", NOW_S - 100), ("new-2", NOW_S)):
        inside = tmp_path / name / ".stepgraph"
        inside.mkdir(parents=True)
        (tmp_path / name / "g.graph.json").write_text("{}")
        (inside / "g.runs.sqlite").write_bytes(b"x" * 1000)
        for path in (tmp_path / name / "g.graph.json", inside / "g.runs.sqlite", inside, tmp_path / name):
            os.utime(path, (used_at_s, used_at_s))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder = tmp_path / "opened"
    folder.mkdir()
    for name in ("old-1", "new-2"):
        (tmp_path / name).rename(folder / name)
        os.utime(folder / name, (NOW_S, NOW_S) if name == "new-2" else (NOW_S - 100, NOW_S - 100))
    (folder / "a link").symlink_to(elsewhere)
    (folder / "a file").write_text("not ours")

    found = copies_in(folder)

    assert [(copy.folder.name, copy.size, copy.used_at_s) for copy in found] == [
        ("new-2", 1002, NOW_S),
        ("old-1", 1002, NOW_S - 100),
    ]
    assert [copy.graph and copy.graph.name for copy in found] == ["g.graph.json"] * 2
    remove(found[1:])
    assert sorted(path.name for path in folder.iterdir()) == ["a file", "a link", "new-2"]
    assert elsewhere.is_dir()


def test_a_folder_that_is_not_there_holds_no_copies(tmp_path: Path) -> None:
    assert copies_in(tmp_path / "nowhere") == ()
    assert opened_copies.new_copy(Path("/mail/bug 7.run.jsonl")).name.startswith("bug 7-")
