"""What visitors share of the last questions: the same as made anew, and only where nothing can be wanting."""

import gc
import json
import weakref
from dataclasses import replace

import numpy as np
import pytest

from gradviz import content, link, recent, sentences
from gradviz.sweeping import error_parts

QUERIES = (
    {"f": "sin(x*y) + x^2", "at": "1, 2"},
    {"f": "x^3", "at": "2", "v": "2"},
    {"f": "|x| + y", "at": "0, 2", "more": "plane,level"},
    {"f": "a*x^2", "at": "1", "par": "a:2"},
)


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_what_was_shown_goes_with_the_visitor_who_saw_it(query):
    """At once: until the collector of garbage looks at old objects, a hall has seen hundreds more."""
    asked(query)  # loads what is loaded late
    recent.forget()
    gc.collect()
    gc.disable()
    try:
        shown = asked(query)
        answers = weakref.ref(shown[0])
        sweeps = weakref.ref(shown[0].sweep), weakref.ref(shown[0].curves)
        del shown
        assert answers() is None
        assert [sweep() for sweep in sweeps] == [None, None]
    finally:
        gc.enable()


@pytest.fixture(autouse=True)
def nothing_kept():
    recent.forget()
    yield
    recent.forget()


def asked(query: dict[str, str], times: int = 1) -> tuple[object, ...]:
    """All that is shown for a query, asked so often, each time as another visitor."""
    for _ in range(times):
        values = link.values_in(query)[0]
        reading, chosen = link.read(link.entries(values)), content.choices(values)
        answers = recent.answers_of(reading)
        panels = recent.pictures(reading, answers, chosen, fills=True).panels
        words, said = recent.paragraph(answers, chosen.shown), recent.announcement(answers, chosen.shown)
        options = {
            "opening": 1,
            "report_drawn": False,
            "guessing": False,
            "words": words,
            "announcement": said,
        }
        parts, data = recent.view_message(panels, reading, answers, chosen, **options)
        walk = recent.walk_message(panels)
        zones, table = recent.step_zones(answers, chosen), recent.table_of(answers)
    return answers, words, said, parts, data, walk, zones, table


def anew(query: dict[str, str]) -> tuple[object, ...]:
    """The same, each part by its own function."""
    values = link.values_in(query)[0]
    reading, chosen = link.read(link.entries(values)), content.choices(values)
    answers = content.answers_of(reading)
    panels = content.pictures(reading, answers, chosen, fills=True).panels
    words, said = sentences.paragraph(answers, chosen.shown), sentences.announcement(answers, chosen.shown)
    options = {"opening": 1, "report_drawn": False, "guessing": False, "words": words, "announcement": said}
    parts, data = content.view_message(panels, reading, answers, chosen, **options)
    zones, table = content.step_zones(answers, chosen), content.table_of(answers)
    return answers, words, said, parts, data, content.walk_message(panels), zones, table


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query["f"])
def test_what_is_shared_is_what_is_made_anew(query):
    others = asked(QUERIES[0] | {"eps": "0.25"}, times=3)
    shared = asked(query, times=3)
    assert json.dumps(shared[1:]) == json.dumps(anew(query)[1:])
    assert json.dumps(shared[1:]) != json.dumps(others[1:])


def test_a_question_that_is_asked_again_is_answered_once():
    first, second, third = (asked(QUERIES[0]) for _ in range(3))
    assert first[0] is not second[0]
    assert all(one is other for one, other in zip(second, third, strict=True))
    assert asked(QUERIES[0] | {"eps": "0.125"})[0] is not third[0]


def test_single_questions_push_nothing_out():
    kept = asked(QUERIES[0], times=2)[0]
    for number in range(2 * recent.MOST):
        reading = link.read(link.entries(link.values_in({"eps": f"{number + 1}e-6"})[0]))
        recent.answers_of(reading)
    assert asked(QUERIES[0])[0] is kept


def test_the_last_questions_alone_are_kept(monkeypatch):
    last = recent.Last()
    for number in range(recent.MOST + 1):
        last.get(0)
        last.keep(number, str(number))
    assert (last.get(0), last.get(1), last.get(2)) == ("0", None, "2")


ALIKE = (
    ({"f": "x + 0.5*y"}, {"f": "x + 1/2*y"}),
    ({"f": "x + 0.5*y"}, {"f": "x + .50*y"}),
    ({"dtype": "float64"}, {"dtype": "float32"}),
    ({"steps": "plain"}, {"steps": "representable"}),
)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_is_nearly_the_same_is_another_question(one, other):
    readings = [link.read(link.entries(link.values_in(query)[0])) for query in (one, other)]
    first, second = ([recent.answers_of(reading) for _ in range(3)][-1] for reading in readings)
    assert first is not second
    assert recent.answers_of(readings[0]) is first
    assert recent.answers_of(readings[0], torch_loaded=False) is not first


def test_0_and_minus_0_are_two_points_and_two_parameters():
    reading = link.read(link.entries(link.values_in({"f": "a/x + y", "par": "a:0", "at": "0, 1"})[0]))
    minus = reading.field.with_parameters(a=-0.0)
    found = [
        [recent.answers_of(asked) for _ in range(3)][-1]
        for asked in (reading, replace(reading, point=(-0.0, 1.0)), replace(reading, field=minus))
    ]
    assert len(set(map(id, found))) == 3


def test_what_time_was_too_short_for_is_tried_again():
    values = link.values_in(QUERIES[0])[0]
    reading, chosen = link.read(link.entries(values)), content.choices(values)
    answers = [recent.answers_of(reading) for _ in range(3)][-1]
    zones = recent.step_zones(answers, chosen)
    assert recent.step_zones(answers, chosen) is zones
    sweep = vars(answers.sweep)
    derivatives, truth = answers.sweep.derivatives, answers.sweep.truth
    for name, wanting in (
        ("derivatives", np.full_like(derivatives, np.nan)),
        ("truth", replace(truth, status=("undecided",) * 2)),
    ):
        before = sweep[name]
        sweep[name] = wanting
        other = recent.answers_of(reading)
        assert other is not answers
        answers, sweep = other, vars(other.sweep)
        assert answers.sweep.truth.status == truth.status
        assert np.array_equal(answers.sweep.derivatives, derivatives)
        assert before is not wanting


def test_words_that_ran_out_of_time_are_not_shared(monkeypatch):
    values = link.values_in(QUERIES[0])[0]
    reading, chosen = link.read(link.entries(values)), content.choices(values)
    answers = [recent.answers_of(reading) for _ in range(3)][-1]
    whole = sentences.paragraph(answers, chosen.shown)
    with monkeypatch.context() as hurried:
        hurried.setattr(error_parts, "SECONDS", -1.0)
        assert len(recent.paragraph(answers, chosen.shown)) < len(whole)
        assert recent.answers_of(reading) is not answers  # in which something else may be wanting
    again = [recent.answers_of(reading) for _ in range(2)][-1]
    assert [recent.paragraph(again, chosen.shown) for _ in range(2)] == [whole] * 2


def test_a_closed_form_that_was_not_ready_is_asked_for_again():
    reading = link.read(link.entries(link.values_in(QUERIES[0])[0]))
    answers = [recent.answers_of(reading) for _ in range(3)][-1]
    late = replace(answers.estimates["symbolic"], status="no closed form")
    answers.estimates["symbolic"] = late
    assert recent.answers_of(reading).estimates["symbolic"].status == "ok"
