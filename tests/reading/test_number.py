"""Every number field reads what people type, and says in a sentence what it cannot read."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.errors import GradvizError
from gradviz.reading.number import LONGEST_NUMBER, read_number

NUMBERS = [
    ("3", 3.0),
    ("-0.5", -0.5),
    ("+3", 3.0),
    (" 3 ", 3.0),
    (".5", 0.5),
    ("3.", 3.0),
    ("1e-8", 1e-8),
    ("1E5", 1e5),
    ("1e−8", 1e-8),  # a typographic minus
    ("−3", -3.0),
    ("2^-26", 2.0**-26),
    ("2**-26", 2.0**-26),
    ("10⁻⁸", 1e-8),
    ("1×10^-8", 1e-8),
    ("2^-1074", 5e-324),
    ("1e308", 1e308),
    ("pi/4", math.pi / 4),
    ("π", math.pi),
    ("2π", 2 * math.pi),
    ("sqrt(2)", math.sqrt(2)),
    ("√2", math.sqrt(2)),
    ("1/3", 1 / 3),
    ("½", 0.5),
    ("0,1", 0.1),
    ("-1,5e-3", -1.5e-3),
    ("0.1 + 0.2", 0.1 + 0.2),
    ("e", math.e),
    ("0", 0.0),
    ("-0", 0.0),
    ("0e5", 0.0),
    ("sin(0)", 0.0),
    ("9007199254740993.0", 9007199254740992.0),
]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_a_number_is_read(text, value):
    number = read_number(text)
    assert type(number) is float
    assert number == value
    assert math.copysign(1, number) == math.copysign(1, value)


REFUSALS = [
    ("", "Type a number"),
    ("  ", "Type a number"),
    ("1_000", "underscore"),
    ("٣", "digits 0 to 9"),
    ("0x10", "Hexadecimal"),
    ("0b1", "Binary"),
    ("1,000", "write 1000 or 1.000"),
    ("1 000", "Two numbers"),
    ("1.2.3", "two decimal points"),
    ("1e-400", "rounds to 0"),
    ("2^-1075", "rounds to 0"),
    ("1e-300*1e-300", "rounds to 0"),
    ("exp(-1000)", "rounds to 0"),
    ("1e400", "too large"),
    ("1e308*10", "too large"),
    ("1e999999999", "too large"),
    ("nan", "finite"),
    ("inf", "finite"),
    ("-Infinity", "finite"),
    ("∞", "finite"),
    ("undefined", "finite"),
    ("1/0", "divides by zero"),
    ("sqrt(-1)", "no real value"),
    ("x", "without the variable ‘x’"),
    ("1e-5x", "without the variable ‘x’"),
    ("1e", "exponent is missing"),
    ("1e-", "exponent is missing"),
    ("50%", "missing after %"),
    ("(3, 4)", "One number"),
    ("[3,4]", "One number"),
    ("3; 4", "Only one"),
    ("3 > 2", "condition"),
    ("True", "cannot stand"),
    ("12345678901234567", "15 digits"),
    ("0." + "1" * 30, "25 characters"),
    ("1" * (LONGEST_NUMBER + 1), "at most 60 characters"),
    ("__import__('os')", "quoted text"),
]


@pytest.mark.parametrize(("text", "words"), REFUSALS)
def test_what_is_no_number_has_its_sentence(text, words):
    with pytest.raises(GradvizError) as refusal:
        read_number(text)
    assert words in str(refusal.value)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("value", [None, 3, 3.0, True, b"3"])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(GradvizError):
        read_number(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_read_back_exactly(value):
    # Python writes whole numbers past 10¹⁵ without an exponent, which the reader refuses as too many digits
    text = repr(value) if "e" in repr(value) or abs(value) < 1e15 else f"{value:e}"
    assert read_number(text) == float(text)


@given(st.text(max_size=70))
def test_any_text_is_a_finite_number_or_refused(text):
    try:
        number, said = read_number(text), ""
    except GradvizError as refusal:
        number, said = 0.0, str(refusal)
    assert math.isfinite(number)
    assert said.isprintable()
