"""Runs a plan. Start reading at ``superstep_loop``: it is the whole of a run in one file."""
