"""The sentences the page says about a result: what is seen for this function, point and step, and why."""

from gradviz.sentences.cards import Card, cards, truth_in_short
from gradviz.sentences.guess import NEAR, Guess, about, question, verdict
from gradviz.sentences.headline import headline
from gradviz.sentences.phrases import fixed_parameters, setting
from gradviz.sentences.summary import CLOSED_FORM_HELP, WHAT_IS_THIS, announcement, paragraph, paragraph_parts
from gradviz.sentences.table import proved_digits, rows, table_heading

__all__ = [
    "CLOSED_FORM_HELP",
    "NEAR",
    "WHAT_IS_THIS",
    "Card",
    "Guess",
    "about",
    "announcement",
    "cards",
    "fixed_parameters",
    "headline",
    "paragraph",
    "paragraph_parts",
    "proved_digits",
    "question",
    "rows",
    "setting",
    "table_heading",
    "truth_in_short",
    "verdict",
]
