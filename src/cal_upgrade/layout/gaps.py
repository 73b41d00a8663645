"""What stands between the arguments of a call: blanks, ends of lines, comments.

A gap begins behind a comma (or the opening bracket) and ends where the next argument (or the closing bracket) begins.
The comment on its first line belongs to the argument ahead of it; comments on lines of their own belong to none.
"""

from __future__ import annotations

import libcst as cst

Gap = cst.BaseParenthesizableWhitespace
Lines = cst.ParenthesizedWhitespace

NOTHING = cst.SimpleWhitespace("")


def blank(text: str) -> Gap:
    """Give a gap of blanks."""
    return cst.SimpleWhitespace(text)


def breaks(gap: Gap) -> bool:
    """Whether the line ends in a gap."""
    return isinstance(gap, Lines) or "\n" in _value(gap) or "\r" in _value(gap)


def blanks(gap: Gap) -> str | None:
    """Give a gap's blanks, None if the line ends in it."""
    return None if breaks(gap) else _value(gap)


def comment(gap: Gap) -> str:
    """Give the comment on the first line of a gap with the blanks ahead of it, "" if there is none."""
    if isinstance(gap, Lines) and gap.first_line.comment is not None:
        return gap.first_line.whitespace.value + gap.first_line.comment.value
    return ""


def own_comments(gap: Gap) -> bool:
    """Whether comments stand in a gap on lines of their own."""
    return isinstance(gap, Lines) and any(line.comment is not None for line in gap.empty_lines)


def without_comment(gap: Gap) -> Gap:
    """Take the comment, or blanks that nobody sees, off the first line of a gap."""
    if not isinstance(gap, Lines):
        return gap
    return gap.with_changes(first_line=gap.first_line.with_changes(whitespace=NOTHING, comment=None))


def with_comment(gap: Gap, text: str) -> Gap:
    """Put a comment, with the blanks ahead of it, on the first line of a gap that ends a line and has none."""
    if not isinstance(gap, Lines) or not text:
        return gap
    spot = text.index("#")
    end = gap.first_line.with_changes(whitespace=blank(text[:spot]), comment=cst.Comment(text[spot:]))
    return gap.with_changes(first_line=end)


def line_break(like: Gap) -> Gap:
    """Give an end of line with the indentation that follows it in another gap."""
    return line_after(without_comment(like), like)


def line_after(end: Gap, like: Gap) -> Gap:
    """Give the end of line of one gap, its comment included, with the indentation of another."""
    if not isinstance(like, Lines):
        return end if comment(end) else like
    clean = like.first_line.with_changes(whitespace=NOTHING, comment=None)
    first_line = end.first_line if isinstance(end, Lines) else clean
    return like.with_changes(first_line=first_line, empty_lines=())


def joined(first: Gap, second: Gap) -> Gap:
    """Give the gap that is left when the line between two gaps goes.

    The first one's comment and all lines of their own stay, and the indentation of what follows.
    """
    if not isinstance(first, Lines) or not isinstance(second, Lines):
        return first if breaks(first) else second
    return second.with_changes(first_line=first.first_line, empty_lines=[*first.empty_lines, *second.empty_lines])


def between(before: Gap, after: Gap, pull_up: bool) -> Gap:
    """Give the gap that is left when the argument between two gaps goes and another one follows.

    `pull_up`: that one takes its place if it was the first thing behind the bracket.
    """
    if breaks(before) or not breaks(after):
        return joined(before, after) if breaks(after) else before
    return before if pull_up and not own_comments(after) else without_comment(after)


def around_first(inside: Gap) -> tuple[Gap, Gap]:
    """Give the gaps ahead of and behind the first argument of a call that had none, but perhaps comments."""
    if not isinstance(inside, Lines):
        return inside, inside
    lines = [line for line in inside.empty_lines if line.comment is not None]
    if not lines and not comment(inside):
        return NOTHING, NOTHING
    indent = lines[-1].whitespace if lines else blank("    ")
    return inside.with_changes(last_line=indent), line_break(inside)


def _value(gap: Gap) -> str:
    return gap.value if isinstance(gap, cst.SimpleWhitespace) else ""
