"""The paragraph about a result, and single sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradviz.comparison import Answers
from gradviz.methods.differences import STENCILS
from gradviz.reading.listed import function_list
from gradviz.sentences.claims import Claim, Plain
from gradviz.sentences.differences import term_by_term
from gradviz.sentences.headline import headline
from gradviz.sentences.phrases import PLACES
from gradviz.sentences.rules import without_step
from gradviz.sentences.status import place_in_words
from gradviz.text.numbers import SPELLED_OUT, listed, number, vector

# What each part of the page is, in a sentence for new visitors.
WHAT_IS_THIS = {
    "surface": "The height is f; each arrow is the gradient as one method computes it, the way in which "
    "f rises fastest.",
    "curve": "The curve is f; each straight line has the slope that one method gives at the point.",
    "errors": "How far each method is off, for every ε: as a rule a smaller ε lets the error fall, until "
    "rounding makes it rise.",
    "map": "The surface, in the dotted frame, from above: along a line f stays the same, and arrows show "
    "where it rises fastest.",
    "table": "The gradient by every method: digits that agree with the truth are bold; then its error, and "
    "what it cost.",
    "closed form": "The partial derivatives as formulas, by the rules of differentiation: there is no ε in "
    "them.",
    "graph": "f taken apart into single operations: values go forward through it, derivatives come back by "
    "the chain rule.",
}

# The help beside the closed form, which each of these functions has.
CLOSED_FORM_HELP = f"{WHAT_IS_THIS['closed form']}\n\nFunctions that can be typed:\n\n{function_list()}"


def paragraph(answers: Answers, names: Sequence[str]) -> str:
    """The result in a few sentences; ``names`` are the methods shown."""
    return " ".join(text for text in paragraph_parts(answers, names) if text)


def paragraph_parts(answers: Answers, names: Sequence[str]) -> tuple[str, str, str]:
    """The paragraph as the place, the first difference shown, and the rules shown: '' for what is missing."""
    place, difference, rules = (
        " ".join(claim.text for claim in part if claim.text) for part in _claims(answers, names)
    )
    return place, difference, rules


def claims(answers: Answers, names: Sequence[str]) -> list[Claim]:
    """The claims that the paragraph consists of, in its order."""
    return [claim for part in _claims(answers, names) for claim in part]


@np.errstate(all="ignore")
def _claims(answers: Answers, names: Sequence[str]) -> tuple[list[Claim], list[Claim], list[Claim]]:
    """The claims of each part of the paragraph."""
    field, sweep = answers.field, answers.sweep
    if past_range := answers.question.out_of_range:
        return [Plain(f"{past_range} Take a wider precision, or a number nearer to 0.")], [], []
    estimates = {name: answers.estimates[name] for name in names if name in answers.estimates}
    digits = min(PLACES, answers.precision.digits)
    place: list[Claim] = [Plain(place_in_words(answers, digits)), Plain(_rounded_point(answers))]
    shown = [name for name in STENCILS if name in estimates]
    explains = bool(shown) and sweep.judged.any()
    difference = list(term_by_term(estimates[shown[0]], answers)) if explains else []
    return place, difference, list(without_step(estimates, answers)) if field.variables else []


def announcement(answers: Answers, names: Sequence[str]) -> str:
    """One sentence for screen readers after a change: what the first method says beside the gradient."""
    first = next((name for name in STENCILS if name in names), "")
    said = headline(answers, first)
    return said if said.startswith("At ") else f"At {vector(answers.point)}: {said}"


def _rounded_point(answers: Answers) -> str:
    """A sentence where the point was rounded to the type; '' where it is as typed."""
    moved = [i for i, x in enumerate(answers.typed) if x != answers.point[i]]
    if not moved or len(answers.typed) > SPELLED_OUT:
        return ""
    rounded = [
        f"{number(answers.typed[i], PLACES)} as {number(float(answers.point[i]), answers.precision.digits)}"
        for i in moved
    ]
    return f"{answers.precision.name} holds {listed(rounded)}."
