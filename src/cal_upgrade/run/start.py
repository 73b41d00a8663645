"""Starts CASA 6 so that it finds its data, downloads nothing, and leaves nothing lying about."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from cal_upgrade.run.casa42.differences import harmless_messages

NEEDED = ("casatools", "casatasks", "casadata", "casarecipes", "fissix", "matplotlib")
"""What has to be installed."""

INSTALL = "pip install 'cal-upgrade[run]'"
"""The one command that installs it."""


def missing() -> list[str]:
    """Give the packages that are needed and not installed."""
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def start(log: Path) -> str:
    """Import CASA, with its log in `log`; give its version, as `6.7.0-31`.

    Where the user's own configuration names a folder that holds CASA's data, that is taken, else the `casadata`
    package. A CASA that is running already only gets the log. The user's CASA folder (`~/.casa`) is not touched.
    """
    if "casatools" not in sys.modules:
        _configure(log)
    from casatasks import casalog, version_string

    casalog.setlogfile(str(log))
    # on an older casadata every task would warn of leap seconds
    casalog.filterMsg(list(harmless_messages()))
    return str(version_string())


def _configure(log: Path) -> None:
    # casaconfig reads the command line when it is imported, and takes options of ours for its own
    arguments, sys.argv = sys.argv, sys.argv[:1]
    try:
        from casaconfig import config
    finally:
        sys.argv = arguments
    config.measures_auto_update = config.data_auto_update = False
    config.logfile = str(log)
    # from 6.6.4 CASA would also tell its makers about its use
    config.telemetry_enabled = False
    if not _holds_data(config.measurespath):
        import casadata

        config.measurespath = casadata.datapath
        config.datapath = [casadata.datapath]
    arguments, sys.argv = sys.argv, sys.argv[:1]
    try:
        import casatasks  # noqa: F401
    finally:
        sys.argv = arguments


def _holds_data(folder: object) -> bool:
    return isinstance(folder, str) and os.path.isdir(os.path.join(folder, "geodetic"))  # noqa: PTH112, PTH118
