"""A real Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

from .running import Running

CHROMIUM_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip


def chromium() -> str | None:
    """Return the path of Chromium (SKB_CHROMIUM names another), or None where there is none: Debian's that has no
    window if it is there, since it takes two thirds of the whole one's processor time."""
    return os.environ.get("SKB_CHROMIUM") or shutil.which("chromium-headless-shell") or whole_chromium()


def whole_chromium() -> str | None:
    """Return the path of the Chromium that people use, which can keep passwords, or None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser(Running):
    """A real Chromium; each page has its own cookies and remembers what went wrong in it."""

    def __init__(self, program: str):
        self.program = program
        self.complaints: list[str] = []  # script errors, console errors (a breach of the CSP is one), failed loads

    @classmethod
    def find(cls) -> Self | None:
        """Return a browser that can be started, or None where there is none."""
        program = chromium()
        return cls(program) if program else None

    def start(self) -> Self:
        """Start Chromium without a window (about a second)."""
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=self.program, args=CHROMIUM_FLAGS)
        return self

    def stop(self) -> None:
        """Close every page and stop."""
        self._browser.close()
        self._playwright.stop()

    def close_pages(self) -> None:
        """Close every page, cookies and all."""
        for context in self._browser.contexts:
            context.close()

    def page(self, base_url: str = "", **context: Any) -> Page:
        """Open an empty page in a new, Danish context (`java_script_enabled=False`, `viewport=…`)."""
        made: BrowserContext = self._browser.new_context(
            base_url=base_url or None, locale="da-DK", timezone_id="Europe/Copenhagen", **context
        )
        made.set_default_timeout(20_000)  # waited for in full only where something is wrong
        page = made.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", self._listen_to)
        page.on("requestfailed", lambda request: self.complaints.append(f"load: {request.url} {request.failure}"))
        return page

    @contextmanager
    def of_its_own(self, folder: Path, **context: Any) -> Iterator[BrowserContext]:
        """Another Chromium that keeps what it learns in `folder`, passwords too, as the one on a person's desk does.
        Raises FileNotFoundError where there is only one without a window."""
        program = whole_chromium()
        if program is None:
            raise FileNotFoundError("chromium")
        flags = [*CHROMIUM_FLAGS, "--password-store=basic"]
        made = self._playwright.chromium.launch_persistent_context(
            folder,
            executable_path=program,
            args=flags,
            locale="da-DK",
            ignore_default_args=["--enable-automation"],
            **context,
        )
        try:
            yield made
        finally:
            made.close()

    def _listen_to(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.complaints.append(f"console: {line.text}")
