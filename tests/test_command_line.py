"""The command line: what it prints and saves, and that bad input costs one sentence and no half file."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from gradviz.__main__ import _app, _save_link, main
from gradviz.errors import GradvizError
from gradviz.export.files import FORMATS
from tests.support.paths import ROOT

ESCAPES = re.compile(r"\x1b\[[0-9]*m")


def test_the_lesson_is_told(capsys: pytest.CaptureFixture[str]):
    assert main(["x1^2 + x2^2", "--at", "3,4", "--eps", "0.1"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "Forward with ε = 0.1 says (6.1, 8.1); the gradient is (6, 8): off by ε in each." in said.out
    assert re.search(r"^forward +x₁  6\.0999\d+ +0\.141 +3 evaluations of f$", said.out, re.MULTILINE)
    assert re.search(r"^forward +█{20,}▍? +0\.141$", said.out, re.MULTILINE)
    assert "\x1b" not in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_a_point_and_a_function_may_begin_with_a_minus(capsys: pytest.CaptureFixture[str]):
    assert main(["-x^2", "--at", "-3", "--eps", "1e-3"]) == 0
    assert "the derivative is 6" in capsys.readouterr().out


def test_styles_change_no_letter(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    asked = ["sin(x) y + sqrt(z)", "--at", "1,2,-3"]
    assert main(asked) == 0
    plain = capsys.readouterr().out
    monkeypatch.setattr("gradviz.__main__._is_styled", lambda stream: True)
    assert main(asked) == 0
    styled = capsys.readouterr().out
    assert "\x1b[1m" in styled
    assert ESCAPES.sub("", styled) == plain


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["foo(x)", "--at", "1"], "I don't know ‘foo’.\nfoo(x)\n^"),
        (["x y"], "Say at which point: --at 1,2 for x, y."),
        (["x", "--at", "1", "--eps", "0"], "it is the shift"),
        (["x", "--at", "1", "--save", "a.xyz"], "“.xyz” is none of the formats. There are .csv"),
        (["x", "--at", "1", "--save", "a"], "“a” has no ending"),
        (["--link", "example.org"], "is no link of a picture"),
        (["--link", "?f=sin(&at=1&v=2"], "sin("),
        (["--link", "?" + "a=1&" * 200], "more than 100"),
        (["--link", "?f=x" + "x" * 40_000], "too long"),
        (["x", "--at", "1", "--link", "?f=x"], "give either"),
        (["--links", "no such file", "--into", "folder"], "no such file could not be read"),
        (["--links", "no such file"], "Say where the files go"),
        (["x", "--at", "1e999"], "1e999"),
        (["--serve", "--save", "a.csv"], "--serve starts the page and saves nothing"),
        (["--serve", "--link", "?f=foo(x)&at=1&v=2"], "I don't know ‘foo’."),
    ],
)
def test_bad_input_costs_a_sentence(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["x", "--dtype", "float8"],
        ["x", "--at"],
        ["x", "y"],
        *(["x", "--at", "1", "--variants", text] for text in ("0", "51", "-1", "1e1", "", "9" * 5000)),
    ],
)
def test_unknown_options_are_told(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as exit:
        main(arguments)
    assert exit.value.code == 2
    assert "usage: gradviz" in capsys.readouterr().err


def test_a_quiz_has_as_many_variants_as_are_asked_for(tmp_path: Path):
    quiz = tmp_path / "quiz.gift"
    assert main(["3x - 1", "--at", "2", "--variants", "7", "--save", str(quiz)]) == 0
    assert quiz.read_text().count("::Derivative ") == 7


def test_a_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "file").write_text("")
    assert main(["x", "--at", "1", "--save", str(tmp_path / "file" / "a.csv")]) == 1
    assert "a.csv could not be written: " in capsys.readouterr().err

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    old = tmp_path / "a.json"
    old.write_text("old")
    monkeypatch.setattr(os, "replace", full)
    assert main(["x", "--at", "1", "--save", str(old)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "file"]
    assert old.read_text() == "old"


def test_a_full_disk_leaves_no_half_file(tmp_path: Path):
    """The system itself refuses to write more than 1000 bytes: the rest goes on, and says so."""
    program = (
        "import resource, sys\n"
        "from gradviz.__main__ import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    names = ["a.csv", "a.json"]
    asked = ["x", "--at", "1", *(part for name in names for part in ("--save", str(tmp_path / name)))]
    done = subprocess.run([sys.executable, "-c", program, *asked], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    said = [f"{tmp_path / name} could not be written: File too large." for name in names]
    assert done.stderr.splitlines() == said
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_made_is_told_and_spoils_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    names = [str(tmp_path / name) for name in ("a.py", "a.csv")]
    asked = ["besselj(1, x)", "--at", "1", *(part for name in names for part in ("--save", name))]
    assert main(asked) == 1
    assert f"{names[0]} could not be made. The digits of besselj" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


# --- the page -----------------------------------------------------------------------------------------------


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Path]]:
    """What --serve starts, which is not started."""
    commands: list[tuple[list[str], Path]] = []

    def run(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        commands.append((command, cwd))
        return subprocess.CompletedProcess(command, 7)

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_the_page_is_started_where_it_is(started, capsys: pytest.CaptureFixture[str]):
    assert main(["x1^2", "--at", "3", "--serve", "--port", "8600"]) == 7
    ((command, folder),) = started
    assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
    mine = ["--server.address", "127.0.0.1"]  # nobody else in the network gets at it
    assert command[4:] == [str(ROOT / "app.py"), "--server.port", "8600", *mine]
    assert folder == ROOT
    assert (folder / ".streamlit" / "config.toml").exists()
    assert capsys.readouterr().out == "This picture is at http://localhost:8600/?f=x1%5E2&at=3&v=2\n"


def in_network(monkeypatch: pytest.MonkeyPatch, address: str, named: Sequence[str] = ()) -> list[object]:
    """Have this machine stand at ``address`` in a network, '' for none; what its socket is told."""
    told: list[object] = []

    class Socket:
        def __init__(self, *kind: object) -> None:
            told.append(kind)

        def __enter__(self) -> Socket:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def connect(self, place: tuple[str, int]) -> None:
            told.append(place)
            if not address:
                raise OSError("Network is unreachable")

        def getsockname(self) -> tuple[str, int]:
            return address, 40000

    monkeypatch.setattr(socket, "socket", Socket)
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, 0)) for name in named]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: rows)
    return told


def scanned(text: str) -> str:
    """What a camera reads of half blocks, which are light, on a dark terminal."""
    halves = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}
    rows = [row for line in text.splitlines() for row in zip(*map(halves.__getitem__, line), strict=True)]
    pixels = np.kron(np.array(rows, np.uint8), np.full((4, 4), 255, np.uint8))
    (found,) = zxingcpp.read_barcodes(pixels)
    return found.text


@pytest.mark.parametrize(
    ("typed", "query"), [(["--serve"], ""), (["x1^2", "--at", "3", "--serve"], "/?f=x1%5E2&at=3&v=2")]
)
def test_a_hall_is_let_in_by_a_code(
    started, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: list[str], query: str
):
    told = in_network(monkeypatch, "192.168.4.7")
    assert main([*typed, "--lan", "--port", "8600"]) == 7
    ((command, _),) = started
    options = dict(zip(command[5::2], command[6::2], strict=True))
    assert options == {
        "--server.port": "8600",
        "--server.address": "0.0.0.0",
        "--browser.serverAddress": "192.168.4.7",
    }
    assert told == [
        (socket.AF_INET, socket.SOCK_DGRAM),
        ("192.0.2.1", 9),
    ]  # asks the system, and sends nothing
    shown = capsys.readouterr().out
    assert "open to everybody in this network, at http://192.168.4.7:8600\n" in shown
    assert "Nothing is encrypted" in shown
    code = [line for line in shown.splitlines() if line and not line.strip("█▀▄ ")]
    assert scanned("\n".join(code)) == f"http://192.168.4.7:8600{query}"


@pytest.mark.parametrize(("named", "found"), [(["127.0.1.1", "10.42.0.1"], "10.42.0.1"), (["127.0.1.1"], "")])
def test_a_hall_is_let_in_where_no_way_leads_out(
    started,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    named: list[str],
    found: str,
):
    """As in a Wi-Fi that the machine itself has opened; a machine that is in no network is told so."""
    in_network(monkeypatch, "", named)
    assert main(["--serve", "--lan"]) == (7 if found else 2)
    captured = capsys.readouterr()
    assert f"http://{found}:8501" in captured.out if found else "in no network" in captured.err
    assert len(started) == bool(found)


def test_a_code_that_a_terminal_cannot_show_is_left_out(
    started, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    in_network(monkeypatch, "192.168.4.7")
    monkeypatch.setenv("COLUMNS", "20")
    assert main(["--serve", "--lan"]) == 7
    shown = capsys.readouterr().out
    assert "http://192.168.4.7:8501" in shown
    assert "█" not in shown


def test_a_page_that_is_not_there_is_told(
    started, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("gradviz.__main__.find_spec", lambda name: None if name == "starlette" else object())
    assert main(["--serve"]) == 2
    assert 'The page needs starlette as well: pip install "gradviz[page]"' in capsys.readouterr().err
    with pytest.raises(GradvizError, match="page/ are missing"):
        _app(tmp_path / "gradviz")
    installed = tmp_path / "gradviz" / "served"
    (installed / "page").mkdir(parents=True)
    for name in ("app.py", "page/story.py"):
        (installed / name).write_text("")
    assert _app(tmp_path / "gradviz") == installed / "app.py"
    assert started == []


def test_a_stopped_run_ends_as_shells_have_it(monkeypatch: pytest.MonkeyPatch):
    def stopped(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("gradviz.__main__._show", stopped)
    assert main(["x", "--at", "1"]) == 130


def test_the_help_tells_every_kind_of_file(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    for ending, row in FORMATS.items():
        (line,) = [line for line in said.splitlines() if line.endswith(f" {row.about}")]
        assert f".{ending}" in line or f".{ending.rpartition('.')[2]}" in line
    assert max(map(len, said.splitlines())) <= 110


def test_the_same_bytes_in_another_process(tmp_path: Path):
    """Also with another order of hashes."""
    names = [str(tmp_path / name) for name in ("one.json", "one.csv", "one.sweep.csv", "one.tex")]
    asked = ["x1^2 sin(x2)", "--at", "3,4", *(part for name in names for part in ("--save", name))]
    assert main(asked) == 0
    here = [Path(name).read_bytes() for name in names]
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    subprocess.run([sys.executable, "-m", "gradviz", *asked], cwd=ROOT, check=True, env=environment)
    assert [Path(name).read_bytes() for name in names] == here


def test_one_bad_link_spoils_no_other_and_a_second_run_resumes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    links, folder = tmp_path / "links.txt", tmp_path / "made" / "here"
    links.write_text(
        "# of a lecture\n?f=x^2&at=1&v=2\n\nhttps://example.org/?f=foo(x)&at=1&v=2\n?f=x*y&at=1,2&v=2\n"
    )
    asked = ["--links", str(links), "--into", str(folder), "--as", "csv,tex"]
    assert main(asked) == 1
    said = capfd.readouterr().err
    assert said.count("I don't know ‘foo’.") == 1
    assert "https://example.org/?f=foo(x)&at=1&v=2" in said
    names = sorted(path.name for path in folder.iterdir())
    assert [re.sub("-.{8}", "", name) for name in names] == ["001.csv", "001.tex", "003.csv", "003.tex"]
    written = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    (folder / names[-1]).unlink()
    links.write_text(links.read_text().replace("foo", "sin"))
    # with -m: its processes are not those of a program that imports main
    assert subprocess.run([sys.executable, "-m", "gradviz", *asked], cwd=ROOT).returncode == 0
    again = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(again) == 6
    assert {name for name, time in written.items() if again[name] != time} == {names[-1]}


def test_one_kind_of_file_spoils_no_other_of_a_link(tmp_path: Path):
    names = [str(tmp_path / name) for name in ("a.py", "a.csv", "no/a.json", "a.tex")]
    told = _save_link("?f=erfc(x)&at=1&v=2", names, "light", 5).splitlines()
    assert [line.split()[0] for line in told] == [".py", ".json"]
    assert "The digits of erfc" in told[0]
    assert told[1] == "  .json could not be written: No such file or directory."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.tex"]
