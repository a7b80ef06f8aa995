"""How many digits a method has right, point by point, as colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradviz.figures.parts.drawing import packed
from gradviz.figures.parts.lines import Drawn
from gradviz.figures.parts.theme import DIGITS, style
from gradviz.text.numbers import number

if TYPE_CHECKING:
    from gradviz.figures.layers.table import Layers

MOST = 16.0  # float64 has no more


def right(gradients: ArrayLike, reference: ArrayLike) -> NDArray[np.float64]:
    """−log₁₀ of the relative error ‖g − r‖/‖r‖ for gradients (..., n) and their reference r, within 0 … 16.

    16 where both are the same, zeros too; 0 where the method has no number and the reference has; nan where
    there is nothing to compare with.
    """
    gradients, reference = np.asarray(gradients, dtype=float), np.asarray(reference, dtype=float)
    with np.errstate(all="ignore"):
        # by the largest coordinate first: squares of the very large and the very small are lost
        scale = np.abs(reference).max(axis=-1, keepdims=True)
        scale = np.where(scale > 0, scale, 1.0)
        error = np.linalg.norm((gradients - reference) / scale, axis=-1)
        size = np.linalg.norm(reference / scale, axis=-1)
        found = np.clip(-np.log10(error / size), 0.0, MOST)
    same = (gradients == reference).all(axis=-1)
    found = np.where(same, MOST, np.where(np.isnan(found), 0.0, found))
    return np.where(np.isfinite(reference).all(axis=-1), found, np.nan)


def colours() -> dict[str, Any]:
    """The scale from 0 to 16 digits, for any trace that takes one."""
    return {
        "colorscale": [[k / (len(DIGITS) - 1), f"@{name}"] for k, name in enumerate(DIGITS)],
        "showscale": True,
    }


def bar(**place: Any) -> dict[str, Any]:
    """The slim key of the colours."""
    return {
        "thickness": 9,
        "outlinewidth": 0,
        "tickvals": [0, 4, 8, 12, 16],
        "ticktext": ["0", "4", "8", "12", "16"],
        "tickfont": {"size": 12, "color": "@ink/0.85"},
        "ticks": "outside",
        "ticklen": 3,
        "tickcolor": "@ink/0.4",
        "title": {"text": "digits", "side": "right", "font": {"size": 12, "color": "@ink"}},
        **place,
    }


def sentence(layers: Layers) -> str:
    place = f"the method {style(layers.method).label} at ε = {number(layers.step)}"
    return (
        f"Colours: correct digits of the gradient by {place}, from 0 to 16, judged by a float64 reverse "
        "sweep and not by the many-digit truth."
    )


def on_sheet(layers: Layers) -> dict[str, Any]:
    """What changes in the trace of the surface."""
    place = {"orientation": "h", "x": 0.02, "xanchor": "left", "y": 0.99, "yanchor": "top", "len": 0.36}
    title = {"text": "digits", "side": "top", "font": {"size": 12, "color": "@ink"}}
    return {
        "surfacecolor": packed(layers.digits),
        "cmin": 0.0,
        "cmax": MOST,
        "opacity": 0.86,  # else the ground shifts the colours
        **colours(),
        "colorbar": bar(**place, title=title),
    }


def on_map(layers: Layers, hover: str) -> Drawn:
    """A heat map to lie under the level lines; ``hover`` is theirs, to which it adds the digits."""
    z = np.asarray(layers.surface.z, dtype=float)
    heat = {
        "type": "heatmap",
        "name": "correct digits",
        "x": packed(layers.surface.x),
        "y": packed(layers.surface.y),
        "z": packed(layers.digits),
        "zmin": 0.0,
        "zmax": MOST,
        "zsmooth": False,
        "connectgaps": False,
        "customdata": packed(np.where(np.isfinite(z), z, np.nan)),
        "hovertemplate": hover,
        "hoverlabel": {"bgcolor": "@paper", "bordercolor": "@ink/0.4", "font": {"color": "@ink"}},
        **colours(),
        "colorbar": bar(x=1.01, xanchor="left", y=0.5, len=1.0),
    }
    return Drawn([heat], [sentence(layers)])


def on_curve(layers: Layers) -> Drawn:
    """Dots along the curve."""
    marker = {
        "size": 7,
        "color": packed(layers.digits),
        "cmin": 0.0,
        "cmax": MOST,
        **colours(),
        "colorbar": bar(x=1.01, xanchor="left", y=0.5, len=0.9),
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": "correct digits",
        "x": packed(layers.surface.x),
        "y": packed(layers.surface.z),
        "marker": marker,
        "hovertemplate": "%{marker.color:.1f} digits<extra></extra>",
        "showlegend": False,
    }
    return Drawn([dots], [sentence(layers)])
