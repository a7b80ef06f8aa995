"""The placeholder for a picture that could not be drawn."""

from __future__ import annotations

from gradviz.figures.parts.drawing import Picture
from gradviz.figures.parts.theme import paper

SENTENCE = "This picture could not be drawn here. Change an entry, or press Reset."


def unavailable_picture(sentence: str = SENTENCE) -> Picture:
    """The ``sentence`` in the middle, without axes."""
    axis = {"visible": False, "fixedrange": True, "range": [0, 1]}
    note = {
        "text": sentence.replace(". ", ".<br>"),
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
    }
    layout = {
        "xaxis": axis,
        "yaxis": axis,
        "annotations": [note | {"font": {"size": 15, "color": "@ink"}}],
        "dragmode": False,
        "hovermode": False,
    }
    return Picture({"data": [], "layout": layout | paper(0)}, "", sentence)
