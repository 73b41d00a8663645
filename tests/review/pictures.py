"""Takes the pictures of the review page in docs/pictures: `python tests/review/pictures.py` in the project's root."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from cal_upgrade.cli.convert import main

sys.path.insert(0, str(Path(__file__).parent))
from browser import Browser

SCRIPT = "fixtures/habits_3.4.py"
FOLDER = Path("docs/pictures")


def take() -> None:
    """Make the page of a fixture, and show some of its notes in light and dark."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Browser(Path(folder) / "profile") as browser:
        page = Path(folder) / "review.html"
        main([SCRIPT, "--check", "--report", str(page)])
        browser.size(1280, 720)
        for scheme in ("light", "dark"):
            browser.scheme(scheme)
            browser.open(page)
            browser.run("document.querySelector('.note[data-rule=flagautocorr]').scrollIntoView({block: 'center'})")
            browser.picture(FOLDER / f"review-{scheme}.png")


if __name__ == "__main__":
    take()
