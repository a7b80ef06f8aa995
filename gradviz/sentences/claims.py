"""What the sentences about a difference claim, with the numbers; each claim renders its own words.

A sentence is made from a claim and from nothing else, so that a program can take the claim back to numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradviz.sentences.phrases import LABELS, PLACES, capitalized
from gradviz.text.numbers import as_factor, as_fraction, number, primes, raised, vector

_EQUAL = 2e-5  # relative: what six digits of a number may lose
_NAMED = 0.1  # relative: a factor so near to a power of ten is called one


@dataclass(frozen=True)
class Plain:
    """A sentence without a claim of this kind: a note of a method, or one of another file."""

    text: str


@dataclass(frozen=True)
class Says:
    """What ``method`` says; ``why`` its numbers are not what they should be, '' where nothing is wrong."""

    method: str
    setting: str
    gradient: tuple[float, ...]
    why: str = ""

    @property
    def text(self) -> str:
        why = f": {self.why}" if self.why else "."
        return f"The {LABELS[self.method]} with {self.setting} says {vector(self.gradient)}{why}"


@dataclass(frozen=True)
class NoAnswer:
    """Why ``method`` has no finite numbers."""

    method: str
    why: str

    @property
    def text(self) -> str:
        return f"The {LABELS[self.method]} has no answer here: {self.why}"


@dataclass(frozen=True)
class Quotient:
    """The forward quotient of ``variable``: f there and here as computed, their difference, the step."""

    variable: str
    before: float
    after: float
    rise: float
    step: float
    slope: float
    digits: int

    @property
    def text(self) -> str:
        small = abs(self.rise) <= 1e-4 * max(abs(self.after), abs(self.before))
        digits = self.digits if small else 6
        before, after = number(self.before, digits), number(self.after, digits)
        change = f"stays at {before}"
        if self.rise:
            way = "rises" if self.rise > 0 else "falls"
            change = f"{way} from {before} to {after}, by {number(abs(self.rise), 6)}"
        step = number(self.step, 4 if float(f"{self.step:.4g}") == self.step else 6)
        equal = abs(self.rise / self.step - self.slope) <= _EQUAL * abs(self.slope)
        relation = "=" if equal else "≈"
        return (
            f"Along {self.variable}: f {change}, and {number(self.rise, 6)} ÷ {step} {relation} "
            f"{number(self.slope, 6)}."
        )


# --- how far it is off, and why ---


@dataclass(frozen=True)
class Term:
    """Why: one term of the Taylor series is the error, or the largest of several that are."""

    method: str
    order: int
    coefficient: float
    derivative: float
    step: float
    value: float
    alone: bool

    @property
    def text(self) -> str:
        power = raised(self.order - 1) if self.order > 2 else ""
        factor = as_fraction(self.coefficient)
        left = f"{factor}·f{primes(self.order)}·ε{power}"
        product = f"{factor}·{as_factor(self.derivative)}·{as_factor(self.step)}{power}"
        what = "the truncation error" if self.alone else "truncation, of which the largest term is"
        return f": {what} {left} = {product} = {number(self.value)}"


@dataclass(frozen=True)
class Truncation:
    """Why: truncation, ``beyond`` what the Taylor terms up to the ninth derivative foretell."""

    beyond: bool

    @property
    def text(self) -> str:
        if self.beyond:
            return ": ε is so large that f is another curve within it, far from its Taylor series"
        return ", and that is truncation"


@dataclass(frozen=True)
class Shift:
    """Why: x + ε is no number of the type; ``shift`` is how far the neighbour stands, None of several."""

    variable: str
    place: float
    shift: float | None
    step: float

    @property
    def text(self) -> str:
        beside = f": beside {self.variable} = {number(self.place, PLACES)} the shift is rounded"
        if self.shift is None:
            return beside
        texts = ((number(self.shift, digits), number(self.step, digits)) for digits in range(3, 17))
        shift, step = next((pair for pair in texts if pair[0] != pair[1]), ("", ""))
        return f"{beside} to {shift}, and not {step}" if shift else beside


@dataclass(frozen=True)
class Rounding:
    """Why: rounding; f was computed to ``digits`` digits, None where that is not what it comes from."""

    digits: int | None

    @property
    def text(self) -> str:
        if self.digits is None:
            return ", and that is rounding"
        if self.digits < 1:
            return ", and that is rounding: not one digit of f is known, and ε divides what is lost"
        plural = "s" if self.digits > 1 else ""
        known = f"f is known to about {self.digits} digit{plural}"
        return f", and that is rounding: {known}, and ε divides what is lost"


@dataclass(frozen=True)
class Both:
    """Why: truncation, and rounding of f and of the shift, neither alone."""

    truncation: float
    rounding: float

    @property
    def text(self) -> str:
        return f": truncation makes {number(self.truncation, 3)}, rounding {number(self.rounding, 3)}"


Cause = Term | Truncation | Shift | Rounding | Both


@dataclass(frozen=True)
class Off:
    """The error of one coordinate, and its cause where that is known; ``along`` is said of several."""

    method: str
    coordinate: int
    along: str
    error: float
    cause: Cause | None

    @property
    def text(self) -> str:
        where = f"Along {self.along} it" if self.along else "It"
        if self.error == 0:
            return f"{where} is right to the last digit."
        return f"{where} is off by {number(self.error)}{self.cause.text if self.cause else ''}."


@dataclass(frozen=True)
class AtKink:
    """At a kink: the slope that ``method`` gives, by how much it misses it, and that it is no derivative."""

    method: str
    coordinate: int
    along: str
    error: float

    @property
    def text(self) -> str:
        slope = {"forward": "the slope on the right", "backward": "the slope on the left"}.get(
            self.method, "the mean of both slopes"
        )
        along = f"Along {self.along} " if self.along else ""
        if self.error == 0:
            return capitalized(f"{along}that is {slope}, not a derivative.")
        return capitalized(f"{along}it is off by {number(self.error)} from {slope}, which is no derivative.")


# --- what another step would do ---


@dataclass(frozen=True)
class Untruncated:
    """That exact arithmetic would leave no error: at this ε, or at ``every`` one."""

    method: str
    coordinate: int
    every: bool

    @property
    def text(self) -> str:
        return "Nothing is truncated here." if self.every else "Nothing is truncated at this ε."


@dataclass(frozen=True)
class Smaller:
    """How much smaller the error is at ε/10, as measured; ``best`` the best step, None where unsure."""

    method: str
    coordinate: int
    ratio: float
    best: float | None

    @property
    def text(self) -> str:
        until = f", until rounding takes over: its best ε is near {number(self.best, 1)}" if self.best else ""
        if math.isinf(self.ratio):
            return "A ten times smaller ε leaves no error at all."
        if self.ratio >= 1:
            return f"A ten times smaller ε makes this error {times(self.ratio)} smaller{until}."
        return f"A ten times smaller ε makes this error {times(1 / self.ratio)} larger."


def times(ratio: float) -> str:
    """‘ten times’, ‘a hundred times’, ‘10⁴ times’ near a power of ten, else ‘about 37 times’."""
    power = round(math.log10(ratio))
    if power >= 1 and abs(ratio / 10.0**power - 1) <= _NAMED:
        return {1: "ten times", 2: "a hundred times"}.get(power, f"10{raised(power)} times")
    return f"about {number(ratio, 2)} times"


@dataclass(frozen=True)
class RoundingRules:
    """That rounding rules here; ``worse`` where most smaller ε are; ``best`` the best one, None if unsure."""

    method: str
    coordinate: int
    worse: bool
    best: float | None

    @property
    def text(self) -> str:
        worse = ", and most smaller ones are worse" if self.worse else ""
        best = f": its best ε is near {number(self.best, 1)}" if self.best else ""
        return f"At this ε rounding rules{worse}{best}."


@dataclass(frozen=True)
class NeverWorse:
    """That no smaller ε of the plot has a larger error."""

    method: str
    coordinate: int

    @property
    def text(self) -> str:
        return "Rounding never takes over here: at no smaller ε of the plot is the error larger."


@dataclass(frozen=True)
class RightToTheDigit:
    """The methods by the rules, all exact: their numbers are the gradient, rounded to ``precision``."""

    methods: tuple[str, ...]
    names: str
    precision: str

    @property
    def text(self) -> str:
        verb, noun = ("takes", "is") if len(self.methods) == 1 else ("take", "are")
        holds = f" that {self.precision} holds" if self.precision else ""
        return f"{capitalized(self.names)} {verb} no step and {noun} right to the last digit{holds}."


@dataclass(frozen=True)
class RuleOff:
    """A method by the rules that is off by ``error``, the length of a vector.

    ``rounded`` where every coordinate is right but for its last digits.
    """

    method: str
    noun: str
    gradient: tuple[float, ...]
    error: float
    rounded: bool
    exact_rule: bool

    @property
    def text(self) -> str:
        if self.rounded:
            return (
                f"{self.noun} is right but for rounding in the last digits (off by {number(self.error, 2)})."
            )
        why = ": the rule is exact, the numbers in it are not" if self.exact_rule else ""
        return f"{self.noun} says {vector(self.gradient)}, off by {number(self.error, 2)}{why}."


Claim = (
    Plain | Says | NoAnswer | Quotient | Off | AtKink | Untruncated | Smaller | RoundingRules | NeverWorse
    | RightToTheDigit | RuleOff
)  # fmt: skip
