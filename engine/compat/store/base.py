"""``langgraph.store.base``."""

from engine.store.base_store import NOT_PROVIDED as NOT_PROVIDED
from engine.store.base_store import BaseStore as BaseStore
from engine.store.base_store import NotProvided as NotProvided
from engine.store.base_store import TTLConfig as TTLConfig
from engine.store.item import GetOp as GetOp
from engine.store.item import InvalidNamespaceError as InvalidNamespaceError
from engine.store.item import Item as Item
from engine.store.item import ListNamespacesOp as ListNamespacesOp
from engine.store.item import MatchCondition as MatchCondition
from engine.store.item import NamespaceMatchType as NamespaceMatchType
from engine.store.item import NamespacePath as NamespacePath
from engine.store.item import Op as Op
from engine.store.item import PutOp as PutOp
from engine.store.item import Result as Result
from engine.store.item import SearchItem as SearchItem
from engine.store.item import SearchOp as SearchOp
from engine.store.item import check_op as validate_op_namespace
from engine.store.memory_items import IndexConfig as IndexConfig

__all__ = [
    "BaseStore",
    "GetOp",
    "IndexConfig",
    "InvalidNamespaceError",
    "Item",
    "ListNamespacesOp",
    "MatchCondition",
    "NOT_PROVIDED",
    "NamespaceMatchType",
    "NamespacePath",
    "NotProvided",
    "Op",
    "PutOp",
    "Result",
    "SearchItem",
    "SearchOp",
    "TTLConfig",
    "validate_op_namespace",
]
