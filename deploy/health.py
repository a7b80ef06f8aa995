"""Asks the server in the same container whether it is alive; the exit code says so."""

import os
import sys
import urllib.error
import urllib.request


def address(settings: dict[str, str]) -> str:
    """Where the server answers, by the settings that it has been started with."""
    port = settings.get("STREAMLIT_SERVER_PORT") or "8501"
    base = settings.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    return f"http://127.0.0.1:{port}/{base}/healthz" if base else f"http://127.0.0.1:{port}/healthz"


def alive(url: str, patience: float = 4.0) -> bool:
    """Whether ``url`` answers within ``patience`` seconds."""
    try:
        with urllib.request.urlopen(url, timeout=patience) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


if __name__ == "__main__":
    sys.exit(not alive(address(dict(os.environ))))
