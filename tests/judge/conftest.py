"""Fixtures for tests that need Python 2.7."""

from __future__ import annotations

import pytest

import judge


@pytest.fixture
def python2() -> str:
    """The path of a Python 2.7 interpreter; the test is skipped where there is none."""
    found = judge.python2()
    if found is None:
        pytest.skip("no Python 2.7 on this machine (python2.7, python2, pyenv)")
    return found
