"""Settings for all tests, and CASA made ready for those that need it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

from cal_upgrade.run.start import INSTALL, missing, start

# a shell that starts the tests in the background has Ctrl-C ignored, also in all that they start
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# the same examples in every run: a failure of CI must be one that anybody can see again
settings.register_profile("same each time", derandomize=True, deadline=None)
settings.load_profile("same each time")


@pytest.fixture(scope="session")
def casa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CASA with the data of the casadata package and its log out of the way; gives the log file."""
    if missing():
        pytest.skip(f"CASA is not installed: {INSTALL}")
    log = tmp_path_factory.mktemp("casa") / "casa.log"
    start(log)
    return log
