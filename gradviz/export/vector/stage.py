"""What stands over a scene: its axes, the point, and the gradients as arrows in the tangent plane.

As the page draws it over the live scene (``browser/stage.js``, ``browser/stage_axes.js``), in px of the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.export.vector.camera import arrow_length, wanted_length
from gradviz.export.vector.drawing import Pen, Scaled, width_of
from gradviz.export.vector.lens import draw_lens, fanned, magnified, written
from gradviz.export.vector.marks import head
from gradviz.export.vector.placing import (
    CAPTION,
    Box,
    Obstacles,
    from_segment,
    kept_inside,
    lens_place,
    text_box,
)
from gradviz.export.vector.sight import Scene, parted
from gradviz.export.vector.silhouette import Silhouette
from gradviz.export.vector.tangent import Stage

Vector = NDArray[np.float64]

WIDEST, NARROWEST = 13.0, 2.0  # px, of the nested arrows
HALO = 2.0  # px on each side
APART = 6.0  # px between tips from which an arrow has a head of its own
LEAST = 20.0  # px of a shaft
PIECES = 48  # of a shaft, each then cut where it is hidden
NEAR_AND_SKIN = (0.04, 0.01)  # of an arrow, which starts on the sheet
FAINT = 0.55  # the opacity of what is on the floor

SHORT = 46.0  # px of an edge under which its labels would lie over each other
SIZE, TITLE = 13.0, 18.0
GAP = 7.0  # px between the edge and a label
SHIFTS = (0, 8, 16, 24, 32, 40, 52)  # px by which an axis may stand outside of its edge
SHIFT_COST = 0.005  # of a px, where all labels over the sheet cost 1
OTHER_COST = 0.25  # of the edge that is not the usual one
UNTITLED_COST = 0.5  # of an edge beside which the title has no room
OVER = 0.15  # of a label may lie over the sheet
WITHIN = 4.0  # px from the picture's edge at which an axis ends
TITLES = (
    0.5,
    0.42,
    0.58,
    0.34,
    0.66,
    0.26,
    0.74,
    0.16,
    0.84,
    0.04,
    0.96,
)  # of an edge, where its title may be
MARGIN = 8.0  # px that the head of an arrow keeps from the edge of the picture


def draw_stage(part: Scaled, scene: Scene, palette: Mapping[str, str]) -> None:
    """The axes; and where the point is in the picture, all that stands on it."""
    height = scene.size[1]
    corner = Box(0, 170, height - 24, height)
    with part.drawing.group("axes"):
        sheet = Silhouette.of(scene.sheet, scene.sees, scene.size)
        words = draw_axes(part, scene, palette, [corner], sheet)
    stage = scene.stage
    if stage is None:
        return
    scale = min(1.15, max(0.6, height / 620))
    arrows = [(method, gradient) for method, gradient in stage.arrows if np.isfinite(gradient).all()]
    direction = stage.vector(stage.reference)
    length = arrow_length(scene.home, stage.spot, direction, scene.size) if direction.any() else 0.0
    pencil = _Pencil(part, scene, palette, scale)
    with part.drawing.group("on-floor", opacity=FAINT):
        pencil.on_floor(stage, arrows, length)
    pencil.bundle(stage, arrows, length)
    part.circle(scene.sees(stage.spot), 9.5 * scale, palette["ink"], Pen(palette["paper"], 3))
    _draw_scale(part, scene, stage, palette)
    _look_closer(part, scene, stage, palette, arrows, length, words, scale, sheet)


class _Pencil:
    """What the arrows of one scene are drawn with; ``scale`` of widths: 1 on a stage 620 px high."""

    def __init__(self, part: Scaled, scene: Scene, palette: Mapping[str, str], scale: float) -> None:
        self.part, self.scene, self.palette, self.scale = part, scene, palette, scale

    def colour(self, method: str) -> str:
        return self.palette.get(method, self.palette["ink"])

    def bundle(self, stage: Stage, arrows: Sequence[tuple[str, Vector]], length: float) -> None:
        """The methods' arrows as nested strokes from the point: one that differs parts from the others."""
        drawn = [(method, gradient) for method, gradient in arrows if gradient.any()]
        tips: list[Vector] = []
        for rank, (method, gradient) in enumerate(drawn):
            tip = stage.tip(gradient, length)
            at = self.scene.sees(tip)
            width = self.scale * _width(rank, len(drawn))
            parted_tip = all(math.hypot(*(other - at)) > APART * self.scale for other in tips)
            with self.part.drawing.group(f"arrow {method}"):
                if rank == 0:
                    self.arrow(stage.spot, tip, self.palette["paper"], width, 2.5, margin=HALO)
                long = 2.5 + 2.5 * (1 - width / (self.scale * WIDEST)) if parted_tip else 0.0
                self.arrow(stage.spot, tip, self.colour(method), width, long)
            tips.append(at)

    def on_floor(self, stage: Stage, arrows: Sequence[tuple[str, Vector]], length: float) -> None:
        """The pale copy on the floor, where a gradient really lives, and the thread up to the point."""
        foot = np.array([*stage.spot[:2], stage.floor])
        self.part.line(self.scene.sees(np.array([stage.spot, foot])), Pen(self.palette["ink"], 1.6, (2, 4)))
        self.part.circle(self.scene.sees(foot), 4 * self.scale, self.palette["ink"])
        drawn = [(method, gradient) for method, gradient in arrows if gradient.any()]
        ends = [np.array([*stage.tip(gradient, length)[:2], stage.floor]) for _, gradient in drawn]
        share = self.inside(foot, ends)
        for rank, ((method, _), end) in enumerate(zip(drawn, ends, strict=True)):
            width = max(1.5, 0.36 * self.scale * _width(rank, len(drawn)))
            self.arrow(foot, foot + share * (end - foot), self.colour(method), width, 3.6)

    def inside(self, foot: Vector, ends: Sequence[Vector]) -> float:
        """How much of the arrows from ``foot`` fits into the picture with the heads of all of them."""
        room = np.array(self.scene.size) - MARGIN
        for share in np.linspace(1.0, 0.1, 19):
            tips = [self.scene.sees(foot + share * (end - foot)) for end in ends]
            if all((tip >= MARGIN).all() and (tip <= room).all() for tip in tips):
                return float(share)
        return 0.1

    def arrow(
        self, start: Vector, end: Vector, colour: str, width: float, long: float, *, margin: float = 0.0
    ) -> None:
        """An arrow between two places of the scene, dashed where the sheet stands in front of it.

        Its head is ``long`` times its width; without one it ends a little before, under the head of another.
        With a ``margin`` it is so much wider on each side.
        """
        a, b = self.scene.sees(start), self.scene.sees(end)
        length = math.hypot(*(b - a))
        if not length > 1:
            return
        way = (b - a) / length
        tall = min(long * width, 0.6 * length)
        last = length - 0.85 * tall if long else 0.84 * length
        line = start + np.linspace(0, 1, PIECES + 1)[:, np.newaxis] * (end - start)
        dash = (9 * self.scale, 6 * self.scale)  # of one length for all that are nested
        pieces = parted(self.scene, line, NEAR_AND_SKIN)
        ends = [((self.scene.sees(piece[[0, -1]]) - a) @ way, hidden) for piece, hidden in pieces]
        for low, high, hidden in steadied([(*np.minimum(both, last), hidden) for both, hidden in ends]):
            pen = Pen(colour, width + 2 * margin, dash if hidden else ())
            self.part.line([a + low * way, a + high * way], pen)
        if long:
            self.part.polygon(head(b - tall * way, b, margin), colour)


def steadied(pieces: Sequence[tuple[float, float, bool]]) -> list[tuple[float, float, bool]]:
    """Pieces [from, to] of a shaft in px, those shorter than a dash joined to the ones before."""
    found: list[tuple[float, float, bool]] = []
    for low, high, hidden in pieces:
        if found and (high - low < LEAST or found[-1][2] == hidden):
            found[-1] = (found[-1][0], high, found[-1][2])
        elif high - low > 0:
            found.append((low, high, hidden))
    if len(found) > 1 and found[0][1] - found[0][0] < LEAST:
        found[:2] = [(found[0][0], found[1][1], found[1][2])]
    return found


def _width(rank: int, count: int) -> float:
    return WIDEST - (WIDEST - NARROWEST) * rank / max(1, count - 1)


def _draw_scale(part: Scaled, scene: Scene, stage: Stage, palette: Mapping[str, str]) -> None:
    """What the arrow's length stands for."""
    smooth = stage.sides is None
    known, none = ("|∇f|", "∇f = 0: no arrow") if smooth else ("slope", "no gradient here")
    text = f"arrow: {known} = {written(stage.size)}" if 0 < stage.size < math.inf else none
    part.text((10, scene.size[1] - 12), text, SIZE, palette["ink"], opacity=0.8)


def _look_closer(
    part: Scaled,
    scene: Scene,
    stage: Stage,
    palette: Mapping[str, str],
    arrows: Sequence[tuple[str, Vector]],
    length: float,
    words: Sequence[Box],
    scale: float,
    sheet: Silhouette,
) -> None:
    """The lens in a free place; where there is none its words in a free corner."""
    if not stage.arrows or not (stage.differences or stage.sides is not None):
        return
    point, end = scene.sees(stage.spot), stage.tip(stage.reference, length)
    tip = scene.sees(end)
    tips = [tip, *(scene.sees(stage.tip(gradient, length)) for _, gradient in arrows)]
    foot = scene.sees(np.array([*stage.spot[:2], stage.floor]))
    faint = [(point, foot), (foot, scene.sees(np.array([end[0], end[1], stage.floor])))]
    obstacles = Obstacles(words, point, tips, faint, sheet)
    unit = wanted_length(scene.size) / stage.size if 0 < stage.size < math.inf else 0.0

    def shown(radius: float):
        if stage.sides is not None:
            return fanned(stage.sides, arrows, radius)
        return magnified(stage.differences, radius, unit)

    circle = lens_place(scene.size, obstacles, lambda radius: shown(radius).words)
    if circle is not None:
        in_sight = bool((tip > 0).all() and (tip < scene.size).all())  # a hand may have turned it outside
        draw_lens(part, circle, tip if in_sight else None, shown(circle.radius), palette, scale)
    elif stage.sides is None:
        _tell_instead(part, scene.size, palette, obstacles, magnified(stage.differences, 1, 0).words)


def _tell_instead(
    part: Scaled, size: tuple[float, float], palette: Mapping[str, str], obstacles: Obstacles, words: str
) -> None:
    box = text_box((0, 0), words, CAPTION)
    half, high = box.right, box.bottom
    for y in (high + 2, size[1] - high - 2):
        for x in (half + 4, size[0] - half - 4):
            room = text_box((x, y), words, CAPTION)
            clear = all(from_segment((x, y), obstacles.point, tip) > half for tip in obstacles.tips)
            if clear and room.inside(size) and not any(room.overlaps(other) for other in obstacles.boxes):
                place = (x, y + 0.35 * CAPTION)
                part.text(place, words, CAPTION, palette["ink"], anchor="middle", opacity=0.8)
                return


# --- the axes ---


def draw_axes(
    part: Scaled, scene: Scene, palette: Mapping[str, str], taken: Sequence[Box], sheet: Silhouette
) -> list[Box]:
    """The axes along the edges of the floor nearest to the eye, and up at the left; where words stand.

    Where the sheet is seen about their labels they stand farther outside, or along another edge.
    """
    layout = scene.figure["layout"]["scene"]
    axes = [layout[f"{axis}axis"] for axis in "xyz"]
    occupied = list(taken)
    pen = Pen(palette["ink"], 1.2, opacity=0.3)
    for k, edges in enumerate(_edges([axis["range"] for axis in axes], scene)):
        edge = _chosen(edges, axes[k], scene.size, sheet, occupied)
        if edge is None:
            continue
        a, b, out = edge.a, edge.b, edge.out
        part.line([a, _within(a, b, scene.size) if k == 2 else b], pen)
        drawn = [
            label
            for label in edge.labels(axes[k])
            if _share_over(sheet, text_box(label.middle, label.text, SIZE)) <= OVER
        ]
        for label in drawn:
            part.line([label.at, label.at + 4 * out], pen)
            _write(part, scene, label.middle, label.text, SIZE, occupied, palette)
        title = _title(axes[k])
        size = float(axes[k]["title"]["font"]["size"])
        seats = edge.seats(drawn)
        rooms = [text_box(kept_inside(seat, title, TITLE, scene.size), title, TITLE) for seat in seats]
        free = [seat for seat, room in zip(seats, rooms, strict=True) if _share_over(sheet, room) <= OVER]
        for seat in (*free, *seats):
            if _write(part, scene, seat, title, size, occupied, palette):
                break
    return occupied


def _share_over(sheet: Silhouette, box: Box) -> float:
    """How much of a box lies over the sheet."""
    return sheet.box_share(box.left, box.right, box.top, box.bottom)


@dataclass(frozen=True)
class _Label:
    """A label of an axis: where its value stands on the edge, its ``middle``, and its reach from the edge."""

    at: Vector
    text: str
    middle: Vector
    reach: float


@dataclass(frozen=True)
class _Edge:
    """An edge from ``a`` to ``b`` as it is seen, in px, the direction away from the scene, and its places."""

    a: Vector
    b: Vector
    out: Vector
    place: Callable[[float], Vector]

    @property
    def length(self) -> float:
        return math.hypot(*(self.b - self.a))

    def moved(self, shift: float) -> _Edge:
        """The same, so many px farther outside."""
        off = shift * self.out
        return _Edge(self.a + off, self.b + off, self.out, lambda value: self.place(value) + off)

    def labels(self, axis: Mapping[str, Any]) -> list[_Label]:
        found = []
        for value, text in zip(axis.get("tickvals", []), axis.get("ticktext", []), strict=True):
            at, wide = self.place(value), width_of(text, SIZE)
            half = abs(self.out[0]) * wide / 2 + abs(self.out[1]) * SIZE / 2
            found.append(_Label(at, text, at + (GAP + half) * self.out, GAP + 2 * half))
        return found

    def seats(self, drawn: Sequence[_Label]) -> list[Vector]:
        """The middles of a title beside the edge with these labels, or at its ends: the best first."""
        way, away = self.b - self.a, max((label.reach for label in drawn), default=0.0) + GAP + TITLE / 2
        beyond = (GAP + TITLE / 2) / self.length  # at an end, where beside it is no room
        beside = [[self.a + at * way + (away + more) * self.out for at in TITLES] for more in (0, 16, 32)]
        return [*beside[0], self.a + (1 + beyond) * way, self.a - beyond * way, *beside[1], *beside[2]]


def _chosen(
    edges: Sequence[_Edge],
    axis: Mapping[str, Any],
    size: tuple[float, float],
    sheet: Silhouette,
    occupied: Sequence[Box],
) -> _Edge | None:
    """The edge about which fewest labels lie over the sheet, other words or the picture's edge.

    The first is the usual one. As far outside as it must be; None where none is long enough.
    """
    title = _title(axis)

    def is_lost(box: Box) -> bool:
        return (
            not box.inside(size)
            or _share_over(sheet, box) > OVER
            or any(box.overlaps(other) for other in occupied)
        )

    best: tuple[float, _Edge] | None = None
    for rank, usual in enumerate(edges):
        if not usual.length > SHORT:
            continue
        for shift in SHIFTS:
            edge = usual.moved(shift)
            ticks = edge.labels(axis)
            boxes = [text_box(label.middle, label.text, SIZE) for label in ticks]
            lost = sum(is_lost(box) for box in boxes) / max(1, len(boxes))
            seated = False
            for seat in edge.seats(ticks):
                inside = kept_inside(seat, title, TITLE, size)
                room = text_box(inside, title, TITLE)
                seated = (
                    _near(seat, inside, TITLE)
                    and not is_lost(room)
                    and not any(room.overlaps(other) for other in boxes)
                )
                if seated:
                    break
            cost = lost + SHIFT_COST * shift + OTHER_COST * rank + (0 if seated else UNTITLED_COST)
            if best is None or cost < best[0]:
                best = cost, edge
    return best[1] if best else None


def _edges(ranges: Sequence[Sequence[float]], scene: Scene) -> list[list[_Edge]]:
    """The edges along which an axis may stand, the usual one first: for x, y and z."""
    xs, ys, zs = ranges
    floor = zs[0]
    middle = scene.sees(np.array([0, 0, floor]))

    def edge(k: int, start: Sequence[float], outwards: Callable[[Vector, Vector], Vector]) -> _Edge:
        def place(value: float) -> Vector:
            at = np.array(start, dtype=float)
            at[k] = value
            return scene.sees(at)

        a, b = (place(end) for end in ranges[k])
        return _Edge(a, b, outwards(a, b), place)

    def outside(a: Vector, b: Vector) -> Vector:
        return _outward(a, b, middle)

    corners = [(at, up) for at in xs for up in ys]
    corners.sort(key=lambda corner: float(scene.sees(np.array([*corner, 0.0]))[0]))
    return [
        sorted((edge(0, [0, y, floor], outside) for y in ys), key=lambda one: -(one.a[1] + one.b[1])),
        sorted((edge(1, [x, 0, floor], outside) for x in xs), key=lambda one: -(one.a[1] + one.b[1])),
        [
            edge(2, [*corners[0], 0], lambda a, b: _outward(a, b, None)),
            edge(2, [*corners[3], 0], lambda a, b: -_outward(a, b, None)),
        ],
    ]


def _within(a: Vector, b: Vector, size: tuple[float, float]) -> Vector:
    """The end of an axis, or where it leaves the picture."""
    way, room = b - a, np.where(b > a, np.array(size) - WITHIN, WITHIN) - a
    shares = [float(room[k] / way[k]) for k in (0, 1) if way[k] and room[k] / way[k] > 0]
    return a + min([1.0, *shares]) * way


def _outward(a: Vector, b: Vector, away_from: Vector | None) -> Vector:
    """The direction across an edge, away from a place; to the left without one."""
    way = (b - a) / math.hypot(*(b - a))
    across = np.array([-way[1], way[0]])
    side = across[0] if away_from is None else -float(across @ (a - away_from))
    return across if side < 0 else -across


def _write(
    part: Scaled,
    scene: Scene,
    centre: Vector,
    text: str,
    size: float,
    occupied: list[Box],
    palette: Mapping[str, str],
) -> bool:
    """Write a label about a place; False where it would be cut off or lie over another."""
    inside = kept_inside(centre, text, size, scene.size)
    if not _near(centre, inside, size):
        return False  # off the picture
    box = text_box(inside, text, size)
    if any(box.overlaps(other) for other in occupied):
        return False
    occupied.append(box)
    at = (inside[0], inside[1] + 0.35 * size)
    part.text(at, text, size, palette["ink"], anchor="middle", halo=(palette["paper"], 3))
    return True


def _near(wanted: Vector, inside: Vector, letters: float) -> bool:
    """Whether a label is near enough to where it belongs once it is kept inside the picture."""
    return math.hypot(*(inside - wanted)) <= 1.5 * letters


def _title(axis: Mapping[str, Any]) -> str:
    title = axis.get("title")
    return str(title["text"]) if isinstance(title, Mapping) else ""
