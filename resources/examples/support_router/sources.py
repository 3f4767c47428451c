"""The places the nodes look things up in: invoices, help articles and solved tickets, all in real SQLite files.

The files are built from the texts in ``data/`` and ``knowledge/`` when they are first needed, because texts can be
read, compared and merged and a database file cannot. They go to the folder ``.stepgraph`` beside this module, which
git ignores, or to the system's folder for temporary files where that one cannot be written. Their names carry a hash
of the texts, so a changed text makes a new file.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MOST_RESULTS = 3

# ------------------------------------------------------------------------------------------------------------ invoices

MAY_DO = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION})


def find_invoices(user_id: str, sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a query that a model wrote, on the view ``my_invoices``: the invoices of this customer and nothing else.

    It cannot do harm, whatever it says: the file is opened read-only, SQLite asks ``allow`` about each table that the
    query would read, and the view shows only rows of the customer. Raises ``sqlite3.DatabaseError`` if it tries.
    """

    def allow(action: int, subject: str | None, _detail: str | None, _database: str | None, view: str | None) -> int:
        if action in MAY_DO:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and (subject == "my_invoices" or view == "my_invoices"):
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    with open_read_only(invoices_file()) as database:
        database.create_function("this_customer", 0, lambda: user_id, deterministic=True)
        database.execute(
            "CREATE TEMP VIEW my_invoices AS "
            "SELECT number, issued_on, item, amount_eur, status FROM invoices WHERE user_id = this_customer()"
        )
        database.set_authorizer(allow)
        return [dict(row) for row in database.execute(sql, parameters)]


@lru_cache(maxsize=1)
def invoices_file() -> Path:
    script = (HERE / "data" / "invoices.sql").read_text(encoding="utf-8")
    return built_file("invoices", script, lambda database: database.executescript(script))


# ----------------------------------------------------------------------------------------------- articles and tickets


def search_articles(terms: list[str]) -> list[dict[str, Any]]:
    return search("articles", terms)


def search_tickets(terms: list[str]) -> list[dict[str, Any]]:
    return search("tickets", terms)


def search(source: str, terms: list[str]) -> list[dict[str, Any]]:
    """Full-text search, best match first. Words are matched by their stem: "crashes" finds "crash"."""
    if not terms:
        return []
    any_of = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
    # bm25 is smaller for better matches; the title weighs three times as much as the text.
    sql = (
        f"SELECT title, trim(snippet({source}, 1, '', '', '…', 24)) AS excerpt, -bm25({source}, 3.0, 1.0) AS score "
        f"FROM {source} WHERE {source} MATCH ? ORDER BY score DESC, title LIMIT {MOST_RESULTS}"
    )
    with open_read_only(knowledge_file()) as database:
        rows = database.execute(sql, [any_of]).fetchall()
    return [
        {"source": source, "title": row["title"], "excerpt": row["excerpt"], "score": round(row["score"], 2)}
        for row in rows
    ]


@lru_cache(maxsize=1)
def knowledge_file() -> Path:
    articles = [read_article(path) for path in sorted((HERE / "knowledge").glob("*.md"))]
    tickets_text = (HERE / "data" / "tickets.json").read_text(encoding="utf-8")
    tickets = [(ticket["title"], ticket["solution"]) for ticket in json.loads(tickets_text)]

    def fill(database: sqlite3.Connection) -> None:
        for source, entries in (("articles", articles), ("tickets", tickets)):
            database.execute(f"CREATE VIRTUAL TABLE {source} USING fts5(title, text, tokenize = 'porter unicode61')")
            database.executemany(f"INSERT INTO {source} VALUES (?, ?)", entries)

    return built_file("knowledge", json.dumps([articles, tickets]), fill)


def read_article(path: Path) -> tuple[str, str]:
    """Title and text of a Markdown article whose first line is ``# Title``."""
    title, _, text = path.read_text(encoding="utf-8").partition("\n")
    return title.removeprefix("# ").strip(), " ".join(text.split())


# --------------------------------------------------------------------------------------------------- the files on disk


@contextmanager
def open_read_only(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        yield database


def built_file(name: str, content: str, fill: Callable[[sqlite3.Connection], object]) -> Path:
    """The database ``name`` made from ``content``, built now unless it is there. Two runs may build it at once."""
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    target = local_folder() / f"{name}-{digest}.sqlite"
    if target.exists():
        return target
    handle, draft = tempfile.mkstemp(prefix=f"{name}-", suffix=".draft", dir=target.parent)
    os.close(handle)
    with closing(sqlite3.connect(draft)) as database:
        fill(database)
        database.commit()
    try:
        os.replace(draft, target)  # all at once: another run sees the whole file or none
    except PermissionError:  # Windows: another run has just built the same file and holds it open
        os.unlink(draft)
    return target


def local_folder() -> Path:
    folder = HERE / ".stepgraph"
    try:
        folder.mkdir(exist_ok=True)
        marker = folder / ".gitignore"
        if not marker.exists():
            marker.write_text("*\n", encoding="utf-8")
        if os.access(folder, os.W_OK):
            return folder
    except OSError:  # a read-only installation
        pass
    folder = Path(tempfile.gettempdir()) / "stepgraph-support-router"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
