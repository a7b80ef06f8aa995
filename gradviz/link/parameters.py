"""The letters that are fixed, their values and their sliders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from gradviz.errors import GradvizError
from gradviz.field import ScalarField
from gradviz.link.numbers import LARGEST_COORDINATE, LONGEST_LIST, split_at_commas
from gradviz.reading.heading import MOST_VARIABLES, declared, in_natural_order
from gradviz.reading.number import read_number
from gradviz.reading.parser import has_arguments, parse, undeclared
from gradviz.text.numbers import numbers_text

# What a constant is drawn over: the first two that are no parameters.
PLANE = tuple("xyztuvwspqrh")


def read_field(text: str, fixed: Mapping[str, float]) -> ScalarField:
    """The function that ``text`` spells, with the letters of ``fixed`` that occur in it as parameters.

    Letters that its heading f(x, y) = … leaves out are parameters too: 1 where ``fixed`` has no value. A
    constant, which has no variables of its own, is a function of x and y.
    """
    # by their bits: 0 and −0 are equal, and 1/a is not the same there
    return _read_field(text, tuple((name, float(value).hex()) for name, value in fixed.items()))


@lru_cache(maxsize=64)
def _read_field(text: str, values: tuple[tuple[str, str], ...]) -> ScalarField:
    """Most changes leave the function as it is."""
    fixed = {name: float.fromhex(value) for name, value in values}
    names = [*fixed, *(name for name in undeclared(text, tuple(fixed)) if name not in fixed)]
    field = parse(text, parameters=names)
    occurring = [name for name in names if name in field.expression.variables]
    if occurring != names:
        field = parse(text, parameters=occurring)
    if not field.variables:  # a constant is drawn as a plane over two letters that mean nothing else
        free = [name for name in PLANE if name not in occurring]
        field = replace(field, variables=tuple(free[:2]))
    return field.with_parameters(**{name: fixed.get(name, 1.0) for name in occurring})


def fixed_values(field: ScalarField) -> dict[str, float]:
    """The parameters of ``field`` by name; one that has no value yet is 1."""
    return {name: 1.0 if value is None else value for name, value in field.parameters}


def read_parameters(text: str) -> tuple[dict[str, float], str]:
    """The letters that are fixed, and their values: ‘a:2, b=0.5’; a bare name is 1."""
    if len(text) > LONGEST_LIST:
        raise GradvizError(f"That is too long: at most {LONGEST_LIST} characters.")
    fixed: dict[str, float] = {}
    repeated = ""
    for part in split_at_commas(text) if text.strip() else ():
        spelled, _, number = part.replace("=", ":", 1).partition(":")
        (name,) = declared([spelled.strip()], "parameters")
        repeated = repeated or (name if name in fixed else "")
        fixed[name] = read_number(number) if number.strip() else 1.0
        if abs(fixed[name]) > LARGEST_COORDINATE:
            raise GradvizError(f"{name} = {fixed[name]:g} is too far out: at most 1e100 in size.")
    if len(fixed) > MOST_VARIABLES:
        raise GradvizError(f"There can be at most {MOST_VARIABLES} parameters.")
    if repeated:
        last = numbers_text([fixed[repeated]])
        return fixed, f"{repeated} stands there more than once: the last one, {repeated} = {last}, is taken."
    return fixed, ""


def parameters_text(fixed: Mapping[str, float]) -> str:
    """The entry for parameters and their values."""
    return ",".join(f"{name}:{numbers_text([value])}" for name, value in fixed.items())


def slider_ends(value: float) -> tuple[float, float]:
    """The ends of a parameter's slider: −5 … 5, or around a value that is farther out."""
    return (-5.0, 5.0) if abs(value) <= 5.0 else (value - abs(value), value + abs(value))


def letters(field: ScalarField) -> tuple[str, ...]:
    """The variables and the parameters, in natural order."""
    return in_natural_order((*field.variables, *fixed_values(field)))


# What mathematicians mostly call coefficients, and what they call the variables beside them.
_COEFFICIENTS = frozenset((*"abcdkmnpq", "alpha", "beta", "gamma", "lambda", "mu", "omega", "sigma"))
_COORDINATES = frozenset("xyztuv")


def likely_parameters(field: ScalarField) -> tuple[str, ...]:
    """The variables that are likely meant as parameters: a and b of a x^2 + b y.

    None where there is no x, y, z, t, u, v or x1 beside them, where a heading f(a, x) = … names them, or
    beside weights: in w x + b, b is what the gradient is asked for.
    """
    letters = {name.rstrip("0123456789") for name in field.variables}
    if not letters & _COORDINATES or "w" in letters:
        return ()
    if has_arguments(field.text):
        return ()
    return tuple(name for name in field.variables if name in _COEFFICIENTS)


def parameter_moved(field: ScalarField, name: str, value: float) -> str:
    """The entry for the parameters when a slider moves one of them: it means no more than 12 digits."""
    return parameters_text({**fixed_values(field), name: float(f"{value:.12g}")})


PLAYED_STEPS = 20  # from one end of a parameter's slider to the other


def played(start: float, tick: int) -> float | None:
    """A parameter that is played: from ``start`` up to its slider's end, down to the other, and back up.

    The value after ``tick`` steps; None when it is back where it began.
    """
    low, high = slider_ends(start)
    stride = (high - low) / PLAYED_STEPS
    if tick >= 2 * PLAYED_STEPS:
        return None
    way = (start - low + tick * stride) % (2 * (high - low))
    return round(low + min(way, 2 * (high - low) - way), 12)
