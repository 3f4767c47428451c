"""From a description of a graph to a plan that the runtime can follow."""
