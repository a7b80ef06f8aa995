"""The page's logic without a browser: what each entry does to the words, the table and the other entries."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from types import SimpleNamespace
from typing import cast

import pytest
from streamlit.runtime.context import ContextProxy

import gradviz
from gradviz import content, link
from gradviz.export.files import FORMATS
from gradviz.methods import loading
from gradviz.presets import PRESETS
from gradviz.reading import lexer, number
from gradviz.text.numbers import numbers_text
from page import present, stage
from page.entries import ENTRIES
from page.share import file_of
from page.state import Playing, Session
from tests.support.app_test import AppTest
from tests.support.changes import view_data
from tests.support.paths import ROOT

METHODS = [method.name for method in gradviz.METHODS]
PATIENCE = 600  # seconds; a run takes 0.1, but the first one pays for imports, and the machine may be busy


@pytest.fixture(scope="module", autouse=True)
def loaded_torch() -> None:
    """As after the first seconds on the page; the tests of those seconds say otherwise."""
    loading.load_torch()


@pytest.fixture
def page() -> AppTest:
    """The page without a link."""
    return opened()


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / "page" / "story.py"), default_timeout=PATIENCE)
    for name, text in query.items():
        page.query_params[name] = text
    return run(page)


def run(page: AppTest) -> AppTest:
    """Run the script again; whatever was typed, it must not stumble."""
    page.run()
    assert not page.exception, page.exception[0].message
    return page


def type_in(page: AppTest, name: str, text: str) -> AppTest:
    page.text_input(key=name).input(text)
    return run(page)


def holds(page: AppTest, name: str) -> str:
    return page.session_state[name]


def paragraph(page: AppTest) -> str:
    return page.main.markdown[-1].value


def tables(page: AppTest) -> list:
    return [part for part in page.get("html") if "<table>" in part.proto.body]


def table(page: AppTest) -> dict[str, str]:
    """The text of each method's row."""
    (html,) = tables(page)
    rows = re.findall(r"<tr data-method='(.*?)'>(.*?)</tr>", html.proto.body, re.DOTALL)
    return {name: unescape(re.sub(r"<[^>]+>", " ", row)) for name, row in rows}


def typeset(page: AppTest) -> list[str]:
    """The formulas, without dollars and blanks."""
    return [re.sub(r"[$\s]", "", latex.value) for latex in page.latex]


def remarks(page: AppTest) -> list[str]:
    """What is said under the entries."""
    return [text.value for text in page.text if text.value[0] in "⚠ℹ"]


# --- the first view -----------------------------------------------------------------------------------------


def test_a_new_connection_is_told_all_until_a_run_has_come_to_its_end(monkeypatch):
    """Its browser may have heard nothing, and would show empty entries."""
    page = AppTest.from_file(str(ROOT / "page" / "story.py"), default_timeout=PATIENCE)

    def told(connection: str) -> set[bool]:
        """Whether a run for this connection tells the entries what they hold."""
        monkeypatch.setattr(ContextProxy, "headers", {"Sec-WebSocket-Key": connection})
        page.run()
        return {page.text_input(key=name).proto.set_value for name in ("f", "at")}

    for connection in ("first", "second"):
        with monkeypatch.context() as fault:
            fault.setattr(content, "choices", None)
            assert told(connection) == {True}
            assert any("The page cannot be shown here." in text.value for text in page.text)
        assert told(connection) == {True}
        page.session_state["acknowledged"] = 3  # of the presses
        assert told(connection) == {False}
        assert told(connection) == {False}
        (receipt,) = [part for part in page.get("bidi_component") if part.key == "answered"]
        assert json.loads(receipt.proto.json)["answered"] == 3
    assert not page.exception


def test_the_first_view_is_the_lesson_complete(page):
    assert [holds(page, name) for name in ("f", "at", "eps")] == ["x1^2 + x2^2", "3, 4", "0.1"]
    assert "the gradient is (6, 8)" in paragraph(page)
    assert "(6.1, 8.1)" in paragraph(page)
    assert list(table(page)) == METHODS
    assert typeset(page)[0] == "f(x_{1},x_{2})=x_{1}^{2}+x_{2}^{2}"
    assert [latex.rpartition("=")[2] for latex in typeset(page)[1:]] == ["2x_{1}", "2x_{2}"]
    assert remarks(page) == []


def test_the_steeper_bowl_is_served_by_the_same_page():
    page = opened(f="x1^2 + 3x2^2", at="-2, 5")
    assert "the gradient is (−4, 30)" in paragraph(page)
    assert "(−3.9, 30.3)" in paragraph(page)
    assert "6.0" not in table(page)["symbolic"]
    assert "−4.0000000000000000" in table(page)["backprop"]
    assert "30.000000000000000" in table(page)["symbolic"]


def test_every_key_of_the_session_stands_in_its_table():
    """With all that can be open, chosen and drawn at once."""
    page = opened(
        f="f(x, y, z) = a sin(x) y z",
        at="1, 2, 3",
        kept="f=x+y&at=1,+2",
        more="field",
        fault="sign",
        v="2",
        open="view,parameters,code,costs",
        predict="1",
    )
    page.session_state["share"] = page.session_state["gallery"] = True
    run(page)
    mounted = {part.key for part in page.get("bidi_component")}
    mounted |= {"reconnect", "door"}
    known = {key.name for key in link.KEYS} | set(ENTRIES) | set(Session.__annotations__) | mounted
    families = ("parameter-", "play-", "preset-", "shows-", "saves-")
    keys = [str(key) for key in page.session_state._state.filtered_state]
    assert not [key for key in keys if key not in known and not key.startswith(families)]


# --- the code -----------------------------------------------------------------------------------------------


def test_the_programs_are_shown_for_what_is_typed(page):
    assert not page.code
    page.session_state["code_panel"] = True
    run(page)
    torch_program, difference, closed_form = [code.value for code in page.code]
    assert "backward()" in torch_program
    assert "step = 0.1" in difference
    assert "2 * x[0]" in closed_form
    type_in(page, "at", "1, 2")
    assert "[1.0, 2.0]" in page.code[0].value


# --- the costs ----------------------------------------------------------------------------------------------


def costs_of(page: AppTest) -> list[list[str]]:
    page.session_state["costs_panel"] = True
    run(page)
    (table,) = page.table
    return table.value.values.tolist()


def test_the_costs_of_the_typed_function_are_counted(page):
    assert not page.table
    assert costs_of(page)[0] == ["back-propagation", "1 forward + 1 backward", "7"]
    assert not [box for box in page.selectbox if box.key == "counted_family"]  # it belongs to one


def test_for_a_function_of_no_family_one_is_chosen():
    page = opened(f="sin(x1)*x2", at="1, 2")
    assert costs_of(page)[1][1] == "2 of forward mode"
    assert page.selectbox(key="counted_family").value


# --- the sabotage -------------------------------------------------------------------------------------------


def test_a_planted_fault_is_found_by_gradient_checking(page):
    assert not page.table
    page.toggle(key="sabotage").set_value(True)
    run(page)
    (table,) = page.table
    rows = table.value.values.tolist()
    assert [row[1].split(" ")[0] for row in rows] == ["right"] * 4
    assert [row[2].split(" ")[0] for row in rows] == ["wrong"] * 4
    page.selectbox(key="chosen_fault").set_value("slip")
    run(page)
    verdicts = [row[2].split(" ")[0] for row in page.table[0].value.values.tolist()]
    assert verdicts[:3] == ["wrong", "wrong", "right"]


def test_where_a_fault_would_change_nothing_that_is_said():
    page = opened(f="x1 + x2", at="1, 2")
    page.toggle(key="sabotage").set_value(True)
    page.session_state["chosen_fault"] = "factor"
    run(page)
    assert any("would change nothing" in caption.value for caption in page.caption)


# --- the gallery --------------------------------------------------------------------------------------------


def open_gallery(page: AppTest) -> None:
    """As a press on it does; the presets are sent only then."""
    assert not [button for button in page.button if (button.key or "").startswith("preset-")]
    page.session_state["gallery"] = True
    run(page)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_fills_the_entries_and_its_lesson_is_told(page, preset):
    open_gallery(page)
    assert preset.lesson in [caption.value for caption in page.caption]
    page.button(key=f"preset-{preset.name}").click()
    run(page)
    assert holds(page, link.FUNCTION) == preset.text
    assert holds(page, link.POINT) == numbers_text(preset.point)
    assert holds(page, link.STEP) == preset.step
    assert not page.session_state["gallery"]
    assert [caption.value for caption in page.caption].count(preset.lesson) == 1
    assert not [remark for remark in remarks(page) if remark.startswith("⚠")]
    assert len(table(page)) == len(METHODS)


def test_the_gallery_stays_open_when_the_page_is_drawn_again(page):
    """As when PyTorch has come."""
    page.button(key="door").click()
    for _ in range(2):
        run(page)
        assert [button for button in page.button if (button.key or "").startswith("preset-")]


def test_a_preset_shows_the_methods_of_its_sentence_and_the_next_one_its_own(page):
    for name, shown in (("Order 6: one step too far", "central6"), ("Sum of squares", "backward")):
        open_gallery(page)
        page.button(key=f"preset-{name}").click()
        run(page)
        (preset,) = [preset for preset in PRESETS if preset.name == name]
        assert shown in preset.methods
        assert holds(page, link.SHOWN).split(",") == list(preset.methods)
        assert shown_on_cards(page) == list(preset.methods)


def test_the_first_preset_leads_back_to_the_first_view(page):
    before = paragraph(page)
    open_gallery(page)
    page.button(key="preset-Next to a pole").click()
    run(page)
    assert holds(page, link.ACROSS)
    open_gallery(page)
    page.button(key=f"preset-{PRESETS[0].name}").click()
    run(page)
    assert paragraph(page) == before
    assert (holds(page, link.ACROSS), holds(page, link.UP)) == ("", "")


# --- ε ------------------------------------------------------------------------------------------------------


def test_the_step_stays_as_typed(page):
    type_in(page, link.STEP, "2^-26")
    assert holds(page, link.STEP) == "2^-26"
    assert "ε = 1.49·10⁻⁸" in paragraph(page)


@pytest.mark.parametrize("step", ["1e-300", "5e-324", "1e-16", "1e100", "3"])
def test_no_step_breaks_the_page(page, step):
    type_in(page, link.STEP, step)
    assert len(table(page)) == len(METHODS)


# --- what cannot be read ------------------------------------------------------------------------------------

REFUSED = [
    (link.FUNCTION, "x1^2 + sine(x2)", "Did you mean"),
    (link.FUNCTION, "x1^2 +", "missing"),
    (link.FUNCTION, "", ""),
    (link.FUNCTION, "__import__('os').system('true')", ""),
    (link.FUNCTION, "x + " * 300 + "x", "1000"),
    (link.FUNCTION, "9**9**9**9", ""),
    (link.POINT, "3, nowhere", "I don't know"),
    (link.POINT, "nan, 1e999", "finite"),
    (link.POINT, "3,, 4", "missing between the commas"),
    (link.STEP, "0", "greater than 0: it is the shift"),
    (link.STEP, "-1", "greater than 0: it is the shift"),
    (link.STEP, "1e-400", "rounds to 0"),
    (link.STEP, "1e308", "too large"),
    (link.ACROSS, "2, 2", "too narrow"),
    (link.UP, "-1e300, 1e300", "too wide"),
]


@pytest.mark.parametrize(("name", "text", "words"), REFUSED, ids=lambda value: str(value)[:16])
def test_what_cannot_be_read_is_told_and_the_last_good_answer_stays(name, text, words):
    good = {"f": "x1^2 + 3x2^2", "at": "-2, 5", "eps": "0.01"}
    page = opened(**good, open="view")
    before = (paragraph(page), table(page), typeset(page))
    type_in(page, name, text)
    (remark,) = remarks(page)
    assert remark.startswith("⚠")
    assert words in remark
    assert (paragraph(page), table(page), set(typeset(page))) == (*before[:2], set(before[2]))
    assert holds(page, name) == text, "nothing that was typed is lost"
    type_in(page, name, good.get(name, ""))
    assert remarks(page) == []
    assert paragraph(page) == before[0]


@pytest.mark.parametrize(("text", "entries"), [("x^2", {link.ACROSS}), ("x^2 + y", {link.ACROSS, link.UP})])
def test_only_a_map_has_a_range_upwards(text, entries):
    page = opened(f=text, open="view")
    assert {entry.key for entry in page.text_input if entry.key in (link.ACROSS, link.UP)} == entries


def test_a_caret_is_shown_under_the_place(page):
    type_in(page, link.FUNCTION, "x1^2 + sine(x2)")
    (code,) = [block.value for block in page.code]
    line, caret = code.splitlines()
    assert line[caret.index("^")] == "s"


def test_all_bad_entries_of_a_link_are_told_and_the_lesson_stands():
    page = opened(
        f="<script>alert(1)</script>", at="nan,1e999", eps="-1", show="nonsense", across="1", up="2"
    )
    assert len(remarks(page)) == 6
    assert "(6.1, 8.1)" not in paragraph(page)  # no method that is known is in the link
    assert "the gradient is (6, 8)" in paragraph(page)
    assert len(table(page)) == len(METHODS)


# --- how many numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "point", "told", "gradient"),
    [
        ("x1^2 + x2^2", "3, 4, 5", "3 numbers, and the function has only x1, x2", "(6, 8)"),
        ("x1^2 + x2^2", "3", "x2 = 1 is taken", "(6, 2)"),
        ("x^2", "3, 4", "2 numbers, and the function has only x", "derivative is 6"),
        ("x y z", "2, 3", "z = 1 is taken", "(3, 2, 6)"),
    ],
)
def test_a_point_of_another_length_is_taken_with_a_word(text, point, told, gradient):
    page = opened(f=text, at=point)
    (remark,) = remarks(page)
    assert remark.startswith("ℹ")
    assert told in remark
    assert gradient in paragraph(page)


@pytest.mark.parametrize("point", ["", "3", "3, 4", "1, 2, 3"])
def test_a_constant_is_a_plane_whose_gradient_is_0(point):
    page = opened(f="5", at=point)
    assert "f is 5 and the gradient is (0, 0)" in paragraph(page)
    assert view_data(page)["headline"]["text"] == "f is the constant 5: the gradient is (0, 0) everywhere."
    assert not remarks(page)
    assert {"surface", "map", "errors"} <= view_data(page)["pictures"].keys()


@pytest.mark.parametrize(
    ("text", "point", "variables"),
    [
        ("x^3 - 3x", "1.5", 1),
        ("x y + y z + z x", "1, 2, 3", 3),
        (" + ".join(f"x{i}^2" for i in range(1, 11)), ", ".join("1234567890"), 10),
    ],
)
def test_any_number_of_variables(text, point, variables):
    page = opened(f=text, at=point, open="view")
    assert remarks(page) == []
    assert len(table(page)) == len(METHODS)
    curly = r"\frac{df}" if variables == 1 else r"\frac{\partialf}"
    assert len([latex for latex in typeset(page) if curly in latex]) == variables
    axes = [box for box in page.selectbox if (box.key or "").startswith("axis_")]
    assert len(axes) == (2 if variables > 2 else 0)


def test_ten_variables_have_ten_components_in_every_row():
    page = opened(f=" + ".join(f"x{i}^2" for i in range(1, 11)), at=", ".join("1234567890"))
    for row in table(page).values():
        assert "x₁₀" in row
    assert "(2, 4, 6, … 10 numbers)" in paragraph(page)


def test_the_variables_drawn_are_chosen():
    page = opened(f="x y + y z + z x", at="1, 2, 3", open="view")
    assert page.session_state.reading.axes == (0, 1)
    page.selectbox(key="axis_up").select("z")
    run(page)
    assert page.session_state.reading.axes == (0, 2)
    page.selectbox(key="axis_across").select("z")  # the same twice is no plane
    run(page)
    assert page.session_state.reading.axes == (0, 1)


# --- precision and kind of step -----------------------------------------------------------------------------


def test_the_precision_chosen_is_the_one_worked_in(page):
    assert page.selectbox(key="precision").value == "float64"
    page.selectbox(key="precision").select("float16")
    run(page)
    assert holds(page, link.PRECISION) == "float16"
    assert "with ε = 0.1 in float16 says (6.09375, 8.28125)" in paragraph(page)
    assert "6.0938" in table(page)["forward"].replace(" ", "")
    assert "none of float16 parts" in table(page)["complex-step"]
    page.selectbox(key="kind_of_step").select("power-of-two")
    run(page)
    assert holds(page, link.STEP_KIND) == "power-of-two"
    assert "(taken as a power of two) says (6.125, 8.125)" in paragraph(page)


def test_a_link_holds_precision_and_kind_of_step():
    page = opened(dtype="bfloat16", steps="representable", eps="0.25")
    assert (page.selectbox(key="precision").value, page.selectbox(key="kind_of_step").value) == (
        "bfloat16",
        "representable",
    )
    assert "ε = 0.25 in bfloat16 (taken as (x + ε) − x)" in paragraph(page)
    assert remarks(page) == []


def test_nonsense_in_a_link_gets_its_sentences_and_the_usual_numbers():
    page = opened(dtype="float128", steps="<b>exact</b>")
    precision, kind = remarks(page)
    assert "There is only float64, float32" in precision
    assert "There is only plain, representable" in kind
    assert "with ε = 0.1 says (6.1, 8.1)" in paragraph(page)


def test_a_step_that_vanishes_in_the_type_is_told():
    page = opened(dtype="float16", eps="1e-3")
    assert "less than half the gap to the next number of float16" in " ".join(remarks(page))


def test_a_point_past_the_range_of_the_type_is_worked_out_in_float64():
    page = opened(f="x^2", at="1e6", dtype="float16")
    (told,) = remarks(page)
    assert "x = 1000000 is too large for float16, which ends at 65504. float64 is taken instead." in told
    assert "f is 10¹² and the derivative is 2·10⁶" in paragraph(page)


# --- the methods shown --------------------------------------------------------------------------------------


def shown_on_cards(page: AppTest) -> list[str]:
    return [card["method"] for card in view_data(page)["cards"] if card["shown"]]


def reported(page: AppTest, name: str, value: object) -> AppTest:
    """What becomes of a report of the view; AppTest has no view that could."""
    session = cast(Session, page.session_state)
    for key, text in stage.REPORTS[name](value, session).items():
        page.session_state[key] = text
    return run(page)


def test_a_report_that_counts_no_more_changes_nothing(page):
    session = cast(Session, page.session_state)
    changed = {
        name: key
        for name, read in stage.REPORTS.items()
        for key, value in read(None, session).items()
        if session[key] != value
    }
    assert not changed


def test_the_cards_and_the_entry_in_the_address_follow_each_other(page):
    assert shown_on_cards(page) == ["symbolic", "forward", "backward", "central", "backprop"]
    reported(page, "shown", "central,forward")
    assert holds(page, link.SHOWN) == "forward,central"
    assert shown_on_cards(page) == ["forward", "central"]
    page.session_state[link.SHOWN] = "complex-step"
    run(page)
    assert shown_on_cards(page) == ["complex-step"]


@pytest.mark.parametrize("value", [None, 3, ["forward"], "x" * 100_000, "forward," * 1000])
def test_what_is_no_list_of_methods_changes_no_card(page, value):
    before = shown_on_cards(page)
    assert shown_on_cards(reported(page, "shown", value)) == before


def test_every_method_has_a_card_with_its_gradient_and_how_far_it_is_off(page):
    cards = {card["method"]: (card["gradient"], card["verdict"]) for card in view_data(page)["cards"]}
    assert list(cards) == METHODS
    assert cards["symbolic"] == ("(6, 8)", "exact")
    assert cards["forward"] == ("(6.1, 8.1)", "off 0.14")  # √2·ε
    assert cards["backward"] == ("(5.9, 7.9)", "off 0.14")


def test_the_cards_tell_nothing_of_what_is_to_be_guessed():
    page = opened(predict="1", v="2")
    assert {(card["gradient"], card["verdict"]) for card in view_data(page)["cards"]} == {("?", "")}
    assert view_data(page)["headline"] is None
    (dock,) = [json.loads(part.proto.json) for part in page.get("bidi_component") if part.key == "step"]
    assert dock["zones"] == []


def test_the_lesson_of_a_preset_stands_while_what_it_speaks_of_is_shown(page):
    def lessons() -> list[str]:
        return [caption.value for caption in page.caption if caption.value == PRESETS[0].lesson]

    assert lessons()
    for name, text, former in (
        (link.STEP, "0.01", "0.1"),
        (link.POINT, "1, 2", "3, 4"),
    ):
        type_in(page, name, text)
        assert not lessons(), name
        type_in(page, name, former)
        assert lessons()
    reported(page, "shown", "central")
    assert not lessons()


def test_layers_are_chosen_by_pills_and_kept_in_the_address(page):
    page.session_state["view_panel"] = True
    run(page)
    assert page.button_group(key="layers").value == []
    page.button_group(key="layers").set_value(["lens", "plane"])
    assert holds(run(page), "more") == "plane,lens"
    page.session_state["view_panel"] = False
    assert holds(run(page), "more") == "plane,lens"


def test_a_link_opens_with_its_layers_and_ignores_what_is_none():
    page = opened(more="level,nonsense,path", open="view")
    assert page.button_group(key="layers").value == ["level", "path"]


@pytest.mark.parametrize(
    ("text", "point"), [("x1^2 + x2^2", "3, 4"), ("|x|", "0"), ("x y z", "1, 2, 3"), ("5", "")]
)
def test_all_layers_together_do_not_break_the_page(text, point):
    opened(f=text, at=point, more="plane,level,slices,path,field,digits,lens")


def test_unticking_takes_a_method_from_the_words_and_not_from_the_table(page):
    reported(page, "shown", "central")
    assert "forward" not in paragraph(page)
    assert list(table(page)) == METHODS


def test_no_method_at_all_is_a_choice_that_the_address_keeps(page):
    reported(page, "shown", "none")
    assert holds(page, link.SHOWN) == "none"
    assert shown_on_cards(opened(show="none")) == []


# --- the address --------------------------------------------------------------------------------------------


def test_the_plain_page_has_a_clean_address(page):
    assert page.query_params == {}
    type_in(page, link.STEP, "0.01")
    assert page.query_params == {"eps": "0.01", "v": "2"}
    type_in(page, link.STEP, "0.1")
    assert page.query_params == {}


def test_a_link_stands_as_it_came_until_something_changes():
    page = opened(lift="true", open="view", unknown="1")
    assert page.query_params == {"lift": "true", "open": "view", "unknown": "1"}
    assert holds(page, link.LIFT)
    type_in(page, link.STEP, "0.01")
    assert page.query_params == {"eps": "0.01", "lift": "1", "open": "view", "v": "2"}


def test_what_is_chosen_of_the_view_stays_when_it_is_closed(page):
    page.session_state["view_panel"] = True
    run(page)
    page.toggle(key=link.RELATIVE).set_value(True)
    type_in(page, link.ACROSS, "-6, 6")
    for closed in (1, 2):
        page.session_state["view_panel"] = False
        run(page)
        assert (holds(page, link.RELATIVE), holds(page, link.ACROSS)) == (True, "-6, 6"), closed
        assert not [toggle for toggle in page.toggle if toggle.key == link.RELATIVE]
    assert page.query_params == {"across": "-6, 6", "relative": "1", "v": "2"}


def test_what_is_chosen_of_a_closed_view_outlives_a_lost_connection(monkeypatch):
    page = opened(open="view")
    page.toggle(key=link.RELATIVE).set_value(True)
    type_in(page, link.ACROSS, "-6, 6")
    page.session_state["view_panel"] = False
    run(page)
    for connection in ("second", "second", "third"):
        monkeypatch.setattr(ContextProxy, "headers", {"Sec-WebSocket-Key": connection})
        run(page)
        assert (holds(page, link.RELATIVE), holds(page, link.ACROSS)) == (True, "-6, 6")
    page.session_state["view_panel"] = True
    run(page)
    assert page.toggle(key=link.RELATIVE).value
    assert page.text_input(key=link.ACROSS).value == "-6, 6"


def test_what_must_be_said_of_the_view_is_said_though_it_is_closed():
    (remark,) = remarks(opened(across="2, 2"))
    assert "too narrow" in remark


def test_what_a_link_says_wrongly_is_told_until_something_changes():
    page = opened(relative="perhaps", v="99")
    assert ["newer version" in remark for remark in remarks(page)] == [True, False]
    assert len(remarks(run(page))) == 2
    type_in(page, link.STEP, "0.01")
    assert remarks(page) == []


def test_every_switch_and_entry_is_in_the_address():
    page = opened(open="view")
    for name in (link.RELATIVE, link.FAMILY):
        page.toggle(key=name).set_value(True)
    type_in(page, link.ACROSS, "-6, 6")
    assert page.query_params == {
        **dict.fromkeys((link.RELATIVE, link.FAMILY), "1"),
        "across": "-6, 6",
        "open": "view",
        "v": "2",
    }


def test_the_variables_drawn_are_in_the_address():
    page = opened(f="x y + y z + z x", at="1, 2, 3", axes="z,y", open="view")
    assert page.session_state.reading.axes == (2, 1)
    assert page.selectbox(key="axis_across").value == "z"
    page.selectbox(key="axis_up").select("x")
    run(page)
    assert page.query_params["axes"] == "z,x"


def test_the_fault_and_what_is_open_below_the_graph_are_in_the_address(page):
    page.toggle(key="sabotage").set_value(True)
    run(page)
    page.selectbox(key="chosen_fault").set_value("slip")
    run(page)
    assert page.query_params == {"fault": "slip", "v": "2"}
    places = [place for place in page.selectbox(key="chosen_place").options if place != "somewhere"]
    page.selectbox(key="chosen_place").select(places[-1])
    page.session_state["code_panel"] = True
    run(page)
    query = page.query_params
    assert query["fault"] == "slip"
    assert query["open"] == "code"
    again = opened(**query)
    assert again.toggle(key="sabotage").value
    assert again.selectbox(key="chosen_place").value == query["where"]
    assert len(again.code) == 3
    assert [table.value.to_csv() for table in again.table] == [table.value.to_csv() for table in page.table]
    again.toggle(key="sabotage").set_value(False)
    run(again)
    assert again.query_params == {"open": "code", "v": "2"}


def test_a_place_that_is_not_in_this_graph_is_somewhere():
    page = opened(fault="sign", where="99.1", v="2")
    assert page.selectbox(key="chosen_place").value == ""
    assert page.table


def test_the_family_that_is_counted_is_in_the_address():
    page = opened(f="sin(x1)*x2", at="1, 2", open="costs", v="2")
    last = page.selectbox(key="counted_family").options[-1]
    page.selectbox(key="counted_family").select(last)
    run(page)
    assert page.query_params["costs"] == last
    assert opened(**page.query_params).selectbox(key="counted_family").value == last


def test_the_node_that_a_large_graph_is_drawn_around_is_in_the_address():
    page = opened(f=" + ".join(f"x^{k}" for k in range(2, 60)), at="0.5", across="0, 1")
    box = page.selectbox(key="chosen_node")
    output = box.value
    box.select_index(3)
    run(page)
    assert page.query_params["node"] == str(page.session_state.chosen_node) != str(output)
    assert opened(**page.query_params).session_state.chosen_node == page.session_state.chosen_node


def test_field_and_digits_follow_the_method_chosen_for_them(page):
    page.session_state["view_panel"] = True
    run(page)
    assert not [box for box in page.selectbox if box.key == "layer_method"]  # no layer asks for it
    page.pills(key="layers").set_value(["field", "digits"])
    run(page)
    page.selectbox(key="layer_method").set_value("backward")
    run(page)
    assert page.query_params["by"] == "backward"
    for shown in (page, opened(**page.query_params)):
        drawn = view_data(shown)["pictures"]["map"]
        assert "Gradient field by the method backward" in drawn["caption"]
        assert "Gradient field by the method backward" in drawn["reading"]
        assert "correct digits of the gradient by the method backward" in drawn["reading"]


def test_a_camera_waits_in_the_address_for_the_view():
    page = opened(cam="1.23456,1,1,0,0,0")
    assert page.session_state[link.CAMERA] == "1.235,1,1,0,0,0"
    page.session_state[link.CAMERA] = link.camera_text((2, 2, 2, 0, 0, 0))
    run(page)
    assert page.query_params == {"cam": "2,2,2,0,0,0", "v": "2"}


def test_reset_brings_back_the_lesson_and_a_clean_address():
    page = opened(f="x y z", at="1, 2, 3", eps="1e-8", show="none", axes="x,z", relative="1", par="z:2")
    (reset,) = [button for button in page.button if button.label == "Reset"]
    reset.click()
    run(page)
    assert page.query_params == {}
    assert "(6.1, 8.1)" in paragraph(page)
    assert not holds(page, link.RELATIVE)


# --- parameters ---------------------------------------------------------------------------------------------

FAMILY = "f(x, y) = a x^2 + b y^2"


def test_letters_that_the_heading_leaves_out_get_sliders():
    page = opened(f=FAMILY, at="3, 4", par="b:0.5")
    assert remarks(page) == []
    assert [page.slider(key=f"parameter-{name}").value for name in "ab"] == [1.0, 0.5]
    assert "the gradient is (6, 4)" in paragraph(page)
    page.slider(key="parameter-a").set_value(-2.0)
    run(page)
    assert page.query_params["par"] == "b:0.5,a:-2"
    assert "the gradient is (−12, 4)" in paragraph(page)
    assert any("a = −2" in part.proto.body for part in page.get("html"))
    assert len(table(page)) == len(METHODS)


def test_a_variable_is_held_fixed_and_let_go():
    page = opened(f="a x^2 + y", at="2, 5, 4")
    page.button_group(key="fixed").set_value(["a"])
    run(page)
    assert (page.query_params["par"], page.query_params["at"]) == ("a:2", "5, 4")
    assert "the gradient is (20, 1)" in paragraph(page)
    page.button_group(key="fixed").set_value([])
    run(page)
    assert "par" not in page.query_params
    assert holds(page, link.POINT) == "2, 5, 4"


def test_a_parameter_plays_until_it_is_paused():
    page = opened(f="f(x) = a x", at="3", par="a:2")
    page.button(key="play-a").click()
    run(page)
    assert page.session_state.playing == Playing("a", start=2.0)
    assert page.button(key="play-a").label == "Pause"
    page.session_state[link.PARAMETERS] = "a:2.5"  # as its next turn does
    run(page)
    assert "derivative is 2.5" in paragraph(page)
    assert page.query_params["par"] == "a:2", "the address waits until it stops"
    page.button(key="play-a").click()
    run(page)
    assert page.session_state.playing is None
    assert page.query_params["par"] == "a:2.5"


@pytest.mark.parametrize("value", ["1e100", "-1e100", "1e-300", "-5.0001", "0"])
def test_no_parameter_breaks_the_page(value):
    page = opened(f="f(x) = a x", at="3", par=f"a:{value}")
    assert page.slider(key="parameter-a").value == float(value)
    assert len(table(page)) == len(METHODS)


BEYOND_A_TYPE = [  # a link, and what is said where
    ({"f": "f(x,y)=a*x^2+b*y", "at": "1, 2", "par": "a:70000", "dtype": "float16"}, "a = 70000 is too large"),
    ({"f": "f(x)=a*x", "at": "1", "par": "a:1e39", "dtype": "float32"}, "a = 1e+39 is too large for float32"),
    (
        {"f": "f(x)=a*sin(x)", "at": "1", "par": "a:-1e5", "precisions": "1", "open": "view"},
        "no curve in float16",
    ),
    ({"f": "a*x", "par": "a:1,a:2", "at": "3"}, "the last one, a = 2, is taken"),
    (
        {"f": "x^-2", "at": "-0.2", "eps": "2^-26", "dtype": "float16", "steps": "representable"},
        "0 in float16",
    ),
]


@pytest.mark.parametrize(("query", "words"), BEYOND_A_TYPE)
def test_a_number_beyond_a_type_is_told_and_the_page_stands(query, words):
    page = opened(**query)
    assert any(words in text.value for text in page.text)
    assert len(table(page)) == len(METHODS)


@pytest.mark.parametrize(
    ("text", "point", "fault"), [("gamma(x)", "171", "lost"), ("exp(x^2)", "26.5", "factor")]
)
def test_a_fault_near_the_end_of_float64_breaks_no_page(text, point, fault):
    page = opened(f=text, at=point, fault=fault)
    assert any("On the way" in part.value for part in page.text)


def test_letters_can_be_held_while_the_function_cannot_be_read():
    page = opened(f="a x^2 + y", at="2, 5, 4")
    type_in(page, link.FUNCTION, "a x^2 + + +")
    page.button_group(key="fixed").set_value(["a"])
    run(page)
    assert page.query_params["par"] == "a:2"


def test_what_plays_stops_with_its_function():
    page = opened(f="f(x) = a x", at="3")
    page.button(key="play-a").click()
    run(page)
    type_in(page, link.FUNCTION, "x^2")
    assert page.session_state.playing is None


# --- present mode -------------------------------------------------------------------------------------------


def test_present_mode_is_in_the_address_and_the_page_keeps_all_it_holds(page):
    (door,) = [button for button in page.button if button.label == "Present"]
    door.click()
    run(page)
    assert page.query_params == {"present": "1", "v": "2"}
    type_in(page, link.STEP, "0.01")
    assert page.query_params == {"eps": "0.01", "present": "1", "v": "2"}


@pytest.mark.parametrize("sent", ["Waves", "waves", "", None, 7, ["Waves"], {"name": "Waves"}], ids=str)
def test_a_tour_takes_its_stops_by_name_and_nothing_else(monkeypatch, sent):
    taken: list[str] = []
    monkeypatch.setattr(present, "read_request", lambda key, trigger: sent)
    monkeypatch.setattr(present, "take_preset", lambda preset: taken.append(preset.name))
    present.go_to_stop.__wrapped__()  # for a session that no page has drawn nothing is done
    assert taken == (["Waves"] if sent == "Waves" else [])


# --- what a link leaves out ---------------------------------------------------------------------------------


def hidden_by_style(page: AppTest) -> str:
    return "".join(part.proto.body for part in page.get("html") if "display: none" in part.proto.body)


def test_a_link_leaves_parts_out_and_the_visitor_brings_them_back():
    page = opened(hide="table,gallery,map,errors", f="x y", at="1, 2")
    assert all(f"[data-holds^=part-{name}]" in hidden_by_style(page) for name in ("table", "gallery"))
    assert "[data-holds^=part-words]" not in hidden_by_style(page)
    (show,) = [button for button in page.button if button.label == "Show everything"]
    show.click()
    run(page)
    assert "part-table" not in hidden_by_style(page)
    assert page.query_params == {"f": "x y", "at": "1, 2", "v": "2"}


ROOMS = (".st-key-bar-row", ".st-key-dock-row", "[data-holds=below]")


@pytest.mark.parametrize(
    ("hide", "gone"),
    [
        ("bar", ROOMS[:1]),
        ("dock", ROOMS[1:2]),
        ("point,eps", ROOMS[1:2]),
        ("point", ()),
        ("words,table,kept,closed,graph", ROOMS[2:]),
        ("words,table,kept,closed", ()),
    ],
)
def test_what_holds_parts_goes_with_the_last_of_them(hide, gone):
    rules = re.findall(r"([^{}]+)\{ display: none; \}", hidden_by_style(opened(hide=hide)))
    assert tuple(room for room in ROOMS if any(room in rule for rule in rules)) == gone


def test_headline_and_lesson_are_parts_that_a_link_leaves_out():
    assert view_data(opened())["headline"]
    assert view_data(opened(hide="headline"))["headline"] is None
    assert view_data(opened(hide="words"))["headline"]
    assert view_data(opened())["words"] == paragraph(opened())  # a tab of them on a phone
    assert view_data(opened(hide="words"))["words"] == ""
    lesson = PRESETS[0].lesson
    assert lesson in [caption.value for caption in opened().caption]
    assert lesson not in [caption.value for caption in opened(hide="lesson").caption]


def test_a_page_without_pictures_lives():
    page = opened(hide="surface,map,errors")
    assert "the gradient is (6, 8)" in paragraph(page)


def test_share_gives_the_link_with_what_it_shows(page):
    page.session_state["share"] = True
    type_in(page, link.STEP, "0.01")
    page.checkbox(key="shows-table").uncheck()
    run(page)
    address, frame = [block.value for block in page.code]
    assert address.endswith("?eps=0.01&hide=table&v=2")
    assert f'src="{escape(address.replace("hide=", "hide=bar,"))}"' in frame
    assert ' title="f(x₁, x₂) = x1^2 + x2^2 · gradviz"' in frame
    assert link.HIDDEN not in page.query_params, "the page itself stays as it is"


def test_share_saves_the_slide_and_each_picture_in_the_colours_chosen(page):
    page.session_state["share"] = True
    run(page)
    offered = [button.proto.id.partition("saves-")[2] for button in page.get("download_button")]
    assert {"svg", "pdf", "png", "4x.png"} < set(offered)
    assert {"surface.svg", "map.pdf", "errors.png", "graph.svg", "table.pdf"} < set(offered)
    assert "curve.svg" not in offered
    values = {**link.values_in({})[0], link.FUNCTION: "x^2", link.POINT: "1"}
    colours = {
        theme: file_of(FORMATS["errors.svg"], values, "", theme).decode()
        for theme in ("light", "dark", "print")
    }
    assert '"#0E1117"' in colours["dark"]
    assert '"#D55E00"' in colours["light"]
    assert "#D55E00" not in colours["print"]


@pytest.mark.parametrize(
    ("shown", "query"),
    [
        (True, {"eps": "0.01"}),
        (False, {"present": "1"}),
        (False, {"predict": "1"}),
        (False, {"hide": "methods"}),
    ],
)
def test_the_stage_has_a_button_that_saves_the_slide(shown: bool, query: dict[str, str]):
    """Not where it would tell what is to be guessed, nor where its place, the row of cards, is not shown."""
    page = opened(**query, v="2")
    offered = [button.proto for button in page.get("download_button")]
    assert [button.label for button in offered] == ["Save slide"] * shown
    assert all(button.deferred_file_id for button in offered), "drawn when it is pressed"


# --- guess first --------------------------------------------------------------------------------------------


def test_the_error_plot_waits_for_a_guess():
    page = opened(open="view")
    page.toggle(key=link.PREDICT).set_value(True)
    run(page)
    assert page.query_params == {"open": "view", "predict": "1", "v": "2"}
    (reveal,) = [button for button in page.button if button.label == "Reveal"]
    assert reveal.disabled, "a guess comes first"
    assert not tables(page), "it would tell which method loses"
    assert not any("its best ε" in part.value for part in page.markdown)
    assert view_data(page)["words"] == ""
    assert not any("off by exactly ε" in caption.value for caption in page.caption)
    page.radio(key="guessed_worst").set_value("forward")
    run(page)
    (reveal,) = [button for button in page.button if button.label == "Reveal"]
    reveal.click()
    run(page)
    assert any("the error of the forward difference is least near" in part.value for part in page.markdown)
    assert not [button for button in page.button if button.label == "Reveal"]
    assert len(table(page)) == len(METHODS)
    assert any("its best ε" in part.value for part in page.markdown)
    type_in(page, link.POINT, "1, 1")
    assert [button for button in page.button if button.label == "Reveal"], "another plot, another guess"


# --- the point under a finger -------------------------------------------------------------------------------


def picked(page: AppTest, **event: object) -> AppTest:
    """What becomes of a press that the view reports; AppTest has no view that could."""
    session = cast(Session, SimpleNamespace(reading=page.session_state.reading))
    for name, value in stage.REPORTS["picked"](event, session).items():
        page.session_state[name] = value
    return run(page)


def test_a_point_that_is_let_go_is_written_into_the_entry(page):
    picked(page, picture="map", x=-1.23456, y=2.0, done=True, n=1)
    assert holds(page, link.POINT) == "-1.23, 2"
    assert "At x₁ = −1.23 and x₂ = 2" in paragraph(page)


def test_a_point_that_is_held_moves_the_answers_and_not_the_entry(page):
    picked(page, picture="map", x=-1.0, y=2.0, done=False, n=1)
    assert holds(page, link.POINT) == "3, 4"
    assert "At x₁ = −1 and x₂ = 2" in paragraph(page)
    run(page)
    assert "At x₁ = 3 and x₂ = 4" in paragraph(page)


def test_a_press_on_a_slice_moves_the_drawn_variables_only():
    page = opened(f="x y + y z + z x", at="1, 2, 3", axes="x,z")
    picked(page, picture="map", x=-1.0, y=0.5, done=True, n=1)
    assert holds(page, link.POINT) == "-1, 2, 0.5"


def test_a_press_on_the_curve_moves_its_one_variable():
    page = opened(f="x^3 - 3x", at="1.5")
    picked(page, picture="curve", x=-1.0, y=2.0, done=True, n=1)
    assert holds(page, link.POINT) == "-1"


# --- while PyTorch loads ------------------------------------------------------------------------------------


def test_while_pytorch_loads_its_row_says_so_and_then_fills_in(monkeypatch):
    loaded = loading._LOADED
    monkeypatch.setattr(loading, "_LOADED", type(loaded)())
    page = opened()
    assert "PyTorch is loading" in table(page)["backprop"]
    assert not re.search(r"\d\.\d", table(page)["backprop"])
    assert "ack-propagation" not in paragraph(page)
    assert "(6.1, 8.1)" in paragraph(page)
    assert "6.0000000000000000" in table(page)["symbolic"]
    monkeypatch.setattr(loading, "_LOADED", loaded)
    run(page)
    assert "6.0000000000000000" in table(page)["backprop"]
    assert "The closed form and back-propagation take no step" in paragraph(page)


# --- what a link says is never markup -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["<img src=x onerror=alert(1)>", "[a](http://example.org)", ":red[x]", r"\href{x}{y}", "**x**", "`x`"],
)
def test_what_was_typed_is_never_shown_as_markup(text):
    page = opened(f=text, at=text, eps=text, across=text, up=text, show=text)
    shown = [part.value for part in (*page.markdown, *page.caption, *page.latex)]
    shown += [part.proto.body for part in page.get("html")]
    assert not [part for part in shown if text in part]
    assert len(table(page)) == len(METHODS)


def test_whose_curve_is_explained_is_a_choice_that_the_link_holds():
    def explained(page: AppTest) -> dict[str, bool]:
        cards = view_data(page)["cards"]
        return {card["method"]: card["explained"] for card in cards if "explained" in card}

    page = opened()
    assert explained(page) == {"forward": True, "backward": False, "central": False}  # those with a step
    assert explained(reported(page, "explained", "central"))["central"]
    assert holds(page, link.EXPLAINED) == "central"
    reported(page, "explained", "forward")
    assert holds(page, link.EXPLAINED) == ""  # as on a page without a link
    assert explained(opened(explain="backward"))["backward"]
    assert not any(explained(opened(explain="none")).values())
    assert explained(opened(explain="central6"))["forward"]  # not shown


# --- a picture kept beside ----------------------------------------------------------------------------------


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [button for button in page.button if button.label == label]
    button.click()
    return run(page)


def buttons(page: AppTest) -> list[str]:
    return [button.label for button in page.button if button.label in ("Keep this picture", "Swap", "Drop")]


def captions(page: AppTest) -> list[str]:
    """The headings of the tables: of the two that are compared, the present one first, then of the page."""
    bodies = [part.proto.body for part in tables(page)]
    return [unescape(re.search(r"<caption>(.*?)<", body, re.DOTALL).group(1)) for body in bodies]


def test_a_picture_is_kept_swapped_and_dropped(page):
    assert buttons(page) == ["Keep this picture"]
    assert page.session_state.drawn.compared is None
    press(page, "Keep this picture")
    assert buttons(page) == ["Keep this picture", "Swap", "Drop"]
    (lesson,) = set(captions(page))
    type_in(page, "f", "x y")
    type_in(page, "at", "1, 2")
    assert captions(page)[1] == lesson != captions(page)[0] == captions(page)[2]
    assert page.query_params["kept"] == "f=x1%5E2+%2B+x2%5E2"
    assert "the gradient is (2, 1)" in paragraph(page)
    press(page, "Swap")
    assert [holds(page, name) for name in ("f", "at")] == ["x1^2 + x2^2", "3, 4"]
    assert page.query_params["kept"] == "f=x+y&at=1,+2&win=-8,+8,+-8,+8"  # as it was seen
    assert captions(page)[0] == lesson != captions(page)[1]
    press(page, "Drop")
    assert len(captions(page)) == 1
    assert buttons(page) == ["Keep this picture"]
    assert "kept" not in page.query_params
    assert page.session_state.drawn.compared is None


def test_what_the_kept_picture_says_is_not_worked_out_again_for_the_present_one(page):
    press(page, "Keep this picture")
    before = page.session_state.drawn.compared
    type_in(page, "eps", "1e-3")
    type_in(page, "f", "x y")
    assert page.session_state.drawn.compared is before
    page.session_state["relative"] = True
    run(page)
    assert page.session_state.drawn.compared is not before


def test_a_link_shows_the_kept_picture_with_its_own_window_and_kind_of_numbers():
    page = opened(f="x^2", at="1", kept="f=x+y&at=1,+2&across=-3,+3&up=0,+5&dtype=float32", v="2")
    assert "float32" in captions(page)[1]
    (view,) = [part for part in page.get("bidi_component") if part.key == "kept-view"]
    data = json.loads(view.proto.json)
    layout = data["pictures"]["kept-map"]["figure"]["layout"]
    assert [layout[axis]["range"] for axis in ("xaxis", "yaxis")] == [[-3, 3], [0, 5]]
    assert any("the gradient is (2, 1)" in text.value for text in page.markdown)
    assert not any(picture["pick"] or picture["steps"] for picture in data["pictures"].values())
    assert (data["step"], data["gradientsByStep"]) == (None, None)


def test_what_is_compared_is_drawn_to_one_scale():
    page = opened(f="x^2", at="1", kept="f=1000*exp(9x)&at=1&dtype=float32", v="2")
    (view,) = [part for part in page.get("bidi_component") if part.key == "kept-view"]
    shown = json.loads(view.proto.json)["pictures"]
    now, kept = (shown[f"{side}-errors"]["figure"]["layout"] for side in ("now", "kept"))
    assert now["xaxis"]["range"] == kept["xaxis"]["range"]
    assert now["meta"]["room"] == kept["meta"]["room"]
    assert now["yaxis"]["range"] == kept["yaxis"]["range"]
    alone = view_data(page)["pictures"]["errors"]["figure"]["layout"]
    assert alone["yaxis"]["range"] != now["yaxis"]["range"]  # by itself it has the room that it needs


def test_a_picture_that_cannot_be_drawn_cannot_be_kept(page):
    type_in(page, "f", "x1 +")
    (button,) = [button for button in page.button if button.label == "Keep this picture"]
    assert button.disabled


def test_a_link_with_nonsense_to_keep_opens_without_it():
    page = opened(kept="f=exec(1)&at=9", v="2")
    assert buttons(page) == ["Keep this picture"]
    assert any("The link’s kept is left out." in text.value for text in page.text)


# What cannot be read, by entry; and a text past every limit, which no address could carry.
UNREADABLE = (
    ("f", "sin(x"),
    ("f", "x" * 4000),
    ("at", "3, four"),
    ("at", "1, " * 1500),
    ("eps", "-1"),
)


@pytest.mark.parametrize(("name", "text"), UNREADABLE)
def test_the_address_keeps_to_the_picture_where_an_entry_cannot_be_read(name, text):
    """So a reload, and whoever is sent the link, sees the picture that stands."""
    page = opened(f="x^2*y", at="1, 2", eps="0.01", v="2")
    before = page.query_params
    type_in(page, name, text)
    assert holds(page, name) == text  # it can still be mended
    assert page.query_params == before
    again = opened(**before)
    assert paragraph(again) == paragraph(page)
    type_in(page, "eps", "0.02")
    assert page.query_params == {**before, "eps": "0.02"}


def test_what_was_typed_is_in_the_address_once_it_can_be_read():
    page = opened(f="x^2*y", at="1, 2")
    type_in(page, "f", "sin(x")
    assert "Showing the last valid f" in " ".join(caption.value for caption in page.caption)
    type_in(page, "f", "sin(x)*y")
    assert page.query_params["f"] == "sin(x)*y"
    assert "Showing the last valid f" not in " ".join(caption.value for caption in page.caption)


@pytest.mark.parametrize(
    ("name", "text", "nearest", "corrected"),
    [
        ("f", "coz(x1) + x2", "cos", "cos(x1) + x2"),
        ("f", "x1 + 2sine(x2)", "sin", "x1 + 2sin(x2)"),
        ("f", "coz(x1) + sinn(x2)", "cos", "cos(x1) + sinn(x2)"),  # the second comes next
        ("at", "sine(1), 2", "sin", "sin(1), 2"),
        ("at", "x1=3, x2=coz(1)", "cos", "x1=3, x2=cos(1)"),
        ("eps", "exo(-3)", "exp", "exp(-3)"),
    ],
)
def test_a_press_on_a_suggestion_puts_it_into_the_entry(name, text, nearest, corrected):
    page = opened(f="x1^2 + x2^2", at="3, 4")
    type_in(page, name, text)
    (button,) = [button for button in page.button if button.key == f"correct-{name}"]
    assert button.label == f"Write {nearest}"
    button.click().run()
    assert holds(page, name) == corrected


@pytest.mark.parametrize("text", ["foo(x1)", "x1^", "power(x1, 2", "(x1"])
def test_no_button_where_nothing_would_be_mended(text):
    page = opened(f="x1^2 + x2^2", at="3, 4")
    type_in(page, "f", text)
    assert not [button for button in page.button if button.key == "correct-f"]


def test_one_press_makes_sliders_of_the_likely_coefficients_and_the_link_has_them():
    page = opened(f="x^2 + y", at="3, 4")
    type_in(page, "f", "a x^2 + b y")
    (button,) = [button for button in page.button if button.label == "Make a, b sliders"]
    button.click().run()
    assert [slider.label for slider in page.slider if slider.label.startswith("Parameter")] == [
        "Parameter a",
        "Parameter b",
    ]
    assert page.query_params["par"] == "a:1,b:1"
    assert "the gradient is (6, 1)" in paragraph(page)  # 2 a x and b at (3, 4)
    assert not [button for button in page.button if "slider" in button.label]


def test_nothing_is_offered_while_the_function_cannot_be_read():
    page = opened(f="a x", at="1, 2")
    assert [button.label for button in page.button if "slider" in button.label] == ["Make a slider of a"]
    type_in(page, "f", "a x +")
    assert not [button for button in page.button if "slider" in button.label]


def test_a_text_of_any_length_in_a_link_is_refused_with_a_sentence():
    page = opened(f="x+" * 20_000 + "x", at="1," * 20_000 + "1")
    assert len(holds(page, "f")) <= 5000
    assert "longer than 1000 characters" in " ".join(text.value for text in page.text)
    assert typeset(page)[0].endswith("x_{1}^{2}+x_{2}^{2}")


def test_what_is_cut_off_at_an_entry_was_refused_anyway():
    """Streamlit cuts in silence, on both sides: no text that it cuts may mean something when shorter."""
    cut = link.LONGEST_TYPED
    assert cut > max(lexer.LONGEST_TEXT, link.LONGEST_LIST, link.LONGEST_COMPARED, number.LONGEST_NUMBER)
    for text in (" " * cut + "x", "x" + " " * cut):
        assert link.read(link.Entries(function=text[:cut])).remarks
    page = opened()
    assert {entry.proto.max_chars for entry in page.text_input} == {cut}
