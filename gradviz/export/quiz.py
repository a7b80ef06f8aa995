"""Questions as Moodle XML and as GIFT, which course systems import."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from itertools import groupby
from xml.etree import ElementTree

from gradviz import content
from gradviz.export.questions import Choice, Question, decimals, questions
from gradviz.export.snapshot import Snapshot

_ONE_LINE = str.maketrans({"\n": " ", "\r": " "})
# GIFT's own letters; a backslash first of all, or \n of \nabla would begin a line
_ESCAPED = str.maketrans({letter: f"\\{letter}" for letter in "\\~=#{}:"})


def moodle_xml(snapshot: Snapshot) -> str:
    """The questions about a page for Moodle. GradvizError where nothing can be asked."""
    return in_moodle_xml(_asked(snapshot), content.function_in_short(snapshot.reading.field))


def gift(snapshot: Snapshot) -> str:
    """The questions about a page in GIFT. GradvizError where nothing can be asked."""
    written = in_gift(_asked(snapshot), content.function_in_short(snapshot.reading.field))
    return f"// {snapshot.link.translate(_ONE_LINE)}\n\n{written}"


def _asked(snapshot: Snapshot) -> tuple[Question, ...]:
    return questions(snapshot.reading, snapshot.variants)


def in_moodle_xml(asked: Sequence[Question], function: str) -> str:
    """Questions about ``function`` for Moodle's question bank, a category for each kind, pictures inside.

    https://docs.moodle.org/en/Moodle_XML_format
    """
    root = ElementTree.Element("quiz")
    for kind, group in groupby(asked, key=lambda question: question.kind):
        category = ElementTree.SubElement(root, "question", type="category")
        _text(category, "category", _category(function, kind))
        for question in group:
            root.append(_element(question))
    ElementTree.indent(root, " ")
    body = ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def in_gift(asked: Sequence[Question], function: str) -> str:
    """The same in GIFT, the pictures in the text. https://docs.moodle.org/en/GIFT_format"""
    lines: list[str] = []
    for kind, group in groupby(asked, key=lambda question: question.kind):
        lines += [f"$CATEGORY: {_category(function, kind)}", ""]
        for question in group:
            text = _gift(_with_picture(question, _data(question)))
            lines += [f"::{_gift(question.name)}::[html]{text}{{", *["#"] * question.is_numerical]
            lines += [_gift_choice(choice) for choice in question.choices] + ["}", ""]
    return "\n".join(lines)


def _category(function: str, kind: str) -> str:
    """Where a kind of question goes in the bank; a slash would begin a level of its own."""
    return f"$course$/top/gradviz/{function.translate(_ONE_LINE).replace('/', '//')}/{kind}"


def _with_picture(question: Question, source: str) -> str:
    if not question.picture:
        return question.text
    image = f'<img src="{source}" alt="{escape(question.alternative)}" width="600" height="315">'
    return f"{question.text}<p>{image}</p>"


# --- Moodle XML ---------------------------------------------------------------------------------------------


def _element(question: Question) -> ElementTree.Element:
    element = ElementTree.Element("question", type="numerical" if question.is_numerical else "multichoice")
    _text(element, "name", question.name)
    asked = _text(element, "questiontext", _with_picture(question, "@@PLUGINFILE@@/picture.png"), "html")
    if question.picture:
        file = ElementTree.SubElement(asked, "file", name="picture.png", path="/", encoding="base64")
        file.text = base64.b64encode(question.picture).decode()
    _text(element, "generalfeedback", "", "html")
    for name, value in (("defaultgrade", "1"), ("penalty", "0.3333333"), ("hidden", "0"), ("idnumber", "")):
        ElementTree.SubElement(element, name).text = value
    if question.is_numerical:
        for choice in question.choices:
            assert choice.tolerance is not None
            answer = _answer(element, choice, "moodle_auto_format")
            ElementTree.SubElement(answer, "tolerance").text = decimals(choice.tolerance)
        for name, value in (("unitgradingtype", "0"), ("unitpenalty", "0.1"), ("showunits", "3")):
            ElementTree.SubElement(element, name).text = value
        return element
    for name, value in (("single", "true"), ("shuffleanswers", "true"), ("answernumbering", "abc")):
        ElementTree.SubElement(element, name).text = value
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _text(element, name, "", "html")
    for choice in question.choices:
        _answer(element, choice, "html")
    return element


def _answer(parent: ElementTree.Element, choice: Choice, format: str) -> ElementTree.Element:
    answer = ElementTree.SubElement(parent, "answer", fraction="100" if choice.right else "0", format=format)
    ElementTree.SubElement(answer, "text").text = choice.text
    _text(answer, "feedback", choice.feedback, "html")
    return answer


def _text(parent: ElementTree.Element, name: str, text: str, format: str = "") -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, {"format": format} if format else {})
    ElementTree.SubElement(element, "text").text = text
    return element


# --- GIFT ---------------------------------------------------------------------------------------------------


def _gift(text: str) -> str:
    return text.translate(_ONE_LINE).translate(_ESCAPED)


def _data(question: Question) -> str:
    return f"data:image/png;base64,{base64.b64encode(question.picture).decode()}"


def _gift_choice(choice: Choice) -> str:
    if choice.tolerance is None:
        return f"{'=' if choice.right else '~'}{_gift(choice.text)}#{_gift(choice.feedback)}"
    share = "" if choice.right else "%0%"
    return f"={share}{choice.text}:{decimals(choice.tolerance)}#{_gift(choice.feedback)}"
