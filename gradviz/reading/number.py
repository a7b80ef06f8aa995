"""Reads the number of every entry: 3, -0.5, 1e-8, 2^-26, pi/4, sqrt(2), ½, 0,1."""

from __future__ import annotations

import re
from functools import lru_cache

from gradviz.errors import GradvizError, ParseError
from gradviz.reading.builder import BoundedBuilder, quiet
from gradviz.reading.heading import Names
from gradviz.reading.lexer import quoted, tokenize
from gradviz.reading.parser import Parser
from gradviz.reading.words import split_words

LONGEST_NUMBER = 60  # characters
_NO_NUMBERS = frozenset(("nan", "inf", "infinity", "oo", "∞"))


def read_number(text: str) -> float:
    """The finite float that ``text`` spells; GradvizError with a sentence for anything else.

    Zero and negative numbers are numbers: the caller says which are allowed.
    """
    if not isinstance(text, str):
        raise GradvizError("A number is typed as text, for example 0.5.")
    if len(text) > LONGEST_NUMBER:
        raise GradvizError(f"A number has at most {LONGEST_NUMBER} characters.")
    return _number(text)


@lru_cache(maxsize=256)
def _number(text: str) -> float:
    """Most changes of a page leave most of its numbers as they are."""
    if text.strip().lower().lstrip("+-−") in _NO_NUMBERS:
        raise GradvizError("A finite number is wanted here.")
    tokens = tokenize(text)
    if len(tokens) == 1:
        raise GradvizError("Type a number, for example 0.5 or 1e-3.")
    if re.fullmatch(r"\s*[+\-−]?[0-9.,]+[eE][+\-−]?\s*", text):
        raise GradvizError("The exponent is missing after the e.")
    if re.match(r"\s*[(\[{]", text) and re.search("[,;]", text):
        raise GradvizError("One number is wanted here, and this is a list.")
    tokens = split_words(tokens, Names(), [])
    for token in tokens:
        if token.kind in ("variable", "vector"):
            raise ParseError(
                f"A number is wanted here, without the variable {quoted(token.text)}.", token.column
            )
    build = BoundedBuilder([], largest_exponent=LARGEST_EXPONENT)
    with quiet():
        value = build.parts[Parser(tokens, build).whole()].value
    if value is None:  # 'undefined'
        raise GradvizError("A finite number is wanted here.")
    if value == 0 and not re.fullmatch(r"[\s+\-−]*0*[.,]?0*([eE][+-]?\d+)?\s*", text) and _vanished(build):
        raise GradvizError("This number is so small that it rounds to 0.")
    return value + 0.0  # -0 is 0


LARGEST_EXPONENT = 1100  # 2^-1074 is the smallest float; no closed form is made of a number


def _vanished(build: BoundedBuilder) -> bool:
    """Whether a product, quotient or power of numbers other than 0 has come out as 0."""
    for node, part in zip(build.nodes, build.parts, strict=True):
        factors = node.operands if node.operation == "multiply" else node.operands[:1]
        nonzero = node.operation == "exp" or all(build.parts[factor].value != 0 for factor in factors)
        if node.operation in ("multiply", "divide", "power", "exp") and part.value == 0 and nonzero:
            return True
    return False
