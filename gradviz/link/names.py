"""The names of an address: what each value is called there, its default, and the parts of the page."""

from __future__ import annotations

from gradviz.methods.steps import PLAIN
from gradviz.presets import DEFAULT
from gradviz.tree.precision import FLOAT64

VERSION = 2  # of the links that are written; one without a version is of the first
LONGEST_TYPED = 5000  # characters that are read; every entry refuses far shorter texts, with a sentence

# the names of the entries in the address
FUNCTION, POINT, STEP, SHOWN, ACROSS, UP = "f", "at", "eps", "show", "across", "up"
LIFT, OVERLAY, RELATIVE, FAMILY = "lift", "overlay", "relative", "precisions"
EXPLAINED, NO_ONE = "explain", "none"  # the method whose curve is explained, and its name where none is
PARAMETERS, AXES, WINDOW, CAMERA = "par", "axes", "win", "cam"
PRECISION, STEP_KIND, LAYERS = "dtype", "steps", "more"
HIDDEN, OPENED, PREDICT = "hide", "open", "predict"
COMPARED, PRESENT = "kept", "present"
LAYERS_BY, FAULT, PLACE, NODE, FAMILY_COUNTED = "by", "fault", "where", "node", "costs"
LINK = "v"  # the version, and what must be said about the link itself

# what an entry says on a page without a link: the lesson's example
DEFAULTS = {
    FUNCTION: DEFAULT.text,
    POINT: ", ".join(f"{x:g}" for x in DEFAULT.point),
    STEP: DEFAULT.step,
    SHOWN: "symbolic,forward,backward,central,backprop",
    PRECISION: FLOAT64.name,
    STEP_KIND: PLAIN.name,
}
PANELS = ("view", "parameters", "code", "costs")  # those that open and close

# what a link may leave out of the page, and what it is called there
PARTS = {
    "bar": "Bar",
    "gallery": "Gallery",
    "function": "Function",
    "parameters": "Parameters",
    "point": "Point",
    "eps": "Step ε",
    "methods": "Cards of the methods",
    "view": "View",
    "headline": "Headline",
    "lesson": "Lesson",
    "surface": "Surface or curve",
    "map": "Map",
    "kept": "Kept picture",
    "errors": "Error plot",
    "dock": "Dock",
    "words": "Words below",
    "table": "Table",
    "closed": "Closed form",
    "graph": "Back-propagation",
}
