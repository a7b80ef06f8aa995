"""Derivatives by the chain rule over the graph of a formula: reverse sweep, graph, walk, faults, costs."""
