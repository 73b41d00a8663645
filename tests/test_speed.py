"""What keeps a conversion quick, and that the quick way is a check still. `benchmarks/convert.py` takes the time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cal_upgrade.cli.convert import main
from cal_upgrade.convert import job
from cal_upgrade.convert.translate import translate
from cal_upgrade.options import Options
from cal_upgrade.rules import deriver

ROOT = Path(__file__).resolve().parents[1]
PLAIN = ROOT / "fixtures" / "plain_3.4.py"

SLOW = {
    *("casatasks", "casatools", "matplotlib", "numpy", "fissix", "lib2to3"),
    *("libcst.matchers", "libcst.codemod", "libcst.codegen"),
    *("rich", "pygments", "difflib", "asyncio", "multiprocessing", "concurrent.futures", "tomllib", "hashlib"),
}
"""None of them has work to do where a script is converted and the rules have been read before."""

LISTED = """
import sys
from cal_upgrade.cli.convert import main
code = main(sys.argv[1:])
print(*sys.modules, sep="\\n", file=sys.stderr)
sys.exit(code)
"""


def test_a_conversion_imports_what_it_needs(tmp_path: Path) -> None:
    words = [sys.executable, "-c", LISTED, str(PLAIN), "-o", str(tmp_path / "out.py"), "--force"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    first, second = (
        subprocess.run(words, env=environment, capture_output=True, text=True, check=False) for _ in range(2)
    )
    assert first.returncode == second.returncode != 2, first.stderr
    assert "cal_upgrade.convert.translate" in second.stderr.split()
    assert not SLOW & set(second.stderr.split())


FICKLE = """
[[rule]]
id = "NAME"
kind = "style"
tasks = ["gaincal"]
summary = "It never has enough."
why = "A rule that changes its own result, for the sake of a test."
source = ["this test"]
when = { solint = { is = ["OLD"] } }
do = [{ set = "solint", value = "'NEXT'" }]
example = [
  { before = "gaincal('x.ms', 'x.gcal', solint='OLD')", after = "gaincal('x.ms', 'x.gcal', solint='NEXT')" },
  { unchanged = "gaincal('x.ms', 'x.gcal')" },
]
"""


def fickle(folder: Path) -> None:
    """Write two rules, each of which undoes what the other did: a result is never good enough for both."""
    rules = []
    for name, old, new in (("there", "int", "inf"), ("back", "inf", "int")):
        rules.append(FICKLE.replace("NAME", name).replace("OLD", old).replace("NEXT", new))
    (folder / "fickle.toml").write_text("".join(rules))


@pytest.mark.parametrize(("solint", "rule"), [("int", "back"), ("inf", "there")])
def test_what_would_change_again_is_refused(
    solint: str, rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    fickle(folder)
    script, out = tmp_path / "script_3.4.py", tmp_path / "out.py"
    script.write_text(f"gaincal(vis='x.ms', caltable='x.gcal', solint='{solint}')\n")
    assert main([str(script), "-o", str(out), "--rules", str(folder), "--from", "3.4"]) == 2
    assert f"the result does not settle: rule {rule} would change it again" in capsys.readouterr().err
    assert not out.exists()


def test_a_call_like_one_before_is_not_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = []
    original = deriver.derive

    def counted(*given: object) -> object:
        looked_up.append(given)
        return original(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(deriver, "derive", counted)
    call = b"plotcal(caltable='{}', xaxis='time', yaxis='phase', showgui=True)\n"
    script = b"".join(call.replace(b"{}", name) for name in (b"speed.a", b"speed.b", b"speed.a"))
    book = job.book(Options(version="3.4"))
    translate(script, book)
    assert len(looked_up) == 2
    translate(script, book)
    assert len(looked_up) == 2
