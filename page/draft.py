"""How an entry would be read, while it is being typed.

A request of its own, outside Streamlit's runs: it takes a few milliseconds, changes nothing on the page, and
an answer that comes late can take back neither a letter nor what was pressed meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool

from gradviz import content, link

LONGEST_TYPESET = 4000  # characters of LaTeX; a longer formula is typeset once it is drawn
AT_ONCE = asyncio.Semaphore(2)  # the threads that drafts may take: pictures come first


async def drafted(texts: Mapping[str, str]) -> dict[str, str]:
    """The answer to the texts of the entries by name, in a thread when one of :data:`AT_ONCE` is free.

    ``of`` names the one that is being typed: the function, unless it is the point or ε.
    """
    async with AT_ONCE:
        if texts.get("of") in (link.POINT, link.STEP):
            return await run_in_threadpool(read_number, texts["of"], texts)
        function, parameters = (texts.get(name, "") for name in (link.FUNCTION, link.PARAMETERS))
        return await run_in_threadpool(read_draft, function, parameters)


def read_draft(function: str, parameters: str) -> dict[str, str]:
    """{"latex", "text"} of the function, or {"sentence", "caret", "nearest", "corrected"} of its refusal.

    Both texts come from anywhere: each is measured before it is read.
    """
    found = link.read_draft(function, parameters)
    if isinstance(found, link.Remark):
        return _refused(found)
    latex = content.function_latex(found)
    return {
        "latex": latex if len(latex) <= LONGEST_TYPESET else "",
        "text": content.function_in_short(found),
    }


def read_number(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    """{"text"} of what the point or ε means, with a "note" where there is one; else its refusal."""
    entries = link.Entries(
        function=texts.get(link.FUNCTION, ""),
        point=texts.get(link.POINT, ""),
        step=texts.get(link.STEP, ""),
        dtype=texts.get(link.PRECISION, ""),
        step_kind=texts.get(link.STEP_KIND, ""),
        parameters=texts.get(link.PARAMETERS, ""),
    )
    text, remark = link.read_number_draft(name, texts.get(name, ""), entries)
    if not text and remark is not None:
        return _refused(remark)
    return {"text": text, "note": "" if remark is None else remark.sentence}


def _refused(remark: link.Remark) -> dict[str, str]:
    return {
        "sentence": remark.sentence,
        "caret": remark.caret,
        "nearest": remark.nearest,
        "corrected": remark.corrected,
    }
