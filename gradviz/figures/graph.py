"""The computation graph as the browser's ``walk.js`` draws it: boxes and edges in their places, and the walk.

A number that stands in the formula is a small box beside each operation that uses it; everything else
stands once. What repeats can be drawn as one box: a chain of sums or products, and of several parts of one
shape all but the first.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradviz.autodiff.faults import Planted, plant, suitable_places
from gradviz.autodiff.graph import ComputationGraph, Contribution, GraphNode, contributions, trace
from gradviz.autodiff.walk import STATES, Walk, factor, in_letters, is_condition, node_names, shown, walk
from gradviz.field import ScalarField
from gradviz.figures.parts.box_layout import Edge, Layout, layered
from gradviz.figures.parts.theme import palettes
from gradviz.text.letters import plain_label
from gradviz.tree.formulas import local_derivative

from .messages import as_json

LARGEST = 120  # nodes that are drawn as a whole; of a larger graph only the part around one node
NEAR = 40  # nodes of such a part, at most
REPEATS = 3  # equal shapes or links of a chain from which on they can be drawn as one
BOX = (128.0, 58.0)
LETTER = 6.3  # width of a letter of an edge's label, in pixels
SIGN = 8.6  # and of a box's heading
LINE = 17.0


@dataclass(frozen=True)
class Box:
    """Several nodes drawn as one, or one alone; ``root`` is the node whose value leaves it."""

    root: int
    members: tuple[int, ...]
    title: str
    constant_of: int | None = None  # the operation beside which a number stands


@lru_cache(maxsize=64)
def walk_data(
    field: ScalarField,
    point: tuple[float, ...],
    drawn: tuple[str, ...],
    *,
    around: int | None = None,
    fault: str | None = None,
    place: tuple[int, int] | None = None,
) -> dict[str, Any]:
    """``graph_view`` of the field at the point, kept: another step or method changes nothing here.

    With ``fault`` the graph as that fault at ``place`` leaves it.
    """
    found = planted(field, point, fault, place) if fault else None
    if found is None:
        return graph_view(traced(field, point), around=around, drawn=drawn)
    return graph_view(found.graph, around=around, drawn=drawn, lost=found.lost)


@lru_cache(maxsize=64)
def planted(
    field: ScalarField, point: tuple[float, ...], fault: str, place: tuple[int, int] | None = None
) -> Planted | None:
    """The graph with a fault in it; None where it would change nothing."""
    return plant(traced(field, point), field.variables, fault, place)


@lru_cache(maxsize=64)
def fault_places(field: ScalarField, point: tuple[float, ...], fault: str) -> dict[tuple[int, int], str]:
    """The edges at which a fault changes the gradient: v₃ → x₁."""
    graph = traced(field, point)
    return {
        (consumer, slot): edge_name(graph, consumer, slot)
        for consumer, slot in suitable_places(graph, field.variables, fault)
    }


def edge_name(graph: ComputationGraph, consumer: int, slot: int) -> str:
    """From where to where a contribution goes: v₃ → x₁; v₁ → x (2.) where x stands there again."""
    names, operands = node_names(graph), graph.nodes[consumer].operands
    again = operands[:slot].count(operands[slot])
    return f"{names[consumer]} → {names[operands[slot]]}" + (f" ({again + 1}.)" if again else "")


def parts(field: ScalarField, point: tuple[float, ...]) -> dict[int, str]:
    """Of a graph that is too large to be drawn, the nodes one can look around, the output first."""
    graph = traced(field, point)
    if len(graph.nodes) <= LARGEST:
        return {}
    names = node_names(graph)
    computed = [place for place, node in enumerate(graph.nodes) if node.operands]
    return {place: in_letters(graph, names, place) for place in reversed(computed)}


traced = lru_cache(maxsize=16)(trace)
laid_out = lru_cache(maxsize=32)(layered)  # while the point moves, the boxes stay where they are


def graph_view(
    graph: ComputationGraph,
    *,
    around: int | None = None,
    drawn: Sequence[str] = (),
    lost: Contribution | None = None,
) -> dict[str, Any]:
    """All that ``walk.js`` is sent: nodes, steps, and a layout for wide and for narrow pages, folded and not.

    ``around`` is the node about which a large graph is drawn, the output unless told; ``drawn`` are the names
    of the variables over which f is drawn: the steps carry what has come of that part of the gradient.
    ``lost`` is a contribution that a faulty program does not add.
    """
    nodes = graph.nodes
    part = None if len(nodes) <= LARGEST else nearest(graph, len(nodes) - 1 if around is None else around)
    steps = walk(graph, part, lost)
    kept = list(range(len(nodes))) if part is None else sorted(part)
    whole = _boxes(graph, steps, kept, [])
    groups = repeats(graph, kept)
    views = {"whole": _both_ways(graph, steps, whole)}
    if groups:
        views["folded"] = _both_ways(graph, steps, _boxes(graph, steps, kept, groups))
    variables = {nodes[place].label: place for place in _variables(graph)}
    shown_variables = [variables[name] for name in drawn]
    data = {
        "nodes": {str(place): _node(graph, steps, place) for place in kept},
        "steps": [_step(steps, at, shown_variables) for at in range(len(steps.steps))],
        "views": views,
        "drawn": list(drawn),
        "names": [plain_label(name) for name in drawn],
        "states": list(STATES),
        "note": _note(graph, part, groups),
        "alternative": _alternative(graph, steps),
        "colours": {theme: palette["backprop"] for theme, palette in palettes(("backprop",)).items()},
    }
    data["revision"] = hashlib.blake2b(as_json(data, "walk").encode(), digest_size=8).hexdigest()
    return data


def nearest(graph: ComputationGraph, centre: int) -> set[int]:
    """At most ``NEAR`` nodes about ``centre``, by the number of edges between, with the numbers they use."""
    beside: list[set[int]] = [set() for _ in graph.nodes]
    for place, node in enumerate(graph.nodes):
        for operand in node.operands:
            if _is_number(graph.nodes[operand]):
                continue
            beside[place].add(operand)
            beside[operand].add(place)
    found, rim = {centre}, [centre]
    while rim:
        rim = sorted({other for place in rim for other in beside[place]} - found)
        if len(found) + len(rim) > NEAR:
            found |= set(rim[: NEAR - len(found)])
            break
        found |= set(rim)
    numbers = {i for place in found for i in graph.nodes[place].operands if _is_number(graph.nodes[i])}
    return found | numbers


def repeats(graph: ComputationGraph, kept: Collection[int]) -> list[tuple[str, tuple[int, ...]]]:
    """What can be drawn as one box, as (title, members): chains of sums and products, then equal shapes."""
    names = node_names(graph)
    users: dict[int, list[int]] = {}
    for place in kept:
        for operand in graph.nodes[place].operands:
            users.setdefault(operand, []).append(place)
    found: list[tuple[str, tuple[int, ...]]] = []
    taken: set[int] = set()
    for place in sorted(kept, reverse=True):
        links = _links(graph, place, users, set(kept) - taken)
        if len(links) >= REPEATS:
            what = "sum" if graph.nodes[place].operation == "add" else "product"
            found.append((f"{what} of {len(links) + 1}", tuple(sorted(links))))
            taken |= set(links)
    shapes: dict[Any, list[tuple[int, ...]]] = {}
    for place in sorted(kept, reverse=True):
        cone = _cone(graph, place, users, set(kept) - taken)
        if len(cone) > 1:
            shapes.setdefault(_shape(graph, place, set(cone)), []).append(cone)
    for cones in sorted(shapes.values(), key=lambda cones: -len(cones[0])):
        free = [cone for cone in reversed(cones) if not taken & set(cone)]
        if len(free) >= REPEATS:
            first = max(free[0])
            found += [(f"like {names[first]}", cone) for cone in free[1:]]
            taken |= {place for cone in free for place in cone}
    return found


def _links(graph: ComputationGraph, place: int, users: dict[int, list[int]], free: set[int]) -> list[int]:
    """The chain of sums, or of products, that ends at ``place``."""
    operation, links = graph.nodes[place].operation, []
    if operation not in ("add", "multiply"):
        return []
    at: int | None = place
    while at is not None and at in free:
        links.append(at)
        inner = [
            i
            for i in graph.nodes[at].operands
            if graph.nodes[i].operation == operation and users[i] == [at] and not graph.nodes[i].passive
        ]
        at = inner[0] if inner else None
    return links


def _cone(graph: ComputationGraph, root: int, users: dict[int, list[int]], free: set[int]) -> tuple[int, ...]:
    """The operations that only ``root`` needs, with it."""
    if not graph.nodes[root].operands or root not in free or graph.nodes[root].passive:
        return ()
    cone = {root}
    for place in range(root - 1, -1, -1):
        if place in free and graph.nodes[place].operands and place in users and set(users[place]) <= cone:
            cone.add(place)
    return tuple(sorted(cone))


def _shape(graph: ComputationGraph, place: int, cone: set[int]) -> Any:
    """Equal for parts that differ only in what comes in."""
    node = graph.nodes[place]
    if place not in cone:
        return "#" if _is_number(node) else "•"
    return (node.operation, *(_shape(graph, operand, cone) for operand in node.operands))


# --- boxes and edges ---


def _is_number(node: GraphNode) -> bool:
    """A literal or π: no variable, and nothing that is computed."""
    return not node.operands and node.operation != "variable"


def _boxes(
    graph: ComputationGraph, steps: Walk, kept: Sequence[int], groups: Sequence[tuple[str, tuple[int, ...]]]
) -> list[Box]:
    """In an order in which every edge goes forward."""
    grouped = {place: group for group in groups for place in group[1]}
    boxes = []
    for place in kept:
        node, group = graph.nodes[place], grouped.get(place)
        if _is_number(node):
            continue
        if group is None:
            title = steps.names[place] if not node.operands else node.label
            boxes.append(Box(place, (place,), title))
        elif place == max(group[1]):
            boxes.append(Box(place, group[1], group[0]))
    inside = {place: at for at, box in enumerate(boxes) for place in box.members}
    numbers = []
    for place in kept:
        for operand in dict.fromkeys(graph.nodes[place].operands):
            if operand in kept and _is_number(graph.nodes[operand]) and place not in grouped:
                numbers.append(Box(operand, (operand,), steps.names[operand], boxes[inside[place]].root))
    if not boxes:
        numbers = [Box(place, (place,), steps.names[place]) for place in kept]
    return numbers + boxes


def _both_ways(graph: ComputationGraph, steps: Walk, boxes: Sequence[Box]) -> dict[str, Any]:
    edges = _edges(graph, boxes)
    sizes = tuple(_size(box) for box in boxes)
    plan = tuple(Edge(edge["from"], edge["to"], _label_size(edge)) for edge in edges)
    late = tuple(at for at, box in enumerate(boxes) if box.constant_of is not None)
    return {
        name: _placed(boxes, edges, laid_out(sizes, plan, late=late, down=down), sizes)
        for name, down in (("wide", False), ("tall", True))
    }


def _placed(
    boxes: Sequence[Box],
    edges: Sequence[dict[str, Any]],
    layout: Layout,
    sizes: Sequence[tuple[float, float]],
) -> dict[str, Any]:
    return {
        "width": round(layout.width, 1),
        "height": round(layout.height, 1),
        "boxes": [
            {
                "root": box.root,
                "members": list(box.members),
                "title": box.title,
                "number": box.constant_of is not None,
                "x": round(x - width / 2, 1),
                "y": round(y - height / 2, 1),
                "width": width,
                "height": height,
            }
            for box, (x, y), (width, height) in zip(boxes, layout.boxes, sizes, strict=True)
        ],
        "edges": [
            {**edge, "x": round(x, 1), "y": round(y, 1), "path": path}
            for edge, (x, y), path in zip(edges, layout.labels, layout.paths, strict=True)
        ],
    }


def _size(box: Box) -> tuple[float, float]:
    if box.constant_of is not None:
        return (max(26.0, 16 + SIGN * len(box.title)), 24.0)
    return (max(BOX[0], 58 + SIGN * len(box.title)), BOX[1])


def _label_size(edge: dict[str, Any]) -> tuple[float, float]:
    lines = [line for line in (edge["formula"], edge["number"]) if line]
    return (10 + LETTER * max(map(len, lines)), LINE * len(lines)) if lines else (0.0, 0.0)


def _edges(graph: ComputationGraph, boxes: Sequence[Box]) -> list[dict[str, Any]]:
    """Every use of one box by another, with its local derivative as formula and as number."""
    inside = {place: at for at, box in enumerate(boxes) for place in box.members if box.constant_of is None}
    beside = {(box.root, box.constant_of): at for at, box in enumerate(boxes) if box.constant_of is not None}
    flows = {(flow.consumer, flow.slot) for flow in contributions(graph)}
    edges = []
    for at, box in enumerate(boxes):
        if box.constant_of is not None:
            continue
        through = _through(graph, box)
        for consumer in box.members:
            node = graph.nodes[consumer]
            for slot, operand in enumerate(node.operands):
                source = beside.get((operand, box.root), inside.get(operand))
                if source is None or source == at:
                    continue
                edge = {"from": source, "to": at, "key": f"{consumer}:{slot}", "formula": "", "number": ""}
                if not (graph.nodes[operand].passive or node.passive):
                    slope = through[consumer] * node.local_derivatives[slot]
                    edge["number"] = f"= {shown(slope)}" if len(box.members) == 1 else shown(slope)
                    edge["flows"] = (consumer, slot) in flows
                    if len(box.members) == 1:
                        constants = [graph.nodes[i].label if _is_number(graph.nodes[i]) else None
                                     for i in node.operands]  # fmt: skip
                        edge["formula"] = local_derivative(node.operation, slot, constants)
                edges.append(edge)
    return edges


def _through(graph: ComputationGraph, box: Box) -> dict[int, float]:
    """∂root/∂member for each member of a box, by a reverse sweep inside it."""
    slopes = dict.fromkeys(box.members, 0.0) | {box.root: 1.0}
    for place in sorted(box.members, reverse=True):
        node = graph.nodes[place]
        for slot, operand in enumerate(node.operands):
            if operand in slopes:
                slopes[operand] += slopes[place] * node.local_derivatives[slot]
    return slopes


# --- nodes, steps and words ---


def _variables(graph: ComputationGraph) -> list[int]:
    """The places of the variables; their order is that of the formula."""
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
        "kind": "number" if _is_number(node) else "condition" if is_condition(node) else "node",
        "autograd": node.autograd,
        "valued": steps.valued[place],
        "collecting": steps.collecting[place],
        "done": steps.done[place],
    }


def _every_digit(value: float) -> str:
    """A number with all its digits; what is no finite one in words."""
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


def _note(graph: ComputationGraph, part: Collection[int] | None, groups: Sequence[Any]) -> str:
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
