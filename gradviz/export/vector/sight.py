"""A scene and how it is seen: where its places are in px, and which parts of a line the surface hides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradviz.export.vector.camera import Camera, Subject, best_camera, camera_of
from gradviz.export.vector.marks import numbers
from gradviz.export.vector.sheet import HALVINGS, Places, Sheet
from gradviz.export.vector.tangent import Stage, stage_of

ON_SHEET = (0.012, 0.006)  # near and skin of lines that lie on the sheet


@dataclass(frozen=True)
class Scene:
    """A painted figure of a scene, and how it is seen in ``size`` px."""

    figure: Mapping[str, Any]
    sheet: Sheet
    camera: Camera
    home: Camera
    stage: Stage | None
    size: tuple[float, float]

    def sees(self, places: Places) -> NDArray[np.float64]:
        return self.camera.sees(places, self.size)


def scene_of(figure: Mapping[str, Any], size: tuple[float, float], camera: Sequence[float] = ()) -> Scene:
    """The scene of a figure in ``size`` px; by default as the page turns it at first."""
    layout = figure["layout"]
    ground = ground_of(figure)
    ranges = np.array([layout["scene"][f"{axis}axis"]["range"] for axis in "xyz"], dtype=float)
    x, y, z = (numbers(ground[axis]) for axis in "xyz")
    moved = np.stack([x, y], axis=-1) if x.ndim > 1 else None
    if moved is not None:
        x, y = (numbers(side) for side in ground["meta"]["sides"])
    bottom, top = (float(end) for end in ranges[2])
    sheet = Sheet(x, y, z, bottom, top, moved)
    stage = stage_of(layout.get("meta") or {})
    if stage is None:
        subject = Subject(ranges, sheet, np.zeros(3))
    else:
        others = tuple(stage.vector(gradient) for _, gradient in stage.arrows)
        subject = Subject(ranges, sheet, stage.vector(stage.reference), stage.spot, others)
    home = best_camera(subject, size)
    return Scene(figure, sheet, camera_of(camera) if camera else home, home, stage, size)


def ground_of(figure: Mapping[str, Any]) -> Mapping[str, Any]:
    """The trace of the surface itself."""
    return next(trace for trace in figure["data"] if trace["type"] == "surface")


def parted(
    scene: Scene, line: Places, near_and_skin: tuple[float, float] = ON_SHEET
) -> list[tuple[Places, bool]]:
    """A line (k, 3) in pieces that are all seen or all hidden, with which of the two."""
    return all_parted(scene, [line], near_and_skin)


def all_parted(
    scene: Scene, lines: Sequence[Places], near_and_skin: tuple[float, float] = ON_SHEET
) -> list[tuple[Places, bool]]:
    """The pieces of many lines, for which all lines of sight are followed at once."""
    if not lines:
        return []
    towards = scene.camera.towards
    points = np.concatenate(list(lines))
    ends = np.cumsum([len(line) for line in lines])
    hidden = scene.sheet.hides(points, towards(points), *near_and_skin)
    at = np.flatnonzero(hidden[1:] != hidden[:-1])
    at = np.setdiff1d(at, ends[:-1] - 1)  # from one line to the next there is nothing
    low, high = points[at], points[at + 1]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        same = (scene.sheet.hides(middle, towards(middle), *near_and_skin) == hidden[at])[:, np.newaxis]
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    cuts = dict(zip(at.tolist(), low, strict=True))
    pieces, start = [], 0
    for end in ends.tolist():
        first = points[:0]
        for k in range(start, end - 1):
            if k in cuts:
                pieces.append((np.vstack([first, points[start : k + 1], cuts[k]]), bool(hidden[k])))
                start, first = k + 1, cuts[k][np.newaxis]
        pieces.append((np.vstack([first, points[start:end]]), bool(hidden[end - 1])))
        start = end
    return pieces
