"""What axe-core says of the page: its rules are W3C's, told with the elements that break them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

# What a person with some disability could not get past; the rest is advice.
GRAVE = ("serious", "critical")
RUN = """async () => {
    const found = await axe.run(document, {resultTypes: ['violations']});
    return found.violations.flatMap(({id, impact, nodes}) => nodes.map(node => ({
        rule: id, impact, selector: node.target.flat().join(' '), markup: node.html.slice(0, 300),
        told: node.failureSummary,
    })));
}"""


@dataclass(frozen=True)
class Violation:
    """One element that breaks one rule."""

    rule: str
    impact: str
    selector: str
    markup: str
    told: str


@cache
def axe_core() -> str:
    """The text of axe-core, from the installed package: nothing is fetched."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[Violation]:
    """What breaks a rule on the page as it stands, the grave ones."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_core())  # the page's own policy would not let a script element in
    return [Violation(**found) for found in page.evaluate(RUN) if found["impact"] in GRAVE]
