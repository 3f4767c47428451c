"""Every colour, size and distance of the application, light and dark. No Qt.

The one place where hex values stand. Palette, stylesheet, canvas and code editor read these; a test keeps each pair
of text and background at a contrast of at least 4.5:1, and each line that carries meaning at 3:1 (WCAG 2.2, criteria
1.4.3 and 1.4.11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["light", "dark"]


@dataclass(frozen=True)
class Tokens:
    """One theme. Colours are ``#rrggbb``; sizes are px at 100 % scale, on a 4 px grid where they are distances."""

    mode: Mode

    # Surfaces, from the back to the front.
    window: str
    """Tool bars, docks, the frame around everything."""
    surface: str
    """Panels, lists, text fields: where content stands."""
    surface_raised: str
    """Menus, tooltips, cards above other content."""
    surface_sunken: str
    """Tracks, wells, table headers."""
    hover: str
    pressed: str
    border: str
    """Quiet separating line. Carries no meaning."""
    border_strong: str
    """Outline of a control."""

    # Text.
    text: str
    text_quiet: str
    text_disabled: str
    """Exempt from the contrast rule, as WCAG exempts disabled controls."""

    # The one accent: selection, focus, the primary button, links.
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_quiet: str
    """Background of a selected row."""
    on_accent: str

    # States of a run. Each is used with a shape, an icon or a word. `_quiet` is its background tint.
    next: str
    next_quiet: str
    next_line: str
    """Amber for outlines and icons: brighter than the text may be."""
    running: str
    running_quiet: str
    done: str
    done_quiet: str
    waiting: str
    waiting_quiet: str
    failed: str
    failed_quiet: str
    breakpoint: str
    past: str
    past_quiet: str
    """The banner and tint while an earlier checkpoint is looked at."""

    # Differences between two states.
    added: str
    added_quiet: str
    removed: str
    removed_quiet: str
    changed: str
    changed_quiet: str

    # The canvas.
    canvas: str
    canvas_grid: str
    card: str
    card_lane: str
    stripe: str
    """On the card of a disabled node, behind its words."""
    card_border: str
    card_shadow: str
    band: str
    """Behind nodes that ran in one step."""
    edge: str
    edge_taken: str
    pill: str
    router: str
    router_quiet: str
    note: str
    """Ground of a note on the canvas."""
    note_border: str
    frame_grey: str
    """Tones of frames on the canvas. They mean nothing by themselves; every frame has a title."""
    frame_blue: str
    frame_green: str
    frame_amber: str
    frame_red: str
    frame_violet: str

    # Code.
    code_keyword: str
    code_string: str
    code_number: str
    code_comment: str
    code_name: str
    code_type: str

    # Typography, px.
    font_caption_px: int = 11
    font_body_px: int = 13
    font_title_px: int = 15
    font_headline_px: int = 20
    font_mono_px: int = 12

    # Distances, px.
    grid_px: int = 4
    space_xs_px: int = 4
    space_s_px: int = 8
    space_m_px: int = 12
    space_l_px: int = 16
    space_xl_px: int = 24
    radius_s_px: int = 4
    radius_m_px: int = 6
    radius_l_px: int = 8
    control_height_px: int = 28
    icon_px: int = 16
    scrollbar_px: int = 12


LIGHT = Tokens(
    mode="light",
    window="#f3f4f6",
    surface="#ffffff",
    surface_raised="#ffffff",
    surface_sunken="#eaecf0",
    hover="#e6e8ec",
    pressed="#d9dce2",
    border="#dcdfe5",
    border_strong="#bcc1cb",
    text="#1a1d24",
    text_quiet="#5a616e",
    text_disabled="#9aa0ab",
    accent="#4f52cf",
    accent_hover="#4346b8",
    accent_pressed="#383b9f",
    accent_quiet="#e7e8fb",
    on_accent="#ffffff",
    next="#975a00",
    next_line="#cf7c00",
    next_quiet="#fdf1dc",
    running="#0a6cb3",
    running_quiet="#e3f1fb",
    done="#1a7842",
    done_quiet="#e2f4e8",
    waiting="#8330c2",
    waiting_quiet="#f4e9fc",
    failed="#c22832",
    failed_quiet="#fdeaea",
    breakpoint="#d42a36",
    past="#7a5a12",
    past_quiet="#fbf3da",
    added="#1a7842",
    added_quiet="#e2f4e8",
    removed="#c22832",
    removed_quiet="#fdeaea",
    changed="#975a00",
    changed_quiet="#fdf1dc",
    canvas="#f7f8fa",
    canvas_grid="#dfe2e8",
    card="#ffffff",
    card_lane="#f1f2f5",
    stripe="#eceef2",
    card_border="#bec3cd",
    card_shadow="#1a1d24",
    band="#e9ebf6",
    edge="#7f8695",
    edge_taken="#2b303b",
    pill="#e4e6eb",
    router="#4f52cf",
    router_quiet="#eeeefb",
    note="#fbf6e3",
    note_border="#ddd2a6",
    frame_grey="#6b7280",
    frame_blue="#3f7fb5",
    frame_green="#3d8f63",
    frame_amber="#b07d2b",
    frame_red="#b85c62",
    frame_violet="#8260b8",
    code_keyword="#8330c2",
    code_string="#1a7842",
    code_number="#a04a06",
    code_comment="#646b78",
    code_name="#0a6cb3",
    code_type="#7a5a12",
)

DARK = Tokens(
    mode="dark",
    window="#1b1d22",
    surface="#212429",
    surface_raised="#2a2d34",
    surface_sunken="#17191d",
    hover="#2f333b",
    pressed="#393e48",
    border="#33373f",
    border_strong="#4b515d",
    text="#e8eaee",
    text_quiet="#a4abb8",
    text_disabled="#6a7180",
    accent="#8e92f5",
    accent_hover="#a1a5f8",
    accent_pressed="#7a7eea",
    accent_quiet="#2b2d50",
    on_accent="#14151f",
    next="#f0b04f",
    next_line="#f0b04f",
    next_quiet="#3a2e1a",
    running="#5cb6f2",
    running_quiet="#1b3246",
    done="#5cc98a",
    done_quiet="#1c3628",
    waiting="#c795f2",
    waiting_quiet="#372648",
    failed="#f5868b",
    failed_quiet="#432226",
    breakpoint="#f0616a",
    past="#e3c46c",
    past_quiet="#38311c",
    added="#5cc98a",
    added_quiet="#1c3628",
    removed="#f5868b",
    removed_quiet="#432226",
    changed="#f0b04f",
    changed_quiet="#3a2e1a",
    canvas="#17191d",
    canvas_grid="#292c33",
    card="#24272d",
    card_lane="#1e2126",
    stripe="#2d3138",
    card_border="#434853",
    card_shadow="#000000",
    band="#20222e",
    edge="#767e8d",
    edge_taken="#dfe2e8",
    pill="#33373f",
    router="#a1a5f8",
    router_quiet="#2a2b46",
    note="#2d2a1f",
    note_border="#57503a",
    frame_grey="#939aa8",
    frame_blue="#6fa8d6",
    frame_green="#6cb68f",
    frame_amber="#d0a45c",
    frame_red="#d68a8f",
    frame_violet="#ab8fdb",
    code_keyword="#c795f2",
    code_string="#5cc98a",
    code_number="#f0a06a",
    code_comment="#949cab",
    code_name="#5cb6f2",
    code_type="#e3c46c",
)


def tokens_for(mode: Mode) -> Tokens:
    """The theme of this mode."""
    return DARK if mode == "dark" else LIGHT


def contrast(a: str, b: str) -> float:
    """WCAG contrast ratio of two ``#rrggbb`` colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def blend(over: str, under: str, share: float) -> str:
    """``over`` laid on ``under`` with the given opacity, as an opaque colour."""
    mixed = (round(o * share + u * (1 - share)) for o, u in zip(_rgb(over), _rgb(under), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
