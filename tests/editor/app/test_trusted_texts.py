"""Texts of trusted code are kept as long as something refers to them, and losing them harms nobody."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from editor.app import trusted_texts
from editor.app.trusted_texts import TrustedTexts

SURROGATE = "x = '\udc80'\n"  # what is no UTF-8 in a module comes as text, too


@pytest.fixture
def texts(tmp_path: Path) -> TrustedTexts:
    return TrustedTexts(tmp_path / "texts")


def test_a_text_comes_back_as_it_was_for_the_user_only(tmp_path: Path, texts: TrustedTexts) -> None:
    texts.keep({"a": "x = 1\r\n", "b": SURROGATE})

    assert (texts.text("a"), texts.text("b"), texts.text("c")) == ("x = 1\r\n", SURROGATE, None)
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / "texts" / "a").stat().st_mode) == 0o600


def test_what_nothing_refers_to_goes(tmp_path: Path, texts: TrustedTexts) -> None:
    texts.keep({"a": "1", "b": "2"})
    (tmp_path / "texts" / "a.xyz.new").write_bytes(b"left by a crash")

    texts.forget_all_but({"b"})

    assert [entry.name for entry in (tmp_path / "texts").iterdir()] == ["b"]


def test_the_oldest_go_where_all_take_too_much(
    tmp_path: Path, texts: TrustedTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts.keep({"old": "1", "new": "2"})
    for name, second in (("old", 1), ("new", 2)):
        os.utime(tmp_path / "texts" / name, (second, second))
    monkeypatch.setattr(trusted_texts, "MOST_BYTES", (tmp_path / "texts" / "new").stat().st_size)

    texts.forget_all_but({"old", "new"})

    assert (texts.text("old"), texts.text("new")) == (None, "2")


def test_a_damaged_text_is_none(tmp_path: Path, texts: TrustedTexts) -> None:
    texts.keep({"a": "x = 1\n"})
    (tmp_path / "texts" / "a").write_bytes(b"something else")

    assert texts.text("a") is None


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("a file in the way")
    texts = TrustedTexts(tmp_path / "texts")

    texts.keep({"a": "x"})
    texts.forget_all_but(())

    assert texts.text("a") is None
