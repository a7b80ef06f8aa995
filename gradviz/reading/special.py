"""Special functions that are made of operations: J_0(x), softmax(x, y)[0], sici(x)[0], ndtr(x)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

MOST_PAIRS = 8  # components of a softmax by differences; of more by the logarithm of the whole sum

# name, fewest and most arguments, and what writes it with the builder
Row = tuple[int, int, Callable[..., int | tuple[int, ...]]]


def _of_order(letter: str, order: int) -> Row:
    return 1, 1, lambda s, a: s(f"bessel{letter.lower()}", s.number(order), a)


def _scaled(letter: str, order: int) -> Row:
    return 1, 1, lambda s, a: s(f"{letter}ve", s.number(order), a)


def _spherical(letter: str) -> Row:
    """√(π/2x) J of order n + ½."""

    def write(s, n, x):
        scale = s("sqrt", s("divide", s("pi"), s("multiply", s.number(2), x)))
        half = s("divide", s.number(1), s.number(2))
        return s("multiply", scale, s(f"bessel{letter}", s("add", n, half), x))

    return 2, 2, write


def _several(*operations: str) -> Row:
    """SciPy's functions of several values, sici(x) = (Si(x), Ci(x))."""
    return 1, 1, lambda s, a: tuple(s(operation, a) for operation in operations)


def _lead(s, components: Sequence[int], place: int) -> int:
    """log Σ exp(xⱼ − xᵢ) over the others: of differences, so that large components lose no digits."""
    others = [c for i, c in enumerate(components) if i != place]
    differences = [s("subtract", other, components[place]) for other in others]
    return reduce(lambda a, b: s("logaddexp", a, b), differences)


def _softmax(s, *components: int) -> tuple[int, ...]:
    """Each component as σ of minus the others' lead."""
    if len(components) == 1:
        return (s.number(1),)
    if len(components) == 2:
        first, second = components
        return s("sigmoid", s("subtract", first, second)), s("sigmoid", s("subtract", second, first))
    if len(components) > MOST_PAIRS:
        return s("exp", _log_softmax(s, *components))
    return tuple(s("sigmoid", s("negate", _lead(s, components, i))) for i in range(len(components)))


def _log_softmax(s, *components: int) -> tuple[int, ...]:
    if len(components) == 1:
        return (s.number(0),)
    if len(components) > MOST_PAIRS:
        whole = reduce(lambda a, b: s("logaddexp", a, b), components)
        return tuple(s("subtract", c, whole) for c in components)
    return tuple(s("negate", s("softplus", _lead(s, components, i))) for i in range(len(components)))


def _normal_distribution(s, a):
    """Φ(x) = erfc(−x/√2)/2."""
    return s("divide", s("erfc", s("negate", s("divide", a, s("sqrt", s.number(2))))), s.number(2))


def _normal_quantile(s, a):
    """Φ⁻¹(p) = −√2 erfc⁻¹(2p)."""
    root = s("sqrt", s.number(2))
    return s("negate", s("multiply", root, s("erfcinv", s("multiply", s.number(2), a))))


BESSEL_LETTERS = {f"{letter}{n}": f"bessel_{letter.lower()}{n}" for letter in "JYIK" for n in range(10)}

SPECIAL_EXPANSIONS: dict[str, Row] = {
    **{target: _of_order(name[0], int(name[1])) for name, target in BESSEL_LETTERS.items()},
    **{f"{letter}{n}e": _scaled(letter, n) for letter in "ik" for n in (0, 1)},
    **{f"scaled_modified_bessel_k{n}": _scaled("k", n) for n in (0, 1)},
    **{f"modified_bessel_{name}": _of_order(name[0], int(name[1])) for name in ("i0", "i1", "k0", "k1")},
    "spherical_jn": _spherical("j"),
    "spherical_yn": _spherical("y"),
    "airy": _several("airyai", "airyaiprime", "airybi", "airybiprime"),
    "sici": _several("Si", "Ci"),
    "shichi": _several("Shi", "Chi"),
    "fresnel": _several("fresnels", "fresnelc"),
    "softmax": (1, 20, _softmax),
    "log_softmax": (1, 20, _log_softmax),
    "ndtr": (1, 1, _normal_distribution),
    "ndtri": (1, 1, _normal_quantile),
}

# SciPy's own names of functions of a fixed order: only behind a module, as special.j0.
OF_SCIPY = {"beta": "euler_beta"} | {
    f"{name[0].lower()}{name[1]}": target for name, target in BESSEL_LETTERS.items() if name[1] in "01"
}
