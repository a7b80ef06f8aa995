"""Hidden options and private calls that the page leans on: an upgrade that takes one away says which."""

import inspect
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
import streamlit
from streamlit import config
from streamlit.components.v2 import component
from streamlit.runtime.scriptrunner import ScriptRunContext

from page import runtime
from tests.support.paths import ROOT

SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
VIEW = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "gradviz" / "browser").rglob("*.js"))
RULES = [*(ROOT / "page").glob("*.css"), ROOT / "page" / "style.py"]
STYLES = "".join(path.read_text(encoding="utf-8") for path in RULES)


def dotted(table: dict, path: str = "") -> dict[str, object]:
    """{"runner": {"postScriptGC": False}} → {"runner.postScriptGC": False}"""
    flat = {}
    for key, value in table.items():
        flat |= dotted(value, f"{path}{key}.") if isinstance(value, dict) else {f"{path}{key}": value}
    return flat


@pytest.mark.parametrize("option", dotted(SETTINGS))
def test_streamlit_knows_every_option_we_set(option):
    """Streamlit passes over an option it does not know without failing."""
    assert option in config.get_config_options()


def test_the_collection_after_every_rerun_is_switched_off():
    """A hidden option: worth 145 ms a rerun with torch and sympy loaded."""
    assert SETTINGS["runner"]["postScriptGC"] is False
    runner = Path(streamlit.__file__).parent / "runtime" / "scriptrunner" / "script_runner.py"
    assert 'config.get_option("runner.postScriptGC")' in runner.read_text(encoding="utf-8")


def test_the_browser_keeps_messages_for_longer_than_the_slider_goes():
    """A hidden option: at its default of 2 runs, ε going to and fro kills the page."""
    assert SETTINGS["global"]["maxCachedMessageAge"] > 2 * 161
    assert "maxCachedMessageAge" in streamlit_scripts()


def test_a_run_knows_that_the_visitor_went_back_or_forward():
    """Not documented: without it the page stays as it is, and writes its address anew."""
    assert "is_history_navigation" in ScriptRunContext.__dataclass_fields__


def test_a_run_knows_how_many_fragments_it_draws():
    """Not documented: without it what PyTorch has added may come half a second later."""
    assert "fragment_ids_this_run" in ScriptRunContext.__dataclass_fields__


def test_what_comes_before_streamlit_can_stand_in_its_document():
    """Not documented: a script in the head runs before Streamlit's, which waits for the whole document."""
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    assert index.count("</head>") == 1
    assert re.findall(r"<script [^>]*src=[^>]*>", index) == re.findall(r"<script type=.module[^>]*>", index)


def test_streamlit_marks_whether_it_is_connected():
    """Not documented, meant for tests: without it a page does not run by itself after a lost connection."""
    (mark,) = re.findall(r'CONNECTION = "([\w-]+)"', VIEW)
    assert f'"{mark}":' in streamlit_scripts()
    assert "CONNECTED=`CONNECTED`" in streamlit_scripts()


def test_streamlit_marks_whether_the_script_runs():
    """Not documented, meant for tests: without it a late answer is waited for no longer than a lost one."""
    (mark,) = re.findall(r'RUN = "([\w-]+)"', VIEW)
    assert f'"{mark}":' in streamlit_scripts()
    assert "RUNNING=`running`" in streamlit_scripts()


def test_formulas_are_typeset_by_a_script_that_we_may_load_too():
    """Not documented: without it a draft is shown as plain text."""
    script = (Path(streamlit.__file__).parent / "static" / runtime.typesetter()).read_text(encoding="utf-8")
    assert script.endswith(" as default};")
    assert "`math-display`" in script


def test_a_visitor_never_sees_a_traceback():
    assert SETTINGS["client"]["showErrorDetails"] == config.ShowErrorDetailsConfigOptions.NONE


# What the page calls Streamlit with, and why it needs that.
CALLS = (
    (streamlit.App, "lifespan", "loads what is slow before the first visitor needs it"),
    (streamlit.App, "routes", "serves Plotly and the browser's modules"),
    (streamlit.App, "middleware", "compresses them, and adds the headers"),
    (component, "js", "loads the browser's modules"),
    (component, "isolate_styles", "Plotly's styles must reach the view"),
    (streamlit.text_input, "persist_state", "what is typed stays while its panel is closed"),
    (streamlit.toggle, "persist_state", "the same of switches"),
    (streamlit.expander, "on_change", "a panel is filled when it is opened"),
    (streamlit.popover, "on_change", "the same"),
    (streamlit.fragment, "run_every", "the page completes itself once PyTorch is loaded"),
)


@pytest.mark.parametrize(
    ("function", "parameter", "reason"), CALLS, ids=lambda value: getattr(value, "__name__", value)
)
def test_streamlit_takes_the_parameter(function, parameter, reason):
    assert parameter in inspect.signature(function).parameters, reason


@cache
def streamlit_scripts() -> str:
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    return "".join(script.read_text(encoding="utf-8") for script in folder.glob("*.js"))


# Marks on Streamlit's own elements: what the browser tests wait for, and what our styles name.
MARKS = {
    "data-test-script-state",
    "notRunning",
    "stApp",
    "stMain",
    *re.findall(r"""(?:\.|testid=["']?)(st[A-Z]\w+)""", VIEW + STYLES),
}


@pytest.mark.parametrize("mark", sorted(MARKS))
def test_streamlit_marks_its_elements(mark):
    assert mark in streamlit_scripts()
