"""What stands in the log: what failed and where, but nothing that anybody typed.

A text that was typed may be in a message of ours, in the message of an exception, and in an address: of each
the log has how long it is, or what kind, or its path. Two variables of the environment:

- ``GRADVIZ_LOG=json`` writes one JSON object a line, as programs that collect logs read them;
- ``GRADVIZ_LOG_TEXT=1`` writes the texts, for whoever looks for a fault on a machine of their own.
"""

from __future__ import annotations

import json
import logging
import os
import reprlib
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime

FORMAT, TEXT = "GRADVIZ_LOG", "GRADVIZ_LOG_TEXT"
LONGEST = 160  # characters of a text in the log
WITHHELD = f"(message withheld: {TEXT}=1 shows it)"
CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def texts_are_shown(settings: Mapping[str, str] = os.environ) -> bool:
    """Whether the log has what was typed."""
    return settings.get(TEXT) == "1"


def typed(text: str) -> str:
    """A text that was typed, as the log has it."""
    if not texts_are_shown():
        return f"<{len(text)} letters>"
    short = reprlib.Repr()
    short.maxstring = LONGEST
    return short.repr(text)


def failure(error: BaseException) -> str:
    """An exception as one traceback, without the messages, which may repeat what was typed."""
    if texts_are_shown():
        return "".join(traceback.format_exception(error)).rstrip("\n")
    parts: list[str] = []
    following: BaseException | None = error
    met: set[int] = set()
    while following is not None and id(following) not in met:
        met.add(id(following))
        kind = type(following)
        name = (
            kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        )
        message = f": {WITHHELD}" if str(following) else ""
        frames = "".join(traceback.format_tb(following.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{name}{message}\n")
        if following.__cause__ is not None:
            parts.append(CAUSE)
            following = following.__cause__
        elif following.__context__ is not None and not following.__suppress_context__:
            parts.append(CONTEXT)
            following = following.__context__
        else:
            following = None
    return "".join(reversed(parts)).rstrip("\n")


def make_record(*args: object, **kwargs: object) -> logging.LogRecord:
    """A record of the log, of any library: exceptions without messages, addresses without queries."""
    record = logging.LogRecord(*args, **kwargs)  # type: ignore[arg-type]
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text = failure(record.exc_info[1])  # formatters take it, where it is there
    if record.name.startswith("uvicorn") and isinstance(record.args, tuple):
        record.args = tuple(
            part.partition("?")[0] if isinstance(part, str) and part.startswith("/") else part
            for part in record.args
        )
    return record


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time``, ``level``, ``logger``, ``message``, perhaps ``traceback``."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            entry["traceback"] = record.exc_text
        return json.dumps(entry, ensure_ascii=False)


class Logger(logging.Logger):
    """A logger whose handlers write JSON, whoever adds them: Streamlit gives each of its loggers one."""

    def addHandler(self, hdlr: logging.Handler) -> None:
        """Add a handler, with the format of all."""
        hdlr.setFormatter(JsonLines())
        super().addHandler(hdlr)


def thread_failed(failed: threading.ExceptHookArgs) -> None:
    """Log what ended a thread, as everything else."""
    if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
        name = failed.thread.name if failed.thread else "?"
        logging.getLogger("gradviz").error("thread %s ended", name, exc_info=failed.exc_value)


def set_up(settings: Mapping[str, str] = os.environ) -> None:
    """Have all loggers of this process keep to the above. ValueError for an unknown format."""
    form = settings.get(FORMAT, "").strip()
    if form not in ("", "text", "json"):
        raise ValueError(f"{FORMAT} is json, or text")
    logging.setLogRecordFactory(make_record)
    threading.excepthook = thread_failed
    if form != "json":
        return
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    logging.setLoggerClass(Logger)
    if logging.lastResort:  # of loggers that have no handler
        logging.lastResort.setFormatter(JsonLines())
    known = [
        logger for logger in logging.root.manager.loggerDict.values() if isinstance(logger, logging.Logger)
    ]
    for logger in (root, *known):
        for handler in logger.handlers:
            handler.setFormatter(JsonLines())
