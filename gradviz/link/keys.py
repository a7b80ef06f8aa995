"""What an address can say of one picture: one row for each value, with how it is read and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from gradviz.autodiff.costs import FAMILIES
from gradviz.autodiff.faults import FAULTS
from gradviz.errors import GradvizError
from gradviz.figures.layers.table import LAYERS as LAYER_ROWS
from gradviz.link.choices import camera_text, read_camera, read_place
from gradviz.link.names import (
    ACROSS,
    AXES,
    CAMERA,
    DEFAULTS,
    EXPLAINED,
    FAMILY,
    FAMILY_COUNTED,
    FAULT,
    FUNCTION,
    HIDDEN,
    LAYERS,
    LAYERS_BY,
    LIFT,
    NO_ONE,
    NODE,
    OPENED,
    OVERLAY,
    PANELS,
    PARAMETERS,
    PARTS,
    PLACE,
    POINT,
    PRECISION,
    PREDICT,
    RELATIVE,
    SHOWN,
    STEP,
    STEP_KIND,
    UP,
    WINDOW,
)
from gradviz.link.numbers import names_listed
from gradviz.methods import METHODS
from gradviz.methods.steps import PLAIN, STEP_KINDS
from gradviz.tree.precision import FLOAT64, PRECISIONS


def _as_typed(text: str) -> tuple[str, str]:
    return text, ""  # read with the other entries: the remark is shown below its entry


def read_switch(text: str) -> tuple[bool, str]:
    word = text.strip().lower()
    if word not in ("", "0", "1"):
        raise GradvizError("1 is on and 0 is off.")
    return word == "1", ""


def switch_text(value: bool) -> str:
    return str(int(value))


def _one_of(text: str, names: Sequence[str]) -> tuple[str, str]:
    if text.strip() not in names:
        raise GradvizError(f"There is only {', '.join(filter(None, names))}.")
    return text.strip(), ""


def _one_of_or_none(names: Sequence[str]) -> Callable[[str], tuple[str, str]]:
    return partial(_one_of, names=("", *names))


def _some_of(text: str, names: Sequence[str]) -> tuple[str, str]:
    """Those of ``names`` that ``text`` lists, in their order."""
    wanted = names_listed(text)
    known = ",".join(name for name in names if name in wanted)
    unknown = [name for name in wanted if name not in names]
    return known, f"‘{unknown[0][:40]}’ is unknown here." if unknown else ""


def _methods(text: str) -> tuple[str, str]:
    known, note = _some_of(text, [method.name for method in METHODS])
    return known or "none", "" if text.strip() == "none" else note


def _camera(text: str) -> tuple[str, str]:
    return camera_text(read_camera(text)), ""


def _place(text: str) -> tuple[str, str]:
    read_place(text)
    return text.strip(), ""


def _node(text: str) -> tuple[str, str]:
    if not re.fullmatch(r"([0-9]{1,4})?", text.strip(), re.ASCII):
        raise GradvizError("A node of the graph is a whole number.")
    return text.strip(), ""


@dataclass(frozen=True)
class Key:
    """What the address says under one name.

    ``default`` is the value that needs no key. ``read`` makes a value of a text, with a sentence where one is
    due, or raises a GradvizError; ``write`` makes the text of a value.
    """

    name: str
    means: str
    default: str | bool = ""
    read: Callable[[str], tuple[Any, str]] = _as_typed
    write: Callable[[Any], str] = str


_STEPPING = tuple(method.name for method in METHODS if method.takes_step)
_LAYERS = tuple(layer.name for layer in LAYER_ROWS)
_FAULTS = tuple(fault.name for fault in FAULTS)
_FAMILIES = tuple(family.name for family in FAMILIES)
_EXPLAINABLE = ("", NO_ONE, *_STEPPING)

# Of one picture; the key of a second one, which is made of these, follows in ``address``.
PICTURE_KEYS = (
    Key(FUNCTION, "the function", DEFAULTS[FUNCTION]),
    Key(POINT, "the point", DEFAULTS[POINT]),
    Key(STEP, "the step ε", DEFAULTS[STEP]),
    Key(PARAMETERS, "the fixed letters, and their values"),
    Key(SHOWN, "the methods shown", DEFAULTS[SHOWN], _methods),
    Key(ACROSS, "the range across"),
    Key(UP, "the range up the map"),
    Key(WINDOW, "the window, where no range is typed and the point moved in a standing picture"),
    Key(AXES, "the two variables drawn"),
    Key(CAMERA, "where the surface is seen from", read=_camera),
    # of former links: arrows now always stand on the surface, and over each other
    Key(LIFT, "the arrows on the surface", False, read_switch, switch_text),
    Key(OVERLAY, "equal arrows over each other", False, read_switch, switch_text),
    Key(EXPLAINED, "the method whose errors are explained", read=partial(_one_of, names=_EXPLAINABLE)),
    Key(RELATIVE, "errors as a share of the gradient", False, read_switch, switch_text),
    Key(FAMILY, "the same curve in every precision", False, read_switch, switch_text),
    Key(PRECISION, "the kind of numbers", FLOAT64.name, partial(_one_of, names=tuple(PRECISIONS))),
    Key(STEP_KIND, "the kind of step", PLAIN.name, partial(_one_of, names=tuple(STEP_KINDS))),
    Key(LAYERS, "more layers in the pictures", read=partial(_some_of, names=_LAYERS)),
    Key(LAYERS_BY, "the method of gradient field, digits and secants", read=_one_of_or_none(_STEPPING)),
    Key(FAULT, "the fault in the backward pass", read=_one_of_or_none(_FAULTS)),
    Key(PLACE, "where it is: a node and the place of the operand that it is passed to", read=_place),
    Key(NODE, "the node around which a large graph is drawn", read=_node),
    Key(FAMILY_COUNTED, "the family whose costs are counted", read=_one_of_or_none(_FAMILIES)),
    Key(OPENED, "the panels that are open", read=partial(_some_of, names=PANELS)),
    Key(HIDDEN, "the parts of the page that are left out", read=partial(_some_of, names=tuple(PARTS))),
    Key(PREDICT, "the error plot hidden until its best step is guessed", False, read_switch, switch_text),
)
