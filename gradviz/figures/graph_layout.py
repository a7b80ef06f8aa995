"""Which nodes of a computation graph are drawn, as which boxes, with which edges between them.

A number in the formula is a small box next to each operation that uses it; every other node is drawn once.
Repetition can be drawn as one box: a chain of sums or products, and all but the first of several parts of one
shape.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradviz.autodiff.graph import ComputationGraph, GraphNode, contributions
from gradviz.autodiff.walk import Walk, node_names, shown
from gradviz.figures.parts.box_layout import Edge, Layout, layered
from gradviz.tree.formulas import local_derivative

NEAR = 40  # nodes at most that are drawn around one node of a graph that is too large
REPEATS = 3  # equal shapes or links of a chain from which on they can be drawn as one
BOX = (128.0, 58.0)
LETTER = 6.3  # width of a letter of an edge's label, in pixels
SIGN = 8.6  # and of a box's heading
LINE = 17.0

Shape = str | tuple[Any, ...]  # of a part of the graph: nested tuples of operations
Group = tuple[str, tuple[int, ...]]  # the title of a box that stands for several nodes, and these nodes

laid_out = lru_cache(maxsize=32)(layered)  # while the point moves, the boxes stay where they are


@dataclass(frozen=True)
class Box:
    """One node, or several drawn as one; ``root`` is the node whose value leaves the box."""

    root: int
    members: tuple[int, ...]
    title: str
    constant_of: int | None = None  # for a number: the operation that it is next to


def nearest(graph: ComputationGraph, centre: int) -> set[int]:
    """At most ``NEAR`` nodes around ``centre``, nearest by edges first, and the numbers that they use."""
    neighbours: list[set[int]] = [set() for _ in graph.nodes]
    for place, node in enumerate(graph.nodes):
        for operand in node.operands:
            if is_number(graph.nodes[operand]):
                continue
            neighbours[place].add(operand)
            neighbours[operand].add(place)
    part, rim = {centre}, [centre]
    while rim:
        rim = sorted({other for place in rim for other in neighbours[place]} - part)
        if len(part) + len(rim) > NEAR:
            part |= set(rim[: NEAR - len(part)])
            break
        part |= set(rim)
    numbers = {i for place in part for i in graph.nodes[place].operands if is_number(graph.nodes[i])}
    return part | numbers


def repeats(graph: ComputationGraph, drawn: Collection[int]) -> list[Group]:
    """The groups of ``drawn`` nodes that can be one box: chains of sums and products, then equal shapes."""
    names = node_names(graph)
    users: dict[int, list[int]] = {}
    for place in drawn:
        for operand in graph.nodes[place].operands:
            users.setdefault(operand, []).append(place)
    groups: list[Group] = []
    grouped: set[int] = set()
    for place in sorted(drawn, reverse=True):
        links = _links(graph, place, users, set(drawn) - grouped)
        if len(links) >= REPEATS:
            what = "sum" if graph.nodes[place].operation == "add" else "product"
            groups.append((f"{what} of {len(links) + 1}", tuple(sorted(links))))
            grouped |= set(links)
    shapes: dict[Shape, list[tuple[int, ...]]] = {}
    for place in sorted(drawn, reverse=True):
        cone = _cone(graph, place, users, set(drawn) - grouped)
        if len(cone) > 1:
            shapes.setdefault(_shape(graph, place, set(cone)), []).append(cone)
    for cones in sorted(shapes.values(), key=lambda cones: -len(cones[0])):
        free = [cone for cone in reversed(cones) if not grouped & set(cone)]
        if len(free) >= REPEATS:
            first = max(free[0])
            groups += [(f"like {names[first]}", cone) for cone in free[1:]]
            grouped |= {place for cone in free for place in cone}
    return groups


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
    """``root`` and the operations that nothing else needs."""
    if not graph.nodes[root].operands or root not in free or graph.nodes[root].passive:
        return ()
    cone = {root}
    for place in range(root - 1, -1, -1):
        if place in free and graph.nodes[place].operands and place in users and set(users[place]) <= cone:
            cone.add(place)
    return tuple(sorted(cone))


def _shape(graph: ComputationGraph, place: int, cone: set[int]) -> Shape:
    """Equal for parts that differ in their inputs only."""
    node = graph.nodes[place]
    if place not in cone:
        return "#" if is_number(node) else "•"
    return (node.operation, *(_shape(graph, operand, cone) for operand in node.operands))


def is_number(node: GraphNode) -> bool:
    """A literal or π: no variable, and nothing that is computed."""
    return not node.operands and node.operation != "variable"


def boxes_of(
    graph: ComputationGraph, steps: Walk, drawn: Sequence[int], groups: Sequence[Group]
) -> list[Box]:
    """The boxes of the ``drawn`` nodes, in an order in which every edge goes forward."""
    grouped = {place: group for group in groups for place in group[1]}
    boxes = []
    for place in drawn:
        node, group = graph.nodes[place], grouped.get(place)
        if is_number(node):
            continue
        if group is None:
            title = steps.names[place] if not node.operands else node.label
            boxes.append(Box(place, (place,), title))
        elif place == max(group[1]):
            boxes.append(Box(place, group[1], group[0]))
    inside = {place: at for at, box in enumerate(boxes) for place in box.members}
    numbers = []
    for place in drawn:
        for operand in dict.fromkeys(graph.nodes[place].operands):
            if operand in drawn and is_number(graph.nodes[operand]) and place not in grouped:
                numbers.append(Box(operand, (operand,), steps.names[operand], boxes[inside[place]].root))
    if not boxes:
        numbers = [Box(place, (place,), steps.names[place]) for place in drawn]
    return numbers + boxes


def both_ways(graph: ComputationGraph, boxes: Sequence[Box]) -> dict[str, Any]:
    """The layout of the boxes for wide pages, from left to right, and for narrow ones, from top to bottom."""
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
    numbers = {(box.root, box.constant_of): at for at, box in enumerate(boxes) if box.constant_of is not None}
    flows = {(flow.consumer, flow.slot) for flow in contributions(graph)}
    edges = []
    for at, box in enumerate(boxes):
        if box.constant_of is not None:
            continue
        through = _through(graph, box)
        for consumer in box.members:
            node = graph.nodes[consumer]
            for slot, operand in enumerate(node.operands):
                source = numbers.get((operand, box.root), inside.get(operand))
                if source is None or source == at:
                    continue
                edge = {"from": source, "to": at, "key": f"{consumer}:{slot}", "formula": "", "number": ""}
                if not (graph.nodes[operand].passive or node.passive):
                    edge["flows"] = (consumer, slot) in flows
                    edge |= _edge_words(graph, node, slot, through[consumer], alone=len(box.members) == 1)
                edges.append(edge)
    return edges


def _edge_words(
    graph: ComputationGraph, node: GraphNode, slot: int, through: float, *, alone: bool
) -> dict[str, str]:
    """The local derivative of ``node`` as a number, and as a formula where it is ``alone`` in its box.

    In a box of several nodes it is multiplied by ``through``, the derivative of the root by the node.
    """
    number = shown(through * node.local_derivatives[slot])
    if not alone:
        return {"number": number}
    operands = [graph.nodes[i] for i in node.operands]
    constants = [operand.label if is_number(operand) else None for operand in operands]
    return {"number": f"= {number}", "formula": local_derivative(node.operation, slot, constants)}


def _through(graph: ComputationGraph, box: Box) -> dict[int, float]:
    """∂root/∂member for each member of a box, by a reverse sweep inside it."""
    slopes = dict.fromkeys(box.members, 0.0) | {box.root: 1.0}
    for place in sorted(box.members, reverse=True):
        node = graph.nodes[place]
        for slot, operand in enumerate(node.operands):
            if operand in slopes:
                slopes[operand] += slopes[place] * node.local_derivatives[slot]
    return slopes
