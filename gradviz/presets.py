"""The gallery: formulas worth a look, each with its point, its step, and a sentence on what to look for.

The test functions and their ranges are as in Jamil & Yang, A literature survey of benchmark functions, Int.
J. Mathematical Modelling and Numerical Optimisation 4 (2013) 150, but for Easom's range, which is ±100;
Powell's as in Moré, Garbow & Hillstrom, ACM TOMS 7 (1981) 17.
"""

from __future__ import annotations

from dataclasses import dataclass

FIVE = ("symbolic", "forward", "backward", "central", "backprop")  # the methods of the lesson


@dataclass(frozen=True)
class Preset:
    """One entry of the gallery, with the ``methods`` it shows.

    ``span`` is the half-width of the picture around the point, unless ``window`` has the ends for each
    variable drawn.
    """

    group: str
    name: str
    text: str
    point: tuple[float, ...]
    step: str
    lesson: str
    span: float = 4.0
    window: tuple[tuple[float, float], ...] = ()
    methods: tuple[str, ...] = FIVE


PRESETS: tuple[Preset, ...] = (
    Preset(
        "The lesson",
        "Sum of squares",
        "x1^2 + x2^2",
        (3.0, 4.0),
        "0.1",
        "The forward difference says (6.1, 8.1) where (6, 8) is right: it is off by exactly ε in each "
        "coordinate.",
        span=8.0,
    ),
    Preset(
        "The lesson",
        "A steeper bowl",
        "x1^2 + 3x2^2",
        (-2.0, 5.0),
        "0.1",
        "Three times the curvature, three times the error: the second coordinate is off by 3ε, the first "
        "by ε.",
        span=8.0,
    ),
    Preset(
        "The lesson",
        "One variable",
        "x^3 - 3x",
        (1.5,),
        "0.5",
        "The secant through x and x + ε is steeper than the tangent; the central difference is off by "
        "exactly ε².",
        span=1.5,
    ),
    Preset(
        "The lesson",
        "Waves",
        "sin(x) cos(y)",
        (0.8, 0.5),
        "0.1",
        "On the error plot each method falls with its own slope: 1, 2, 4 and 6, each up to its own best ε.",
        span=3.5,
        methods=("forward", "central", "central4", "central6"),
    ),
    Preset(
        "The lesson",
        "Inflection",
        "sin(x)",
        (0.0,),
        "0.1",
        "f″ = 0 here, so the forward difference falls with slope 2, like the central one.",
        span=4.0,
    ),
    Preset(
        "Classic test functions",
        "Rosenbrock's valley",
        "(1 - x)^2 + 100(y - x^2)^2",
        (-1.0, 1.5),
        "0.01",
        "The gradient points across the valley, hardly along it: that is why descent is slow here.",
        window=((-2.0, 2.0), (-1.0, 3.0)),
    ),
    Preset(
        "Classic test functions",
        "Himmelblau",
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        (1.0, 2.0),
        "0.1",
        "Four minima, all at height 0: see on the map how the arrow stands at a right angle to the level "
        "curve.",
        window=((-5.0, 5.0), (-5.0, 5.0)),
    ),
    Preset(
        "Classic test functions",
        "Booth",
        "(x + 2y - 7)^2 + (2x + y - 5)^2",
        (4.0, -2.0),
        "0.1",
        "Equally curved along both axes: the forward difference is off by 5ε in each, and the central one"
        " by nothing.",
        window=((-10.0, 10.0), (-10.0, 10.0)),
    ),
    Preset(
        "Classic test functions",
        "Beale",
        "(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
        (1.0, 1.5),
        "0.1",
        "A parabola in x, of degree six in y: the central difference is off in the second coordinate alone.",
        window=((-3.5, 3.5), (-3.0, 3.0)),
    ),
    Preset(
        "Classic test functions",
        "Matyas",
        "0.26(x^2 + y^2) - 0.48x y",
        (8.0, 4.0),
        "0.1",
        "25 times as curved across the valley as along it: the arrow stands 65° off the line from the "
        "minimum at 0.",
        window=((-10.0, 10.0), (-10.0, 10.0)),
    ),
    Preset(
        "Classic test functions",
        "Goldstein–Price",
        "(1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6x y + 3y^2)) (30 + (2x - 3y)^2 (18 - 32x + 12x^2 + "
        "48y - 36x y + 27y^2))",
        (-1.0, 0.5),
        "0.01",
        "From 3 to a million in one picture: the minimum, at (0, −1), lies in what looks like a plain.",
        window=((-2.0, 2.0), (-2.0, 2.0)),
    ),
    Preset(
        "Classic test functions",
        "Six-hump camel",
        "(4 - 2.1x^2 + x^4/3)x^2 + x y + (-4 + 4y^2)y^2",
        (0.3, 0.1),
        "0.1",
        "A polynomial of degree six: order 6 has no truncation error left at all, only rounding.",
        window=((-2.0, 2.0), (-1.0, 1.0)),
        methods=("symbolic", "forward", "central", "central4", "central6"),
    ),
    Preset(
        "Classic test functions",
        "Ackley",
        "20 + e - 20e^(-0.2sqrt((x^2 + y^2)/2)) - e^((cos(2pi x) + cos(2pi y))/2)",
        (0.0, 0.0),
        "0.1",
        "The minimum is a tip, which has no gradient: central says 0 there, by symmetry, and "
        "back-propagation nan.",
        window=((-5.0, 5.0), (-5.0, 5.0)),
    ),
    Preset(
        "Classic test functions",
        "Rastrigin",
        "20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)",
        (-2.2, 1.6),
        "1",
        "With ε = 1 the forward difference steps over one whole wave, and sees the bowl alone: (2x + 1, "
        "2y + 1).",
        window=((-5.12, 5.12), (-5.12, 5.12)),
    ),
    Preset(
        "Classic test functions",
        "Easom",
        "-cos(x) cos(y) e^(-((x - pi)^2 + (y - pi)^2))",
        (0.0, 0.0),
        "0.1",
        "A needle in a plain: at (0, 0) the gradient is some 10⁻⁸ in size, with nothing to lead to the "
        "minimum at (π, π).",
        window=((-2.0, 8.0), (-2.0, 8.0)),
    ),
    Preset(
        "Where each method loses",
        "Closed form: a square too large",
        "x (e^(200x) - 1)/(e^(200x) + 1)",
        (2.0,),
        "0.1",
        "The quotient rule squares e^400, which overflows: the closed form has no answer where the slope "
        "is plainly 1. Back-propagation divides twice instead.",
        window=((-3.0, 3.0),),
    ),
    Preset(
        "Where each method loses",
        "Forward: steeper ahead",
        "e^(3x)",
        (1.0,),
        "0.5",
        "The forward difference looks to where e^(3x) is steeper: more than twice the slope, while "
        "backward is less than half as far off.",
        span=1.0,
    ),
    Preset(
        "Where each method loses",
        "Backward: the edge behind",
        "sqrt(x)",
        (0.1,),
        "0.1",
        "At x = ε the backward difference reaches the edge, where √x is upright: exactly twice the slope; "
        "forward is off by less than a fifth.",
        window=((-0.05, 0.5),),
    ),
    Preset(
        "Where each method loses",
        "Central: half a wave",
        "sin(2pi x)",
        (0.1,),
        "0.5",
        "ε is half a wave, so the neighbours on both sides are equally high, wherever the point is: the "
        "central difference always says 0.",
        span=1.0,
    ),
    Preset(
        "Where each method loses",
        "Order 4: a fifth power",
        "x^5",
        (0.0,),
        "1",
        "Order 4 looks twice as far: where the slope is 0 it says −4ε⁴, the central difference ε⁴, and "
        "order 6 nothing.",
        span=1.5,
        methods=("symbolic", "central", "central4", "central6"),
    ),
    Preset(
        "Where each method loses",
        "Order 6: one step too far",
        "ln(x)",
        (0.25,),
        "0.1",
        "Order 6 needs f at x − 3ε, and that is past the edge of ln: no answer, where every other method "
        "has one.",
        window=((-0.1, 1.0),),
        methods=("symbolic", "forward", "central", "central4", "central6"),
    ),
    Preset(
        "Where each method loses",
        "Complex step: not analytic",
        "|x^2 - 4|",
        (1.0,),
        "0.1",
        "A parabola about x = 1, but |…| is not analytic: the complex step has no answer, where all "
        "others have.",
        span=3.5,
        methods=("symbolic", "forward", "central", "complex-step", "backprop"),
    ),
    Preset(
        "Where each method loses",
        "Adaptive: nothing to adapt to",
        "2x - 3y + 1",
        (1.0, 2.0),
        "0.1",
        "On a plane the forward difference is right with three evaluations of f; the adaptive one asks "
        "more than fifty times as often.",
        span=4.0,
        methods=("symbolic", "forward", "adaptive"),
    ),
    Preset(
        "Where each method loses",
        "Back-propagation: two corners",
        "relu(x) - relu(-x)",
        (0.0,),
        "0.1",
        "relu(x) − relu(−x) is just x, with slope 1; PyTorch takes 0 for the slope of relu at 0, twice, "
        "and says 0.",
        span=2.0,
    ),
    Preset(
        "Kinks and poles",
        "Absolute value",
        "|x| + y^2",
        (0.0, 1.0),
        "0.1",
        "No slope at the kink: forward says 1, backward −1, central 0, and back-propagation 0 by convention.",
        span=2.0,
    ),
    Preset(
        "Kinks and poles",
        "A tie of two",
        "max(x, y)",
        (1.0, 1.0),
        "0.1",
        "At a tie PyTorch shares the gradient out as (½, ½); forward says (1, 1) and backward (0, 0).",
        span=2.0,
    ),
    Preset(
        "Kinks and poles",
        "The tip of a cone",
        "sqrt(x^2 + y^2)",
        (0.0, 0.0),
        "0.1",
        "Every direction goes up with slope 1: there is no gradient, and back-propagation answers nan.",
        span=2.0,
    ),
    Preset(
        "Kinks and poles",
        "Next to a pole",
        "1/(x - 1)",
        (1.001,),
        "0.0005",
        "With ε above 0.001 the backward and central differences reach across the pole, and are worthless.",
        window=((0.9975, 1.0035),),
    ),
    Preset(
        "Rounding",
        "Cancellation in the formula",
        "(1 - cos(x)) / x^2",
        (1e-4,),
        "0.01",
        "Exact rules, inexact numbers: at 0.0001 closed form and back-propagation keep no digit at all, "
        "and the central difference with ε near 0.01 beats both.",
        span=1.0,
    ),
    Preset(
        "Rounding",
        "A large offset",
        "(x - 100000000)^2",
        (100000003.0,),
        "1e-9",
        "Around 100 million the next number is 1.5e-8 away: an ε below half of that changes nothing, and "
        "the difference says 0.",
        span=6.0,
    ),
    Preset(
        "Rounding",
        "Overflow on the way",
        "ln(1 + e^x)",
        (712.0,),
        "0.1",
        "f is just 712 here, but e^712 overflows on the way, and every method with it. softplus(x) is the"
        " same function, written so that it does not.",
        window=((700.0, 714.0),),
    ),
    Preset(
        "Many variables",
        "Three variables",
        "x y + y z + z x",
        (1.0, 2.0, 3.0),
        "0.1",
        "The picture is a slice with the third variable held at the point; the gradient still has three "
        "components.",
    ),
    Preset(
        "Many variables",
        "Powell's singular function",
        "(x1 + 10x2)^2 + 5(x3 - x4)^2 + (x2 - 2x3)^4 + 10(x1 - x4)^4",
        (3.0, -1.0, 0.0, 1.0),
        "0.1",
        "Whole numbers: the gradient at Powell's own start is (306, −144, −2, −310); count the right "
        "digits of each method in the table.",
    ),
    Preset(
        "Many variables",
        "A product of eight",
        "x1 x2 x3 x4 x5 x6 x7 x8",
        (1.0, 2.0, 3.0, 1.0, 2.0, 1.0, 2.0, 1.0),
        "0.01",
        "A difference costs nine evaluations, back-propagation one pass there and one back; linear in "
        "each variable, so even the forward difference has no truncation error.",
    ),
    Preset(
        "Machine learning",
        "Logistic loss",
        "ln(1 + e^(-(1.5u - 0.7v))) + ln(1 + e^(0.2u + 1.1v)) + 0.01(u^2 + v^2)",
        (0.3, -0.2),
        "0.1",
        "The loss of two examples with a little weight decay: back-propagation gets it to the last digit "
        "in one pass.",
        span=3.0,
    ),
    Preset(
        "Machine learning",
        "Softmax and cross-entropy",
        "ln(e^a + e^b + e^c) - a",
        (1.0, 2.0, 0.5),
        "0.1",
        "The gradient is the probabilities less the label, (1, 0, 0): its three components add up to 0.",
        span=4.0,
    ),
    Preset(
        "Machine learning",
        "One neuron",
        "(tanh(w x + b) - 0.5)^2",
        (0.5, 1.2, 1.5),
        "0.1",
        "b, w and x: the chain rule through one neuron. Compare the three components.",
        span=2.0,
    ),
    Preset(
        "Machine learning",
        "A saturated neuron",
        "(1/(1 + e^(-(3w + b))))^2",
        (2.0, 2.0),
        "0.1",
        "It should say 0 and says nearly 1, yet the slope is below 0.003: behind a flat sigmoid a squared"
        " error hardly teaches.",
        span=4.0,
    ),
)

DEFAULT = PRESETS[0]


def with_function(text: str) -> Preset | None:
    """The preset with this function, as typed."""
    return next((preset for preset in PRESETS if preset.text == text.strip()), None)


def tour(group: str) -> tuple[Preset, ...]:
    """The presets of a group in their order."""
    return tuple(preset for preset in PRESETS if preset.group == group)


def along(preset: Preset | None, places: int) -> Preset:
    """The one so many ``places`` after ``preset`` in its group, as in a ring; DEFAULT for None."""
    if preset is None:
        return DEFAULT
    stops = tour(preset.group)
    return stops[(stops.index(preset) + places) % len(stops)]
