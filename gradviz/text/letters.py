"""Letters: the Greek alphabet by name, subscripts, and the names of variables as they are set."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

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
LETTER = "A-Za-z" + "".join(GREEK)  # what a letter is in patterns: [{LETTER}]

# Marks above a letter as its name has them, and the characters that are put on it.
MARKS = {
    "hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "ddot": "\u0308",
    "check": "\u030c", "breve": "\u0306",
}  # fmt: skip
_MARKED = re.compile(rf"(.+?)({'|'.join(sorted(MARKS, key=len, reverse=True))})")
_INDEXED = re.compile(r"([A-Za-z]+)_([A-Za-z][A-Za-z0-9]*)")

_LOWERED = str.maketrans({digit: subscript for subscript, digit in SUBSCRIPTS.items()})


def marked_letter(name: str) -> tuple[str, str] | None:
    """The letter and the mark of yhat, which is ŷ; None for any other name."""
    match = _MARKED.fullmatch(name)
    known = match is not None and (len(match[1]) == 1 or match[1] in GREEK_NAMES)
    return (match[1], match[2]) if known else None


def indexed_by_letters(name: str) -> tuple[str, str] | None:
    """The letter and the index of sigma_x; None for any other name."""
    match = _INDEXED.fullmatch(name)
    if match is None:
        return None
    known = len(match[1]) == 1 or match[1] in GREEK_NAMES or marked_letter(match[1]) is not None
    return (match[1], match[2]) if known else None


def _as_set(stem: str) -> str:
    """A letter in Unicode: σ, ŷ."""
    marked = marked_letter(stem)
    if marked is None:
        return LETTERS.get(stem, stem)
    return unicodedata.normalize("NFC", LETTERS.get(marked[0], marked[0]) + MARKS[marked[1]])


@lru_cache(maxsize=256)
def _stem_and_index(name: str) -> tuple[str, str]:
    """x_1 and x1 in two parts: the letter as it is set, and what stands below it."""
    if (parts := indexed_by_letters(name)) is not None:
        return _as_set(parts[0]), parts[1]
    stem, index = re.fullmatch(r"(.*?)_?(\d*)", name, re.DOTALL).groups()
    return _as_set(stem), index


def variable_label(name: str) -> str:
    """A variable as Plotly sets it: x₁ with a real subscript, θ for theta."""
    stem, index = _stem_and_index(name)
    return f"{stem}<sub>{index}</sub>" if index else stem


def plain_label(name: str) -> str:
    """A variable in running text: x₁, θ, σ_x."""
    stem, index = _stem_and_index(name)
    return stem + (index.translate(_LOWERED) if index.isdigit() or not index else f"_{index}")
