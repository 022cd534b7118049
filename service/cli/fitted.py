"""Tables that fit a page: words are wrapped, and columns of numbers that find no room go on below.

Must not know what stands in a table.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from service.cli.output import say

PAGE = 100
NARROWEST, WIDEST = 80, 160
LEAST_WORDS = 12
LONGEST_WHOLE_WORD = 16
GAP = "  "

Row = Sequence[str]


def page_columns() -> int:
    """Letters on a line: those of the terminal within bounds, or a page's where nobody sits in front of one."""
    if not sys.stdout.isatty():
        return PAGE
    return min(max(os.get_terminal_size(sys.stdout.fileno()).columns, NARROWEST), WIDEST)


def say_fitted(header: Row, rows: Sequence[Row], *, words: int, columns: int) -> None:
    """A table of at most `columns` letters a line; its first `words` columns are text, the others numbers."""
    for place, block in enumerate(_blocks([header, *rows], words, columns)):
        if place:
            say()
        for line in _lines(block, words, columns):
            say(line)


def _blocks(rows: Sequence[Row], words: int, columns: int) -> Iterator[list[Row]]:
    """The table itself where it fits; else several, each with all the words and the numbers there is room for."""
    numbers = _widths([row[words:] for row in rows])
    room = columns - sum(_least(rows, words)) - len(GAP) * (words - 1)
    first = 0
    while first < len(numbers) or first == 0:
        last = first + 1
        while last < len(numbers) and sum(numbers[first : last + 1]) + len(GAP) * (last + 1 - first) <= room:
            last += 1
        yield [(*row[:words], *row[words + first : words + last]) for row in rows]
        first = last


def _lines(rows: Sequence[Row], words: int, columns: int) -> Iterator[str]:
    numbers = _widths([row[words:] for row in rows])
    texts = _text_widths(rows, words, columns - sum(numbers) - len(GAP) * (words - 1 + len(numbers)))
    wrapped = [_wrapped(row, words, texts, numbers) for row in rows]
    # where all is text, nothing else tells where one row ends
    spaced = words == len(rows[0]) > 1 and any(len(row) > 1 for row in wrapped[1:])
    for place, row in enumerate(wrapped):
        if spaced and place > 1:
            yield ""
        yield from row


def _wrapped(row: Row, words: int, texts: Sequence[int], numbers: Sequence[int]) -> list[str]:
    """One row as lines of the page; numbers stand on the first."""
    if _is_alone(row, words):
        row, texts = (row[0], *row[words:]), [sum(texts) + len(GAP) * (words - 1)]
    parts = [_folded(cell, width) for cell, width in zip(row, texts, strict=False)]
    figures = [[cell.rjust(width)] for cell, width in zip(row[len(texts) :], numbers, strict=True)]
    widths = (*texts, *numbers)
    return [
        GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in zip_longest(*parts, *figures, fillvalue="")
    ]


def _folded(cell: str, width: int) -> list[str]:
    """The cell in lines of that width; what it is indented by stays, and a little more after its first line."""
    if len(cell) <= width:
        return [cell]
    lead = cell[: len(cell) - len(cell.lstrip())]
    return textwrap.wrap(
        cell.strip(), width, initial_indent=lead, subsequent_indent=lead + GAP, break_on_hyphens=False
    )  # fmt: skip


def _text_widths(rows: Sequence[Row], words: int, room: int) -> list[int]:
    """What the columns of text need, the widest made narrower until they fit; none narrower than its longest word."""
    widths, least = _widths([row[:words] for row in _in_columns(rows, words)]), _least(rows, words)
    while sum(widths) > room and widths != least:
        place = max((each for each in range(words) if widths[each] > least[each]), key=lambda each: widths[each])
        widths[place] -= 1
    alone = max((len(row[0]) for row in rows if _is_alone(row, words)), default=0) - len(GAP) * (words - 1)
    widths[0] += max(0, min(alone, room) - sum(widths))
    return widths


def _least(rows: Sequence[Row], words: int) -> list[int]:
    """The narrowest each column of text may be: its longest word stays whole, with its indent."""
    texts = [row[:words] for row in _in_columns(rows, words)]
    longest, natural = [max(map(_longest_word, column)) for column in zip(*texts, strict=True)], _widths(texts)
    return [min(width, max(LEAST_WORDS, word)) for width, word in zip(natural, longest, strict=True)]


def _longest_word(cell: str) -> int:
    indent = len(cell) - len(cell.lstrip()) + len(GAP)
    return min(max((len(word) for word in cell.split()), default=0), LONGEST_WHOLE_WORD) + indent


def _is_alone(row: Row, words: int) -> bool:
    """Whether it has but one text, as a sum has, which may stand over all columns of text."""
    return words > 1 and bool(row[0]) and not any(row[1:words])


def _in_columns(rows: Sequence[Row], words: int) -> Sequence[Row]:
    return [row for row in rows if not _is_alone(row, words)] or rows


def _widths(rows: Sequence[Row]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]
