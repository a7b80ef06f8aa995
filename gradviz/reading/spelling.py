"""How people spell things: the tables of characters, letters, signs, names and words.

Nothing here reads a formula; the lexer looks up characters, the parser signs and names. A name that is not in
a table has no meaning, so nothing that is typed can reach beyond them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce

from gradviz.errors import ParseError
from gradviz.reading.elsewhere import FORMULAS
from gradviz.reading.special import SPECIAL_EXPANSIONS
from gradviz.text.letters import GREEK, GREEK_NAMES, SUBSCRIPTS
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precedence import TIMES

# --- letters ------------------------------------------------------------------------------------------------

# Letters of other alphabets that look like Latin ones on the screen.
LOOKALIKES = dict(zip("асеорхуіјѕԁһԛԝАВЕНІЈКМОРСТХЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧοⅹⅽⅾⅰⅼⅿⅴ",
                      "aceopxyijsdhqwABEHIJKMOPCTXSABEZHIKMNOPTYXoxcdilmv", strict=True))  # fmt: skip

# --- characters ---------------------------------------------------------------------------------------------

TRANSPOSE = "⊤"
CHARACTERS = {
    **dict.fromkeys("×⋅∙•∗✕✖⨯⨉", "·"),  # not *, or ×× would be a power
    **dict.fromkeys("∕⁄➗", "÷"),
    **dict.fromkeys("−–—‐‑‒﹣➖", "-"),
    "₋": "_-",
    **dict.fromkeys("➕", "+"),
    **dict.fromkeys("∣❘│ǀ", "|"),
    **dict.fromkeys("‹", "("),
    **dict.fromkeys("›", ")"),
    **dict.fromkeys("⊺⟙", TRANSPOSE),
    "ᵀ": f"^{TRANSPOSE}",
    **dict.fromkeys("ˆ", "^"),
    **dict.fromkeys("∼˜", "~"),
    "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "≦": "<=", "≧": ">=", "≠": "!=", "≡": "==", "∧": "&",
    "∨": "∨", "¬": "~", "↦": "->", "→": "->", "⇒": "->", "⟶": "->", "⟼": "->", "≔": ":=", "ℯ": "e", "ⅇ": "e",
    "ℓ": "l", "ℎ": "h", "ℏ": "h",
    "\u2061": " ", "\u2062": " ", "\u2063": ",",  # invisible: function application, times, separator
}  # fmt: skip
FRACTIONS = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
    "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝᵞᵟᶿᵠᵡᐟ",
                        "0123456789+-()abcdefghijklmnoprstuvwxyzβγδθφχ/", strict=True))  # fmt: skip
IGNORED = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f")  # no width, no meaning
SMALL_LETTERS = dict(zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵧ", "aehijklmnoprstuvxy", strict=True))
SYMBOLS = frozenset("+-*/·÷^%=<>!&|~∨@,;:?._\\$√∛∜()[]{}⌊⌋⌈⌉⟨⟩‖⊤")

GRADIENT_MEANT = "The gradient is what is computed here: type f itself, for example x^2 + y^2."
GRADIENT_OF_A_GRADIENT = (
    "A gradient is taken of a function that gives one number, and ∇f is a vector: its derivatives are a "
    "matrix, the Hessian. Type f itself, for example x^2 + y^2."
)
_GRADIENT = re.compile(r"∇|\\nabla(?![A-Za-z])|(?<![A-Za-z])(?:grad|gradient|nabla)(?![A-Za-z])")
_SECOND = re.compile(r"(?:∇|\\nabla|nabla) *(?:²|\^ *\{? *2)")


def on_gradients(text: str) -> str:
    """The sentence for a text with ∇: the gradient of a function, or of a gradient."""
    second = _SECOND.search(text) or len(_GRADIENT.findall(text)) > 1
    return GRADIENT_OF_A_GRADIENT if second else GRADIENT_MEANT


# What has a meaning elsewhere and none here, each with the sentence that says what to do.
REFUSED_CHARACTERS = {
    **dict.fromkeys(
        "'′’‘`´", "Derivatives and quoted text are not understood here: type the function itself."
    ),
    **dict.fromkeys('"“”«»', "Quoted text is not part of a formula."),
    **dict.fromkeys("∫∬∮", "Integrals are not understood here: type the function itself."),
    "∂": "Derivatives are not understood here: type the function itself.",
    "∇": GRADIENT_MEANT,
    "∞": "Infinity is not a number here.",
    "±": "± means two functions: choose + or -.",
    "∓": "∓ means two functions: choose + or -.",
    "°": "Angles are in radians here: write x*pi/180 for degrees.",
    "#": "The sign # has no meaning in a formula.",
    "∈": "Sets are not understood here: only the formula is wanted.",
    "…": "Dots cannot stand for terms here: write the terms out.",
    "⋯": "Dots cannot stand for terms here: write the terms out.",
}


def plain_letter(character: str) -> str | None:
    """The ASCII or Greek character behind a mathematical alphanumeric or full-width one; else None.

    One character at a time and from these two blocks only: a whole text is never normalised, since that
    would change what was typed (x² into x2) and let look-alikes through.
    """
    if not ("\U0001d400" <= character <= "\U0001d7ff" or "\uff01" <= character <= "\uff5e"):
        return None
    plain = unicodedata.normalize("NFKC", character)
    return {"∂": None, "∇": None}.get(plain, plain) if len(plain) == 1 else None


# --- operators ----------------------------------------------------------------------------------------------

# sign: how tightly it binds, and what it stands for
INFIX = {
    sign: (OPERATIONS[operation].infix.binding, operation)
    for sign, operation in (
        ("or", "or"),
        ("and", "and"),
        ("<", "less"),
        ("<=", "less_equal"),
        (">", "greater"),
        (">=", "greater_equal"),
        ("==", "equal"),
        ("!=", "not_equal"),
        ("+", "add"),
        ("-", "subtract"),
        ("*", "multiply"),
        ("juxtaposed", "multiply"),
        ("/", "divide"),
        ("^", "power"),
    )
} | {
    "//": (TIMES, "floor divide"),
    "%": (TIMES, "mod"),
    "mod": (TIMES, "mod"),
    "@": (TIMES, "dot"),
}

# --- names --------------------------------------------------------------------------------------------------

CONSTANTS = ("pi", "e", "tau")

# Other names of an operation.
_OTHER_NAMES = {
    "subtract": "sub",
    "multiply": "mul",
    "divide": "true_divide div",
    "negate": "negative neg",
    "power": "pow",
    "root": "nthroot nroot surd real_root",
    "log": "ln logarithm",
    "log2": "ld lb log_2",
    "log10": "lg log_10",
    "sigmoid": "expit logistic LogisticSigmoid logisticsigmoid",
    "sin": "sen sinus",
    "cos": "cosinus",
    "tan": "tangens tg",
    "cot": "ctg cotg cotan ctan",
    "csc": "cosec",
    "asin": "arcsin arcsen",
    "acos": "arccos",
    "atan": "arctan arctg",
    "acot": "arccot arcctg",
    "atan2": "arctan2",
    "sinh": "sh",
    "cosh": "ch",
    "tanh": "th tgh",
    "coth": "cth",
    "asinh": "arsinh arcsinh",
    "acosh": "arcosh arccosh",
    "atanh": "artanh arctanh",
    "abs": "absolute fabs",
    "sign": "sgn signum",
    "ceil": "ceiling",
    "mod": "remainder",
    "min": "minimum fmin amin",
    "max": "maximum fmax amax",
    "heaviside": "Heaviside",
    "gamma": "Γ Gamma tgamma",
    "erfinv": "inverf InverseErf erf_inv",
    "erfcinv": "inverfc InverseErfc erfc_inv",
    "erfi": "Erfi",
    "lambertw": "LambertW ProductLog",
    "zeta": "riemann_zeta Zeta",
    "hurwitz": "hurwitz_zeta HurwitzZeta hurwitzZeta",
    "betaln": "lbeta logbeta",
    "besselj": "BesselJ jv jve",
    "bessely": "BesselY yv yve",
    "besseli": "BesselI iv",
    "besselk": "BesselK kv",
    "airyai": "AiryAi Ai airy_ai",
    "airyaiprime": "AiryAiPrime",
    "airybi": "AiryBi Bi",
    "airybiprime": "AiryBiPrime",
    "Ei": "expi expintei ExpIntegralEi",
    "li": "logint logintegral LogIntegral",
    "Si": "sinint SinIntegral",
    "Ci": "cosint CosIntegral",
    "Shi": "sinhint SinhIntegral",
    "Chi": "coshint CoshIntegral",
    "fresnels": "FresnelS",
    "fresnelc": "FresnelC",
    "loggamma": "lgamma gammaln lngamma lnGamma",
    "less": "Lt StrictLessThan",
    "less_equal": "Le LessThan",
    "greater": "Gt StrictGreaterThan",
    "greater_equal": "Ge GreaterThan",
    "equal": "Eq Equality",
    "not_equal": "Ne Unequality",
    "and": "And logical_and",
    "or": "Or logical_or",
    "not": "Not logical_not",
    "select": "where if",
}
# Spelling → the operation's name; its own name first.
ALIASES = {
    name: name
    for name, row in OPERATIONS.items()
    if row.typed and row.arity != 0 and name not in ("and", "or", "not")
} | {other: name for name, others in _OTHER_NAMES.items() for other in others.split()}


MOST_ARGUMENTS = 8  # of a function


@dataclass(frozen=True)
class Expansion:
    """A name for several operations, which ``write(s, *operands)`` makes with the builder ``s``."""

    fewest: int
    most: int
    write: Callable[..., int | tuple[int, ...]]


def _reciprocal_of(inverse: str) -> Expansion:
    return Expansion(1, 1, lambda s, a: s(inverse, s("divide", s.number(1), a)))


def _heaviside(s, a, at_zero):
    return s("select", s("less", a, s.number(0)), s.number(0),
             s("select", s("greater", a, s.number(0)), s.number(1), at_zero))  # fmt: skip


def _relu6(s, a):
    return s("min", s("relu", a), s.number(6))


def _sixth(s, a):
    """relu6(a + 3)/6, of which the hard sigmoid and the hard swish are made."""
    return s("divide", _relu6(s, s("add", a, s.number(3))), s.number(6))


def _leaky_relu(s, a, slope=None):
    """PyTorch's slope is 0.01 unless another is given."""
    slope = s("divide", s.number(1), s.number(100)) if slope is None else slope
    return s("select", s("greater", a, s.number(0)), a, s("multiply", slope, a))


def _elu(s, a, size=None):
    below = s("expm1", a) if size is None else s("multiply", size, s("expm1", a))
    return s("select", s("greater", a, s.number(0)), a, below)


def _first_exponential_integral(s, a):
    """E₁(a) = −Ei(−a) for a > 0."""
    positive = s("greater", a, s.number(0))
    return s("select", positive, s("negate", s("Ei", s("negate", a))), s("undefined"))


def _binary_logaddexp(s, a, b):
    """log₂(2^a + 2^b)."""
    scale = s("log", s.number(2))
    return s("divide", s("logaddexp", s("multiply", a, scale), s("multiply", b, scale)), scale)


EXPANSIONS = {
    "square": Expansion(1, 1, lambda s, a: s("power", a, s.number(2))),
    "sqr": Expansion(1, 1, lambda s, a: s("power", a, s.number(2))),
    "reciprocal": Expansion(1, 1, lambda s, a: s("divide", s.number(1), a)),
    "logsumexp": Expansion(2, MOST_ARGUMENTS, lambda s, *a: reduce(lambda x, y: s("logaddexp", x, y), a)),
    "logaddexp2": Expansion(2, 2, _binary_logaddexp),
    "exp10": Expansion(1, 1, lambda s, a: s("power", s.number(10), a)),
    "rsqrt": Expansion(1, 1, lambda s, a: s("divide", s.number(1), s("sqrt", a))),
    "relu6": Expansion(1, 1, _relu6),
    "hardtanh": Expansion(1, 1, lambda s, a: s("min", s("max", a, s("negate", s.number(1))), s.number(1))),
    "hardsigmoid": Expansion(1, 1, _sixth),
    "hardswish": Expansion(1, 1, lambda s, a: s("multiply", a, _sixth(s, a))),
    "leaky_relu": Expansion(1, 2, _leaky_relu),
    "elu": Expansion(1, 2, _elu),
    "tanhshrink": Expansion(1, 1, lambda s, a: s("subtract", a, s("tanh", a))),
    "sinpi": Expansion(1, 1, lambda s, a: s("sin", s("multiply", s("pi"), a))),
    "cospi": Expansion(1, 1, lambda s, a: s("cos", s("multiply", s("pi"), a))),
    "exp1": Expansion(1, 1, _first_exponential_integral),
    "exp2": Expansion(1, 1, lambda s, a: s("power", s.number(2), a)),
    "logit": Expansion(1, 1, lambda s, a: s("log", s("divide", a, s("subtract", s.number(1), a)))),
    "clip": Expansion(3, 3, lambda s, a, low, high: s("min", s("max", a, low), high)),
    "clamp": Expansion(3, 3, lambda s, a, low, high: s("min", s("max", a, low), high)),
    "step": Expansion(1, 2, lambda s, a, z=None: s("heaviside", a) if z is None else _heaviside(s, a, z)),
    "trunc": Expansion(1, 1, lambda s, a: s("multiply", s("sign", a), s("floor", s("abs", a)))),
    "fix": Expansion(1, 1, lambda s, a: s("multiply", s("sign", a), s("floor", s("abs", a)))),
    "frac": Expansion(1, 1, lambda s, a: s("subtract", a, s("floor", a))),
    "radians": Expansion(1, 1, lambda s, a: s("divide", s("multiply", a, s("pi")), s.number(180))),
    "deg2rad": Expansion(1, 1, lambda s, a: s("divide", s("multiply", a, s("pi")), s.number(180))),
    "degrees": Expansion(1, 1, lambda s, a: s("divide", s("multiply", a, s.number(180)), s("pi"))),
    "rad2deg": Expansion(1, 1, lambda s, a: s("divide", s("multiply", a, s.number(180)), s("pi"))),
    "factorial": Expansion(1, 1, lambda s, a: s("gamma", s("add", a, s.number(1)))),
    "silu": Expansion(1, 1, lambda s, a: s("multiply", a, s("sigmoid", a))),
    "swish": Expansion(1, 1, lambda s, a: s("multiply", a, s("sigmoid", a))),
    "gelu": Expansion(
        1,
        1,
        lambda s, a: s(
            "divide",
            s("multiply", a, s("add", s.number(1), s("erf", s("divide", a, s("sqrt", s.number(2)))))),
            s.number(2),
        ),
    ),
    "mish": Expansion(1, 1, lambda s, a: s("multiply", a, s("tanh", s("softplus", a)))),
    "softsign": Expansion(1, 1, lambda s, a: s("divide", a, s("add", s.number(1), s("abs", a)))),
    "logsigmoid": Expansion(1, 1, lambda s, a: s("negate", s("softplus", s("negate", a)))),
    "floor_divide": Expansion(2, 2, lambda s, a, b: s("floor", s("divide", a, b))),
    **{name: Expansion(*row) for name, row in SPECIAL_EXPANSIONS.items()},
    **{name: _reciprocal_of("acos") for name in ("asec", "arcsec")},
    **{name: _reciprocal_of("asin") for name in ("acsc", "arccsc")},
    **{name: _reciprocal_of("atanh") for name in ("acoth", "arcoth", "arccoth")},
    **{name: _reciprocal_of("acosh") for name in ("asech", "arsech", "arcsech")},
    **{name: _reciprocal_of("asinh") for name in ("acsch", "arcsch", "arccsch")},
}

# These put their argument through as it is: casts.
IDENTITIES = frozenset(
    ("float", "float32", "float64", "tensor", "double", "array", "asarray", "as_tensor", "stack")
)

# The degree of a norm as NumPy and PyTorch call it; and how an infinite one is spelled.
DEGREES = frozenset(("ord", "p"))
# The axis of a softmax as they call it.
AXES = frozenset(("axis", "dim"))
INFINITE = frozenset(("inf", "Inf", "infty", "infinity", "Infinity", "oo"))

# Functions of vectors: what they do with the components.
REDUCTIONS = frozenset(("sum", "prod", "mean", "norm", "dot", "vdot", "inner"))

FUNCTIONS = frozenset(ALIASES) | frozenset(EXPANSIONS) | IDENTITIES | REDUCTIONS | {"Piecewise", "piecewise"}

NORMALISED = "normalised "  # marks a function of NumPy's that differs from its namesake here

# Known only as whole words: else th would be found in every word.
ALONE = frozenset(("sh", "ch", "th", "ld", "lb", "fix", "sub", "div", "mul", "neg", "add", "step", "less",
                   "equal", "float", "double", "tensor", "array", "asarray", "stack", "power", "where",
                   "select", "elu", "jv", "yv", "iv", "kv", "jve", "yve", "ive", "kve",
                   "i0e", "i1e", "k0e", "k1e",
                   "Ai", "Bi", "airy", "ndtr", "ndtri", "Ei", "li", "Si", "Ci", "Shi", "Chi", "mean", "dot",
                   "inner", "frac",
                   "Lt", "Le", "Gt", "Ge", "Eq", "Ne", "And", "Or", "Not", "if"))  # fmt: skip

# sin^-1 is the inverse function, not a power.
INVERSES = {
    **{name: "a" + name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: "a" + name for name in ("cot", "sec", "csc", "coth", "sech", "csch")},
    **{name: name + "inv" for name in ("erf", "erfc")},
}

# What to write for the inverse of a function whose ^-1 may also be its reciprocal.
INVERSE_FORMULAS = {
    "exp": "ln(x)", "log": "exp(x)", "log2": "2^x", "log10": "10^x", "exp2": "log2(x)", "sqrt": "x^2",
    "cbrt": "x^3", "expm1": "log1p(x)", "log1p": "expm1(x)", "sigmoid": "logit(x)", "logit": "sigmoid(x)",
    "softplus": "ln(exp(x) - 1)", "erfinv": "erf(x)", "erfcinv": "erfc(x)", "lambertw": "x*exp(x)",
    "lambertwm1": "x*exp(x)",
    **{"a" + name: f"{name}(x)" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "cot")},
}  # fmt: skip

# Names of functions elsewhere that are variables here: their calls are remarked on.
FUNCTION_LETTERS = frozenset(("f", "g", "h", "F", "G", "H", "phi", "psi", "Phi", "Psi"))
CALLED_ELSEWHERE = (
    FUNCTION_LETTERS
    | frozenset(("sigma", "beta", "zeta", "Lambda", "Sigma"))
    | frozenset("ABCDEFGHJKLMNOPQRSTUVWXYZ")
)

MODULES = frozenset(
    (
        "np",
        "numpy",
        "math",
        "Math",
        "torch",
        "nn",
        "sp",
        "sympy",
        "scipy",
        "jnp",
        "jax",
        "tf",
        "F",
        "cmath",
        "special",
        "sc",
    )
)
SUBMODULES = frozenset(("linalg", "nn", "functional", "special", "math", "numpy"))

CONDITION_WORDS = frozenset(("for", "when", "whenever", "falls", "wenn"))
OTHERWISE_WORDS = frozenset(("Otherwise", "elsewhere", "sonst", "sinon"))
KEYWORDS = frozenset(("if", "else", "and", "or", "not", "mod", "True", "False", "otherwise"))

_CODE = "Only a formula is read here, not a program: ‘{}’ has no meaning."
REFUSED_WORDS = {
    **dict.fromkeys(("import", "class", "def", "for", "while", "yield", "await", "async", "from", "in", "is",
                     "as", "del", "with", "try", "except", "global", "assert", "raise", "pass", "return",
                     "exec", "eval", "print", "open", "getattr", "setattr", "globals", "locals", "vars",
                     "dir", "type", "input", "compile",
                     "os", "sys", "None", "system", "elif", "object", "breakpoint", "exit", "quit"), _CODE),
    **dict.fromkeys(("diff", "Derivative", "derivative", "dx", "dy", "dt", "dz",
    "jacobian", "hessian"),
                    "Derivatives are not understood here: type the function itself."),
    **dict.fromkeys(("grad", "gradient", "nabla"), GRADIENT_MEANT),
    **dict.fromkeys(("integrate", "Integral", "integral", "int", "quad"),
    "Integrals are not understood here: type the function itself."),
    **dict.fromkeys(("lim", "limit", "Limit"), "Limits are not understood here: type the function itself."),
    **dict.fromkeys(("Sum", "Product", "product", "polylog", "binomial", "summation"),
    "‘{}’ is not understood here: write the terms out."),
    **dict.fromkeys(("inf", "infty", "infinity", "Infinity", "oo", "nan", "NaN"),
    "Only finite numbers are understood here, not ‘{}’."),
    **dict.fromkeys(("re", "im", "Re", "Im", "conj", "conjugate", "arg"),
    "Only real numbers are understood here: ‘{}’ is for complex ones."),
    **dict.fromkeys(("det", "tr", "trace", "rank", "eig", "inv", "pinv", "eye", "zeros", "ones", "diag",
                     "matmul", "matrix", "Matrix", "transpose", "vstack", "hstack", "kron"),
                    "Matrices are not understood here."),
    **dict.fromkeys(("rand", "randn", "random", "normal"),
    "A function gives the same value each time: random numbers are not understood."),
    "round": "Rounding is not understood here: floor(x + 1/2) comes close.",
    "deg": "Angles are in radians here: write x*pi/180 for degrees.",
}  # fmt: skip


def refused_word(word: str) -> str:
    """The sentence for a word that has a meaning elsewhere and none here."""
    return REFUSED_WORDS[word].replace("{}", word)


UNIT_OF_THE_COMPLEX = "I stands for the imaginary unit; only real numbers are understood here."

# --- LaTeX --------------------------------------------------------------------------------------------------

LATEX_SYMBOLS = {
    "cdot": "·", "times": "·", "ast": "·", "div": "÷", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=",
    "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "land": "&", "wedge": "&",
    "lor": "∨", "vee": "∨", "lnot": "~", "neg": "~", "lbrace": "{", "rbrace": "}", "lbrack": "(",
    "rbrack": ")", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "vert": "|", "mid": "|",
    "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "mapsto": "->", "to": "->",
    "colon": ":", "bmod": "%", "mod": "%", "lparen": "(", "rparen": ")", "langle": "⟨", "rangle": "⟩",
    "top": TRANSPOSE, "intercal": TRANSPOSE,
}  # fmt: skip
LATEX_SPACES = frozenset((
    "quad", "qquad", "displaystyle", "textstyle", "limits", "nolimits", "thinspace", "enspace", "space",
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "middle",
    "mathopen", "mathclose",
))  # fmt: skip
LATEX_LETTERS = {"varphi": "phi", "vartheta": "theta", "varepsilon": "epsilon", "varrho": "rho",
                 "varsigma": "sigma",
                 "varkappa": "kappa"}  # fmt: skip
LATEX_WORDS = frozenset(
    (
        "operatorname",
        "mathrm",
        "text",
        "textrm",
        "textnormal",
        "textit",
        "mathit",
        "mathsf",
        "rm",
        "mbox",
        "mathcal",
        "mathscr",
        "mathfrak",
        "mathtt",
        "mathnormal",
        "underline",
    )
)
# Marks above a letter, and what they add to its name.
ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
    "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve",
}  # fmt: skip
MARKS = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot",
         "\u0308": "ddot", "\u20d7": ""}  # fmt: skip
BOLD = frozenset(("mathbf", "boldsymbol", "bm", "pmb", "vec", "symbf", "textbf", "overrightarrow", "bf"))
LATEX_COMMANDS = frozenset(("frac", "dfrac", "tfrac", "cfrac", "sqrt"))
LATEX_REFUSED = {
    **dict.fromkeys(("int", "iint", "oint"), REFUSED_CHARACTERS["∫"]),
    **dict.fromkeys(("partial", "prime"), REFUSED_CHARACTERS["∂"]),
    **dict.fromkeys(("dots", "ldots", "cdots"), REFUSED_CHARACTERS["…"]),
    "lim": REFUSED_WORDS["lim"], "infty": REFUSED_CHARACTERS["∞"], "pm": REFUSED_CHARACTERS["±"],
    "mp": REFUSED_CHARACTERS["∓"],
}  # fmt: skip

# --- names of variables -------------------------------------------------------------------------------------

_NAME = re.compile(
    r"([A-Za-z]|" + "|".join(sorted(GREEK_NAMES, key=len, reverse=True)) + r")_?(\d+)", re.ASCII
)
_INDEXED = re.compile(r"(.*?)_?(\d*)", re.ASCII)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


def canonical_name(name: str) -> str:
    """x_1, x_{1} and x₁ are x1; θ is theta. Other names are left as they are."""
    name = "".join(GREEK.get(c, SUBSCRIPTS.get(c, c)) for c in name).replace("{", "").replace("}", "")
    indexed = _NAME.fullmatch(name)
    return indexed[1] + indexed[2] if indexed else name


def natural_order(name: str) -> tuple:
    """The key that sorts x1 < x2 < x10, and otherwise alphabetically."""
    letters, digits = _INDEXED.fullmatch(name).groups()
    return letters.lower(), letters, int(digits or -1)


# What words are slips of, where the letters alone would not tell.
_SLIPS = {
    "sine": "sin", "cosine": "cos", "tangent": "tan", "cotangent": "cot", "secant": "sec", "cosecant": "csc",
    "arctangent": "arctan", "arcsine": "arcsin", "arccosine": "arccos", "exponential": "exp",
    "squareroot": "sqrt", "cuberoot": "cbrt", "power": "^", "loge": "ln", "tanhyp": "tanh", "fmod": "mod",
    "euler": "e",
}  # fmt: skip
_SUGGESTED = {
    name.lower(): name
    for name in (*(name for name, row in OPERATIONS.items() if row.typed and not row.boolean), *EXPANSIONS,
                 *REDUCTIONS,
                 *GREEK_NAMES, "arcsin", "arccos", "arctan", "factorial", "Piecewise", "where", "undefined")
    if len(name) > 1 and name not in ("select", "add", "subtract", "multiply", "divide", "negate", "power")
}  # fmt: skip


# Of equally near names the first is suggested; only these are near a word of three or four letters.
_COMMON = ("sin", "cos", "tan", "exp", "log", "sqrt", "abs", "max", "min", "cot", "sinh", "cosh", "tanh")


def nearest_name(word: str, names: Sequence[str] = ()) -> str:
    """The known name that ``word`` is so near that it is taken for a slip; ‘’ where there is none."""
    word = word.lower()[:25]
    if word in _SLIPS:
        return _SLIPS[word]
    known = _SUGGESTED | {name.lower(): name for name in names if len(name) > 1}
    near = get_close_matches(word, known, 1, 0.76)
    swapped = _common_name(word, _is_swapped) if near else ""  # sqtr is sqrt rather than sqr
    return swapped or (known[near[0]] if near else "")


def unknown_word(
    sentence: str, word: str, column: int, names: Sequence[str] = (), otherwise: str = ""
) -> ParseError:
    """The error of a ``word`` that is not known: with a suggestion, and ``otherwise`` where that is doubtful.

    A word that is refused anyway may also be one wrong letter away from a common name: coz, lgo.
    """
    if word in FORMULAS:
        return ParseError(f"{sentence} Write {FORMULAS[word]}.", column, word)
    nearest, lower = nearest_name(word, names), word.lower()
    if nearest:
        otherwise = ""
    else:
        nearest = _common_name(lower, _is_swapped) or _common_name(lower, _has_one_other_letter)
    hint = f" Did you mean {nearest}?" if nearest else ""
    return ParseError(f"{sentence}{hint}{otherwise}", column, word, nearest)


def _common_name(word: str, alike: Callable[[str, str], bool]) -> str:
    return next((name for name in _COMMON if len(name) == len(word) and alike(word, name)), "")


def _is_swapped(word: str, name: str) -> bool:
    """Whether two neighbouring letters of ``name`` are swapped in ``word``."""
    return any(
        word == name[:place] + name[place + 1] + name[place] + name[place + 2 :]
        for place in range(len(name) - 1)
    )


def _has_one_other_letter(word: str, name: str) -> bool:
    return sum(a != b for a, b in zip(word, name, strict=True)) == 1
