"""The computation graph for the browser: boxes and edges in their places, and the steps of the walk."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from gradviz.autodiff.faults import Planted, plant, suitable_places
from gradviz.autodiff.graph import ComputationGraph, Contribution, trace
from gradviz.autodiff.walk import STATES, Walk, factor, in_letters, is_condition, node_names, shown, walk
from gradviz.field import ScalarField
from gradviz.figures.graph_layout import both_ways, boxes_of, is_number, nearest, repeats
from gradviz.figures.messages import as_json
from gradviz.figures.parts.theme import style
from gradviz.text.letters import plain_label
from gradviz.tree.precision import FLOAT64

Place = tuple[int, int]  # an edge of the graph: the consuming node, and which of its operands
LARGEST = 120  # nodes that are drawn as a whole; of a larger graph only the part around one node


@lru_cache(maxsize=64)
def walk_data(
    field: ScalarField,
    point: tuple[float, ...],
    drawn: tuple[str, ...],
    *,
    around: int | None = None,
    fault: str | None = None,
    place: tuple[int, int] | None = None,
    dtype: str = FLOAT64.name,
) -> dict[str, Any]:
    """``graph_view`` of the field at the point, cached: it depends on neither step nor methods.

    With ``fault`` the graph as that fault at ``place`` leaves it; with ``dtype`` in numbers of that type.
    """
    faulty = planted(field, point, fault, place, dtype) if fault else None
    if faulty is None:
        return graph_view(traced(field, point, dtype=dtype), around=around, drawn=drawn)
    return graph_view(faulty.graph, around=around, drawn=drawn, lost=faulty.lost)


@lru_cache(maxsize=64)
def planted(
    field: ScalarField,
    point: tuple[float, ...],
    fault: str,
    place: tuple[int, int] | None = None,
    dtype: str = FLOAT64.name,
) -> Planted | None:
    """The graph with a fault in it; None where it would change nothing."""
    return plant(traced(field, point, dtype=dtype), field.variables, fault, place)


@lru_cache(maxsize=64)
def fault_places(field: ScalarField, point: tuple[float, ...], fault: str) -> dict[tuple[int, int], str]:
    """The edges at which a fault changes the gradient: v₃ → x₁."""
    graph = traced(field, point)
    return {
        (consumer, slot): edge_name(graph, consumer, slot)
        for consumer, slot in suitable_places(graph, field.variables, fault)
    }


def edge_name(graph: ComputationGraph, consumer: int, slot: int) -> str:
    """The two ends of a contribution: v₃ → x₁; v₁ → x (2.) for the second operand x."""
    names, operands = node_names(graph), graph.nodes[consumer].operands
    again = operands[:slot].count(operands[slot])
    return f"{names[consumer]} → {names[operands[slot]]}" + (f" ({again + 1}.)" if again else "")


def parts(field: ScalarField, point: tuple[float, ...]) -> dict[int, str]:
    """The nodes around which a graph that is too large can be drawn, the output first; {} for others."""
    graph = traced(field, point)
    if len(graph.nodes) <= LARGEST:
        return {}
    names = node_names(graph)
    computed = [place for place, node in enumerate(graph.nodes) if node.operands]
    return {place: in_letters(graph, names, place) for place in reversed(computed)}


def traced(field: ScalarField, point: tuple[float, ...], *, dtype: str = FLOAT64.name) -> ComputationGraph:
    """The graph of the field at the point, cached: several parts of the page are made from it."""
    return _traced(field, point, dtype)


@lru_cache(maxsize=16)
def _traced(field: ScalarField, point: tuple[float, ...], dtype: str) -> ComputationGraph:
    return trace(field, point, dtype=dtype)


def graph_view(
    graph: ComputationGraph,
    *,
    around: int | None = None,
    drawn: Sequence[str] = (),
    lost: Contribution | None = None,
) -> dict[str, Any]:
    """The message for the walk: nodes, steps, and a layout for wide and for narrow pages, folded and not.

    ``around`` is the node around which a large graph is drawn, by default the output; ``drawn`` are the names
    of the variables over which f is drawn: the steps carry their part of the gradient so far. ``lost`` is a
    contribution that a faulty program does not add.
    """
    nodes = graph.nodes
    part = None if len(nodes) <= LARGEST else nearest(graph, len(nodes) - 1 if around is None else around)
    steps = walk(graph, part, lost)
    places = list(range(len(nodes))) if part is None else sorted(part)
    groups = repeats(graph, places)
    views = {"whole": both_ways(graph, boxes_of(graph, steps, places, []))}
    if groups:
        views["folded"] = both_ways(graph, boxes_of(graph, steps, places, groups))
    variables = {nodes[place].label: place for place in _variables(graph)}
    shown_variables = [variables[name] for name in drawn]
    data = {
        "nodes": {str(place): _node(graph, steps, place) for place in places},
        "steps": [_step(steps, at, shown_variables) for at in range(len(steps.steps))],
        "views": views,
        "drawn": list(drawn),
        "names": [plain_label(name) for name in drawn],
        "states": list(STATES),
        "note": _note(graph, part),
        "alternative": _alternative(graph, steps),
        "colours": {"light": style("backprop").light, "dark": style("backprop").dark},
    }
    data["revision"] = hashlib.blake2b(as_json(data, "walk").encode(), digest_size=8).hexdigest()
    return data


def _variables(graph: ComputationGraph) -> list[int]:
    """The indices of the variables, in the order of the formula."""
    return [i for i, node in enumerate(graph.nodes) if node.operation == "variable" and not node.passive]


def _node(graph: ComputationGraph, steps: Walk, place: int) -> dict[str, Any]:
    node = graph.nodes[place]
    return {
        "name": steps.names[place],
        "letters": in_letters(graph, steps.names, place),
        "value": shown(node.value),
        "adjoint": "" if node.passive else shown(node.adjoint),
        "exact": _every_digit(node.value),
        "exactAdjoint": "" if node.passive else _every_digit(node.adjoint),
        "kind": "number" if is_number(node) else "condition" if is_condition(node) else "node",
        "autograd": node.autograd,
        "valued": steps.valued[place],
        "collecting": steps.collecting[place],
        "done": steps.done[place],
    }


def _every_digit(value: float) -> str:
    """A number with all its digits; one that is not finite in words."""
    return repr(value) if math.isfinite(value) else shown(value)


def _step(steps: Walk, at: int, drawn: Sequence[int]) -> dict[str, Any]:
    step = steps.steps[at]
    data: dict[str, Any] = {"phase": step.phase, "node": step.node, "sentence": step.sentence}
    data["formula"] = step.formula
    if step.phase == "backward":
        data["adjoint"] = shown(step.adjoint)
    if step.consumer is not None:
        consumer = steps.graph.nodes[step.consumer]
        data["edge"] = f"{step.consumer}:{step.slot}"
        slope = consumer.local_derivatives[step.slot or 0]
        data["product"] = f"{factor(consumer.adjoint)} · {factor(slope)} = {shown(step.amount)}"
    if step.node in drawn and step.phase == "backward" and math.isfinite(step.adjoint):
        data["partial"] = [drawn.index(step.node), step.adjoint]
    return data


def _note(graph: ComputationGraph, part: Collection[int] | None) -> str:
    """That only ``part`` of a large graph is drawn; '' for a whole one."""
    if part is None:
        return ""
    return (
        f"This graph has {len(graph.nodes)} nodes, more than can be read at once: here are the "
        f"{len(part)} around one of them. Choose another to see the part around it."
    )


def _alternative(graph: ComputationGraph, steps: Walk) -> str:
    operations = sum(bool(node.operands) for node in graph.nodes)
    inputs = len(_variables(graph))
    return (
        f"Computation graph with {inputs} input{'s' * (inputs != 1)} and {operations} "
        f"operation{'s' * (operations != 1)}; the output {steps.names[-1]} is "
        f"{shown(graph.nodes[-1].value)}. The list below tells the same in words."
    )
