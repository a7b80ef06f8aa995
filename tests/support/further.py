"""Further functions and points at which gradients are measured.

Classic test functions of optimisation, special functions, cancellation, poles, odd places.

The truth of each is mpmath's (tests/support/many_digits.py); none was chosen by how a method does there.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

import gradviz
from tests.support.many_digits import nearest, partial_derivatives

# variables, formula, points
FUNCTIONS = (
    # classic functions of optimisation
    ("x y", "(1 - x)**2 + 100*(y - x**2)**2", ((-1.2, 1), (0.5, 0.25), (1.1, 1.2))),
    (
        "x y",
        "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
        ((1, 1), (2.9, 0.4), (-3, 2)),
    ),
    ("x y", "(x**2 + y - 11)**2 + (x + y**2 - 7)**2", ((0, 0), (3.01, 2), (-2.8, 3.1))),
    (
        "x y",
        "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
        "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))",
        ((0.1, -0.9), (1, 1), (-0.5, 0.25)),
    ),
    (
        "x y",
        "(y - 5.1*x**2/(4*pi**2) + 5*x/pi - 6)**2 + 10*(1 - 1/(8*pi))*cos(x) + 10",
        ((3, 2), (-3.1, 12.3), (9.4, 2.5)),
    ),
    (
        "x y",
        "-20*exp(-0.2*sqrt((x**2 + y**2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2) + 20 + e",
        ((1, 1), (0.01, -0.02), (-4.5, 2.2)),
    ),
    ("x y", "20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)", ((1, 2), (0.3, -0.7), (4.52, 4.53))),
    (
        "x y",
        "sin(3*pi*x)**2 + (x - 1)**2*(1 + sin(3*pi*y)**2) + (y - 1)**2*(1 + sin(2*pi*y)**2)",
        ((0.4, 0.6), (-3, 7.5)),
    ),
    ("x y", "-cos(x)*cos(y)*exp(-((x - pi)**2 + (y - pi)**2))", ((3, 3), (1, 2), (0.1, -0.2))),
    ("x y", "(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)/2", ((-2.9, -2.9), (0.5, 4.9))),
    ("x y", "sin(x + y) + (x - y)**2 - 1.5*x + 2.5*y + 1", ((-0.5, -1.5), (2, 3))),
    ("x y", "0.26*(x**2 + y**2) - 0.48*x*y", ((1, 1), (-7.3, 9.1))),
    ("x y", "2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2", ((1.7, -0.9), (0.01, 0.02))),
    ("x y", "-(y + 47)*sin(sqrt(abs(x/2 + y + 47))) - x*sin(sqrt(abs(x - y - 47)))", ((512, 404), (1, 2))),
    ("x y", "0.5 + (sin(x**2 - y**2)**2 - 0.5)/(1 + 0.001*(x**2 + y**2))**2", ((1, 2), (10, -9.5))),
    ("x y", "-(1 + cos(12*sqrt(x**2 + y**2)))/(0.5*(x**2 + y**2) + 2)", ((0.3, 0.4), (1.5, -2))),
    (
        "x y",
        "(cos(2*x + 1) + 2*cos(3*x + 2) + 3*cos(4*x + 3) + 4*cos(5*x + 4) + 5*cos(6*x + 5))"
        "*(cos(2*y + 1) + 2*cos(3*y + 2) + 3*cos(4*y + 3) + 4*cos(5*y + 4) + 5*cos(6*y + 5))",
        ((-1.4, -0.8), (3, 4)),
    ),
    (
        "a b c d",
        "(a + 10*b)**2 + 5*(c - d)**2 + (b - 2*c)**4 + 10*(a - d)**4",
        ((3, -1, 0, 1), (0.01, 0.02, -0.01, 0.03)),
    ),
    (
        "a b c d",
        "100*(b - a**2)**2 + (1 - a)**2 + 90*(d - c**2)**2 + (1 - c)**2"
        " + 10.1*((b - 1)**2 + (d - 1)**2) + 19.8*(b - 1)*(d - 1)",
        ((-3, -1, -3, -1), (1.1, 0.9, 1.2, 1)),
    ),
    (
        "x y z",
        "100*((z - 10*atan(y/x)/(2*pi))**2 + (sqrt(x**2 + y**2) - 1)**2) + z**2",
        ((0.9, 0.1, 0.2), (2, -1, 1)),
    ),
    ("x y", "(x - 1000000)**2 + (y - 0.000002)**2 + (x*y - 2)**2", ((1, 1), (999999, 0.000001))),
    (
        "x y z",
        "(exp(-0.1*x) - exp(-0.1*y) - z*(exp(-0.1) - exp(-1)))**2"
        " + (exp(-0.2*x) - exp(-0.2*y) - z*(exp(-0.2) - exp(-2)))**2",
        ((0, 10, 20), (1.1, 9, 1)),
    ),
    (
        "x y",
        "(-13 + x + ((5 - y)*y - 2)*y)**2 + (-29 + x + ((y + 1)*y - 14)*y)**2",
        ((0.5, -2), (11.4, -0.9)),
    ),
    ("x y", "(2 + 2 - exp(x) - exp(y))**2 + (4 + 2 - exp(2*x) - exp(2*y))**2", ((0.3, 0.4), (0.25, 0.26))),
    ("x y", "100*(y - x**3)**2 + (1 - x)**2", ((-1.2, 1), (0.99, 0.98))),
    (
        "x y z",
        "-exp(-((x - 0.1)**2 + (y - 0.5)**2)/0.02) - 2*exp(-((y - 0.3)**2 + (z - 0.9)**2)/0.5)",
        ((0.2, 0.4, 0.8), (0, 0, 0)),
    ),
    ("a b c d p", "(a*b*c*d*p - 1)**2 + (a + b + c + d + p - 6)**2", ((0.5, 0.5, 0.5, 0.5, 0.5),)),
    ("x y z", "(x - y)**4 + (y - z)**2 + exp(x - 2*z)*log(1 + x**2)", ((1, 2, 3), (-1, 0.5, 0.25))),
    # machine learning
    ("x", "log(1 + exp(x))", (-30, -1, 0, 1, 30)),
    ("x", "1/(1 + exp(-x))", (-20, 0.3, 12)),
    ("x y z", "log(exp(x) + exp(y) + exp(z))", ((1, 2, 3), (-10, 0, 10), (100, 101, 102))),
    ("a b c", "tanh(a*0.5 + b*tanh(c*0.3 - 0.2)) - log(1 + exp(a - b*c))", ((0.4, -0.6, 1.1), (3, 2, -1))),
    ("x", "x/(1 + exp(-1.702*x))", (-2, 0.7)),
    ("x", "0.5*x*(1 + erf(x/sqrt(2)))", (-3, 0.1, 2)),
    ("w b", "(tanh(w*1.3 + b) - 0.7)**2 + (tanh(w*(-0.4) + b) + 0.2)**2", ((0.5, 0.1), (2, -1))),
    # special functions
    ("x", "gamma(x)", (0.1, 1.5, 5.5, 20.3, -0.5, -2.7)),
    ("x", "loggamma(x)", (0.01, 1.0, 2.0, 7.7, 1e5)),
    ("x", "erf(x)", (0.0, 0.5, 2.5)),
    ("x", "erfc(x)", (0.5, 3.0, 8.0)),
    ("x y", "gamma(x)*gamma(y)/gamma(x + y)", ((0.5, 0.5), (2.3, 4.1))),
    ("x", "sinc(x)", (0.0, 3.1, 25.0)),
    ("x", "atan2(1, x)", (-0.4, 0.0, 3.0)),
    ("x y", "atan2(y, x)", ((1, 2), (-1, 0.001), (-3, -4))),
    # cancellation
    ("x", "(1 - cos(x))/x**2", (0.001, 0.1, 1.0)),
    ("x", "sqrt(x + 1) - sqrt(x)", (1.0, 1e4, 1e8)),
    ("x", "(x + 1000) - 1000", (0.3, 1e-5)),
    ("x", "(exp(x) - exp(-x))/2", (1e-6, 0.01, 3.0)),
    ("x", "log(1 + x)", (1e-8, 1e-3, 5.0)),
    ("x", "(tan(x) - sin(x))/x**3", (0.01, 0.5)),
    ("x", "x**8 - 8*x**7 + 28*x**6 - 56*x**5 + 70*x**4 - 56*x**3 + 28*x**2 - 8*x + 1", (1.1, 0.5, 2)),
    ("x y", "(x + y)**2 - x**2 - 2*x*y", ((1000, 1), (1, 1e-3))),
    ("x", "exp(1000*x)/exp(999*x)", (0.3, 0.1)),
    ("x", "cos(x)**2 - sin(x)**2", (0.7853981633974483, 100.0)),
    # poles and steep places
    ("x", "1/x", (1e-6, -0.25, 1e6)),
    ("x", "tan(x)", (1.5, -1.57, 100.0)),
    ("x", "log(x)", (1e-10, 0.5, 1e10)),
    ("x", "1/(1 + 25*x**2)", (0.2, -0.6, 0.0)),
    ("x", "1/((x - 0.3)**2 + 0.01) + 1/((x - 0.9)**2 + 0.04) - 6", (0.3, 0.5, 1.0)),
    ("x", "sqrt(x)", (1e-8, 2.0, 1e12)),
    ("x", "asin(x)", (0.999, -0.5)),
    ("x", "acosh(x)", (1.001, 3)),
    ("x", "atanh(x)", (0.99, 1e-5)),
    ("x", "x**x", (0.01, 1.0, 5.0)),
    ("x y", "x**y", ((2, 3), (0.5, -1.5))),
    ("x", "exp(-1/(1 - x**2))", (0.0, 0.9, -0.98)),
    ("x y", "1/sqrt((x - 1)**2 + y**2)", ((1.001, 0.002), (0, 0))),
    ("x", "1/sin(x)", (0.01, 3.0)),
    # oscillation
    ("x", "sin(100*x)", (0.3, 1.0)),
    ("x", "sin(1000000*x)", (0.1,)),
    ("x", "sin(1/x)", (0.02, 0.5)),
    ("x", "cos(x**2)", (10.0, 2.0)),
    ("x y", "sin(50*x)*cos(30*y) + exp(-x*y)", ((0.1, 0.2),)),
    # pieces, off their seams and on smooth ones
    ("x", "x*abs(x)", (0.0, 0.7, -1e-3)),
    ("x", "Max(x, 0)**2", (0.0, 0.4, -2)),
    ("x y", "Max(x, y) + Min(x, 2*y)", ((1, 1.001), (3, -2))),
    ("x", "abs(x)**1.5", (0.01, -4.0)),
    ("x", "floor(x) + x**2", (0.5, 1.999)),
    ("x", "Mod(x, 3)**2", (2.9, 7.1)),
    ("x", "Piecewise((exp(x), x < 0), (1 + x + x**2/2, True))", (0.0, 1e-3)),
    ("x", "Piecewise((0.5*x**2, abs(x) <= 1), (abs(x) - 0.5, True))", (0.999, 1.001, -3.0)),
    ("x", "abs(x - 1)*(x - 1)**2", (1.0, 1.0001)),
    # large, small, and plain
    ("x", "x", (0.1, 1e300, 0.0)),
    ("x", "x**3", (1e-100, 1e80, -2.5)),
    ("x", "3.7*x - 2e5", (1e-3, 1e7)),
    ("x", "exp(x)", (-700.0, 0.0, 700.0)),
    ("x", "x**20", (0.9, 2.0, 1e-3)),
    ("x", "sinh(x) - cosh(x)", (1.0, 10.0)),
    ("x", "exp(-x)*sin(8*x)", (0.1, 20.0)),
    ("x y z", "x*y*z + sin(x)*cos(y)*tan(z)", ((1, 2, 0.5), (1e-3, 1e3, 1.0))),
    ("x y", "exp(-(x**2 + y**2)/2)/(2*pi)", ((0.5, 0.5), (5, 4))),
    ("x y", "sqrt((x - 3)**2 + (y + 4)**2)", ((0, 0), (3.0001, -4))),
    ("a b c", "a*exp(-b*0.5)*cos(c*0.5 + 0.1) - a*exp(-b*2)*cos(c*2 + 0.1)", ((1, 0.3, 6), (5, 2, 0.01))),
    ("x y", "log(x**2 + y**2)", ((1, 1), (1e-4, 0), (1e4, 3))),
)


@dataclass(frozen=True)
class FurtherCase:
    """One function at one point, with the same attributes as a case of the table."""

    variables: tuple[str, ...]
    text: str
    point: list[float]

    @property
    def id(self) -> str:
        return f"{self.text[:40]}@{','.join(f'{x:g}' for x in self.point)}"

    @cached_property
    def field(self) -> gradviz.ScalarField:
        return gradviz.parse(self.text, variables=self.variables)

    @cached_property
    def gradient(self) -> np.ndarray:
        """Correctly rounded, (n,), by mpmath's road."""
        found = partial_derivatives(self.text, self.variables, self.point)
        return np.array([nearest(g) for g in found])

    @property
    def scale(self) -> float:
        """What an error of this gradient is measured by; 1 where the gradient is 0."""
        return float(np.abs(self.gradient).max()) or 1.0


FURTHER = [
    FurtherCase(tuple(names.split()), text, [float(x) for x in np.atleast_1d(point)])
    for names, text, points in FUNCTIONS
    for point in points
]
