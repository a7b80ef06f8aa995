"""A layered layout for the boxes of a graph, with few crossings, and a path for every edge.

The steps of Sugiyama, Tagawa and Toda, IEEE SMC 11 (1981) 109–125. A box is one layer after the last of its
operands; between two layers of boxes lies one of labels, so that no two labels share a place; a longer edge
passes through a free gap in every layer. The order in each layer comes from sweeps by barycentres, the
position is the one nearest to the neighbours that this order allows.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 14
APART = 18.0  # between neighbours in a layer
GAP = 24.0  # between two layers
BEND = 12.0  # an edge that only passes through
PORT = 15.0  # between the ends of two edges at one box


@dataclass(frozen=True)
class Edge:
    """From box ``source`` to box ``target``, with a label of that size: (width, height) in pixels."""

    source: int
    target: int
    label: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Layout:
    """Centres of the boxes and of the labels, the path of every edge as in SVG, and the whole size."""

    width: float
    height: float
    boxes: tuple[tuple[float, float], ...]
    labels: tuple[tuple[float, float], ...]
    paths: tuple[str, ...]


@dataclass
class _Item:
    """What takes room in a layer: a box, a label, or a passing edge; adjacent to ``before``, ``after``."""

    layer: int
    along: float
    across: float
    before: list[int]
    after: list[int]
    weight: float = 1.0
    place: float = 0.0


def layers(count: int, edges: Sequence[Edge], late: Sequence[int] = ()) -> list[int]:
    """The layer of every box: the longest path from an input; those of ``late`` are right before their use.

    Boxes are numbered so that every edge goes from a lower to a higher number.
    """
    depth = [0] * count
    for edge in sorted(edges, key=lambda edge: edge.target):
        depth[edge.target] = max(depth[edge.target], depth[edge.source] + 1)
    for box in late:
        depth[box] = min((depth[e.target] - 1 for e in edges if e.source == box), default=depth[box])
    return depth


def layered(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[Edge],
    *,
    late: Sequence[int] = (),
    down: bool = False,
) -> Layout:
    """Boxes of the given (width, height) laid out from left to right, or with ``down`` from top to bottom."""
    if not sizes:
        return Layout(0.0, 0.0, (), (), ())

    def turned(size: tuple[float, float]) -> tuple[float, float]:
        return (size[1], size[0]) if down else size

    depth = layers(len(sizes), edges, late)
    items = [_Item(2 * layer, *turned(size), [], []) for layer, size in zip(depth, sizes, strict=True)]
    chains = [_chain(items, edge, turned(edge.label)) for edge in edges]
    rows: list[list[int]] = [[] for _ in range(2 * max(depth) + 1)]
    for number, item in enumerate(items):
        rows[item.layer].append(number)
    rows = _ordered(items, rows)
    _settle(items, rows)
    starts, thickness = _along(items, rows)
    ports = _ports(items, edges, chains)
    paths = tuple(
        _path(items, edge, chain, starts, thickness, port, down)
        for edge, chain, port in zip(edges, chains, ports, strict=True)
    )

    def centre(number: int) -> tuple[float, float]:
        item = items[number]
        along = starts[item.layer] + thickness[item.layer] / 2
        return (item.place, along) if down else (along, item.place)

    labelled = [chain[-1] for chain in chains]
    long, wide = starts[-1] + thickness[-1], max(item.place + item.across / 2 for item in items)
    return Layout(
        *((wide, long) if down else (long, wide)),
        tuple(centre(number) for number in range(len(sizes))),
        tuple(centre(number) for number in labelled),
        paths,
    )


def _chain(items: list[_Item], edge: Edge, label: tuple[float, float]) -> list[int]:
    """The items between the ends of an edge, the label last: it is read where the edge arrives."""
    first, last = items[edge.source].layer + 1, items[edge.target].layer - 1
    chain, previous = [], edge.source
    for layer in range(first, last + 1):
        labelled = layer == last
        size = label if labelled and label[0] else (0.0, BEND)
        items.append(_Item(layer, *size, [previous], [], weight=1.0 if labelled else 4.0))
        items[previous].after.append(len(items) - 1)
        previous = len(items) - 1
        chain.append(previous)
    items[previous].after.append(edge.target)
    items[edge.target].before.append(previous)
    return chain


def _ordered(items: list[_Item], rows: list[list[int]]) -> list[list[int]]:
    """The rows with the fewest crossings that sweeps in both directions find."""
    best, fewest = rows, _crossings(items, rows)
    for sweep in range(SWEEPS):
        rows = [list(row) for row in rows]
        forward = sweep % 2 == 0
        for place in range(1, len(rows)) if forward else range(len(rows) - 2, -1, -1):
            fixed = rows[place - 1 if forward else place + 1]
            rank = {number: at for at, number in enumerate(fixed)}
            row, position = rows[place], {number: at for at, number in enumerate(rows[place])}
            centre = {}
            for number in row:
                neighbours = items[number].before if forward else items[number].after
                ranks = [rank[other] for other in neighbours if other in rank]
                centre[number] = sum(ranks) / len(ranks) if ranks else None
            movable = iter(
                sorted((n for n in row if centre[n] is not None), key=lambda n: (centre[n], position[n]))
            )
            rows[place] = [n if centre[n] is None else next(movable) for n in row]
        crossings = _crossings(items, rows)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _crossings(items: list[_Item], rows: list[list[int]]) -> int:
    """How many pairs of edges cross between neighbouring rows."""
    count = 0
    for upper, lower in pairwise(rows):
        rank = {number: at for at, number in enumerate(lower)}
        seen: list[int] = []
        for number in upper:
            ends = sorted(rank[other] for other in items[number].after if other in rank)
            count += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
            for end in ends:
                insort(seen, end)
    return count


def _settle(items: list[_Item], rows: list[list[int]]) -> None:
    """Places every item across its layer, as near to the middle of its neighbours as the order allows."""
    for row in rows:
        _spread(items, row, [0.0] * len(row))
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = []
            for number in row:
                item = items[number]
                # one side leads in each sweep: the row follows those that have just been placed
                lead, other = (item.before, item.after) if sweep % 2 == 0 else (item.after, item.before)
                neighbours = (lead or other) if sweep < SWEEPS - 4 else [*lead, *other]
                total = sum(items[n].weight for n in neighbours)
                wanted.append(
                    sum(items[n].weight * items[n].place for n in neighbours) / total
                    if neighbours
                    else item.place
                )
            _spread(items, row, wanted)
    least = min(item.place - item.across / 2 for item in items)
    for item in items:
        item.place -= least


def _spread(items: list[_Item], row: list[int], wanted: list[float]) -> None:
    """The places nearest to ``wanted`` that keep order and distance: pools of adjacent violators."""
    offsets, offset = [], 0.0
    for at, number in enumerate(row):
        if at:
            offset += (items[row[at - 1]].across + items[number].across) / 2 + APART
        offsets.append(offset)
    pools: list[tuple[float, float, int]] = []  # weighted mean, weight, members
    for number, want, shift in zip(row, wanted, offsets, strict=True):
        mean, weight, members = want - shift, items[number].weight, 1
        while pools and pools[-1][0] > mean:
            before, heavy, more = pools.pop()
            mean = (mean * weight + before * heavy) / (weight + heavy)
            weight, members = weight + heavy, members + more
        pools.append((mean, weight, members))
    means = [mean for mean, _, members in pools for _ in range(members)]
    for number, mean, shift in zip(row, means, offsets, strict=True):
        items[number].place = mean + shift


def _along(items: list[_Item], rows: list[list[int]]) -> tuple[list[float], list[float]]:
    """The start of every layer, and its thickness."""
    thickness = [max((items[number].along for number in row), default=0.0) for row in rows]
    starts, at = [], 0.0
    for thick in thickness:
        starts.append(at)
        at += thick + GAP
    return starts, thickness


def _ports(items: list[_Item], edges: Sequence[Edge], chains: list[list[int]]) -> list[float]:
    """The offset of each edge from the middle of its target: side by side, in the order of arrival."""
    arriving: dict[int, list[int]] = {}
    for number, edge in enumerate(edges):
        arriving.setdefault(edge.target, []).append(number)
    ports = [0.0] * len(edges)
    for target, numbers in arriving.items():
        room = min(PORT, items[target].across * 0.8 / len(numbers))
        numbers.sort(key=lambda number: items[chains[number][-1]].place)
        for at, number in enumerate(numbers):
            ports[number] = room * (at - (len(numbers) - 1) / 2)
    return ports


def _path(
    items: list[_Item],
    edge: Edge,
    chain: list[int],
    starts: list[float],
    thickness: list[float],
    port: float,
    down: bool,
) -> str:
    """A smooth path through the middles of the chain, as the d of an SVG path."""
    source, target = items[edge.source], items[edge.target]
    middle = starts[source.layer] + thickness[source.layer] / 2
    points = [(middle + source.along / 2, source.place)]
    for number in chain:
        item = items[number]
        begin, thick = starts[item.layer], thickness[item.layer]
        points += [(begin, item.place), (begin + thick, item.place)]
    points.append((starts[target.layer] + (thickness[target.layer] - target.along) / 2, target.place + port))

    def written(along: float, across: float) -> str:
        x, y = (across, along) if down else (along, across)
        return f"{x:.1f} {y:.1f}"

    parts = [f"M{written(*points[0])}"]
    for (a, b), (c, d) in pairwise(points):
        if b == d:
            parts.append(f"L{written(c, d)}")
        else:
            half = (a + c) / 2
            parts.append(f"C{written(half, b)} {written(half, d)} {written(c, d)}")
    return "".join(parts)
