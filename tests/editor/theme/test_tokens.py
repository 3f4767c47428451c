"""The two themes keep the contrast that their users need. No Qt."""

from __future__ import annotations

import re

import pytest

from editor.canvas.remark_items import BAR_SHARE, FILL_SHARE
from editor.document.remark import COLOURS
from editor.theme.tokens import DARK, LIGHT, Tokens, blend, contrast, tokens_for

BACKGROUNDS = ("window", "surface", "surface_raised", "surface_sunken")
TEXTS_EVERYWHERE = ("text", "text_quiet")
TEXT_PAIRS = [
    *((text, background) for text in TEXTS_EVERYWHERE for background in BACKGROUNDS),
    *((text, "hover") for text in TEXTS_EVERYWHERE),
    *((text, "accent_quiet") for text in (*TEXTS_EVERYWHERE, "accent")),
    *(("on_accent", button) for button in ("accent", "accent_hover", "accent_pressed")),
    *(
        (s, b)
        for s in ("next", "running", "done", "waiting", "failed", "past")
        for b in (f"{s}_quiet", "card", "surface")
    ),
    *((d, b) for d in ("added", "removed", "changed") for b in (f"{d}_quiet", "surface")),
    *((c, "surface") for c in ("code_keyword", "code_string", "code_number", "code_comment", "code_name", "code_type")),
    *(
        (text, b)
        for text in TEXTS_EVERYWHERE
        for b in ("card", "card_lane", "pill", "router_quiet", "band", "canvas", "note")
    ),
    ("text", "pressed"),
    ("router", "router_quiet"),
    ("router", "card"),
    ("accent", "surface"),
    ("accent", "window"),
]
LINE_PAIRS = [
    ("edge", "canvas"),
    ("edge", "band"),
    ("edge_taken", "canvas"),
    ("breakpoint", "card_lane"),
    ("next_line", "card"),
]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.mode)
@pytest.mark.parametrize(("text", "background"), TEXT_PAIRS)
def test_text_stands_out_from_its_background(tokens: Tokens, text: str, background: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, background)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.mode)
@pytest.mark.parametrize(("line", "background"), LINE_PAIRS)
def test_lines_that_mean_something_stand_out(tokens: Tokens, line: str, background: str) -> None:
    assert contrast(getattr(tokens, line), getattr(tokens, background)) >= 3.0


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.mode)
@pytest.mark.parametrize("colour", COLOURS)
def test_titles_of_frames_and_the_edges_over_frames_can_be_read(tokens: Tokens, colour: str) -> None:
    tone = getattr(tokens, f"frame_{colour}")
    ground = blend(tone, tokens.canvas, FILL_SHARE)

    assert contrast(tokens.text, blend(tone, ground, BAR_SHARE)) >= 4.5
    assert contrast(tokens.edge, ground) >= 3.0


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda tokens: tokens.mode)
def test_distances_keep_to_the_grid_and_colours_are_whole(tokens: Tokens) -> None:
    for name in tokens.__dataclass_fields__:
        value = getattr(tokens, name)
        if name.startswith("space_"):
            assert value % tokens.grid_px == 0, name
        if isinstance(value, str) and name != "mode":
            assert re.fullmatch("#[0-9a-f]{6}", value), name


def test_a_mode_has_its_own_tokens() -> None:
    assert tokens_for("light") is LIGHT
    assert tokens_for("dark") is DARK


def test_contrast_and_blend_know_black_and_white() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert blend("#ffffff", "#000000", 0.5) == "#808080"
