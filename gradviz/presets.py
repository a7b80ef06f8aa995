"""The gallery: formulas worth a look, each with its point, its step, and the sentence that says what to look
for.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """One entry of the gallery. ``span`` is the half-width of the picture around the point."""

    group: str
    name: str
    text: str
    point: tuple[float, ...]
    step: str
    lesson: str
    span: float = 4.0


PRESETS: tuple[Preset, ...] = (
    Preset(
        "The lesson",
        "Sum of squares",
        "x1^2 + x2^2",
        (3.0, 4.0),
        "0.1",
        "The forward difference says (6.1, 8.1) where (6, 8) is right: it is off by exactly ε in each "
        "coordinate.",
        8.0,
    ),
    Preset(
        "The lesson",
        "A steeper bowl",
        "x1^2 + 3x2^2",
        (-2.0, 5.0),
        "0.1",
        "Three times the curvature, three times the error: the second coordinate is off by 3ε, the first "
        "by ε.",
        8.0,
    ),
    Preset(
        "The lesson",
        "One variable",
        "x^3 - 3x",
        (1.5,),
        "0.5",
        "The secant through x and x + ε is steeper than the tangent; the central difference is off by "
        "exactly ε².",
        1.5,
    ),
    Preset(
        "Landscapes",
        "Rosenbrock's valley",
        "(1 - x)^2 + 100(y - x^2)^2",
        (-1.0, 1.5),
        "0.01",
        "The gradient points across the valley, hardly along it: that is why descent is slow here.",
        2.0,
    ),
    Preset(
        "Landscapes",
        "Himmelblau",
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        (1.0, 2.0),
        "0.1",
        "Four minima: see on the map how the arrow stands at a right angle to the level curve.",
        5.0,
    ),
    Preset(
        "Landscapes",
        "Six-hump camel",
        "(4 - 2.1x^2 + x^4/3)x^2 + x y + (-4 + 4y^2)y^2",
        (0.3, 0.1),
        "0.1",
        "A polynomial of degree six: tick order 6, a difference with no truncation error left at all.",
        1.1,
    ),
    Preset(
        "Landscapes",
        "Waves",
        "sin(x) cos(y)",
        (0.8, 0.5),
        "0.1",
        "On the error plot each method falls with its own slope: tick order 4 and 6 to see 1, 2, 4 and 6.",
        3.5,
    ),
    Preset(
        "Where a method loses",
        "Cancellation in the formula",
        "(1 - cos(x)) / x^2",
        (1e-4,),
        "0.01",
        "Exact rules, inexact numbers: at 0.0001 closed form and back-propagation keep no digit at all, and "
        "the central difference with ε near 0.01 beats both.",
        1.0,
    ),
    Preset(
        "Where a method loses",
        "A large offset",
        "(x - 100000000)^2",
        (100000003.0,),
        "1e-9",
        "Around 100 million the next number is 1.5e-8 away: an ε below half of that changes nothing, and the "
        "difference says 0.",
        6.0,
    ),
    Preset(
        "Where a method loses",
        "Overflow on the way",
        "ln(1 + e^x)",
        (712.0,),
        "0.1",
        "f is just 712 here, but e^712 overflows on the way, and every method with it. softplus(x) is "
        "the same function, "
        "written so that it does not.",
        6.0,
    ),
    Preset(
        "Where a method loses",
        "Inflection",
        "sin(x)",
        (0.0,),
        "0.1",
        "f″ = 0 here, so the forward difference falls with slope 2, like the central one.",
        4.0,
    ),
    Preset(
        "Where a method loses",
        "Next to a pole",
        "1/(x - 1)",
        (1.001,),
        "0.0005",
        "With ε above 0.001 the backward and central differences reach across the pole, and are worthless.",
        0.5,
    ),
    Preset(
        "Kinks and edges",
        "Absolute value",
        "|x| + y^2",
        (0.0, 1.0),
        "0.1",
        "No slope at the kink: forward says 1, backward −1, central 0, and back-propagation 0 by convention.",
        2.0,
    ),
    Preset(
        "Kinks and edges",
        "A tie of two",
        "max(x, y)",
        (1.0, 1.0),
        "0.1",
        "At a tie PyTorch shares the gradient out as (½, ½); forward says (1, 1) and backward (0, 0).",
        2.0,
    ),
    Preset(
        "Kinks and edges",
        "The tip of a cone",
        "sqrt(x^2 + y^2)",
        (0.0, 0.0),
        "0.1",
        "Every direction goes up with slope 1: there is no gradient, and back-propagation answers nan.",
        2.0,
    ),
    Preset(
        "Kinks and edges",
        "The edge of the domain",
        "sqrt(x) + y",
        (0.05, 0.5),
        "0.1",
        "With ε greater than x the backward and central differences step outside the domain, and have no "
        "answer.",
        1.0,
    ),
    Preset(
        "More variables",
        "Three variables",
        "x y + y z + z x",
        (1.0, 2.0, 3.0),
        "0.1",
        "The picture is a slice with the third variable held at the point; the gradient still has three "
        "components.",
    ),
    Preset(
        "More variables",
        "A product of eight",
        "x1 x2 x3 x4 x5 x6 x7 x8",
        (1.0, 2.0, 3.0, 1.0, 2.0, 1.0, 2.0, 1.0),
        "0.01",
        "A difference costs nine evaluations, back-propagation one pass there and one back; linear in "
        "each variable, so "
        "even the forward difference has no truncation error.",
    ),
    Preset(
        "Machine learning",
        "Logistic loss",
        "ln(1 + e^(-(1.5u - 0.7v))) + ln(1 + e^(0.2u + 1.1v)) + 0.01(u^2 + v^2)",
        (0.3, -0.2),
        "0.1",
        "The loss of two examples with a little weight decay: back-propagation gets it to the last digit "
        "in one pass.",
        3.0,
    ),
    Preset(
        "Machine learning",
        "One neuron",
        "(tanh(w x + b) - 0.5)^2",
        (0.5, 1.2, 1.5),
        "0.1",
        "b, w and x: the chain rule through one neuron. Compare the three components.",
        2.0,
    ),
)

DEFAULT = PRESETS[0]
