"""How a function would be read, while it is being typed.

A request of its own, outside Streamlit's runs: it takes a few milliseconds, changes nothing on the page, and
an answer that comes late can take back neither a letter nor what was pressed meanwhile.
"""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool

from gradviz import content, link

LONGEST_TYPESET = 4000  # characters of LaTeX; a longer formula is typeset once it is drawn
AT_ONCE = asyncio.Semaphore(2)  # the threads that drafts may take: pictures come first


async def drafted(function: str, parameters: str) -> dict[str, str]:
    """:func:`read_draft` in a thread, when one of :data:`AT_ONCE` is free."""
    async with AT_ONCE:
        return await run_in_threadpool(read_draft, function, parameters)


def read_draft(function: str, parameters: str) -> dict[str, str]:
    """{"latex", "text"} of the function, or {"sentence", "caret", "nearest", "corrected"} of its refusal.

    Both texts come from anywhere: each is measured before it is read.
    """
    found = link.read_draft(function, parameters)
    if isinstance(found, link.Remark):
        return {
            "sentence": found.sentence,
            "caret": found.caret,
            "nearest": found.nearest,
            "corrected": found.corrected,
        }
    latex = content.function_latex(found)
    return {
        "latex": latex if len(latex) <= LONGEST_TYPESET else "",
        "text": content.function_in_short(found),
    }
