"""Special functions are read as people spell them, and a letter stays a variable where it may be one."""

import math
import re

import numpy as np
import pytest
import torch
from scipy import special

import gradviz
from gradviz.errors import ParseError
from gradviz.reading.elsewhere import FORMULAS
from gradviz.reading.spelling import FUNCTIONS
from gradviz.tree.printing import to_text

# typed, what it is
READ = [
    ("J_0(x)", "besselj(0, x)"),
    ("J₁(x)/x", "besselj(1, x)/x"),
    (r"J_{0}\left(\sqrt{x^2+y^2}\right)", "besselj(0, sqrt(x^2 + y^2))"),
    ("BesselJ[0, x]", "besselj(0, x)"),
    ("besselj(-1/2, x)", "besselj(-1/2, x)"),
    ("scipy.special.jv(2, x)", "besselj(2, x)"),
    ("special.k0(x)", "besselk(0, x)"),
    ("torch.special.i1(x)", "besseli(1, x)"),
    ("j0(x)", "besselj(0, x)"),
    ("K_0(x)", "besselk(0, x)"),
    ("Ai(x)", "airyai(x)"),
    ("AiryBi[x]", "airybi(x)"),
    ("scipy.special.airy(x)[2]", "airybi(x)"),
    ("erf^-1(x)", "erfinv(x)"),
    ("InverseErf[x]", "erfinv(x)"),
    ("special.expi(x)", "Ei(x)"),
    ("ExpIntegralEi[x]", "Ei(x)"),
    ("sinint(x) + cosint(x)", "Si(x) + Ci(x)"),
    (r"\operatorname{Si}(x)", "Si(x)"),
    ("sici(x)[1]", "Ci(x)"),
    ("FresnelS[x]", "fresnels(x)"),
    ("softmax(x, y)[1]", "sigmoid(y - x)"),
    ("torch.softmax([x, y, z], 0)[0]", "sigmoid(-logaddexp(y - x, z - x))"),
    ("log_softmax([x, y])[0]", "-softplus(y - x)"),
    ("W(x)", "lambertw(x)"),
    ("lambertw(x, -1)", "lambertwm1(x)"),
    ("ProductLog[-1, x]", "lambertwm1(x)"),
    ("zeta(x)", "zeta(x)"),
    ("ζ(2x)", "zeta(2*x)"),
    ("B(x, y)", "euler_beta(x, y)"),
    ("beta(x, 2)", "euler_beta(x, 2)"),
    (r"\mathrm{B}(x, y)", "euler_beta(x, y)"),
    ("scipy.special.betaln(x, y)", "betaln(x, y)"),
    # orders and branches as an index
    ("W_0(x)", "lambertw(x)"),
    (r"W_{0}\left(x\right)", "lambertw(x)"),
    ("W_{-1}(x)", "lambertwm1(x)"),
    ("W₋₁(x)", "lambertwm1(x)"),
    ("J_{-1/2}(2x)", "besselj(-1/2, 2*x)"),
    (r"J_{\frac{1}{2}}(x)", "besselj(1/2, x)"),
    ("K_{½}(x)", "besselk(1/2, x)"),
    ("J_12(x)", "besselj(12, x)"),
    ("I_{10}(x)", "besseli(10, x)"),
    ("J_0^2(x) + Y_0²(x)", "besselj(0, x)^2 + bessely(0, x)^2"),
    ("xJ_0(x)", "x*besselj(0, x)"),
    ("2xJ_{1}(x)/y", "2*x*besselj(1, x)/y"),
    ("xW(x)", "x*lambertw(x)"),
    ("special.jve(2, x)", "besselj(2, x)"),
    ("E_1(x)", "where(x > 0, -Ei(-x), undefined)"),
    ("torch.special.airy_ai(x)", "airyai(x)"),
    ("np.logaddexp2(x, y)", "logaddexp(x*log(2), y*log(2))/log(2)"),
    ("softmax(x)[2]", "sigmoid(-logaddexp(x1 - x3, x2 - x3))"),
    ("sum(x*softmax(x))", "x1*sigmoid(x1 - x2) + x2*sigmoid(x2 - x1)"),
    ("torch.softmax(torch.stack([x, y]), dim=0)[1]", "sigmoid(y - x)"),
    ("torch.logsumexp(torch.stack([x, y]), dim=0)", "logaddexp(x, y)"),
    ("zeta(s, a)", "hurwitz(s, a)"),
    ("ζ(x, 1/2)", "hurwitz(x, 1/2)"),
    (r"\zeta(s,a)", "hurwitz(s, a)"),
    ("scipy.special.zeta(x, 2)", "hurwitz(x, 2)"),
    ("HurwitzZeta[s, a]", "hurwitz(s, a)"),
    ("scipy.special.ive(1, x)", "ive(1, x)"),
    ("k0e(x)", "kve(0, x)"),
    ("torch.special.i1e(x)", "ive(1, x)"),
    ("torch.special.scaled_modified_bessel_k0(x)", "kve(0, x)"),
    # powers of a function before its argument
    ("J_2^{-2}(x)", "besselj(2, x)^-2"),
    ("J_{1/2}^2(x)", "besselj(1/2, x)^2"),
    ("W^2(x)", "lambertw(x)^2"),
    ("ζ²(x)", "zeta(x)^2"),
    ("B^2(x, y)", "euler_beta(x, y)^2"),
    (r"\operatorname{Ai}^2(x)", "airyai(x)^2"),
    ("Si^2(x)", "Si(x)^2"),
    ("W^2(x) + W", "W^2*x + W"),
    (r"\gamma^2(1 - x) + \gamma", "gamma^2*(1 - x) + gamma"),
    # in square brackets, as in Mathematica
    ("Log[2, x]", "log2(x)"),
    ("ArcTan[x, y]", "atan2(y, x)"),
    ("arctan(y, x)", "atan2(y, x)"),
    # products, as they were
    ("W_2(x)", "W2*x"),
    ("J_0*J_0(x)", "J0*J0*x"),
    ("J0^2*x", "J0^2*x"),
    ("beta*x", "beta*x"),
    ("beta(x)", "beta*x"),
    ("zeta*x", "zeta*x"),
    ("J0(x) + J0", "J0*x + J0"),
    ("K_0(1 - x)", "K0*(1 - x)"),
    ("I0*(x)", "I0*x"),
    ("B(x + 1)", "B*(x + 1)"),
    ("W(a - b)", "W*(a - b)"),
    ("chi(x)", "chi*x"),
]


@pytest.mark.parametrize(("typed", "read"), READ)
def test_a_special_function_is_read(typed, read):
    field = gradviz.parse(typed)
    assert to_text(field.expression) == read
    assert gradviz.parse(read, variables=field.variables).expression == field.expression


REFUSED = [
    ("besselj(n, x)", "no derivative along it"),
    ("besselj(x, 2)", "no derivative along it"),
    ("besselj(10^6, x)", "Orders from -100 to 100"),
    ("bessely(0, -1)*x", "no real value"),
    ("lambertw(x, 2)", "branches of W"),
    ("W_{-2}(x)", "branches of W"),
    ("J_{200}(x)", "Orders from -100 to 100"),
    ("J_{1/}(x)", "missing after /"),
    ("softmax([x, y], axis=1)[0]", "choose one"),
    ("softmax(t, [x, y])[0]", "softmax takes one list"),
    ("t.softmax([x, y, z], 0)[0]", "softmax takes one list"),
    ("log_softmax([x, y], [z, t])[1]", "log_softmax takes one list"),
    ("zeta(1)*x", "no real value"),
    ("softmax(x, y)", "vector of 2 components"),
    ("softmax(x, y)[2]", "An index from 0 to 1"),
    ("softmax([x, y], 1)", "choose one"),
]


@pytest.mark.parametrize(("typed", "sentence"), REFUSED)
def test_what_cannot_be_read_is_refused_with_a_reason(typed, sentence):
    with pytest.raises(ParseError, match=sentence):
        gradviz.parse(typed)


def test_a_letter_read_as_a_function_is_remarked_on():
    (remark,) = gradviz.parse("K_1(x)").remarks
    assert "the function bessel_k1" in remark
    (remark,) = gradviz.parse("J_12(x)").remarks
    assert "besselj of order 12" in remark
    (remark,) = gradviz.parse("K_0(x + y)").remarks  # the product
    assert "K0 times" in remark
    assert not gradviz.parse("J0(x)", variables=("J0", "x")).remarks


LETTERS = ("J_2", "J_{1/2}", "J2", "Y_0", "K_{10}", "W", "W_0", "W_{-1}", "B", "ζ", "E_1", "Ai", "Si")


@pytest.mark.parametrize("exponent", ["^-1", "^{-1}", "^(-1)", "⁻¹"])
def test_the_power_minus_one_of_a_function_is_never_a_product(exponent):
    """It is the inverse function, with a remark, or refused: elsewhere it may be the reciprocal, too."""
    inverted = set()
    for name in (*sorted(name for name in FUNCTIONS if len(name) > 1), *LETTERS):
        text = f"{name}{exponent}({'x, y' if name == 'B' else 'x'})"
        try:
            field = gradviz.parse(text)
        except ParseError:
            continue
        assert field.variables == ("x",), text
        assert "is the inverse function" in field.remarks[0], text
        inverted.add(name)
    assert {"sin", "arctan", "cosh", "erf"} - inverted == {"arctan"}


@pytest.mark.parametrize("text", ["f^-1(x)", "f²(x)", r"\Phi^{-1}(x)", r"\sigma^{-1}(x - \mu)", "W^2(x + 1)"])
def test_a_power_of_a_letter_before_parentheses_is_remarked_on(text):
    assert "a power of the variable" in gradviz.parse(text).remarks[0]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("exp^-1(x)", "or ln(x)"),
        ("ln^{-1}(x)", "or exp(x)"),
        ("arcsin^-1(x)", "or sin(x)"),
        ("J_2^-1(x)", "1/J("),
    ],
)
def test_a_refused_inverse_says_what_to_write(text, hint):
    with pytest.raises(ParseError, match=re.escape(hint)):
        gradviz.parse(text)


ELSEWHERE = {
    name: getattr(special, name)
    for name in ("xlogy", "xlog1py", "entr", "rel_entr", "kl_div", "erfcx", "rgamma", "zetac")
} | {
    "float_power": np.float_power,
    "fmod": np.fmod,
    "selu": lambda x: float(torch.nn.functional.selu(torch.tensor(x, dtype=torch.float64))),
    "celu": lambda x: float(torch.nn.functional.celu(torch.tensor(x, dtype=torch.float64))),
    "softmin": lambda x, y: float(torch.softmax(-torch.tensor([x, y], dtype=torch.float64), 0)[0]),
    "erf2": lambda x, y: math.erf(y) - math.erf(x),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_function_that_is_none_here_is_refused_with_its_formula(name):
    """The formula can be typed, and has the value of the library's function."""
    field = gradviz.parse(FORMULAS[name])
    with pytest.raises(ParseError, match=re.escape(f"Write {FORMULAS[name]}.")):
        gradviz.parse(f"{name}({', '.join(field.variables)})")
    point = [1.7, 0.6][: len(field.variables)]
    if name in ELSEWHERE:
        assert float(field(point)) == pytest.approx(float(ELSEWHERE[name](*point)), rel=1e-14)
