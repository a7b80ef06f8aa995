"""Letters: the Greek alphabet by name, subscripts, and the names of variables as they are set."""

from __future__ import annotations

import re

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi",
    "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega",
    # other shapes of the same letters
    "ϕ": "phi", "ϑ": "theta", "ϵ": "epsilon", "ϱ": "rho", "ϰ": "kappa", "ς": "sigma", "\u00b5": "mu",
    "\u2126": "Omega", "∆": "Delta",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values())
# Of the shapes a letter has, the first one is written.
LETTERS = {name: letter for letter, name in reversed(GREEK.items())}
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

_LOWERED = str.maketrans({digit: subscript for subscript, digit in SUBSCRIPTS.items()})


def _stem_and_index(name: str) -> tuple[str, str]:
    """x_1 and x1 in two parts: the letter as it is set, and the digits behind it."""
    stem, index = re.fullmatch(r"(.*?)_?(\d*)", name, re.DOTALL).groups()
    return LETTERS.get(stem, stem), index


def variable_label(name: str) -> str:
    """A variable as Plotly sets it: x₁ with a real subscript, θ for theta."""
    stem, index = _stem_and_index(name)
    return f"{stem}<sub>{index}</sub>" if index else stem


def plain_label(name: str) -> str:
    """A variable in running text: x₁, θ."""
    stem, index = _stem_and_index(name)
    return stem + index.translate(_LOWERED)
