"""The browsers that the tests drive: where they are, and how they get there.

``python -m tests.support.browsers`` installs those that are missing by apt, as root or through sudo:
Chromium, Firefox and WebKitGTK, which has Safari's engine, with what a bare machine lacks to run them. On
Ubuntu the first two packages are stubs for snaps, which can't be driven: there Playwright's own builds take
their place.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support import chromium

FIREFOX = ("firefox-esr", "firefox")
LIBRARIES = Path("/usr/lib")


@dataclass(frozen=True)
class Need:
    """Something that the tests run: how to see that it is here, and the packages that bring it."""

    name: str
    version: Callable[[], str]  # '' where it is missing
    packages: tuple[str, ...]
    playwright: str = ""  # Playwright's name for its own build, where the first package is a stub for a snap


def firefox() -> str | None:
    """Where the distribution's Firefox is; None if there is none, or only a stub for a snap."""
    return next(filter(chromium.drivable, filter(None, map(shutil.which, FIREFOX))), None)


def firefox_version() -> str:
    if own := firefox():
        return version_of(own)
    kept = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next((path.parent.name for path in sorted(kept.glob("firefox-*/firefox"))), "")


def minibrowser() -> Path | None:
    """The window of WebKitGTK that its WebDriver opens."""
    return next(iter(sorted(LIBRARIES.glob("*/webkit*gtk-*/MiniBrowser"))), None)


def webkit_version() -> str:
    driver, browser = shutil.which("WebKitWebDriver"), minibrowser()
    return f"WebKitGTK {browser.parent.name}" if driver and browser else ""


def screen_version() -> str:
    """Of Xvfb, the screen for both of them, and of Mesa, which draws WebGL there without a graphics card."""
    drawing = [*LIBRARIES.glob("*/dri/swrast_dri.so"), *LIBRARIES.glob("*/libgallium-*.so")]
    return "Xvfb, Mesa" if shutil.which("Xvfb") and drawing else ""


def version_of(program: str) -> str:
    return subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()


NEEDS = (
    # a library that Playwright's driver is linked with, and a font, without which a page is all boxes
    Need("Chromium", chromium.starts, ("chromium", "libatomic1", "fonts-dejavu-core"), "chromium"),
    Need("Firefox", firefox_version, ("firefox-esr",), "firefox"),
    Need("WebKitGTK", webkit_version, ("webkit2gtk-driver",)),
    Need("a screen", screen_version, ("xvfb", "libgl1-mesa-dri", "libegl1", "libgles2")),
)


def install(missing: list[Need]) -> None:
    """Install what is missing, as root or through sudo; SystemExit where there is neither, or no apt."""
    superuser = [] if os.geteuid() == 0 else [sudo] if (sudo := shutil.which("sudo")) else None
    if superuser is None or not shutil.which("apt-get"):
        sys.exit(how(missing))
    ubuntu = distribution() == "ubuntu"
    wanted: list[str] = []
    for need in missing:
        wanted += need.packages[1:] if ubuntu and need.playwright else need.packages
    own = [need.playwright for need in missing if ubuntu and need.playwright]
    apt = [*superuser, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]
    if wanted:
        subprocess.run([*apt, "update"], check=True)
        subprocess.run([*apt, "install", "--yes", "--no-install-recommends", *wanted], check=True)
    if own:
        subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", *own], check=True)


def how(missing: list[Need]) -> str:
    """What to do by hand."""
    packages = " ".join(package for need in missing for package in need.packages)
    return (
        f"The browser tests need {', '.join(need.name for need in missing)}, which could not be installed "
        f"from here. As root, run ‘apt-get install {packages}’; on Ubuntu ‘.venv/bin/playwright install "
        "--with-deps chromium firefox’ instead of the packages chromium and firefox-esr."
    )


def distribution() -> str:
    lines = Path("/etc/os-release").read_text().splitlines() if Path("/etc/os-release").exists() else []
    return next((line.removeprefix("ID=").strip('"') for line in lines if line.startswith("ID=")), "")


def main() -> None:
    """Install what is missing, and say what there is."""
    if missing := [need for need in NEEDS if not need.version()]:
        install(missing)
    versions = {need: need.version() for need in NEEDS}
    if missing := [need for need, version in versions.items() if not version]:
        sys.exit(how(missing))
    print(", ".join(versions.values()))


if __name__ == "__main__":
    main()
