"""A script's bytes as text to work on, and back: what nobody changed comes back byte for byte.

The text is UTF-8 with LF line ends and no byte-order mark, whatever the file is written in, so that nobody
further down has to think of CRLF or Latin-1. How the file was written is kept beside the text and put back by
`encode`.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from cal_upgrade.records import Refused

# PEP 263 as the tokenizer of Python 2.7 reads it: a comment on the first line, or on the second if the first
# holds no code.
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NO_CODE = re.compile(rb"[ \t\f]*(#.*)?$")
_LINE_END = re.compile("\r\n|\r|\n")
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0e-\x1f\x7f]")

# More control characters than one in this many bytes, and it is no text.
_RARE = 20


class Source(NamedTuple):
    """A script as text.

    `text` is UTF-8 with LF line ends. `encoding` is the codec of the file, `bom` whether it begins with a UTF-8
    byte-order mark, `coding_line` whether a coding line names the encoding. `ends` holds the end of every line
    ("\\n", "\\r\\n" or "\\r"), without one for a last line that has none.
    """

    text: bytes
    encoding: str
    bom: bool
    coding_line: bool
    ends: tuple[str, ...]

    @property
    def newline(self) -> str:
        """The line end used most (the first of these in the file where several are), "\\n" if there is none."""
        return Counter(self.ends).most_common(1)[0][0] if self.ends else "\n"


def decode(data: bytes) -> Source:
    """Read a script's bytes: by its coding line as Python 2 finds it, else as UTF-8, else as Latin-1.

    Raises Refused for what is no text (nothing at all, binary junk), for a coding line that Python 2 would not
    take, and for bytes that contradict it.
    """
    if not data.strip():
        raise Refused(None, "the file is empty", "Name a calibration script.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused(None, "the file is UTF-16, which Python 2 does not read", "Save it as UTF-8.")
    if b"\0" in data or len(_CONTROL.findall(data)) * _RARE > len(data):
        raise Refused(None, "this is not a text file", "Name a calibration script.")
    bom = data.startswith(codecs.BOM_UTF8)
    body = data.removeprefix(codecs.BOM_UTF8)
    cookie, line = _cookie(body)
    if bom and cookie not in (None, "utf-8"):
        what = f'the file begins with a UTF-8 byte-order mark, but its coding line says "{cookie}"'
        raise Refused(line, what, 'Write "utf-8" in the coding line, or take the mark away.')
    if cookie is None or cookie == "utf-8":
        encoding, text = _by_guess(body, declared=bom or cookie is not None)
    else:
        encoding, text = _by_cookie(body, cookie, line)
    ends = tuple(_LINE_END.findall(text))
    if ends and set(ends) != {"\n"}:
        text = _LINE_END.sub("\n", text)
    return Source(text.encode("utf-8"), encoding, bom, cookie is not None, ends)


def encode(source: Source, text: bytes, origin: Sequence[int | None]) -> bytes:
    """Write a text made from `source.text` as the file was written.

    `origin[k]` is the line (from 1) of `source.text` that line k + 1 of `text` stands for, None if it was
    inserted (as in `edits.Edited`): a line keeps its own end, an inserted one ends as the line before it does.
    Raises Refused if the encoding of the file can't hold what was inserted.
    """
    result = text.decode("utf-8")
    if set(source.ends) - {"\n"}:
        result = _with_ends(result, source, origin)
    try:
        data = result.encode(source.encoding)
    except UnicodeEncodeError as error:
        what = f"the encoding of the file, {source.encoding}, has no {error.object[error.start]!r}"
        raise Refused(None, what, "Save the script as UTF-8 with a coding line.") from None
    return codecs.BOM_UTF8 * source.bom + data


def stray_bytes(source: Source) -> int | None:
    """Give the first line (from 1) that Python 2 refuses for want of a coding line, None if there is none.

    `execfile` and `python` of 2.7 take bytes beyond ASCII, in comments too, only after a coding line or a UTF-8
    byte-order mark.
    """
    if source.coding_line or source.bom:
        return None
    stray = _NOT_ASCII.search(source.text)
    return source.text.count(b"\n", 0, stray.start()) + 1 if stray else None


def _cookie(body: bytes) -> tuple[str | None, int]:
    """Find the encoding that a coding line names, as Python 2 spells it, and the number of that line."""
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", body, maxsplit=2)[:2], 1):
        if found := _COOKIE.match(line):
            name = found[1].decode("ascii")
            plain = name.lower().replace("_", "-")
            for known in ("utf-8", "latin-1", "iso-8859-1", "iso-latin-1"):
                if plain == known or plain.startswith(known + "-"):
                    return ("utf-8" if known == "utf-8" else "iso-8859-1"), number
            return name, number
        if not _NO_CODE.match(line):
            break
    return None, 1


def _by_cookie(body: bytes, name: str, line: int) -> tuple[str, str]:
    try:
        text = body.decode(name)
        if text.encode(name) == body and text.encode("utf-8"):
            return name, text
        wrong = "can't be written again as they are"
    except LookupError:
        raise Refused(line, f'the coding line names "{name}", which is no known encoding', "Mend the name.") from None
    except UnicodeError as error:
        wrong = "are something else"
        if isinstance(error, UnicodeDecodeError):
            line = len(re.findall(rb"\r\n|\r|\n", body[: error.start])) + 1
    raise Refused(line, f'the coding line says "{name}", but the bytes {wrong}', "Mend the coding line.")


def _by_guess(body: bytes, declared: bool) -> tuple[str, str]:
    # Python 2.7 takes any bytes in the comments of a file that claims to be UTF-8, so the claim is only tried.
    # Where nothing is declared, ASCII is all that may be brought in: see stray_bytes.
    for name in ("utf-8",) if declared else ("ascii", "utf-8"):
        try:
            return name, body.decode(name)
        except UnicodeDecodeError:
            continue
    return "latin-1", body.decode("latin-1")


def _with_ends(text: str, source: Source, origin: Sequence[int | None]) -> str:
    """Give each line of a text the end that its line in the file had."""
    lines = text.split("\n")
    end = source.ends[0]
    for k, old in enumerate(origin[: len(lines) - 1]):
        if old is not None:
            end = source.ends[min(old, len(source.ends)) - 1]
        lines[k] += end
    return "".join(lines)
