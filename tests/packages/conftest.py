"""A package of three executions on simulated data, as ALMA delivered TW Hydra."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from packages import archive

if TYPE_CHECKING:
    from cal_upgrade.run.simulate import Truth

UIDS = ("uid___A002_X554543_X207", "uid___A002_X554543_X3d0", "uid___A002_X554543_X667")


@pytest.fixture(scope="session")
def three_executions(casa: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Truth]]:
    """The package, and the truth of each execution by its name. Look, don't touch: it is made once a session."""
    from cal_upgrade.run.simulate import simulate

    root = tmp_path_factory.mktemp("package")
    member = archive.package(root, "2011.0.00340.S", scripts=0)
    truths = {}
    for seed, uid in enumerate(UIDS, 1):
        truths[uid] = simulate(member / "raw", uid=uid, seed=seed)
        text = re.sub(r"uid___A002_X[0-9a-f]+_X[0-9a-f]+", uid, (archive.FIXTURES / "resolved_3.4.py").read_text())
        (member / "script" / f"{uid}.ms.scriptForCalibration.py").write_text(text)
    return root, truths
