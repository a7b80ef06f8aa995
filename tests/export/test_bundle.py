"""The zip of all files: whole, told in its README, and the same bytes each time."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from gradviz.export import files
from gradviz.export.bundle import README
from gradviz.export.files import FORMATS, bytes_of
from gradviz.export.snapshot import Snapshot, snapshot_of_link

LESSON = "https://example.org/demo?f=x1^2%2Bx2^2&at=3,4&v=2"


def names(snapshot: Snapshot) -> set[str]:
    """All files but the pictures of functions of more variables, or of fewer."""
    return {
        f"gradviz.{ending}"
        for ending, row in FORMATS.items()
        if row.bundled and not (row.picture and row.why_not(snapshot.reading))
    }


def opened(snapshot: Snapshot) -> tuple[zipfile.ZipFile, str]:
    archive = zipfile.ZipFile(io.BytesIO(bytes_of(snapshot, FORMATS["zip"])))
    assert archive.testzip() is None
    return archive, archive.read(README).decode()


def test_all_files_are_in_it_as_they_are_by_themselves():
    snapshot = snapshot_of_link(LESSON)
    archive, told = opened(snapshot)
    assert set(archive.namelist()) == names(snapshot) | {README}
    assert {"gradviz.surface.pdf", "gradviz.map.svg", "gradviz.errors.png"} < names(snapshot)
    assert "gradviz.curve.svg" not in names(snapshot)
    for ending, row in FORMATS.items():
        if f"gradviz.{ending}" in names(snapshot):
            assert archive.read(f"gradviz.{ending}") == bytes_of(snapshot, row)
            assert f"  gradviz.{ending}: {row.about}\n" in told
    assert "Not in here" not in told
    assert "https://example.org/demo/?f=x1%5E2%2Bx2%5E2" in told
    assert "Forward with ε = 0.1 says (6.1, 8.1)" in told
    pictures = told.partition("in words for those who do not see them:\n")[2].splitlines()
    assert [line.split(":")[0].strip() for line in pictures[:3]] == ["Surface", "Error against ε", "Map"]


def test_what_cannot_be_made_is_told_and_spoils_nothing():
    """There is no script with the digits of a Bessel function, and no surface of one variable."""
    snapshot = snapshot_of_link("?f=besselj(1,x)&at=0.7&v=2")
    archive, told = opened(snapshot)
    missing = told.partition("Not in here:\n")[2].partition("\n\n")[0]
    assert "  gradviz.py: The digits of besselj are those of a method of the page’s own" in missing
    assert "  gradviz.glb: " in missing
    named = {line.split(":")[0].strip() for line in missing.splitlines()}
    assert set(archive.namelist()) == (names(snapshot) - named) | {README}
    assert "gradviz.csv" in archive.namelist()


def test_a_fault_of_one_file_is_told_as_well(monkeypatch: pytest.MonkeyPatch):
    def fails(_: Snapshot) -> str:
        raise ZeroDivisionError

    rows = FORMATS | {"csv": replace(FORMATS["csv"], made=fails)}
    monkeypatch.setattr(files, "FORMATS", {name: rows[name] for name in ("csv", "json", "zip")})
    archive, told = opened(snapshot_of_link(LESSON))
    assert archive.namelist() == [README, "gradviz.json"]
    assert "gradviz.csv: It could not be made, which is a fault of gradviz: ZeroDivisionError." in told


def test_the_same_bytes_in_another_process_and_another_place(tmp_path: Path):
    """Also with another order of hashes, another zone of time, and later."""
    command = [sys.executable, "-m", "gradviz", "--link", LESSON, "--save", str(tmp_path / "lecture.zip")]
    environment = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PATH": "", "PYTHONPATH": str(Path.cwd())}
    subprocess.run(command, check=True, env=environment)
    written = (tmp_path / "lecture.zip").read_bytes()
    assert written == bytes_of(snapshot_of_link(LESSON), FORMATS["zip"])
