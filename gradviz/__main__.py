"""The command line: ``gradviz "x1^2 + x2^2" --at 3,4 --eps 0.1`` prints a result, and saves it as files.

The one module of the package that prints, and that reads and writes files.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib.util import find_spec
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

from gradviz import link
from gradviz.errors import GradvizError
from gradviz.export.files import Format, bytes_of, format_lines, format_of
from gradviz.export.questions import MOST_VARIANTS, VARIANTS
from gradviz.export.snapshot import Snapshot, address_of, snapshot_of, snapshot_of_link
from gradviz.export.terminal import in_terminal
from gradviz.export.vector.marks import THEMES
from gradviz.methods import METHODS
from gradviz.methods.steps import STEP_KINDS
from gradviz.patience import unhurried
from gradviz.tree.precision import PRECISIONS

DONE, NOT_DONE, NOT_UNDERSTOOD, STOPPED = 0, 1, 2, 130  # the last as shells have it
USAGE = """\
gradviz FUNCTION --at POINT [--eps STEP] [--save FILE ...]
       gradviz --link URL [--save FILE ...]
       gradviz --links FILE --into FOLDER [--as ENDINGS]
       gradviz --serve [--lan]
"""
EPILOG = f"""\
files that --save can write, by the ending of the name:
{format_lines()}

exit codes:
  {DONE}  all done
  {NOT_DONE}  a file could not be made or written, or a link of several was bad
  {NOT_UNDERSTOOD}  the input could not be understood

examples:
  gradviz "x1^2 + x2^2" --at 3,4 --eps 0.1
  gradviz "sin(x) y" --at 1,2 --save result.json --save result.tex
  gradviz --link "https://…/?f=…&v=2" --save sweep.sweep.csv
  gradviz "x^3 - 3x" --at 1.5 --save lecture.zip
  gradviz --links lecture.txt --into folder --as csv,tex
  gradviz --serve
  gradviz "sin(x) y" --at 1,2 --serve --lan
"""
_MOST_LINKS = 10_000
_LONGEST_FILE = 10_000_000  # bytes of links


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with ``arguments``, those of the process by default; gives the exit code."""
    parser = _parser()
    typed = sys.argv[1:] if arguments is None else arguments
    given = parser.parse_args(_unambiguous(typed, parser))
    try:
        if given.serve or given.lan:
            return _serve(given)
        if given.links is not None:
            return _render_links(given)
        with unhurried():
            return _show(given)
    except GradvizError as error:
        print(error, file=sys.stderr)
        return NOT_UNDERSTOOD
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_DONE
    except KeyboardInterrupt:
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "gradviz",
        usage=USAGE,
        description="The gradient of a function at a point: in closed form, numerically, and by\n"
        "back-propagation, each beside the true one.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    asked = parser.add_argument_group("what is asked")
    asked.add_argument("function", nargs="?", metavar="FUNCTION", help="as it is written: x1^2 + sin(x2)")
    asked.add_argument("--at", metavar="POINT", help="a number for each variable: 3,4")
    asked.add_argument("--eps", metavar="STEP", help=f"the step ε; {link.DEFAULTS[link.STEP]} unless given")
    asked.add_argument("--par", metavar="NAMES", help="letters that are held fixed: a=1,b=2")
    asked.add_argument(
        "--dtype",
        choices=list(PRECISIONS),
        metavar="TYPE",
        help=f"the type each operation is rounded to: {', '.join(PRECISIONS)}",
    )
    asked.add_argument(
        "--steps",
        choices=list(STEP_KINDS),
        metavar="KIND",
        help=f"how the step is taken: {', '.join(STEP_KINDS)}",
    )
    stepping = [method.name for method in METHODS if method.takes_step]
    asked.add_argument(
        "--explain",
        choices=stepping,
        metavar="METHOD",
        help=f"the method that the sentence is about: {', '.join(stepping)}",
    )
    asked.add_argument("--link", metavar="URL", help="instead: take all of it from a link of the page")
    saved = parser.add_argument_group("files")
    saved.add_argument(
        "--theme",
        choices=THEMES,
        default=THEMES[0],
        metavar="THEME",
        help=f"the colours of pictures: {', '.join(THEMES)}",
    )
    saved.add_argument(
        "--variants",
        type=_variants,
        default=VARIANTS,
        metavar="NUMBER",
        help=f"how many questions of each kind a quiz has; {VARIANTS} unless given",
    )
    saved.add_argument(
        "--save",
        metavar="FILE",
        action="append",
        default=[],
        help="write a file, of the kind its ending tells; may be given several times",
    )
    saved.add_argument("--links", metavar="FILE", help="a link per line, each to be saved")
    saved.add_argument("--into", metavar="FOLDER", help="where the files of --links are written")
    saved.add_argument(
        "--as", metavar="ENDINGS", dest="endings", default="csv", help="of the files of --links: csv,zip"
    )
    page = parser.add_argument_group("the page")
    page.add_argument("--serve", action="store_true", help="start the page, and show it in the browser")
    page.add_argument(
        "--lan",
        action="store_true",
        help="with --serve: for everybody in this network, with a code for phones",
    )
    page.add_argument("--port", type=int, default=8501, help="where the page is served; 8501 unless given")
    parser.add_argument("--quiet", action="store_true", help="print nothing but what went wrong")
    return parser


def _variants(text: str) -> int:
    """How many questions of each kind; what argparse tells of another text is a sentence with the bounds."""
    if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MOST_VARIANTS:
        return int(text)
    raise argparse.ArgumentTypeError(f"it is a whole number from 1 to {MOST_VARIANTS}, not {text[:20]!r}")


def _unambiguous(arguments: Sequence[str], parser: argparse.ArgumentParser) -> list[str]:
    """The arguments with each value tied to its option, for a point or a function may begin with a minus."""
    options = {text: action for action in parser._actions for text in action.option_strings}
    tied: list[str] = []
    loose: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument in options and options[argument].nargs is None:
            value = next(rest, None)
            tied.append(argument if value is None else f"{argument}={value}")
        elif argument.partition("=")[0] in options or argument.startswith("--"):
            tied.append(argument)
        else:
            loose.append(argument)
    return [*tied, *(["--", *loose] if loose else [])]


def _show(given: argparse.Namespace) -> int:
    """Print the result, or save it as files."""
    formats = [(Path(name), format_of(name)) for name in given.save]
    snapshot = replace(_snapshot(given), theme=given.theme, variants=given.variants)
    for note in snapshot.notes:
        print(note, file=sys.stderr)
    if not formats and not given.quiet:
        columns = shutil.get_terminal_size((100, 24)).columns
        print(in_terminal(snapshot, columns=columns, styled=_is_styled(sys.stdout)), end="")
    with _painter(row for _, row in formats) as pool:
        snapshot = replace(snapshot, pool=pool)
        return max((_saved(snapshot, *row) for row in formats), default=DONE)


@contextmanager
def _painter(rows: Iterable[Format]) -> Iterator[Executor | None]:
    """Another process that draws the PNGs of a zip, half of its work, where there is a core for it."""
    if not any(row.ending == "zip" for row in rows) or (os.cpu_count() or 1) < 2:
        yield None
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(int)  # starts it: it imports while the answers are worked out here
        yield pool


def _snapshot(given: argparse.Namespace) -> Snapshot:
    """What the options ask for."""
    options: dict[str, Any] = {
        link.FUNCTION: given.function,
        link.POINT: given.at,
        link.STEP: given.eps,
        link.PARAMETERS: given.par,
        link.PRECISION: given.dtype,
        link.STEP_KIND: given.steps,
        link.EXPLAINED: given.explain,
    }
    typed = {name: text for name, text in options.items() if text is not None}
    if given.link is not None:
        if typed:
            raise GradvizError("A link says all of it: give either --link, or a function and its options.")
        return snapshot_of_link(given.link)
    pointless = given.function is not None and given.at is None
    if pointless:
        typed[link.POINT] = ""
    snapshot = snapshot_of({**link.values_in({})[0], **typed})
    variables = snapshot.reading.field.variables
    if pointless and variables:
        example = ",".join(str(place + 1) for place in range(len(variables)))
        raise GradvizError(f"Say at which point: --at {example} for {', '.join(variables)}.")
    return snapshot


def _is_styled(stream: TextIO) -> bool:
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


# --- files --------------------------------------------------------------------------------------------------


def _saved(snapshot: Snapshot, path: Path, row: Format) -> int:
    """Write one file; the exit code."""
    try:
        _write(path, bytes_of(snapshot, row))
    except GradvizError as error:
        print(f"{path} could not be made. {error}", file=sys.stderr)
        return NOT_DONE
    except OSError as error:
        print(f"{path} could not be written: {error.strerror or error}.", file=sys.stderr)
        return NOT_DONE
    return DONE


def _write(path: Path, content: bytes) -> None:
    """Write beside and rename: a file is there whole or not at all. OSError as the system has it."""
    number, beside = tempfile.mkstemp(prefix=".gradviz-", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(beside, 0o666 & ~mask)  # mkstemp lets nobody else read it
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


# --- the page -----------------------------------------------------------------------------------------------

PAGE_NEEDS = ("streamlit", "starlette", "torch")


def _serve(given: argparse.Namespace) -> int:
    """Start the page, until it is stopped; the exit code of its server."""
    if given.save or given.links is not None:
        raise GradvizError("--serve starts the page and saves nothing: leave --save and --links out.")
    app = _app(Path(__file__).parent)
    if missing := [name for name in PAGE_NEEDS if find_spec(name) is None]:
        raise GradvizError(
            f'The page needs {", ".join(missing)} as well: pip install "gradviz[page]" brings all of it.'
        )
    host = _lan_address() if given.lan else "localhost"
    place = f"http://{host}:{given.port}"
    address = place
    if given.function is not None or given.link is not None:
        address = address_of(place, _snapshot(given).values)
        print(f"This picture is at {address}", flush=True)
    # the page is for this machine alone, unless it is opened
    options = ["--server.port", str(given.port), "--server.address", "127.0.0.1"]
    if given.lan:
        options[-1] = "0.0.0.0"
        options += ["--browser.serverAddress", host]  # where the lecturer's own browser opens it
        print(f"{OPENED.format(address=place)}\n{_code(address)}", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(app), *options]
    return subprocess.run(command, cwd=app.parent).returncode  # there is the page's .streamlit/config.toml


OPENED = """\
The page is open to everybody in this network, at {address}
What they type is computed on this machine; nothing else of it is shown or stored. Nothing is encrypted on the
way. Where a network keeps its devices apart, as guest networks do, nobody gets here: open a Wi-Fi of your
own, from this machine or a phone. Ctrl+C closes the page.
"""


def _lan_address() -> str:
    """The address of this machine in its network. A GradvizError where it is in none."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: the system only looks up which way it would go
        return probe.getsockname()[0]
    with suppress(OSError):  # no way out, as in the Wi-Fi that this machine itself has opened
        own = (row[4][0] for row in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET))
        if named := [str(address) for address in own if not str(address).startswith("127.")]:
            return named[0]
    raise GradvizError("This machine is in no network: join the Wi-Fi of the hall first, or open one.")


def _code(address: str) -> str:
    """The address as a QR code for the terminal; '' where it has no room or no letters for it."""
    try:
        import segno

        code = segno.make_qr(address, error="l")
    except ImportError:
        return 'The code for phones is made by segno: pip install "gradviz[page]" brings it.\n'
    except ValueError:  # longer than a code can be
        return ""
    width = code.symbol_size(border=2)[0]
    drawn = StringIO()
    code.terminal(drawn, border=2, compact=True)
    try:
        drawn.getvalue().encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ""
    if width > shutil.get_terminal_size((100, 24)).columns:
        return ""
    if not _is_styled(sys.stdout):
        return drawn.getvalue()
    # white on black, whatever the terminal's own colours are: else it may come out as a negative
    return "".join(f"\x1b[97;40m{line}\x1b[0m\n" for line in drawn.getvalue().splitlines())


def _app(package: Path) -> Path:
    """app.py: in a wheel inside the package, in a checkout beside it. A GradvizError where there is none."""
    for folder in (package / "served", package.parent):
        if (folder / "app.py").exists() and (folder / "page" / "story.py").exists():
            return folder / "app.py"
    raise GradvizError(
        f"The page is not installed with the package in {package}: app.py and page/ are missing."
    )


# --- many links ---------------------------------------------------------------------------------------------


def _render_links(given: argparse.Namespace) -> int:
    """Save each link of a file, several at a time; what is there already is left as it is."""
    if given.into is None:
        raise GradvizError("Say where the files go: --links FILE --into FOLDER.")
    formats = [format_of(f".{ending.strip().lstrip('.')}") for ending in given.endings.split(",")]
    links, folder = _links_in(Path(given.links)), Path(given.into)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"{folder} could not be made: {error.strerror or error}.", file=sys.stderr)
        return NOT_DONE
    digits = max(3, len(str(len(links))))
    wanted = [
        (address, [(folder / f"{place:0{digits}}-{_mark(address)}.{row.ending}", row) for row in formats])
        for place, address in enumerate(links, 1)
    ]
    missing = [
        (address, [str(path) for path, _ in rows if not path.exists()])
        for address, rows in wanted
        if not all(path.exists() for path, _ in rows)
    ]
    problems = list(_rendered(missing, len(wanted), given))
    for problem in problems:
        print(problem, file=sys.stderr)
    return NOT_DONE if problems else DONE


def _links_in(path: Path) -> list[str]:
    """The links of a file, one per line; empty lines and those that begin with # are left out."""
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST_FILE + 1)
    except OSError as error:
        raise GradvizError(f"{path} could not be read: {error.strerror or error}.") from None
    lines = [line.strip() for line in content.decode(errors="replace").splitlines()]
    links = [line for line in lines if line and not line.startswith("#")]
    if len(content) > _LONGEST_FILE or len(links) > _MOST_LINKS:
        raise GradvizError(f"{path} has more than {_MOST_LINKS} links, or is larger than 10 MB.")
    return links


def _mark(address: str) -> str:
    """A few letters that tell this link from others, so that a changed list finds no other's files."""
    return hashlib.sha256(address.encode()).hexdigest()[:8]


def _rendered(jobs: Sequence[tuple[str, list[str]]], count: int, given: argparse.Namespace) -> Iterable[str]:
    """Save all of ``jobs`` in processes of their own; a sentence for each that could not be."""
    quiet, theme, variants = given.quiet, given.theme, given.variants
    done = count - len(jobs)
    _progress(done, count, quiet)
    if not jobs:
        return
    workers = min(len(jobs), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(_save_link, *job, theme, variants): job[0] for job in jobs}
        for future in as_completed(running):
            done += 1
            _progress(done, count, quiet)
            try:
                problem = future.result()
            except Exception as error:  # a fault of ours must not spoil the others
                problem = f"It could not be saved, which is a fault of gradviz: {type(error).__name__}."
            if problem:
                yield f"{running[future]}\n  {problem}"


@unhurried()
def _save_link(address: str, names: list[str], theme: str, variants: int) -> str:
    """Save one link as files; '' or what is wrong with it, or with one file of it."""
    try:
        snapshot = replace(snapshot_of_link(address), theme=theme, variants=variants)
    except GradvizError as error:
        return str(error)
    problems = []
    for name in names:
        row = format_of(name)
        try:
            _write(Path(name), bytes_of(snapshot, row))
        except GradvizError as error:
            problems.append(f".{row.ending} could not be made. {error}")
        except OSError as error:
            problems.append(f".{row.ending} could not be written: {error.strerror or error}.")
    return "\n  ".join(problems)


def _progress(done: int, count: int, quiet: bool) -> None:
    """A bar on the terminal, drawn over itself."""
    if quiet or not sys.stderr.isatty():
        return
    bar = "".join("█" if place * count < 30 * done else " " for place in range(30))
    end = "\n" if done == count else ""
    print(f"\r[{bar}] {done} of {count}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":  # run with -m: a spawned process finds no function of a module of that name
    from gradviz.__main__ import main as of_the_package

    sys.exit(of_the_package())
