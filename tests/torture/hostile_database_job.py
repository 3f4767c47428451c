"""Looks at hostile run databases as the editor and the runner do. A child process:

``python -m tests.torture.hostile_database_job FOLDER`` makes each case in a folder of its own and prints one JSON line
for it: the errors that were raised, the audit events that should not have been, and what became of the other thread.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.serialization.unstorable import UnreadableValueError
from engine.store.langgraph_file import LangGraphFile
from engine.store.run_facts import RunFacts
from engine.store.sqlite_store import SqliteStore
from engine.store.store_errors import StoreError
from engine.time_travel.key_history import where_became, who_wrote
from engine.time_travel.timeline import read_timeline
from tests.contracts.checkpoint_store_contract import new_checkpoint
from tests.torture.hostile_databases import CASES, make

FORBIDDEN = (
    *("exec", "compile", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "pickle.", "marshal."),
    *("socket.", "ctypes.dlopen", "urllib.", "sqlite3.load_extension", "os.remove", "os.rename", "shutil."),
)
OUR_WORDS = (StoreError, UnreadableValueError)
"""What may be raised: a sentence for the user. ``LookupError`` itself, too: there is no such checkpoint."""

MOST_MEMORY = 3 * 2**30
VICTIM = "mine\n"


class Watch:
    """Audit events while a file is looked at."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.is_on = False
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.is_on and (event.startswith(FORBIDDEN) or (event == "open" and _writes(arguments))):
            self.events.append(f"{event} {arguments!r}"[:200])


def _writes(arguments: tuple[object, ...]) -> bool:
    return isinstance(arguments[1], str) and any(letter in arguments[1] for letter in "wax+")


def looks(path: Path, *, read_only: bool) -> list[tuple[str, Callable[[], Any]]]:
    """All that is done with a file, step by step; the first one opens it."""
    opened: list[SqliteStore] = []

    def store() -> SqliteStore:
        if not opened:
            opened.append(SqliteStore(path, read_only=read_only))
        return opened[0]

    thread, key = "forged", "log"
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("open", store),
        ("threads", lambda: [(name, store().namespaces(name), store().size_of(name)) for name in store().threads()]),
        ("load", lambda: store().load(thread, "")),
        ("headers", lambda: list(store().headers(thread, None))),
        ("list", lambda: list(store().list(thread, None))),
        ("steps", lambda: list(store().steps(thread, ""))),
        ("timeline", lambda: read_timeline(store(), thread)),
        ("who wrote", lambda: who_wrote(store(), thread, key)),
        ("where became", lambda: where_became(store(), thread, key, lambda value: value == "nothing")),
        ("branches", lambda: store().branches.read(thread)),
        ("facts", lambda: RunFacts(store().file).read(thread)),
        ("LangGraph", lambda: LangGraphFile(path).threads()),
    ]
    if not read_only:
        steps.append(("save", lambda: store().save("whole", "", new_checkpoint("x", "whole-9", changed={"n": 1}))))
    return [*steps, ("whole", lambda: store().load("whole", "")), ("close", lambda: store().close())]


def look_at(name: str, folder: Path, base: Path, watch: Watch, *, read_only: bool) -> dict[str, Any]:
    inside = folder / "looked at"
    inside.mkdir()
    (inside / "victim").write_text(VICTIM)
    path = inside / "runs.sqlite"
    shutil.copy(base, path)
    CASES[name](path)
    told: dict[str, Any] = {"case": name, "read_only": read_only, "raised": {}, "wrong": [], "slowest_s": 0.0}
    watch.events.clear()
    for what, step in looks(path, read_only=read_only):
        began = time.process_time()
        watch.is_on = True
        try:
            step()
        except OUR_WORDS as error:
            told["raised"][what] = type(error).__name__
        except BaseException as error:
            if type(error) is LookupError:
                continue
            told["wrong"].append(f"{what}: {type(error).__name__}: {error}"[:300])
        finally:
            watch.is_on = False
        told["slowest_s"] = max(told["slowest_s"], time.process_time() - began)
        if what == "open" and told["raised"]:
            break
    told["events"] = list(watch.events)
    told["is_victim_whole"] = (inside / "victim").read_text() == VICTIM
    told["canaries"] = [str(each) for each in (Path("canary"), inside / "canary") if each.exists()]
    shutil.rmtree(inside)
    return told


def main() -> None:
    folder = Path(sys.argv[1])
    names = sys.argv[2:] or list(CASES)
    base = folder / "base.sqlite"
    make(base)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    watch = Watch()
    for name in ("own parent", "copy of the original is a link"):  # what Python loads late is loaded
        look_at(name, folder, base, watch, read_only=False)
    for name in names:
        for read_only in (True, False):
            print(json.dumps({"begins": name}), flush=True)
            print(json.dumps(look_at(name, folder, base, watch, read_only=read_only)), flush=True)


if __name__ == "__main__":
    main()
