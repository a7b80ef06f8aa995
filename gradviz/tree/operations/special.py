"""Special functions: the error function, Γ and its kin."""

from __future__ import annotations

import math
from types import ModuleType

import numpy as np

from gradviz.tree import beta, polygamma, zeta
from gradviz.tree.expression import Kind, Number
from gradviz.tree.lambert import BRANCH_POINT, complex_lambert, lambert
from gradviz.tree.operations.derivative import Rule
from gradviz.tree.operations.domain import hole, itself, to_integer
from gradviz.tree.operations.inert import Inert
from gradviz.tree.operations.layout import function
from gradviz.tree.operations.row import Operation
from gradviz.tree.operations.torch_slope import with_slope
from gradviz.tree.polygamma import special


def _erfc(a: Number) -> Number:
    """On the right by e^(−x²) with the square in two parts, the first exact: SciPy's own loses x² u there."""
    x = np.clip(a, 0, 30)  # beyond 30 it is 0
    coarse = np.rint(x * 2**20) / 2**20
    right = special.erfcx(x) * np.exp(-coarse * coarse) * np.exp((coarse - x) * (coarse + x))
    return np.where(np.greater(a, 0.5), right, special.erfc(a))


def _erfi(a: Number) -> Number:
    """2 e^(x²) D(x)/√π by Dawson's integral, with the square in two parts, the first exact, as in erfc.

    Below ½ by its power series, DLMF 7.6.2: SciPy's D loses seven bits near 0.01.
    """
    x = np.clip(a, -30, 30)  # beyond 27 it is past float64
    coarse = np.rint(x * 2**20) / 2**20
    half = np.exp(coarse * coarse / 2)  # e^(x²) alone overflows before the product does
    far = special.dawsn(x) * np.exp((x - coarse) * (x + coarse)) * half * half
    square = np.clip(a, -0.5, 0.5) ** 2
    series = sum(square**k / (math.factorial(k) * (2 * k + 1)) for k in range(13, -1, -1))
    return 2 / np.sqrt(np.pi) * np.where(np.abs(a) > 0.5, far, a * series)


def _complex_inverse(start: Rule, function: Rule, slope: Rule) -> Rule:
    """The inverse of ``function`` near the real axis, by Newton's method from its real value ``start``.

    nan where four steps do not settle it: far from the axis, where it has branches.
    """

    def inverse(a: Number) -> Number:
        w = real = start(np.real(a)) + 0j
        for _ in range(4):  # the rounding of the real value is the same at both ends, and cancels
            step = (function(w) - function(real) - 1j * np.imag(a)) / slope(w)
            w = w - step
        return np.where(np.abs(step) <= 1e-6 * np.abs(w) + 1e-300, w, np.nan)[()]

    return inverse


def _inside(a: Number, low: float, high: float, value: Number) -> Number:
    return hole(~(np.greater(a, low) & np.less(a, high)), value)


def _erfcinv(a: Number) -> Number:
    """Of the smallest numbers by Newton's method for ln erfc, which has all the digits that SciPy loses."""
    near_0 = np.greater(a, 0) & np.less(a, 1e-300)
    x = np.where(near_0, a, 1e-300)
    w = special.erfcinv(np.maximum(x, 1e-300))
    for _ in range(4):
        scaled = special.erfcx(w)
        w = w + (np.log(scaled) - w * w - np.log(x)) * np.sqrt(np.pi) / 2 * scaled
    return np.where(near_0, w, _inside(a, 0, 2, special.erfcinv(np.maximum(a, 1e-300))))


def _torch_lgamma(T: ModuleType, a: Number) -> Number:
    return with_slope(T, a, T.lgamma(a), polygamma.digamma)


def _torch_digamma(T: ModuleType, a: Number) -> Number:
    return with_slope(T, a, T.digamma(a), polygamma.trigamma)


def _torch_gamma(T: ModuleType, a: Number) -> Number:
    """Γ through its logarithm, the only one PyTorch differentiates; on the left its sign alternates."""
    sign = T.where((a < 0) & (T.remainder(T.floor(a.detach()), 2) == 1), -1.0, 1.0).to(a.dtype)
    return sign * T.exp(_torch_lgamma(T, a))


def _torch_loggamma(T: ModuleType, a: Number) -> Number:
    return T.where(a > 0, _torch_lgamma(T, a), T.nan)


def _gamma_switch(k: Kind, a: Number) -> tuple:
    return (k.select(k.less(a, 0.5), to_integer(k, a), 1.0),)


# SciPy has no derivative in the order of a zeta function, and before 1.15 no complex ζ to take one from
_ZETA_SLOPE_CODE = "float(mpmath.zeta(float({0}), 1, 1))"
_HURWITZ_SLOPE_CODE = "float(mpmath.zeta(float({0}), float({1}), 1))"

SPECIAL = (
    Operation(
        name="erf",
        arity=1,
        numpy=special.erf,
        complex=special.erf,
        torch=lambda T, a: T.erf(a),
        sympy="erf",
        derivatives=("2*exp(-a^2)/sqrt(pi)",),
        roundings=4,
        code="special.erf({0})",
        torch_code="torch.erf({0})",
    ),
    Operation(
        name="erfc",
        arity=1,
        numpy=_erfc,
        complex=special.erfc,
        torch=lambda T, a: T.erfc(a),
        sympy="erfc",
        derivatives=("-2*exp(-a^2)/sqrt(pi)",),
        roundings=8,
        code="special.erfc({0})",
        torch_code="torch.erfc({0})",
    ),
    Operation(
        name="erfi",
        arity=1,
        numpy=_erfi,
        complex=special.erfi,
        sympy="erfi",
        derivatives=("2*exp(a^2)/sqrt(pi)",),
        roundings=24,
        code="special.erfi({0})",
        slope_codes=("2 * np.exp({0} ** 2) / np.sqrt(np.pi)",),
    ),
    Operation(
        name="erfinv",
        arity=1,
        numpy=lambda a: _inside(a, -1, 1, special.erfinv(a)),
        complex=_complex_inverse(special.erfinv, special.erf, lambda w: 2 / np.sqrt(np.pi) * np.exp(-w * w)),
        torch=lambda T, a: T.where(a.abs() < 1, T.erfinv(a), T.nan),
        sympy="erfinv",
        derivatives=("sqrt(pi)*exp(erfinv(a)^2)/2",),
        roundings=4,
        switches=lambda k, a: (1.0 - a, 1.0 + a),
        latex=function(r"\operatorname{erf}^{-1}"),
        code="special.erfinv({0})",
        torch_code="torch.erfinv({0})",
    ),
    Operation(
        name="erfcinv",
        arity=1,
        numpy=_erfcinv,
        complex=_complex_inverse(
            special.erfcinv, special.erfc, lambda w: -2 / np.sqrt(np.pi) * np.exp(-w * w)
        ),
        sympy=Inert(
            "InverseErfc",
            r"\operatorname{{erfc}}^{{-1}}\left({0}\right)",
            lambda S, x: S.erfinv(1 - x),
            recognised="erfcinv",
        ),
        derivatives=("-sqrt(pi)*exp(erfcinv(a)^2)/2",),
        roundings=8,
        switches=lambda k, a: (a, 2.0 - a),
        latex=function(r"\operatorname{erfc}^{-1}"),
        code="special.erfcinv({0})",
        slope_codes=("-np.sqrt(np.pi) / 2 * np.exp(special.erfcinv({0}) ** 2)",),
    ),
    *(
        Operation(
            name=name,
            arity=1,
            numpy=lambert(branch),
            complex=complex_lambert(branch),
            sympy=Inert(
                class_name,
                rf"W_{{{{{branch}}}}}\left({{0}}\right)",
                lambda S, x, branch=branch: S.LambertW(x, branch),
            ),
            derivatives=(f"1/(a + exp({name}(a)))",),
            roundings=12,
            switches=switches,
            latex=function(rf"W_{{{branch}}}"),
            code=f"np.real(special.lambertw({{0}}, {branch}))",
            slope_codes=(f"1 / ({{0}} + np.exp(np.real(special.lambertw({{0}}, {branch}))))",),
        )
        for name, class_name, branch, switches in (
            ("lambertw", "PrincipalLambertW", 0, lambda k, a: (a - BRANCH_POINT,)),
            ("lambertwm1", "LowerLambertW", -1, lambda k, a: (a - BRANCH_POINT, a)),
        )
    ),
    Operation(
        name="zeta",
        arity=1,
        numpy=zeta.zeta,
        complex=zeta.complex_zeta,
        sympy=Inert("RiemannZeta", r"\zeta\left({0}\right)", "zeta"),
        derivatives=("zetaprime(a)",),
        roundings=16,
        switches=lambda k, a: (a - 1.0,),
        unmistakable="riemann_zeta",
        latex=function(r"\zeta"),
        code="special.zeta({0})",
        slope_codes=(_ZETA_SLOPE_CODE,),
    ),
    Operation(
        name="zetaprime",
        arity=1,
        numpy=zeta.zeta_slope,
        sympy=Inert("RiemannZetaSlope", r"\zeta'\left({0}\right)", lambda S, x: S.Derivative(S.zeta(x), x)),
        derivatives=(None,),
        roundings=32,
        magnitude=zeta.error_of_slope,
        switches=lambda k, a: (a - 1.0,),
        typed=False,
        latex=function(r"\zeta'"),
        code=_ZETA_SLOPE_CODE,
        slope_codes=(None,),
    ),
    Operation(
        name="hurwitz",
        arity=2,
        numpy=zeta.hurwitz,
        complex=zeta.hurwitz,
        sympy=Inert("HurwitzZeta", r"\zeta\left({0}, {1}\right)", lambda S, s, a: S.zeta(s, a)),
        derivatives=("hurwitzprime(a, b)", "-a*hurwitz(a + 1, b)"),
        roundings=16,
        switches=lambda k, s, a: (s - 1.0, a),
        formula="hurwitz(a, b)",
        symbol="ζ",
        noun="Hurwitz's zeta function of {a} and {b}",
        latex=function(r"\zeta"),
        code="special.zeta({0}, {1})",
        slope_codes=(_HURWITZ_SLOPE_CODE, "-{0} * special.zeta({0} + 1, {1})"),
    ),
    Operation(
        name="hurwitzprime",
        arity=2,
        numpy=zeta.hurwitz_slope,
        sympy=Inert(
            "HurwitzZetaSlope",
            r"\frac{{\partial}}{{\partial s}}\zeta\left({0}, {1}\right)",
            lambda S, s, a: S.Derivative(S.zeta(s, a), s),
        ),
        derivatives=(None, None),
        roundings=16,
        magnitude=zeta.error_of_hurwitz_slope,
        switches=lambda k, s, a: (s - 1.0, a),
        typed=False,
        formula="hurwitzprime(a, b)",
        latex=function(r"\partial_s\zeta"),
        code=_HURWITZ_SLOPE_CODE,
        slope_codes=(None, None),
    ),
    Operation(
        name="euler_beta",
        arity=2,
        numpy=beta.beta,
        complex=beta.complex_beta,
        sympy=Inert(
            "EulerBeta",
            r"\mathrm{{B}}\left({0}, {1}\right)",
            lambda S, a, b: S.gamma(a) * S.gamma(b) / S.gamma(a + b),
            recognised="beta",
        ),
        derivatives=(
            "euler_beta(a, b)*(digamma(a) - digamma(a + b))",
            "euler_beta(a, b)*(digamma(b) - digamma(a + b))",
        ),
        roundings=32,
        switches=lambda k, a, b: (a, b),
        formula="euler_beta(a, b)",
        symbol="B",
        latex=function(r"\mathrm{B}"),
        code="special.beta({0}, {1})",
        slope_codes=(
            "special.beta({0}, {1}) * (special.digamma({0}) - special.digamma({0} + {1}))",
            "special.beta({0}, {1}) * (special.digamma({1}) - special.digamma({0} + {1}))",
        ),
    ),
    Operation(
        name="betaln",
        arity=2,
        numpy=beta.log_of_beta,
        complex=beta.complex_log_of_beta,
        sympy=Inert(
            "LogarithmOfBeta",
            r"\ln\mathrm{{B}}\left({0}, {1}\right)",
            lambda S, a, b: S.loggamma(a) + S.loggamma(b) - S.loggamma(a + b),
        ),
        derivatives=("digamma(a) - digamma(a + b)", "digamma(b) - digamma(a + b)"),
        roundings=32,
        least=1.0,  # about its zeros
        switches=lambda k, a, b: (a, b),
        formula="betaln(a, b)",
        latex=function(r"\ln\mathrm{B}"),
        code="special.betaln({0}, {1})",
        slope_codes=(
            "special.digamma({0}) - special.digamma({0} + {1})",
            "special.digamma({1}) - special.digamma({0} + {1})",
        ),
    ),
    Operation(
        name="gamma",
        arity=1,
        numpy=polygamma.gamma,
        complex=polygamma.complex_gamma,
        torch=_torch_gamma,
        sympy="gamma",
        derivatives=("gamma(a)*digamma(a)",),
        roundings=10,
        argument_roundings=4,
        switches=_gamma_switch,
        unmistakable="tgamma",
        latex=function(r"\Gamma"),
        code="special.gamma({0})",
        torch_code="(1 - 2 * (({0} < 0) & (torch.floor({0}) % 2 == 1)).double())"
        " * torch.exp(torch.lgamma({0}))",
    ),
    Operation(
        name="loggamma",
        arity=1,
        numpy=polygamma.log_gamma,
        complex=special.loggamma,
        torch=_torch_loggamma,
        sympy="loggamma",
        derivatives=("digamma(a)",),
        roundings=10,
        argument_roundings=4,
        least=0.5,  # SciPy's is good to 4 u, not to u |ln Γ|, about its zeros at 1 and 2
        switches=itself,
        latex=function(r"\ln\Gamma"),
        code="special.gammaln({0})",
        torch_code="torch.lgamma({0})",
    ),
    Operation(
        name="digamma",
        arity=1,
        numpy=polygamma.digamma,
        complex=polygamma.complex_digamma,
        torch=_torch_digamma,
        sympy="digamma",
        derivatives=("trigamma(a)",),
        roundings=10,
        argument_roundings=4,
        switches=_gamma_switch,
        latex=function(r"\psi"),
        code="special.digamma({0})",
        torch_code="torch.digamma({0})",
    ),
    Operation(
        name="trigamma",
        arity=1,
        numpy=polygamma.trigamma,
        torch=lambda T, a: T.polygamma(1, a),
        sympy="trigamma",
        derivatives=(None,),
        roundings=10,
        switches=_gamma_switch,
        typed=False,
        code="special.polygamma(1, {0})",
        torch_code="torch.polygamma(1, {0})",
    ),
)
