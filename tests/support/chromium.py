"""The Chromium that the browser tests and the benchmarks drive; :mod:`tests.support.browsers` installs it."""

import shutil
import subprocess
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
