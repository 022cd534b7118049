"""Dated legal bases: which act lets the municipality look, at what, in which phase and from which day.

Fail-closed: a benefit without a basis valid on the day and for the phase is left out by whoever asks here.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Phase = Literal["development", "operation"]


@dataclass(frozen=True)
class LegalBasis:
    """One dated basis and the benefits it covers."""

    code: str
    act: str
    paragraph: str
    text_da: str
    purpose: Literal["single_case", "general_search"]
    phases: tuple[Phase, ...]
    valid_from: dt.date
    valid_to: dt.date | None
    benefits: tuple[str, ...]

    def stands(self, *, on: dt.date, phase: Phase) -> bool:
        """Whether the basis is in force on the day and for the phase."""
        begun = self.valid_from <= on
        return begun and (self.valid_to is None or on < self.valid_to) and phase in self.phases


@cache
def load_legal_bases() -> tuple[LegalBasis, ...]:
    """The shipped bases, in the order of the file; read once."""
    source = tomllib.loads(files("governance").joinpath("catalogue/legal_bases.toml").read_text(encoding="utf-8"))
    return tuple(
        LegalBasis(
            **{
                **entry,
                "phases": tuple(entry["phases"]),
                "benefits": tuple(entry["benefits"]),
                "valid_to": entry.get("valid_to"),
            }
        )
        for entry in source["basis"]
    )


def standing_bases(bases: tuple[LegalBasis, ...], *, on: dt.date, phase: Phase) -> tuple[str, ...]:
    """Codes of the bases in force."""
    return tuple(basis.code for basis in bases if basis.stands(on=on, phase=phase))


def benefits_with_basis(bases: tuple[LegalBasis, ...], *, on: dt.date, phase: Phase) -> tuple[str, ...]:
    """Codes of the benefits that may be looked at on the day, sorted."""
    return tuple(sorted({code for basis in bases if basis.stands(on=on, phase=phase) for code in basis.benefits}))
