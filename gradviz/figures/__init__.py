"""Nouns to pictures: Plotly figures as plain dicts, made without Plotly, and the view that draws them.

Each ``*_picture`` function makes a :class:`Picture`: a ``figure``, a ``caption``, and ``alternative`` text.
``plotly.graph_objects.Figure`` takes ``paint(picture.figure, palettes()["light"])``.
"""

from gradviz.figures.layers.layer import Layers
from gradviz.figures.layers.table import LAYERS, known_layers, layers_text
from gradviz.figures.map import contour_picture
from gradviz.figures.parts.drawing import Picture
from gradviz.figures.parts.theme import STYLES, Style, legend, paint, palettes, style

from .apart import figure_apart
from .changes import Base, changed_since
from .curve import curve_picture
from .errors import errors_picture
from .messages import as_json
from .surface import surface_picture
from .surroundings import surroundings
from .view import Panel, gradients_by_step, loader, looks, standing_still, view_data

__all__ = [
    "LAYERS",
    "STYLES",
    "Base",
    "Layers",
    "Panel",
    "Picture",
    "Style",
    "as_json",
    "changed_since",
    "contour_picture",
    "curve_picture",
    "errors_picture",
    "figure_apart",
    "gradients_by_step",
    "known_layers",
    "layers_text",
    "legend",
    "loader",
    "looks",
    "paint",
    "palettes",
    "standing_still",
    "style",
    "surface_picture",
    "surroundings",
    "view_data",
]
