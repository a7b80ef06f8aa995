"""Guess first: the error plot stays hidden until the visitor has said what it will show."""

from __future__ import annotations

import streamlit as st

from gradviz import link, sentences
from gradviz.comparison import Answers
from gradviz.text.numbers import number
from page.controls import METHOD_LABELS
from page.guard import callback
from page.state import is_visible, session

EXPONENTS = [half / 2 for half in range(2 * int(link.SMALLEST_EXPONENT), 2 * int(link.LARGEST_EXPONENT) + 1)]


def question(answers: Answers, shown: tuple[str, ...]) -> str | None:
    """The question to answer before the errors are seen; None where there is none."""
    return sentences.question(answers, shown) if session[link.PREDICT] and is_visible("errors") else None


def is_open(answers: Answers, shown: tuple[str, ...]) -> bool:
    """Whether the best step and the worst method are still to be guessed: what tells them is hidden then."""
    guess = session.guess
    guessed = guess is not None and guess.about == sentences.about(answers)
    return not guessed and question(answers, shown) is not None


def guess_first(answers: Answers, shown: tuple[str, ...], guessing: bool) -> None:
    """Ask for a guess where that is wanted; once there is one, say how good it was."""
    text = question(answers, shown)
    if not text:
        return
    with st.container(border=True, key="guess-first"):
        if not guessing:
            if session.guess is not None:
                st.markdown(sentences.verdict(answers, shown, session.guess))
            return
        st.markdown(f"**Before you look: what will the error plot show?** {text}")
        exponent = st.select_slider("Best ε", EXPONENTS, -4.0, format_func=_step_in_words)
        worst = st.radio(
            f"Which one loses most at ε = {answers.step:g}?",
            [name for name in shown if name in answers.estimates],
            format_func=METHOD_LABELS.__getitem__,
            index=None,
            key="guessed_worst",
            horizontal=True,
        )
        guess = sentences.Guess(sentences.about(answers), 10.0**exponent, worst or "")
        st.button("Reveal", type="primary", disabled=worst is None, on_click=reveal, args=(guess,))


def _step_in_words(exponent: float) -> str:
    return number(10.0**exponent, 2)


@callback
def reveal(guess: sentences.Guess) -> None:
    """Show what was to be guessed."""
    session.guess = guess
