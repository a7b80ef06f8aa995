"""The zip of all files: whole, told in its README, and the same bytes each time."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gradviz.export import files
from gradviz.export.bundle import README
from gradviz.export.files import FORMATS, bytes_of
from gradviz.export.snapshot import Snapshot, snapshot_of_link
from tests.support.paths import ROOT

LESSON = "https://example.org/demo?f=x1^2%2Bx2^2&at=3,4&v=2"


def names(snapshot: Snapshot) -> set[str]:
    """All files but the pictures of functions of more variables, or of fewer."""
    return {
        f"gradviz.{ending}"
        for ending, row in FORMATS.items()
        if row.bundled and not (row.picture and row.why_not(snapshot.reading))
    }


@cache
def lesson() -> tuple[Snapshot, bytes]:
    snapshot = snapshot_of_link(LESSON)
    return snapshot, bytes_of(snapshot, FORMATS["zip"])


def opened(snapshot: Snapshot) -> tuple[zipfile.ZipFile, str]:
    archive = zipfile.ZipFile(io.BytesIO(bytes_of(snapshot, FORMATS["zip"])))
    assert archive.testzip() is None
    return archive, archive.read(README).decode()


def test_all_files_are_in_it_as_they_are_by_themselves():
    snapshot, whole = lesson()
    archive = zipfile.ZipFile(io.BytesIO(whole))
    assert archive.testzip() is None
    told = archive.read(README).decode()
    assert set(archive.namelist()) == names(snapshot) | {README}
    assert {"gradviz.surface.pdf", "gradviz.map.svg", "gradviz.errors.png"} < names(snapshot)
    assert "gradviz.curve.svg" not in names(snapshot)
    for ending, row in FORMATS.items():
        if f"gradviz.{ending}" in names(snapshot):
            if not ending.endswith(("png", "html")):  # these take longest
                assert archive.read(f"gradviz.{ending}") == bytes_of(snapshot, row)
            assert f"  gradviz.{ending}: {row.about}\n" in told
    assert "Not in here" not in told
    assert "https://example.org/demo/?f=x1%5E2%2Bx2%5E2" in told
    assert "Forward with ε = 0.1 says (6.1, 8.1)" in told
    pictures = told.partition("in words for those who do not see them:\n")[2].splitlines()
    assert [line.split(":")[0].strip() for line in pictures[:3]] == ["Surface", "Error against ε", "Map"]


def test_what_cannot_be_made_is_told_and_spoils_nothing(monkeypatch: pytest.MonkeyPatch):
    """There is no script with the digits of a Bessel function, and no surface of one variable."""
    few = ("py", "csv", "glb", "map.svg", "zip")
    monkeypatch.setattr(files, "FORMATS", {name: FORMATS[name] for name in few})
    snapshot = snapshot_of_link("?f=besselj(1,x)&at=0.7&v=2")
    archive, told = opened(snapshot)
    missing = told.partition("Not in here:\n")[2].partition("\n\n")[0]
    assert "  gradviz.py: The digits of besselj are those of a method of the page’s own" in missing
    assert "  gradviz.glb: " in missing
    assert len(missing.splitlines()) == 2
    assert archive.namelist() == [README, "gradviz.csv"]


def test_a_fault_of_one_file_is_told_as_well(monkeypatch: pytest.MonkeyPatch):
    def fails(_: Snapshot) -> str:
        raise ZeroDivisionError

    rows = FORMATS | {"csv": replace(FORMATS["csv"], made=fails)}
    monkeypatch.setattr(files, "FORMATS", {name: rows[name] for name in ("csv", "json", "zip")})
    archive, told = opened(snapshot_of_link(LESSON))
    assert archive.namelist() == [README, "gradviz.json"]
    assert "gradviz.csv: It could not be made, which is a fault of gradviz: ZeroDivisionError." in told


def test_a_pool_draws_the_same_pictures_and_what_it_fails_in_is_told(monkeypatch: pytest.MonkeyPatch):
    snapshot, whole = lesson()
    few = ("errors.png", "errors.svg", "table.png", "csv", "zip")
    monkeypatch.setattr(files, "FORMATS", {name: FORMATS[name] for name in few})
    with ThreadPoolExecutor(1) as pool:
        archive, told = opened(replace(snapshot, pool=pool))
        assert archive.namelist() == sorted([README, *(f"gradviz.{name}" for name in few[:-1])])
        for name in few[:-1]:
            assert archive.read(f"gradviz.{name}") == zipfile.ZipFile(io.BytesIO(whole)).read(
                f"gradviz.{name}"
            )
            assert f"  gradviz.{name}: " in told
    archive, told = opened(replace(snapshot, pool=pool))  # a pool that has been shut down
    assert archive.namelist() == sorted([README, "gradviz.csv", "gradviz.errors.svg"])
    assert "gradviz.table.png: It could not be made, which is a fault of gradviz: RuntimeError." in told


def test_the_same_bytes_in_another_process_and_another_place(tmp_path: Path):
    """Also with another order of hashes, another zone of time, and later."""
    few = ("csv", "gift", "svg", "errors.pdf", "glb", "zip")
    program = (
        "import sys\n"
        "from gradviz.export import files\n"
        "from gradviz.export.snapshot import snapshot_of_link\n"
        f"files.FORMATS = {{name: files.FORMATS[name] for name in {few}}}\n"
        f"sys.stdout.buffer.write(files.bytes_of(snapshot_of_link({LESSON!r}), files.FORMATS['zip']))"
    )
    environment = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, env=environment, cwd=tmp_path, capture_output=True
    )
    elsewhere, here = (zipfile.ZipFile(io.BytesIO(whole)) for whole in (done.stdout, lesson()[1]))
    assert len(elsewhere.namelist()) == len(few)
    for entry in elsewhere.infolist():
        if entry.filename != README:  # which tells what is missing
            assert elsewhere.read(entry) == here.read(entry.filename)
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
