"""Integrals without an elementary form: exponential, logarithmic, sine and cosine integrals, Fresnel's."""

from __future__ import annotations

import numpy as np

from gradviz.tree import integrals
from gradviz.tree.expression import Kind, Number
from gradviz.tree.integrals import off_the_axis, quotient_at_0
from gradviz.tree.operations.derivative import Derivative
from gradviz.tree.operations.domain import itself
from gradviz.tree.operations.inert import Inert
from gradviz.tree.operations.layout import function
from gradviz.tree.operations.row import Operation


def _edges_of_li(k: Kind, a: Number) -> tuple:
    return a, a - 1.0


INTEGRALS = (
    Operation(
        name="Ei",
        arity=1,
        numpy=integrals.ei,
        complex=off_the_axis(integrals.ei, lambda z: np.exp(z) / z),
        sympy=Inert("ExponentialIntegral", r"\operatorname{{Ei}}\left({0}\right)", "Ei"),
        derivatives=("exp(a)/a",),
        roundings=32,
        least=0.2,  # about its zero at 0.37
        switches=itself,
        code="special.expi({0})",
        slope_codes=("np.exp({0}) / {0}",),
    ),
    Operation(
        name="li",
        arity=1,
        numpy=integrals.li,
        complex=off_the_axis(integrals.li, lambda z: 1 / np.log(z)),
        sympy=Inert("LogarithmicIntegral", r"\operatorname{{li}}\left({0}\right)", "li"),
        derivatives=("1/ln(a)",),
        roundings=32,
        least=0.2,  # about its zero at 1.45
        switches=_edges_of_li,
        code="special.expi(np.log({0}))",
        slope_codes=("1 / np.log({0})",),
    ),
    Operation(
        name="Si",
        arity=1,
        numpy=integrals.si,
        complex=off_the_axis(integrals.si, quotient_at_0(np.sin)),
        sympy=Inert("SineIntegral", r"\operatorname{{Si}}\left({0}\right)", "Si"),
        derivatives=("sinc(a)",),
        roundings=4,
        code="special.sici({0})[0]",
        slope_codes=("np.sinc({0} / np.pi)",),
    ),
    Operation(
        name="Ci",
        arity=1,
        numpy=integrals.ci,
        complex=off_the_axis(integrals.ci, lambda z: np.cos(z) / z),
        sympy=Inert("CosineIntegral", r"\operatorname{{Ci}}\left({0}\right)", "Ci"),
        derivatives=("cos(a)/a",),
        roundings=16,
        least=0.5,  # about its zeros
        switches=itself,
        code="special.sici({0})[1]",
        slope_codes=("np.cos({0}) / {0}",),
    ),
    Operation(
        name="Shi",
        arity=1,
        numpy=integrals.shi,
        complex=off_the_axis(integrals.shi, quotient_at_0(np.sinh)),
        sympy=Inert("HyperbolicSineIntegral", r"\operatorname{{Shi}}\left({0}\right)", "Shi"),
        derivatives=(Derivative("sinh(a)/a", computed="1 if a == 0 else sinh(a)/(1 if a == 0 else a)"),),
        roundings=24,
        code="special.shichi({0})[0]",
        slope_codes=("np.where({0} == 0, 1.0, np.sinh({0}) / np.where({0} == 0, 1.0, {0}))",),
    ),
    Operation(
        name="Chi",
        arity=1,
        numpy=integrals.chi,
        complex=off_the_axis(integrals.chi, lambda z: np.cosh(z) / z),
        sympy=Inert("HyperbolicCosineIntegral", r"\operatorname{{Chi}}\left({0}\right)", "Chi"),
        derivatives=("cosh(a)/a",),
        roundings=24,
        least=0.1,  # about its zero at 0.52
        switches=itself,
        code="special.shichi({0})[1]",
        slope_codes=("np.cosh({0}) / {0}",),
    ),
    Operation(
        name="fresnels",
        arity=1,
        numpy=integrals.fresnel_s,
        complex=off_the_axis(integrals.fresnel_s, lambda z: np.sin(np.pi / 2 * z * z)),
        sympy=Inert("FresnelSine", r"S\left({0}\right)", "fresnels"),
        derivatives=("sin(pi*a^2/2)",),
        roundings=8,
        latex=function("S"),
        code="special.fresnel({0})[0]",
        slope_codes=("np.sin(np.pi / 2 * {0} ** 2)",),
    ),
    Operation(
        name="fresnelc",
        arity=1,
        numpy=integrals.fresnel_c,
        complex=off_the_axis(integrals.fresnel_c, lambda z: np.cos(np.pi / 2 * z * z)),
        sympy=Inert("FresnelCosine", r"C\left({0}\right)", "fresnelc"),
        derivatives=("cos(pi*a^2/2)",),
        roundings=8,
        latex=function("C"),
        code="special.fresnel({0})[1]",
        slope_codes=("np.cos(np.pi / 2 * {0} ** 2)",),
    ),
)
