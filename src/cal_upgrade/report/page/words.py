"""What changed inside a line, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cal_upgrade.report.page.colour import Span

_WORDS = re.compile(r"\d+(?:\.\d+)+|\w+|\s+|.", re.DOTALL)

MOST = 10_000
"""As many pairs of words are compared; of longer lines all between the equal ends is marked."""


def changed_words(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """Find the parts of two lines that differ."""
    left, right = _WORDS.findall(old), _WORDS.findall(new)
    least = min(len(left), len(right))
    head = next((k for k in range(least) if left[k] != right[k]), least)
    tail = next((k for k in range(least - head) if left[-1 - k] != right[-1 - k]), least - head)
    middle_left, middle_right = left[head : len(left) - tail], right[head : len(right) - tail]
    kept_left, kept_right = _kept(middle_left, middle_right)
    start = sum(map(len, left[:head]))
    return _spans(middle_left, kept_left, start), _spans(middle_right, kept_right, start)


def _kept(left: list[str], right: list[str]) -> tuple[set[int], set[int]]:
    """Find a longest common row of words: the places of its words in both lists. Blanks alone keep nothing."""
    if len(left) * len(right) > MOST:
        return set(), set()
    longest = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            same = left[i] == right[j]
            longest[i][j] = longest[i + 1][j + 1] + 1 if same else max(longest[i + 1][j], longest[i][j + 1])
    kept_left: set[int] = set()
    kept_right: set[int] = set()
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] == right[j]:
            kept_left.add(i)
            kept_right.add(j)
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    # a few brackets and blanks in common say nothing: better one mark than a comb of them
    shorter = min(_letters(left), _letters(right))
    return (kept_left, kept_right) if 2 * _letters(left[k] for k in kept_left) >= shorter else (set(), set())


def _letters(words: Iterable[str]) -> int:
    return sum(len(word) for word in words if not word.isspace())


def _spans(words: list[str], kept: set[int], start: int) -> list[Span]:
    spans: list[Span] = []
    at = start
    for k, word in enumerate(words):
        end = at + len(word)
        if k not in kept:
            if spans and spans[-1][1] == at:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((at, end))
        at = end
    return spans
