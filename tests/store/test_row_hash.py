"""The hashes that rows carry tell any flipped bit; those of older formats are still understood."""

from __future__ import annotations

import random
from hashlib import blake2b, sha256

import pytest

from engine.store.row_hash import check_text, text_hash
from engine.store.store_errors import DamagedStoreError

TEXTS = ["", "a", "ä" * 1_000, "long " * 40_000]
"""The last one is hashed in parts."""


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_fits_its_hash_of_every_format(text: str) -> None:
    data = text.encode()

    for stored in (text_hash(text), sha256(data).digest()[:20], blake2b(data, digest_size=16).digest()):
        check_text("Row 1", stored, text)


@pytest.mark.parametrize("text", TEXTS[1:])
def test_a_flipped_bit_is_told_under_the_hash_of_every_format(text: str) -> None:
    data = text.encode()
    dice = random.Random(5)
    for stored in (text_hash(text), sha256(data).digest()[:20], blake2b(data, digest_size=16).digest()):
        for _ in range(20):
            flipped = bytearray(data)
            place = dice.randrange(len(data))
            flipped[place] ^= 1 << dice.randrange(7 if data[place] < 128 else 4)
            try:
                damaged = flipped.decode()
            except UnicodeDecodeError:
                continue  # SQLite's own text; it is refused before it is hashed
            with pytest.raises(DamagedStoreError, match="Row 1"):
                check_text("Row 1", stored, damaged)


@pytest.mark.parametrize("stored", [None, b"", "text", b"x" * 20, b"x" * 24, b"x" * 16, 7])
def test_what_is_no_hash_of_the_text_is_told(stored: object) -> None:
    with pytest.raises(DamagedStoreError):
        check_text("Row 1", stored, "a text")


def test_equal_texts_have_equal_hashes_and_others_do_not() -> None:
    hashes = {text_hash(text) for text in TEXTS}

    assert len(hashes) == len(TEXTS) and {len(each) for each in hashes} == {24}
    assert text_hash("a" * 10) == text_hash("aa" * 5)
