"""Makes archives of data packages in the shape that ALMA delivered Cycle 0 in; the scripts are our fixtures."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS = ("plain_3.4.py", "resolved_3.4.py", "fixplanets_3.4.py")
UID = "uid___A002_X554543_X207"

BROKEN = {
    "not Python": b"gaincal(vis='a.ms', caltable='b'))\nif x\n",
    "cut short": b"gaincal(vis='a.ms',\n  caltable='b',\n  fi",
    "empty": b"",
    "blank": b"\n \n",
    "binary": b"\x00\x01\x02gaincal()" * 50,
    "UTF-16": "gaincal(vis='a.ms')\n".encode("utf-16"),
    "false coding line": b"# -*- coding: klingon -*-\ngaincal(vis='a.ms')\n",
    "for another CASA": b"if re.search('^4.7', casadef.casa_version) == None:\n sys.exit('4.7')\nsetjy('a.ms')\n",
}
"""Scripts of which nothing can be made, by what is wrong with them."""

IMAGING = (
    b"split(vis='a.ms', outputvis='b.ms')\nclean(vis='b.ms', imagename='b')\ngaincal(vis='b.ms', caltable='c')\n"
)


def package(root: Path, name: str = "2011.0.00001.S", scripts: int = 3, folder: str = "script") -> Path:
    """Make one package with so many calibration scripts under names of all sorts; give its innermost directory."""
    member = root / name / "sg_ouss_id_A002_X1" / "group_ouss_id_A002_X2" / "member_ouss_2012-11-20_id_A002_X3"
    for part in (folder, "raw", "calibrated", "product", "qa", "log", "calibration"):
        (member / part).mkdir(parents=True)
    for k in range(scripts):
        uid = f"{UID[:-1]}{k}"
        data = re.sub(rb"uid___A002_X[0-9a-f]+_X[0-9a-f]+", uid.encode(), (FIXTURES / KINDS[k % 3]).read_bytes())
        file = (f"{uid}.ms.scriptForCalibration.py", f"{uid}.calibration_3.4.py", f"reduce{k}.py")[k % 3]
        (member / folder / file).write_bytes(data)
        table(member / "raw" / f"{uid}.ms.split")
    (member / folder / "scriptForImaging.py").write_bytes(IMAGING)
    (member / "README").write_text("As delivered.\n")
    (member / "product" / "x.fits").write_bytes(b"SIMPLE")
    (member / "log" / "casapy.log.tgz").write_bytes(b"packed")
    return member


def table(path: Path) -> None:
    """Make a directory that looks like a measurement set, with a script in it that nobody must find."""
    (path / "ANTENNA").mkdir(parents=True, exist_ok=True)
    for part in (path, path / "ANTENNA"):
        (part / "table.dat").write_bytes(b"\xbe\xbe")
        (part / "table.f0").write_bytes(b"data")
    (path / "ANTENNA" / "scriptForCalibration.py").write_text("gaincal(vis='a.ms', caltable='b')\n")


def make(root: Path, packages: int, broken: float = 0.01) -> tuple[int, int]:
    """Make an archive; give the number of scripts that can be converted and of those that can't (`broken` of all).

    Each package has three scripts.
    """
    bad = 0
    kinds = list(BROKEN.values())
    for k in range(packages):
        member = package(root, f"2011.0.{k:05d}.S", folder="script" if k % 3 else "scripts")
        if int((k + 1) * 3 * broken) > bad:
            (member / ("script" if k % 3 else "scripts") / "reduce2.py").unlink()
            name = f"broken{k}.scriptForCalibration.py"
            (member / ("script" if k % 3 else "scripts") / name).write_bytes(kinds[bad % len(kinds)])
            bad += 1
    return packages * 3 - bad, bad


def fingerprint(root: Path) -> dict[str, str]:
    """Give the SHA-256 of each file, by its path in the tree; of links, what they point to."""
    return {
        str(path.relative_to(root)): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_symlink() or path.is_file()
    }
