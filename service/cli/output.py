"""How the command line speaks: results on standard output, progress and errors on standard error.

With `--json` standard output is one JSON document. Nothing that is meant to be read stands only in colours or a
spinner.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from governance.errors import UserError


def say(text: str = "") -> None:
    """One line of result."""
    sys.stdout.write(text + "\n")


def say_json(document: Any) -> None:
    """The whole result as one JSON document."""
    say(json.dumps(document, ensure_ascii=False, indent=1, default=str))


def say_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table: columns aligned for a person, separated by two spaces for everything else."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(header))]
    for row in cells:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def say_left_out(left_out: Sequence[str]) -> None:
    """What a run did not look at for want of a legal basis; nothing when it looked at all."""
    if left_out:
        say("Not looked at, for want of a legal basis on the day: " + ", ".join(left_out))


def say_error(error: UserError, *, as_json: bool) -> None:
    """A refusal on standard error: what is wrong, which item, what to do."""
    if as_json:
        sys.stderr.write(json.dumps(error.as_problem(), ensure_ascii=False) + "\n")
        return
    sys.stderr.write(f"{error.what}\n  item:   {error.item}\n  remedy: {error.remedy}\n")


@contextlib.contextmanager
def progress(title: str) -> Iterator[Callable[[str], None]]:
    """A status line on standard error for what takes time; plain lines when that is not a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda stage: console.print(f"{title}: {stage}", highlight=False, soft_wrap=True)
        return
    with console.status(title) as status:
        yield lambda stage: status.update(f"{title}: {stage}")
