"""Points as notebooks, textbooks and other programs write them, and plus signs of a typed address."""

from urllib.parse import parse_qsl, urlencode

import pytest

from gradviz import parse
from gradviz.errors import GradvizError
from gradviz.link import Entries, read, read_point, values_in

PLANE = parse("x^2 + y^2")

POINTS = [  # all of them (3, 4)
    "3，4", "３，４", "3、4", "x=3, y=4", "y=4, x=3", "x = 3; y = 4", "x: 3, y: 4", "x=3 y=4",
    "x=3 and y=4", "{x -> 3, y -> 4}", "x → 3, y → 4", "(x, y) = (3, 4)", "(y, x) = (4, 3)",
    "np.array([3.0, 4.0])", "torch.tensor([3., 4.], requires_grad=True)",
    "np.array((3, 4), dtype=float)", "x = np.array([3.0, 4.0])", "x0 = [3, 4]", "(3; 4)", "[3; 4]",
    "[3 4]", "3 4", "3\n4", "{3, 4}", "<3, 4>", "⟨3, 4⟩", "P(3, 4)", "P = (3, 4)", "P(3|4)",
    "(3 | 4)", "[[3],[4]]", r"\begin{pmatrix} 3 \\ 4 \end{pmatrix}", r"\left(3, 4\right)",
    "(3, 4)^T", "[3, 4]'", "$(3, 4)$", "(3, 4).", "[3., 4.]", "c(3, 4)", "dict(x=3, y=4)",
    '{"x": 3, "y": 4}', "6/2, 2^2", "（３；４）", "x=9/3, y=sqrt(16)", "3,0; 4,0", "x=3,0; y=4,0",
    "jnp.asarray([3, 4])",
]  # fmt: skip


@pytest.mark.parametrize("text", POINTS, ids=ascii)
def test_a_point_is_read_however_it_is_written(text):
    assert read_point(text, PLANE) == ((3.0, 4.0), "")


@pytest.mark.parametrize(
    ("text", "function", "point"),
    [
        ("x1=3, x2=4", "x1 + x2", (3.0, 4.0)),
        ("x_2 = 4, x_1 = 3", "x1 + x2", (3.0, 4.0)),
        ("θ = 2", "theta^2", (2.0,)),
        ("[1 -2]", "x + y", (1.0, -2.0)),
        ("[1 -2 3e1]", "x + y + z", (1.0, -2.0, 30.0)),
        ("x = 0,5", "x^2", (0.5,)),
        ("(1)/(2), (3)", "x + y", (0.5, 3.0)),
    ],
)
def test_numbers_find_their_variables(text, function, point):
    assert read_point(text, parse(function)) == (point, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("q=1, y=2", "‘q’ is no variable of this function (x, y)"),
        ("x=1, x=2", "two numbers"),
        ("(x, y) = (1, 2, 3)", "2 names and 3 numbers"),
        ("x=sine, y=1", "Did you mean sin?"),
        ("x=1e200, y=1", "too far out"),
        ("np.array([3, 4", "never closed"),
        ("x=", "without the variable"),
        ("__import__('os')", "quoted text"),
        ("x=__import__", "not a program"),
        ("3" * 401, "too long"),
        ("x=" * 150, "Type a number"),
    ],
)
def test_what_is_no_point_is_refused(text, words):
    with pytest.raises(GradvizError) as refusal:
        read_point(text, PLANE)
    assert words in str(refusal.value)


def test_a_name_that_is_left_out_is_told():
    assert read_point("y=2", PLANE) == ((1.0, 2.0), "The point has no number for x: x = 1 is taken.")


ADDRESSES = [  # the query as it stands in the address, the function that is meant, whether something is told
    ("f=x^2+y^2&at=1,2", "x^2+y^2", True),
    ("f=x1^2+x2^2&at=3,4", "x1^2+x2^2", True),
    ("f=x+y", "x+y", True),
    ("f=x^2+y^2&v=2", "x^2+y^2", True),
    ("f=x^2%20+%20y^2", "x^2 + y^2", False),  # without the plus x^2   y^2 would be a product, too, but …
    ("f=sin+x&at=1", "sin x", False),
    ("f=x+y&v=2", "x y", False),  # as the page itself writes x y
    ("f=x%5E2+y%5E2", "x^2 y^2", False),
    ("f=x%5E2+%2B+y%5E2", "x^2 + y^2", False),
    ("f=x^2%2By^2", "x^2+y^2", False),
]


@pytest.mark.parametrize(("raw", "function", "told"), ADDRESSES)
def test_a_plus_sign_in_a_typed_address_is_one(raw, function, told):
    values, remarks = values_in(dict(parse_qsl(raw)), raw)
    assert values["f"] == function
    told = told or "%20+%20" in raw
    assert any("read as plus" in remark.sentence for remark in remarks) == told


def test_other_entries_of_a_typed_address_keep_their_plus():
    raw = "f=x^2+1&at=1+1&eps=1e+0"
    values, _ = values_in(dict(parse_qsl(raw)), raw)
    assert (values["at"], values["eps"]) == ("1+1", "1e+0")


@pytest.mark.parametrize("text", ["x y", "2 x^2", "sin x cos y", "x + y", "a b + c", "x^2 + y^2"])
def test_an_address_that_a_program_wrote_is_read_as_it_wrote_it(text):
    for safe in ("", ",:;()*/"):
        query = {"f": text, "at": "1, 2", "v": "2"}
        assert values_in(query, urlencode(query, safe=safe))[0]["f"] == text


def test_a_query_that_is_too_long_is_left_as_it_is():
    query = {"f": "x y"}
    assert values_in(query, "f=x+y&" + "a" * 100_000)[0]["f"] == "x y"


HEADINGS = [  # on the page no component of a heading's vector is a parameter with a slider
    ("f(x) = x1^2 + x2^2", ("x1", "x2"), ()),
    (r"y = f(\mathbf{x}) = x_1^2 + x_2^2", ("x1", "x2"), ()),
    ("lambda x: x[0]**2 + x[1]**2", ("x1", "x2"), ()),
    ("f(x) = sum(x**2)", ("x1", "x2"), ()),
    (r"f(x) = \sum_{i=1}^{3} (x_i - a)^2", ("x1", "x2", "x3"), ("a",)),
    ("f(x) = x1^2 + a*x2", ("x1", "x2"), ("a",)),
    ("f(w) = w^T x + b", ("w1", "w2"), ("b", "x1", "x2")),
    ("f(w) = ||w - x||^2", ("w1", "w2"), ("x1", "x2")),
    (r"f(x)=\exp(-(x-\mu)^2/(2\sigma^2))", ("x",), ("mu", "sigma")),
    ("f(x) = x*x1", ("x",), ("x1",)),
]


@pytest.mark.parametrize(("text", "variables", "parameters"), HEADINGS)
def test_the_components_of_a_heading_are_variables(text, variables, parameters):
    point = ", ".join("3" * len(variables))
    reading = read(Entries(function=text, point=point))
    assert reading.field.variables == variables
    assert tuple(name for name, _ in reading.field.parameters) == parameters
    assert not reading.remarks
