"""What README and CONTRIBUTING name is there: files, folders, and the names in them."""

import re

import pytest

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


def test_every_name_stands_in_the_file_that_is_named_with_it():
    named = NAMED.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(named) > 5
    for name, path in named:
        file = next(ROOT / place / path for place in PLACES if (ROOT / place / path).exists())
        assert re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")), f"{name} in {path}"
