"""What README and CONTRIBUTING name is there: files, folders, and the names in them."""

import re

import pytest

from gradviz import parse, sentences
from gradviz.export.files import FORMATS
from gradviz.reading.listed import function_list, functions_by_family
from gradviz.reading.spelling import FUNCTIONS
from gradviz.tree.operations import OPERATIONS
from tests.support.paths import ROOT

DOCUMENTS = ("README.md", "CONTRIBUTING.md")
PLACES = ("", "gradviz", "gradviz/browser")  # that a path in the text may start from
ROOMS = ("app.py", "page", "gradviz", "tests")
# `METHODS` (`methods/__init__.py`): a name and the file it stands in
NAMED = re.compile(r"`(\w+)` \(`([\w./]+\.(?:py|js))`\)")
PATHS = re.compile(r"`([\w./-]+/|[\w./-]+\.(?:py|js|css|d\.ts|json|toml))`")


def found(path: str) -> bool:
    """Whether the path stands in the checkout, from one of the places; a bare name in one of the rooms."""
    if any((ROOT / place / path).exists() for place in PLACES):
        return True
    return "/" not in path and any(True for room in ROOMS for _ in (ROOT / room).rglob(path))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_is_named_is_there(document: str):
    paths = PATHS.findall((ROOT / document).read_text(encoding="utf-8"))
    assert paths
    assert [path for path in paths if not found(path)] == []


@pytest.mark.parametrize("document", ["README.md", "docs/lecturers.md"])
def test_pictures_and_files_of_the_documents_are_there(document: str):
    text = (ROOT / document).read_text(encoding="utf-8")
    folder = (ROOT / document).parent
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert pictures
    assert all((folder / name).is_file() for name in pictures)
    endings = set(re.findall(r"`\.((?:\w+\.)?\w+)`", text))
    assert {"glb", "pgf.tex", "zip"} <= endings <= set(FORMATS) | {"streamlit", "answers", "link"}


def test_every_name_stands_in_the_file_that_is_named_with_it():
    named = NAMED.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(named) > 5
    for name, path in named:
        file = next(ROOT / place / path for place in PLACES if (ROOT / place / path).exists())
        assert re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")), f"{name} in {path}"


def test_every_function_is_listed_where_people_look_for_it():
    """In README and in the page's help: every row that can be typed, and all names are read as functions."""
    listed = {name for names in functions_by_family().values() for name in names}
    rows = OPERATIONS.values()
    assert {row.called for row in rows if row.typed and row.arity != 0 and row.infix is None} <= listed
    assert listed <= FUNCTIONS | {"not"}
    assert function_list() in (ROOT / "README.md").read_text(encoding="utf-8")
    assert function_list() in sentences.CLOSED_FORM_HELP
    assert "sentences.CLOSED_FORM_HELP" in (ROOT / "page" / "shelves.py").read_text(encoding="utf-8")


def test_the_functions_of_the_list_take_what_is_typed():
    for text in (
        "besselj(0, x)",
        "zeta(x, 2)",
        "softmax(x, y)[0]",
        "hypot(x, y)",
        "norm([x, y])",
        "erfinv(x)",
    ):
        name = text.split("(")[0]
        assert any(name in names for names in functions_by_family().values())
        assert "x" in parse(text).variables
