"""Names of functions elsewhere that are none here: with what to write for them, and without."""

from __future__ import annotations

# Of one or two arguments x and y.
FORMULAS = {
    "celu": "where(x > 0, x, expm1(x))",
    "entr": "-x*ln(x)",
    "erf2": "erf(y) - erf(x)",
    "erfcx": "exp(x^2)*erfc(x)",
    "excsc": "csc(x) - 1",
    "exsec": "sec(x) - 1",
    "float_power": "x^y",
    "fmod": "x - y*trunc(x/y)",
    "hav": "sin(x/2)^2",
    "haversin": "sin(x/2)^2",
    "kl_div": "x*ln(x/y) - x + y",
    "lnbeta": "betaln(x, y)",
    "log1mexp": "ln(1 - exp(-x))",
    "log2mexp": "ln(2 - exp(x))",
    "logsubexp": "ln(exp(x) - exp(y))",
    "rel_entr": "x*ln(x/y)",
    "rgamma": "1/gamma(x)",
    "selu": "1.0507009873554805*where(x > 0, x, 1.6732632423543772*expm1(x))",
    "sinhc": "sinh(x)/x",
    "softmin": "softmax(-x, -y)[0]",
    "sq": "x^2",
    "tanhc": "tanh(x)/x",
    "versin": "1 - cos(x)",
    "xexpx": "x*exp(x)",
    "xlog1py": "x*ln(1 + y)",
    "xlogx": "x*ln(x)",
    "xlogy": "x*ln(y)",
    "zetac": "zeta(x) - 1",
}

# They would be read as products of letters and functions.
ELSEWHERE = frozenset(FORMULAS) | frozenset((
    "En", "absmax", "absmin", "chi2", "chisquare", "cossin", "e1", "factorial2", "gammaprod",
    "gammasgn", "igamma", "igammac", "jn", "kn", "lognorm", "mnorm", "nprod", "nsum", "prelu", "qgamma",
    "qr", "rem2pi", "renorm", "rrelu", "sinccos", "sincos", "ssqrt", "tmax", "tmin", "trelu",
    "truncnorm", "yn",
))  # fmt: skip
