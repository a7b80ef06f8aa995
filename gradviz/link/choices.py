"""Choices besides the entries: methods shown and explained, the camera, and a place in the graph."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from gradviz.errors import GradvizError
from gradviz.link.names import NO_ONE
from gradviz.link.numbers import read_list
from gradviz.methods import METHODS

LONGEST_DISTANCE = 10.0  # of the camera from the middle of the scene, along each axis


def known_methods(text: str) -> tuple[str, ...]:
    """The methods that ``text`` names, separated by commas, in the order of the table."""
    names = {name.strip() for name in text.split(",")}
    return tuple(method.name for method in METHODS if method.name in names)


def shown_text(names: Sequence[str]) -> str:
    """The entry for the methods shown, in the order of the table; ‘none’ where there are none."""
    return ",".join(method.name for method in METHODS if method.name in names) or "none"


def explainable(shown: Sequence[str]) -> tuple[str, ...]:
    """The methods whose curve over ε may be explained: those shown that take a step; and none of them."""
    return (*(method.name for method in METHODS if method.takes_step and method.name in shown), NO_ONE)


def explained(text: str, shown: Sequence[str]) -> str:
    """The one that ``text`` names; the first one where it names none that is shown."""
    choices = explainable(shown)
    return text if text in choices else choices[0]


def explained_text(name: str, shown: Sequence[str]) -> str:
    """The entry for the method that is explained: '' for the first: a plain page has a plain address."""
    return "" if name == explainable(shown)[0] else name


def place_text(place: tuple[int, int]) -> str:
    """The entry for an edge of the graph: its consumer and the place of the operand there, 5.0."""
    return f"{place[0]}.{place[1]}"


def read_place(text: str) -> tuple[int, int] | None:
    """The edge that :func:`place_text` wrote, None where nothing is said."""
    if not text.strip():
        return None
    found = re.fullmatch(r"([0-9]{1,4})\.([0-9]{1,2})", text.strip(), re.ASCII)
    if not found:
        raise GradvizError("A place in the graph is two numbers: the node, and which of its operands.")
    return int(found[1]), int(found[2])


def pressed_text(name: object, shown: Sequence[str], text: str) -> str:
    """The entry for the explained method after the browser sent ``name``, pressed in the legend.

    What a browser sends is untrusted: anything but a method that can be explained changes nothing.
    """
    if isinstance(name, str) and name in explainable(shown):
        return explained_text(name, shown)
    return text


def read_camera(text: str) -> tuple[float, ...]:
    """The camera's eye and centre, and its up vector if that is not the z axis; () for an empty text.

    A tenth number, after all nine, is 1 where it sees without perspective.
    """
    if not text.strip():
        return ()
    numbers = tuple(read_list(text))
    if len(numbers) not in (6, 9, 10):
        raise GradvizError("A camera is six or nine numbers: the eye, what it looks at, and what is up.")
    if numbers[9:] not in ((), (0,), (1,)):
        raise GradvizError("The tenth number of a camera is 1 without perspective, else 0.")
    if any(abs(number) > LONGEST_DISTANCE for number in numbers):
        raise GradvizError(
            f"This camera is too far out: its numbers are at most {LONGEST_DISTANCE:g} in size."
        )
    eye, centre, up = numbers[:3], numbers[3:6], numbers[6:9]
    if math.dist(eye, centre) < 0.01:
        raise GradvizError("This camera looks at nothing: the eye is where it looks.")
    if up and math.hypot(*up) < 0.01:
        raise GradvizError("This camera has no direction that is up.")
    return numbers


def camera_text(camera: Sequence[float]) -> str:
    """The entry for a camera, to what an eye can tell apart."""
    return ",".join(f"{round(number, 3) + 0.0:g}" for number in camera)


def turned_text(numbers: object, text: str) -> str:
    """The entry for the camera after the browser sent ``numbers``, when the surface was turned.

    What a browser sends is untrusted: anything but a camera changes nothing.
    """
    if not isinstance(numbers, list | tuple) or not all(isinstance(x, int | float) for x in numbers):
        return text
    try:
        sent = camera_text(numbers)
        return sent if read_camera(sent) else text
    except GradvizError:
        return text
