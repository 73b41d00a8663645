"""What Python 2.7 itself says of a text, where one is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

_JUDGE = """
import sys
for text in eval(sys.stdin.read()):
    try:
        compile(text, 'script', 'exec', 0x400, 1)
        print '-'
    except SyntaxError, e:
        print e.lineno
"""


def python27() -> str:
    """Find Python 2.7, or skip the test."""
    kept = sorted(Path.home().glob(".pyenv/versions/2.7*/bin/python"))
    found = str(kept[-1]) if kept else shutil.which("python2.7")
    if not found or subprocess.run([found, "--version"], capture_output=True, check=False).returncode:
        pytest.skip("no Python 2.7 here to compare with")
    return found


def accepts(texts: list[bytes]) -> list[bool]:
    """Say for each text whether Python 2.7 parses it."""
    shown = "[" + ", ".join(repr(text) for text in texts) + "]"
    run = subprocess.run(
        [python27(), "-W", "ignore", "-c", _JUDGE], input=shown, capture_output=True, text=True, check=True
    )
    return [line == "-" for line in run.stdout.split()]
