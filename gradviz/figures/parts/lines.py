"""Lines as traces, in the scene and on the flat pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.figures.parts.drawing import Trace, packed, whole


def joined(lines: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Lines (m, k) as one, a row of nan after each."""
    rows = [np.vstack([line, np.full((1, line.shape[1]), np.nan)]) for line in lines]
    return np.concatenate(rows) if rows else np.empty((0, 2))


def in_space(name: str, places: ArrayLike, colour: str, width: float, dash: str = "solid") -> Trace:
    """A line through ``places`` (m, 3) in scene units."""
    return {"type": "scatter3d", **_line(name, places, colour, width, dash)}


def on_paper(name: str, points: ArrayLike, colour: str, width: float, dash: str = "solid") -> Trace:
    """A line through ``points`` (m, 2) of the axes."""
    return {"type": "scatter", **_line(name, points, colour, width, dash)}


def _line(name: str, places: ArrayLike, colour: str, width: float, dash: str) -> Trace:
    return {
        "mode": "lines",
        "name": name,
        **{
            axis: packed(column)
            for axis, column in zip("xyz", np.asarray(places, dtype=float).T, strict=False)
        },
        "line": {"color": colour, "width": width, "dash": dash},
        "connectgaps": False,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def seamed(trace: Trace) -> list[Trace]:
    """A flat line over a wider one in the colour of the paper: visible on any ground."""
    line = {"color": "@paper", "width": trace["line"]["width"] + 2.4}
    return [{**trace, "mode": "lines", "line": line, "marker": {}}, trace]


def mesh(name: str, vertices: NDArray[np.float64], triangles: NDArray[np.int64], colour: str) -> Trace:
    """A mesh in scene units, evenly lit."""
    return {
        "type": "mesh3d",
        "name": name,
        **{axis: packed(vertices[:, k]) for k, axis in enumerate("xyz")},
        **{axis: whole(triangles[:, k]) for k, axis in enumerate("ijk")},
        "color": colour,
        "lighting": {"ambient": 0.85, "diffuse": 0.35, "specular": 0.0},
        "showlegend": False,
        "hoverinfo": "skip",
    }
