"""Any Python 2 text in, the same bytes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cal_upgrade.records import Refused
from cal_upgrade.text.edits import Edit, apply
from cal_upgrade.text.source import decode, encode, stray_bytes

BOM = b"\xef\xbb\xbf"


def same(data: bytes) -> bytes:
    """Take bytes in and give them back with nothing changed."""
    source = decode(data)
    return encode(source, source.text, apply(source.text, []).origin)


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\n",
        b"x = 1",
        b"x = 1\r\ny = 2\r\n",
        b"x = 1\r\ny = 2\nz = 3\r\n",
        b"x = 1\ry = 2\r",
        b"x = 1\ry = 2\r\n\r\r\n\nz = 3",
        b"\n\n\nx = 1\n\n\n  ",
        b"x = 1\n\x0cy = 2\n# \x0b ends no line\n",
        b"if x:\n\ty = 1\n        z = 2  \n",
        BOM + b"x = 1\r\n",
        BOM + b"# -*- coding: utf-8 -*-\nx = '\xc3\xa9'\n",
        b"# caf\xe9\nx = 1\n",
        b"# caf\xc3\xa9\nx = 1\n",
        b"# half \xc3\xa9 half \xe9\nx = 1\n",
        b"# coding: latin-1\r\n# \xc3\xa9 \x85 \xa0\r\n",
        b"# vim: set fileencoding=cp1252 :\n# \x93quoted\x94\n",
        b"# coding: koi8-r\nx = '\xc1\xc2'\n",
        b"# coding: shift_jis\nx = '\x83\x5c'\n",
        b"# coding: utf-8\n# not UTF-8: \xe9\n",
        b"x = 1\n\xef\xbb\xbfy = 2\n",
        b"# \xc2\x85 and \xe2\x80\xa8 end no line\nx = 1\n",
    ],
)
def test_bytes_come_back(data: bytes) -> None:
    assert same(data) == data


@given(st.text("a #=\n\r\t\x0c\xe9", min_size=1).filter(str.strip), st.sampled_from(["utf-8", "latin-1", "cp1252"]))
def test_any_text_comes_back(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert same(data) == data
    assert b"\r" not in decode(data).text


def test_text_is_utf8_with_lf() -> None:
    source = decode(BOM + b"x = '\xc3\xa9'\r\ny = 1\rz = 2")
    assert source.text == "x = 'é'\ny = 1\nz = 2".encode()
    assert source.ends == ("\r\n", "\r")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"# -*- coding: latin-1 -*-\n", "iso-8859-1"),
        (b"#!/usr/bin/env casapy\n# coding=cp1252\n", "cp1252"),
        (b"\n# coding=cp1252\n", "cp1252"),
        (b"  # coding : no colon, coding:   cp1252\n", "cp1252"),
        (b"# coding: UTF_8-unix\n", "utf-8"),
        (b"import os\n# coding: cp1252\n", "ascii"),
        (b"'''\n# coding: cp1252\n'''\n", "ascii"),
        (b"\n\n# coding: cp1252\n", "ascii"),
        (b"x = 'coding: cp1252'\n", "ascii"),
        (b"# caf\xc3\xa9\n", "utf-8"),
        (b"# caf\xe9\n", "latin-1"),
    ],
)
def test_coding_line_is_found_as_python_2_finds_it(data: bytes, encoding: str) -> None:
    assert decode(data).encoding == encoding


@pytest.mark.parametrize(
    ("data", "newline"),
    [(b"x", "\n"), (b"x\r\n", "\r\n"), (b"a\r\nb\nc\r\n", "\r\n"), (b"a\nb\r\nc\n", "\n"), (b"a\rb\r", "\r")],
)
def test_newline_is_the_most_used(data: bytes, newline: str) -> None:
    assert decode(data).newline == newline


def changed(data: bytes, at: bytes, new: str) -> bytes:
    """Put `new` in front of `at`."""
    source = decode(data)
    start = source.text.index(at)
    edited = apply(source.text, [Edit(start, start, new)])
    return encode(source, edited.text, edited.origin)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\r\nb\r\nc\r\n", b"a\r\nnew\r\nb\r\nc\r\n"),
        (b"a\r\nb\nc\n", b"a\r\nnew\r\nb\nc\n"),
        (b"a\nb\r\nc\r\n", b"a\nnew\nb\r\nc\r\n"),
        (b"a\rb", b"a\rnew\rb"),
        (b"b\r\nc\r\n", b"new\r\nb\r\nc\r\n"),
    ],
)
def test_inserted_line_ends_as_its_surroundings(data: bytes, expected: bytes) -> None:
    assert changed(data, b"b", "new\n") == expected


def test_line_added_after_a_last_line_without_end() -> None:
    source = decode(b"a\r\nb")
    edited = apply(source.text, [Edit(3, 3, "\nc")])
    assert encode(source, edited.text, edited.origin) == b"a\r\nb\r\nc"


def test_byte_order_mark_stays_in_front() -> None:
    assert changed(BOM + b"b = 1\n", b"b", "a = 1\n") == BOM + b"a = 1\nb = 1\n"


def test_inserted_text_takes_the_encoding_of_the_file() -> None:
    assert changed(b"# coding: latin-1\nx = '\xe9'\n", b"x", "\u00b5 = ") == b"# coding: latin-1\n\xb5 = x = '\xe9'\n"


@pytest.mark.parametrize("data", [b"x = 1\n", b"# coding: latin-1\nx = 1\n"])
def test_inserted_text_must_fit_the_encoding(data: bytes) -> None:
    with pytest.raises(Refused, match="no '\u0394'"):
        changed(data, b"x", "\u0394")


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"", None, "empty"),
        (b" \t\r\n\n\x0c", None, "empty"),
        (b"x = 1\n\0\n", None, "not a text file"),
        (b"\x7fELF\x02\x01\x01\x03" * 20, None, "not a text file"),
        (bytes(range(1, 256)) * 4, None, "not a text file"),
        ("x = 1\n".encode("utf-16"), None, "UTF-16"),
        (b"# coding: klingon\n", 1, "klingon"),
        (b"#!/bin/env python\n# coding: klingon\n", 2, "klingon"),
        (b"# coding: rot13\n", 1, "rot13"),
        (b"# coding: utf-16\nx = 1\n", 2, "utf-16"),
        (b"# coding: utf8\nx = 1\n# caf\xe9\n", 3, "utf8"),
        (b"# coding: ascii\r\nx = 1\r\n# caf\xe9\r\n", 3, "ascii"),
        (b"# coding: utf-7\nx = '+AGE-'\n", 1, "utf-7"),
        (BOM + b"\n# coding: latin-1\nx = 1\n", 2, "byte-order mark"),
        (BOM + b"# coding: utf8\nx = 1\n", 1, "byte-order mark"),
    ],
)
def test_refused_with_one_clear_line(data: bytes, line: int | None, what: str) -> None:
    with pytest.raises(Refused, match=what) as refused:
        decode(data)
    assert refused.value.line == line
    assert "\n" not in refused.value.what + refused.value.todo


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"x = 1\n", None),
        (b"x = 1\r\n# caf\xe9\r\n", 2),
        (b"# caf\xc3\xa9\n", 1),
        (BOM + b"# caf\xc3\xa9\n", None),
        (b"# coding: utf-8\n# caf\xc3\xa9\n", None),
        (b"x = 1\n# coding: utf-8\n# caf\xc3\xa9\n", 3),
    ],
)
def test_bytes_that_python_2_refuses_for_want_of_a_coding_line(data: bytes, line: int | None) -> None:
    assert stray_bytes(decode(data)) == line
