"""A bounded run of the fuzzer of the whole page; ``python -m tests.support.page_fuzz`` runs it for longer."""

from __future__ import annotations

import json
import math

import pytest

from gradviz import content, link
from tests.support import page_fuzz

STATES = 100


@pytest.fixture(scope="module")
def child():
    child = page_fuzz.Child()
    yield child
    child.close()


def test_no_state_of_the_page_does_harm(child):
    states = [page_fuzz.state(0, number) for number in range(STATES)]
    made = [state | child.make(state) for state in states]
    assert not [json.dumps(found) for found in made if "exception" in found]


def test_what_fails_is_reported(child):
    found = child.make({"query": {link.FUNCTION: 3}})  # no text: no link says this
    assert found["exception"].startswith("TypeError")
    assert found["frames"]
    assert "exception" not in child.make({"query": {}})


def test_what_takes_too_long_is_killed_and_the_next_state_is_made(child, monkeypatch):
    with monkeypatch.context() as impatient:
        impatient.setattr(page_fuzz, "KILLED_AFTER", -1.0)
        impatient.setattr(page_fuzz, "PATIENCE", 0.0)
        found = child.make({"query": {}})
    assert found["exception"].startswith("killed after")
    assert found["frames"]
    assert "exception" not in child.make({"query": {}})


@pytest.mark.parametrize(
    ("sent", "failures", "error"),
    [({"view": [math.nan]}, (), ValueError), ({}, (content.Failure("map", KeyError()),), KeyError)],
)
def test_numbers_that_json_does_not_know_and_failed_pictures_count(monkeypatch, sent, failures, error):
    made = content.Content(link.read(link.Entries()), (), sent, {}, failures)
    monkeypatch.setattr(content, "content", lambda *_: made)
    with pytest.raises(error):
        page_fuzz.make({"query": {}})


def test_a_state_is_the_same_for_the_same_number():
    assert page_fuzz.state(1, 7) == page_fuzz.state(1, 7)
    assert page_fuzz.state(1, 7) != page_fuzz.state(2, 7)
