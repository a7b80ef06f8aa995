"""A question rounds its function and point to the precision, once."""

import pickle

import numpy as np
import pytest

import gradviz
from gradviz.errors import GradvizError, PointError
from gradviz.question import Question
from gradviz.tree.precision import PRECISIONS

PLANE = gradviz.parse("a*x + y", parameters=("a",)).with_parameters(a=0.1)

# (precision, 0.1 in it by hand: 1.6·2⁻⁴ with the fraction rounded to 52, 23, 10 and 7 bits)
ROUNDED = [
    ("float64", 0.1),
    ("float32", 13421773 * 2.0**-27),
    ("float16", 1638 * 2.0**-14),
    ("bfloat16", 205 * 2.0**-11),
]


@pytest.mark.parametrize(("name", "tenth"), ROUNDED)
def test_point_and_parameters_are_rounded_to_the_precision(name, tenth):
    question = Question.of(PLANE, (0.1, 3), PRECISIONS[name])
    assert question.typed == (0.1, 3.0)
    np.testing.assert_array_equal(question.point, [tenth, 3.0])
    assert dict(question.rounded_field.parameters) == {"a": tenth}
    assert question.out_of_range == ""


def test_what_is_rounded_is_rounded_once():
    question = Question.of(PLANE, (0.1, 3), PRECISIONS["float16"])
    assert question.point is question.point
    assert question.rounded_field is question.rounded_field


def test_a_coordinate_past_the_range_stays_and_is_named():
    question = Question.of(PLANE, (1, 70000), PRECISIONS["float16"])  # float16 ends at 65504
    np.testing.assert_array_equal(question.point, [1.0, 70000.0])
    assert question.out_of_range == "y = 70000 is too large for float16, which ends at 65504."


def test_questions_are_equal_by_function_point_and_precision():
    question = Question.of(PLANE, (0.1, 3))
    assert question == Question.of(PLANE, np.array([0.1, 3.0]))
    assert question != Question.of(PLANE, (0.1, 4))
    assert question != Question.of(PLANE, (0.1, 3), PRECISIONS["float32"])
    assert question != Question.of(PLANE.with_parameters(a=2.0), (0.1, 3))
    assert hash(question) == hash(pickle.loads(pickle.dumps(question)))


def test_a_point_that_does_not_fit_and_a_missing_parameter_are_errors():
    with pytest.raises(PointError, match="2 coordinates"):
        Question.of(PLANE, (1, 2, 3))
    unfinished = Question.of(gradviz.parse("a*x", parameters=("a",)), 1.0, PRECISIONS["float32"])
    with pytest.raises(GradvizError, match="a has no value"):
        unfinished.rounded_field  # noqa: B018
