"""Blocks of text and tables as an accessible PDF (PDF/UA-1): the same bytes for the same blocks and moment.

The blocks go in as data, so nothing that a person wrote is read as markup. Must not know what they say.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from service.letters.rendering import displayable

AUTHOR = "Adressekontrol"
LATIN = 0x17F
BOX = "□"


@cache
def _template() -> bytes:
    return (files("service.rights") / "templates" / "answer.typ").read_bytes()


def print_blocks(title: str, blocks: Sequence[Mapping[str, Any]], *, at: dt.datetime) -> bytes:
    """The PDF, dated `at` (UTC)."""
    import typst

    document = json.dumps({"title": title, "author": AUTHOR, "blocks": list(blocks)}, ensure_ascii=False)
    inputs = {"document": _showable(document)}
    compiler = typst.Compiler(_template(), ignore_system_fonts=True, sys_inputs=inputs)
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("one document is one file")
    return made


def _showable(text: str) -> str:
    """The text with a box for every character that no font of the PDF has: the JSON beside it holds the exact words."""
    unusual = {letter for letter in set(text) if ord(letter) > LATIN}
    missing = {letter for letter in unusual if not displayable(letter)}
    return "".join(BOX if letter in missing else letter for letter in text)
