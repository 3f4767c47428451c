"""What the command line tells as JSON, one object a line. Called wherever values of the user's are among it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.serialization.preview import one_line

MOST_LEVELS = 100
"""What is nested deeper than this is told as a text: readers of JSON give up at a few hundred levels."""


def json_line(content: Mapping[str, Any]) -> str:
    """JSON without line breaks. A value that is no JSON is told by its repr, one that is nested too deep shortened."""
    try:
        return json.dumps(content, default=repr)
    except (RecursionError, TypeError, ValueError):  # too deep; a key that is no text; a value that contains itself
        return json.dumps(_as_json(content, MOST_LEVELS), default=one_line)


def _as_json(value: Any, levels: int) -> Any:
    if not isinstance(value, (dict, list, tuple)):
        return value
    if levels == 0:
        return one_line(value)
    if isinstance(value, dict):
        return {key if type(key) is str else one_line(key): _as_json(item, levels - 1) for key, item in value.items()}
    return [_as_json(item, levels - 1) for item in value]
