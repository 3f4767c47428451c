"""LangGraph's ``pregel._write``: the entry that its pages show with ``NodeBuilder.write_to``."""

from engine.compiler.node_builder import ChannelWriteEntry

__all__ = ("ChannelWriteEntry",)
