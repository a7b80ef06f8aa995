"""The Chromium that the browser tests and the page's benchmark drive: where it is, and how it gets there.

``python -m tests.chromium`` installs it unless one starts already: on Debian the distribution's package;
elsewhere Playwright's own build, since Ubuntu's package is a stub for a snap, which Playwright can't drive.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

# What draws 3D without a graphics card, works as root, and keeps quiet on the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
# What a bare machine lacks besides: a library that Playwright's driver is linked with, and a font, without
# which a page is all boxes.
COMPANIONS = ("libatomic1", "fonts-dejavu-core")
HOW = (
    "The browser tests need Chromium, and it could not be installed from here. As root, run "
    f"‘apt-get install chromium {' '.join(COMPANIONS)}’; on Ubuntu ‘.venv/bin/playwright install --with-deps "
    "chromium’ instead of the package chromium."
)


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium or Chrome, or Playwright's own where there is none."""
    installed = filter(None, map(shutil.which, NAMES))
    return playwright.chromium.launch(executable_path=next(filter(drivable, installed), None), args=FLAGS)


def drivable(path: str) -> bool:
    """Whether ``path`` is a real browser: not a snap, nor the stub that asks for one."""
    real = Path(path).resolve()
    if real.name == "snap" or real.parts[1] == "snap":
        return False
    return subprocess.run([path, "--version"], capture_output=True).returncode == 0


def starts() -> str:
    """The version of the Chromium that starts here, '' if none does."""
    try:
        with sync_playwright() as playwright:
            return launch(playwright).version
    except (
        Exception
    ):  # no browser is an Error of Playwright's; that its own driver cannot run is a bare Exception
        return ""


def install() -> None:
    """Install Chromium and its companions, as root or through sudo; SystemExit where there is neither."""
    superuser = [] if os.geteuid() == 0 else [sudo] if (sudo := shutil.which("sudo")) else None
    if superuser is None or not shutil.which("apt-get"):
        sys.exit(HOW)
    debian = distribution() != "ubuntu"
    apt = [*superuser, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]
    wanted = [*COMPANIONS, *(["chromium"] if debian else [])]
    subprocess.run([*apt, "update"], check=True)
    subprocess.run([*apt, "install", "--yes", "--no-install-recommends", *wanted], check=True)
    if not debian:
        subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=True)


def distribution() -> str:
    lines = Path("/etc/os-release").read_text().splitlines() if Path("/etc/os-release").exists() else []
    return next((line.removeprefix("ID=").strip('"') for line in lines if line.startswith("ID=")), "")


if __name__ == "__main__":
    if not starts():
        install()
    if not (version := starts()):
        sys.exit(HOW)
    print(f"Chromium {version}")
