"""From the input of a call to writes: one channel takes it whole, or several pick their keys from a dict. Pure."""

from __future__ import annotations

from typing import Any

from engine.compiler.plan import GraphPlan, Writes
from engine.log import log_warning


def input_writes(plan: GraphPlan, value: Any) -> Writes:
    """The writes of an input. Raises TypeError if several channels take it and it is no dict."""
    key = plan.input_key
    if isinstance(key, str):
        return [(key, value)]
    if not isinstance(value, dict):
        raise TypeError(f"Expected the input to be a dict with {', '.join(key)}, got {type(value).__name__}")
    for name in value:
        if name not in key:
            log_warning("Input channel %s not found in %s", name, list(key))
    return [(name, item) for name, item in value.items() if name in key]
