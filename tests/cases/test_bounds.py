"""Expressions of a script that would take memory or time to work out: they are unknown, at once."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from script.test_names import opened

from cal_upgrade.text.values import UNKNOWN, as_text, combined, formatted, literal

INPUTS = Path(__file__).parent / "inputs" / "safety"
MEMORY = 2**31


@pytest.mark.parametrize(
    "name",
    [
        "b01_mul_mem.py",
        "b02b_format_mem.py",
        "b04_bigint_str.py",
        "b05_bigint_repr.py",
        "r12_concat330.py",
        "cr1_concat_4.2.py",
    ],
)
def test_case(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cal_upgrade.cli.convert", str(INPUTS / name), "-o", str(tmp_path / "out.py")],
        capture_output=True,
        text=True,
        timeout=30,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out.py").read_bytes() == (INPUTS / name).read_bytes()


def chained(first: str, link: str) -> list[str]:
    return [first, *(link.format(n=n + 1, m=n) for n in range(3000)), "gaincal(vis='x.ms', opacity=a3000)"]


@pytest.mark.parametrize(
    ("first", "link", "value"),
    [
        ("a0 = 0.1", "a{n} = a{m}", 0.1),
        ("a0 = 0", "a{n} = a{m} + 1", 3000),
        ("a0 = 'x'", "a{n} = a{m} + a{m}", UNKNOWN),
        ("a0 = [1]", "a{n} = [a{m}]", UNKNOWN),
        ("a0 = [1]", "a{n} = [a{m}, a{m}]", UNKNOWN),
        ("a0 = 'x'", "a{n} = '%s%s' % (a{m}, a{m})", UNKNOWN),
        ("a0 = 2", "a{n} = a{m} * a{m}", UNKNOWN),
    ],
)
def test_long_chains_of_names(first: str, link: str, value: object) -> None:
    script = opened(*chained(first, link))
    start = time.process_time()
    assert script.views[0].values["opacity"] == value
    assert time.process_time() - start < 5


@pytest.mark.parametrize("source", ["'a'" + " + 'a'" * 5000, "(" * 90 + "'a'" + ")" * 90, "[" * 90 + "]" * 90])
def test_long_and_deep_expressions(source: str) -> None:
    view = opened(f"gaincal(vis={source}, caltable='x.g')").views[0]
    assert view.values["vis"] in ("a" * 5001, UNKNOWN)


@pytest.mark.parametrize(
    "value",
    [
        combined("a", "*", 10**9),
        combined([0], "*", 10**9),
        combined("a" * 9000, "+", "a" * 9000),
        combined("%1000000000d", "%", 5),
        combined("%*d", "%", (10**9, 5)),
        combined("%.1000000000f", "%", 0.5),
        combined(10**18, "*", 10**18),
        formatted("{:1000000000}", [5], {}),
        formatted("{:{w}}", [5], {"w": 10**9}),
        formatted("{0.__class__}", [5], {}),
        literal("0x" + "f" * 5000),
        literal("9" * 5000),
        literal("[" * 5000),
        literal("-" * 100_000 + "1"),
        as_text(10**40),
    ],
)
def test_too_much(value: object) -> None:
    assert value is UNKNOWN
