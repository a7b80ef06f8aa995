"""gradviz: see how gradients are computed, three ways.

>>> import gradviz
>>> field = gradviz.parse("x1^2 + x2^2")
>>> field.variables, float(field([3, 4]))
(('x1', 'x2'), 25.0)

The closed form, the forward difference with a visible error of ε f″/2 = 0.1, and back-propagation:

>>> [gradviz.gradient(field, [3, 4], name, step=0.1).gradient.round(12).tolist()
...  for name in ("symbolic", "forward", "backprop")]
[[6.0, 8.0], [6.1, 8.1], [6.0, 8.0]]

What is true, to the last bit, and the step at which the forward difference is at its best:

>>> gradviz.true_gradient(field, [3, 4]).gradient.tolist()
[6.0, 8.0]
>>> sweep = gradviz.sweep(field, [3, 4], methods=("forward",))
>>> 1e-9 < sweep.best_step["forward"] < 1e-7
True
"""

from gradviz import displays
from gradviz.autodiff.graph import ComputationGraph, trace
from gradviz.errors import (
    ClosedFormError,
    GradvizError,
    NotInstalledError,
    ParseError,
    PointError,
    StepError,
)
from gradviz.field import ScalarField
from gradviz.methods import METHODS, GradientEstimate, Method, gradient
from gradviz.methods.batch import gradients
from gradviz.reading.parser import parse
from gradviz.shown import DISPLAYS
from gradviz.surface import Surface, sample
from gradviz.sweeping.measured import MeasuredSweep
from gradviz.sweeping.sweep import StepModel, Sweep, sweep
from gradviz.sweeping.truth import Truth, true_gradient

DISPLAYS.update(displays.BY_NAME)


def __getattr__(name: str) -> object:
    """What is loaded only when it is asked for: it needs all that draws."""
    if name == "explore":
        from gradviz.widget import explore

        return explore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "METHODS",
    "ClosedFormError",
    "ComputationGraph",
    "GradientEstimate",
    "GradvizError",
    "MeasuredSweep",
    "Method",
    "NotInstalledError",
    "ParseError",
    "PointError",
    "ScalarField",
    "StepError",
    "StepModel",
    "Surface",
    "Sweep",
    "Truth",
    "explore",
    "gradient",
    "gradients",
    "parse",
    "sample",
    "sweep",
    "trace",
    "true_gradient",
]
