"""Special functions: the error function, Γ and its kin."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from gradviz.tree import polygamma
from gradviz.tree.expression import Kind, Number
from gradviz.tree.operations.domain import hole, itself, to_integer
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


SPECIAL = (
    Operation(
        name="erf",
        arity=1,
        numpy=special.erf,
        complex=special.erf,
        torch=lambda T, a: T.erf(a),
        sympy="erf",
        derivatives=("2*exp(-a^2)/sqrt(pi)",),
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
        name="gamma",
        arity=1,
        numpy=polygamma.gamma,
        complex=polygamma.complex_gamma,
        torch=_torch_gamma,
        sympy="gamma",
        derivatives=("gamma(a)*digamma(a)",),
        roundings=10,
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
        numpy=lambda a: hole(np.less_equal(a, 0), special.gammaln(a)),
        complex=special.loggamma,
        torch=_torch_loggamma,
        sympy="loggamma",
        derivatives=("digamma(a)",),
        roundings=10,
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
