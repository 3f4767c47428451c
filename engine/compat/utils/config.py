"""LangGraph's ``utils.config``."""

from collections.abc import Mapping
from typing import Any

from engine.runtime.config import with_configurable
from engine.runtime.running_task import complete_config as ensure_config
from engine.runtime.running_task import get_config, get_store
from engine.types import Config


def patch_configurable(config: Mapping[str, Any] | None, patch: Mapping[str, Any]) -> Config:
    """The config with other configurable values."""
    return with_configurable(config, **patch)


__all__ = ("ensure_config", "get_config", "get_store", "patch_configurable")
