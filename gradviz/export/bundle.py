"""All files of one page in a zip, with a README: the same bytes whenever and wherever it is made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from gradviz import content, sentences
from gradviz.export.numbers import versions
from gradviz.export.snapshot import Snapshot
from gradviz.text.letters import plain_label
from gradviz.text.numbers import number
from gradviz.tree.printing import to_text

README = "README.txt"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold
_FOR_ALL_TO_READ = 0o100644 << 16


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files by name, in the order of their names and without a date of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, wherever this runs
            entry.external_attr = _FOR_ALL_TO_READ
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()


def readme(snapshot: Snapshot, made: Mapping[str, str], missing: Mapping[str, str]) -> str:
    """What the zip is about: the question, the link, each file, each that is missing, and texts for pictures.

    ``made`` has what each file is about, ``missing`` why there is none, both by name.
    """
    answers, chosen = snapshot.answers, content.choices(snapshot.values)
    field = answers.field
    at = ", ".join(
        f"{plain_label(name)} = {number(x, 17)}"
        for name, x in zip(field.variables, answers.typed, strict=True)
    )
    fixed = [f"with {', '.join(sentences.fixed_parameters(field))}"] if field.parameters else []
    asked = ", ".join([f"at {at}", *fixed, sentences.setting(answers)])
    parts = [
        content.function_in_short(field),
        asked,
        "",
        sentences.headline(answers, chosen.explained),
        "",
        "The function in full:",
        f"  {to_text(field.expression)}",
        "The page:",
        f"  {snapshot.link.translate({10: None, 13: None})}",
        "",
        *_listed("Files", made),
        *_listed("Not in here", missing),
        *_listed("What the pictures show, in words for those who do not see them", alternatives(snapshot)),
        "Made with " + ", ".join(f"{name} {version}" for name, version in versions().items()) + ".",
    ]
    return "\n".join(parts) + "\n"


def alternatives(snapshot: Snapshot) -> dict[str, str]:
    """The text for each picture of the page, by its name; of those that can be drawn."""
    drawn = content.pictures(snapshot.reading, snapshot.answers, content.choices(snapshot.values))
    return {
        panel.title.partition(":")[0]: panel.picture.alternative
        for panel in drawn.panels.values()
        if panel.picture.alternative
    }


def _listed(title: str, rows: Mapping[str, str]) -> Sequence[str]:
    if not rows:
        return ()
    return (f"{title}:", *(f"  {name}: {text}" for name, text in rows.items()), "")
