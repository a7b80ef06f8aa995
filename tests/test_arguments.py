"""Bad input of the public functions is a GradvizError with a sentence, whatever it is, and nothing else."""

import datetime
import decimal
import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

import gradviz
from gradviz import GradvizError, PointError, StepError, parse

ONE, TWO, THREE, NONE = parse("x^2"), parse("x^2 + y^2"), parse("x*y*z"), parse("5")
WITH_PARAMETER = parse("a*x", parameters=("a",))
SQUARE = ((0, 1), (0, 1))
SURFACE = gradviz.sample(TWO, SQUARE, 5)
SWEEP = gradviz.sweep(TWO, [1, 2], [0.1])


def nested(levels: int) -> list:
    """A list in a list in a list …"""
    inside: list = []
    for _ in range(levels):
        inside = [inside]
    return inside


def holding_itself() -> list:
    """A list whose only entry is the list."""
    around: list = []
    around.append(around)
    return around


NONSENSE = {
    "None": None,
    "empty text": "",
    "text": "abc",
    "digit": "1",
    "newline": "a\nb",
    "bytes": b"x",
    "zero": 0,
    "negative": -1,
    "huge": 10**400,
    "hugely negative": -(10**400),
    "huger than text": 10**5000,
    "nan": math.nan,
    "inf": math.inf,
    "-inf": -math.inf,
    "True": True,
    "complex": 1j,
    "empty": [],
    "empty in a list": [[]],
    "too long": [1, 2, 3, 4],
    "ragged": [[1, 2], [3]],
    "deep": nested(200),
    "holds itself": holding_itself(),
    "with nan": [1, math.nan],
    "with inf": [1, math.inf],
    "with None": [1, None],
    "with text": [1, "a"],
    "texts": ["a", "b"],
    "digits": ["1", "2"],
    "with complex": [1, 1j],
    "booleans": [True, False],
    "with huge": [1, 10**400],
    "huges": [10**400, 10**401],
    "dictionary": {},
    "dictionary of texts": {"x": 1},
    "set": set(),
    "object": object(),
    "type": int,
    "function": len,
    "module": math,
    "ellipsis": ...,
    "slice": slice(1, 2),
    "NotImplemented": NotImplemented,
    "np.bool": np.bool_(True),
    "no dimensions": np.array("a"),
    "array of text": np.array(["a"]),
    "array of None": np.array([None]),
    "array of complex": np.array([1 + 2j]),
    "dates": np.array(["2020"], "M8[D]"),
    "masked": np.ma.masked,
    "with masked": [1, np.ma.masked],
    "masked array": np.ma.array([1, 2], mask=[0, 1]),
    "records": np.zeros(1, [("a", float)]),
    "long double": np.longdouble("1e400"),
    "long doubles": np.array(["1e400", "1e401"], np.longdouble),
    "fraction": Fraction(10**400),
    "decimal": decimal.Decimal("sNaN"),
    "date": datetime.date(2020, 1, 1),
    "symbol": sympy.Symbol("x"),
    "oo": sympy.oo,
}

CALLS = {
    "parse": lambda value: parse(value),
    "parse variables": lambda value: parse("x", value),
    "parse parameters": lambda value: parse("x", parameters=value),
    "field": lambda value: TWO(value),
    "field of one": lambda value: ONE(value),
    "field of none": lambda value: NONE(value),
    "with_parameters": lambda value: WITH_PARAMETER.with_parameters(a=value),
    "unknown parameter": lambda value: WITH_PARAMETER.with_parameters(**{"b\n": value}),
    "no parameter": lambda value: gradviz.gradient(WITH_PARAMETER, value),
    "gradient field": lambda value: gradviz.gradient(value, [1, 2]),
    "gradient point": lambda value: gradviz.gradient(TWO, value),
    "gradient point of one": lambda value: gradviz.gradient(ONE, value),
    "gradient method": lambda value: gradviz.gradient(TWO, [1, 2], value),
    "gradient step": lambda value: gradviz.gradient(TWO, [1, 2], step=value),
    "gradient dtype": lambda value: gradviz.gradient(TWO, [1, 2], dtype=value),
    "gradient step_kind": lambda value: gradviz.gradient(TWO, [1, 2], step_kind=value),
    "gradients field": lambda value: gradviz.gradients(value, [1, 2]),
    "gradients of a surface": lambda value: gradviz.gradients(value, SURFACE),
    "gradients points": lambda value: gradviz.gradients(TWO, value),
    "gradients method": lambda value: gradviz.gradients(TWO, [1, 2], value),
    "gradients step": lambda value: gradviz.gradients(TWO, [1, 2], step=value),
    "true_gradient field": lambda value: gradviz.true_gradient(value, [1, 2]),
    "true_gradient point": lambda value: gradviz.true_gradient(TWO, value),
    "true_gradient seconds": lambda value: gradviz.true_gradient(ONE, 1, seconds=value),
    "true_gradient dtype": lambda value: gradviz.true_gradient(TWO, [1, 2], dtype=value),
    "sweep field": lambda value: gradviz.sweep(value, [1, 2]),
    "sweep point": lambda value: gradviz.sweep(TWO, value),
    "sweep steps": lambda value: gradviz.sweep(TWO, [1, 2], value),
    "sweep step": lambda value: gradviz.sweep(TWO, [1, 2], [value]),
    "sweep methods": lambda value: gradviz.sweep(TWO, [1, 2], [0.1], value),
    "sweep dtype": lambda value: gradviz.sweep(TWO, [1, 2], [0.1], dtype=value),
    "sweep step_kind": lambda value: gradviz.sweep(TWO, [1, 2], [0.1], step_kind=value),
    "over steps": lambda value: SWEEP.over(value),
    "over methods": lambda value: SWEEP.over([0.1], value),
    "over step_kind": lambda value: SWEEP.over([0.1], step_kind=value),
    "trace field": lambda value: gradviz.trace(value, [1, 2]),
    "trace point": lambda value: gradviz.trace(TWO, value),
    "sample field": lambda value: gradviz.sample(value, SQUARE, 5),
    "sample bounds": lambda value: gradviz.sample(TWO, value, 5),
    "sample bounds of one": lambda value: gradviz.sample(ONE, value, 5),
    "sample range": lambda value: gradviz.sample(TWO, ((0, 1), value), 5),
    "sample end": lambda value: gradviz.sample(TWO, ((0, 1), (value, 1)), 5),
    "sample resolution": lambda value: gradviz.sample(TWO, SQUARE, value),
    "sample point": lambda value: gradviz.sample(THREE, SQUARE, 5, point=value),
    "sample axes": lambda value: gradviz.sample(THREE, SQUARE, 5, point=[1, 2, 3], axes=value),
    "sample axes of two": lambda value: gradviz.sample(TWO, SQUARE, 5, axes=value),
    "sample axis": lambda value: gradviz.sample(THREE, SQUARE, 5, point=[1, 2, 3], axes=(1, value)),
}


# What takes a plain function: int and len are, and what a function itself raises goes through.
TAKES_FUNCTIONS = ("gradient field", "sweep field")


@pytest.mark.parametrize(("name", "call"), CALLS.items(), ids=CALLS)
def test_nonsense_is_refused_with_a_sentence_or_understood(name, call):
    refusals = []
    for value in NONSENSE.values():
        try:
            call(value)
        except GradvizError as refusal:  # any other error, and any warning, fails here
            refusals.append(str(refusal))
        except TypeError:
            assert value in (int, len)
            assert name in TAKES_FUNCTIONS
    assert len(refusals) > len(NONSENSE) / 2
    assert all(10 < len(sentence) < 300 and sentence.isprintable() for sentence in refusals)


REFUSED = [  # call, value, the kind of error
    (CALLS["sweep steps"], [10**400], StepError),
    (CALLS["sweep steps"], ["0.1"], StepError),
    (CALLS["sweep steps"], [True], StepError),
    (CALLS["sweep steps"], [], StepError),
    (CALLS["sweep steps"], [0.2, 0.1], StepError),
    (CALLS["over steps"], [10**400], StepError),
    (CALLS["gradient step"], 10**400, StepError),
    (CALLS["gradient step"], np.ma.masked, StepError),
    (CALLS["gradient point"], [1, 10**400], PointError),
    (CALLS["gradient point"], np.ma.array([1, 2], mask=[0, 1]), PointError),
    (CALLS["gradients points"], SURFACE.z[:, :3], PointError),
    (CALLS["trace point"], ["1", "2"], PointError),
    (CALLS["sample axes"], "abc", GradvizError),
    (CALLS["sample axes"], [1, math.nan], GradvizError),
    (CALLS["sample axes"], [1, 1], GradvizError),
    (CALLS["sample axes"], [0, 1, 0], GradvizError),
    (CALLS["sample axes"], [0.5, 1.5], GradvizError),
    (CALLS["sample axes"], [0, 3], GradvizError),
    (CALLS["sample axes"], [0, -1], GradvizError),
    (CALLS["sample bounds"], [["0", "1"], ["0", "1"]], GradvizError),
    (CALLS["sample bounds"], [[0, 1j], [0, 1]], GradvizError),
    (CALLS["sample bounds"], [[0, 10**400], [0, 1]], GradvizError),
    (CALLS["sample resolution"], True, GradvizError),
    (CALLS["sweep methods"], "forward", GradvizError),
    (CALLS["with_parameters"], 10**400, GradvizError),
    (lambda field: gradviz.gradients(field, SURFACE), THREE, PointError),
]


@pytest.mark.parametrize(("call", "value", "error"), REFUSED)
def test_each_kind_of_bad_input_has_its_error(call, value, error):
    with pytest.raises(error) as refusal:
        call(value)
    assert type(refusal.value) is error


UNDERSTOOD = [  # call, two values that mean the same
    (CALLS["field"], np.array([1, 2], dtype=object), [1, 2]),
    (CALLS["field"], (Fraction(1), np.float32(2)), [1, 2]),
    (CALLS["field of one"], [sympy.Integer(3)], [3]),
    (CALLS["field of one"], np.array([3], np.longdouble), [3]),
    (lambda axes: gradviz.sample(THREE, SQUARE, 5, point=[1, 2, 3], axes=axes).z, np.array([1, 2]), (1, 2)),
    (lambda bounds: gradviz.sample(ONE, bounds, 5).z, (Fraction(1), 2), [(1, 2)]),
    (lambda steps: gradviz.sweep(TWO, [1, 2], steps).gradients["forward"], [Fraction(1, 2)], [0.5]),
    (lambda names: gradviz.sweep(TWO, [1, 2], methods=names).methods, iter(["forward"]), ["forward"]),
]


@pytest.mark.parametrize(("call", "value", "same"), UNDERSTOOD)
def test_numbers_and_lists_of_any_kind_are_understood(call, value, same):
    assert np.array_equal(call(value), call(same))
