"""Values that a script's text shows."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from cal_upgrade.text.values import UNKNOWN, literal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'x.ms'", "x.ms"),
        ('"it\'s"', "it's"),
        ("3", 3),
        ("10L", 10),
        ("0777", 0o777),
        ("-1", -1),
        ("T", True),
        ("[T, F]", [True, False]),
        ("['0', '4']", ["0", "4"]),
        ("None", None),
        ("name", UNKNOWN),
        ("f(1)", UNKNOWN),
        ("[a, 1]", UNKNOWN),
        ("`1`", UNKNOWN),
        ("'a' 'T'", "aT"),
    ],
)
def test_literal(text: str, value: object) -> None:
    assert literal(text) == value


def test_a_backslash_of_python_2_is_no_matter() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert literal("'\\\\(ref' '\\d'") == "\\(ref\\d"


def test_many_threads_at_a_time() -> None:
    texts = [f"[{number}, ['a', ({number}, -{number})]]" for number in range(3000)]
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(literal, texts))
    assert values == [[number, ["a", (number, -number)]] for number in range(3000)]
