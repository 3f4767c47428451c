"""``langgraph.cache.base``."""

from engine.store.task_cache import BaseCache as BaseCache
from engine.store.task_cache import FullKey as FullKey
from engine.store.task_cache import Namespace as Namespace
from engine.store.task_cache import ValueT as ValueT
