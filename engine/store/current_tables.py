"""The tables of a run database as they are now, for a new file: what all migrations, one after the other, lead to.

A test holds the two to the same result. A new file is not made by the migrations, because ``sqlite_utils``, which they
are written with, takes longer to import than a run takes to start. Called by ``sqlite_migrations``.
"""

from __future__ import annotations

CURRENT_TABLES = (
    """CREATE TABLE "threads" (
   "id" INTEGER PRIMARY KEY,
   "thread_id" TEXT NOT NULL,
   "created_at" TEXT NOT NULL,
   "holder" TEXT,
   "fence" INTEGER NOT NULL DEFAULT 0,
   "held_until" REAL
)""",
    """CREATE UNIQUE INDEX "idx_threads_thread_id"
    ON "threads" ("thread_id")""",
    """CREATE TABLE "lanes" (
   "id" INTEGER PRIMARY KEY,
   "thread" INTEGER NOT NULL,
   "namespace" TEXT NOT NULL,
   "epoch" INTEGER NOT NULL DEFAULT 0
)""",
    """CREATE UNIQUE INDEX "idx_lanes_thread_namespace"
    ON "lanes" ("thread", "namespace")""",
    """CREATE TABLE "checkpoints" (
   "id" INTEGER PRIMARY KEY,
   "lane" INTEGER NOT NULL,
   "checkpoint_id" TEXT NOT NULL,
   "parent" INTEGER,
   "parent_id" TEXT,
   "created_at" TEXT NOT NULL,
   "metadata" TEXT NOT NULL,
   "changes" TEXT NOT NULL,
   "versions" TEXT NOT NULL,
   "seen" TEXT NOT NULL,
   "updated" TEXT NOT NULL,
   "frame" TEXT,
   "writes" TEXT,
   "hash" BLOB NOT NULL
)""",
    """CREATE INDEX "idx_checkpoints_lane"
    ON "checkpoints" ("lane")""",
    """CREATE TABLE "writes" (
   "id" INTEGER PRIMARY KEY,
   "lane" INTEGER NOT NULL,
   "checkpoint_id" TEXT NOT NULL,
   "task_id" TEXT NOT NULL,
   "task_path" TEXT NOT NULL,
   "items" TEXT NOT NULL,
   "hash" BLOB NOT NULL
)""",
    """CREATE INDEX "idx_writes_lane_checkpoint_id"
    ON "writes" ("lane", "checkpoint_id")""",
    """CREATE TABLE "texts" (
   "id" INTEGER PRIMARY KEY,
   "thread" INTEGER NOT NULL,
   "text" TEXT NOT NULL,
   "hash" BLOB NOT NULL
)""",
    """CREATE INDEX "idx_texts_thread"
    ON "texts" ("thread")""",
    """CREATE TABLE "facts" (
   "id" INTEGER PRIMARY KEY,
   "thread_id" TEXT NOT NULL,
   "checkpoint_id" TEXT,
   "task_id" TEXT,
   "kind" TEXT NOT NULL,
   "data" TEXT NOT NULL,
   "hash" BLOB NOT NULL
)""",
    """CREATE INDEX "idx_facts_thread_id"
    ON "facts" ("thread_id")""",
    """CREATE TABLE "graphs" (
   "hash" TEXT PRIMARY KEY,
   "text" TEXT NOT NULL
)""",
    """CREATE TABLE "branches" (
   "id" INTEGER PRIMARY KEY,
   "thread_id" TEXT NOT NULL,
   "namespace" TEXT NOT NULL,
   "first" TEXT NOT NULL,
   "forked_from" TEXT,
   "name" TEXT NOT NULL,
   "note" TEXT NOT NULL,
   "by" TEXT NOT NULL,
   "as_node" TEXT,
   "edits" TEXT NOT NULL,
   "created_at" TEXT NOT NULL,
   "hash" BLOB NOT NULL
)""",
    """CREATE INDEX "idx_branches_thread_id"
    ON "branches" ("thread_id")""",
    """CREATE TABLE "output" (
   "id" INTEGER PRIMARY KEY,
   "thread_id" TEXT NOT NULL,
   "checkpoint_id" TEXT,
   "task_id" TEXT,
   "lines" TEXT NOT NULL,
   "chars" INTEGER NOT NULL,
   "dropped" INTEGER NOT NULL,
   "hash" BLOB NOT NULL
)""",
    """CREATE INDEX "idx_output_thread_id_task_id"
    ON "output" ("thread_id", "task_id")""",
    "CREATE INDEX out_of_order ON checkpoints (lane, checkpoint_id) WHERE updated < '!'",
)
