"""Dated legal bases: which act lets the municipality look, at what, in which phase and from which day.

Fail-closed: a benefit or a register column that no basis of the day and the phase names is not looked at, and
development (training on the history) and operation (ranking for real) each need their own. Must not know what a
feature, a model or a list is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from governance.errors import GateClosed
from governance.registers import TABLES
from governance.settings import Settings

Phase = Literal["development", "operation"]
Purpose = Literal["single_case", "general_search"]
PHASES: tuple[Phase, ...] = ("development", "operation")
PURPOSES: tuple[Purpose, ...] = ("single_case", "general_search")
FAIRNESS = "fairness_monitoring"
"""The one basis that may name the columns of `protected`; it is none for a score."""
PROTECTED_PREFIX = "protected."
NEVER_SCORED = ("address.district", "control_case.caseworker_id")
NAMES = ("name", "navn")


@dataclass(frozen=True)
class LegalBasis:
    """One dated entry and what it covers: benefits by code, register columns as `table.column` or `table.*`."""

    code: str
    act: str
    paragraph: str
    text_da: str
    purpose: Purpose
    phases: tuple[Phase, ...]
    valid_from: dt.date
    valid_to: dt.date | None
    benefits: tuple[str, ...]
    columns: tuple[str, ...] = ()

    def stands(self, *, on: dt.date, phase: Phase) -> bool:
        """Whether the basis is in force on the day and for the phase."""
        begun = self.valid_from <= on
        return begun and (self.valid_to is None or on < self.valid_to) and phase in self.phases

    @property
    def covered(self) -> frozenset[str]:
        """The columns as `table.column`, wildcards written out; those of `protected` on the fairness basis only."""
        named = (column for pattern in self.columns for column in columns_of(pattern))
        return frozenset(name for name in named if name.startswith(PROTECTED_PREFIX) == (self.code == FAIRNESS))


def columns_of(pattern: str) -> tuple[str, ...]:
    """`table.*` as every column of the contract, `table.column` as itself; empty when the contract has neither."""
    table, _, column = pattern.partition(".")
    names = TABLES[table].column_names if table in TABLES else ()
    return tuple(f"{table}.{name}" for name in names if column in ("*", name))


def never_scored(column: str) -> bool:
    """Whether no basis can make this register column an input (registers.md; issue: *the prohibited screen*)."""
    name = column.partition(".")[2]
    return column.startswith(PROTECTED_PREFIX) or column in NEVER_SCORED or any(word in name for word in NAMES)


@dataclass(frozen=True)
class Lawful:
    """What may be looked at on one day and in one phase.

    `bases`: codes of every standing basis; `general`: those of them for general searches, fairness left out. `benefits`
    and `columns` (as `table.column`): what they cover. A score may rest on `scored` only: no column of `protected`, no
    district, no caseworker, no name. `next_expiry`: the first day on which one of the bases no longer stands.
    """

    benefits: frozenset[str]
    columns: frozenset[str]
    bases: frozenset[str]
    phase: Phase
    on: dt.date
    next_expiry: dt.date | None
    general: frozenset[str] = frozenset()

    @property
    def scored(self) -> frozenset[str]:
        """The columns that a candidate, a stake, a label or a feature may rest on."""
        return frozenset(column for column in self.columns if not never_scored(column))


def lawful(bases: Sequence[LegalBasis], *, on: dt.date, phase: Phase) -> Lawful:
    """What the bases in force on the day and for the phase cover."""
    standing = [basis for basis in bases if basis.stands(on=on, phase=phase)]
    scoring = [basis for basis in standing if basis.code != FAIRNESS]
    return Lawful(
        benefits=frozenset(code for basis in scoring for code in basis.benefits),
        columns=frozenset(name for basis in standing for name in basis.covered),
        bases=frozenset(basis.code for basis in standing),
        phase=phase,
        on=on,
        next_expiry=min((basis.valid_to for basis in standing if basis.valid_to), default=None),
        general=frozenset(basis.code for basis in scoring if basis.purpose == "general_search"),
    )


def protected_columns(bases: Sequence[LegalBasis], *, on: dt.date, phase: Phase) -> frozenset[str]:
    """The columns of `protected` that the fairness run may read on the day; empty without a basis of its own."""
    standing = [basis for basis in bases if basis.code == FAIRNESS and basis.stands(on=on, phase=phase)]
    return frozenset(name for basis in standing for name in basis.covered)


def require_columns(seen: Lawful, needed: Iterable[str], *, by: str) -> None:
    """Raise `GateClosed` naming the first column without a basis and what cannot do without it (`by`)."""
    missing = sorted(set(needed) - seen.scored)
    if missing:
        raise GateClosed(
            f"No legal basis for {seen.phase} stands on {seen.on} for a register column that {by} cannot do without.",
            item=missing[0],
            remedy="Record a dated basis that covers it (setting legal_bases_file), or choose another day.",
        )


@dataclass(frozen=True)
class Pull:
    """What every pull of data is tagged with: for which search, on which bases, in which phase, as of which day."""

    purpose: Purpose
    bases: tuple[str, ...]
    phase: Phase
    on: dt.date


def make_pull(seen: Lawful) -> Pull:
    """The tag of a pull for scoring: a general search as soon as one of its bases is for one."""
    purpose: Purpose = "general_search" if seen.general else "single_case"
    return Pull(purpose, tuple(sorted(seen.bases - {FAIRNESS})), seen.phase, seen.on)


def pull_of(seen: Lawful) -> dict[str, str]:
    """The tag as plain text, for the details of an event: `purpose`, `bases` joined by `+`, `phase`, `on`."""
    pull = make_pull(seen)
    return {"purpose": pull.purpose, "bases": "+".join(pull.bases), "phase": pull.phase, "on": pull.on.isoformat()}


@cache
def _shipped() -> tuple[LegalBasis, ...]:
    from governance.legal_bases_file import read_legal_bases

    return read_legal_bases(files("governance").joinpath("catalogue/legal_bases.toml").read_bytes())


def load_legal_bases(path: Path | None = None) -> tuple[LegalBasis, ...]:
    """The bases of `path`, or the shipped ones, in the order of the file; `SettingsError` names entry and field."""
    if path is None:
        return _shipped()
    from governance.legal_bases_file import load_bytes, read_legal_bases

    return read_legal_bases(load_bytes(path))


def legal_bases_in_force(settings: Settings) -> tuple[LegalBasis, ...]:
    """The bases of this installation: of the file that it named, or the shipped ones."""
    return load_legal_bases(Path(settings.legal_bases_file) if settings.legal_bases_file else None)


def standing_bases(bases: Sequence[LegalBasis], *, on: dt.date, phase: Phase) -> tuple[str, ...]:
    """Codes of the bases in force, in the order of the file."""
    return tuple(dict.fromkeys(basis.code for basis in bases if basis.stands(on=on, phase=phase)))


def benefits_with_basis(bases: Sequence[LegalBasis], *, on: dt.date, phase: Phase) -> tuple[str, ...]:
    """Codes of the benefits that may be looked at on the day, sorted."""
    return tuple(sorted(lawful(bases, on=on, phase=phase).benefits))


def as_entry(basis: LegalBasis) -> Mapping[str, object]:
    """One basis as plain values in the order of its fields, for `--json` and for the digest."""
    values = {field.name: getattr(basis, field.name) for field in fields(basis)}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def bases_digest(bases: Sequence[LegalBasis]) -> str:
    """SHA-256 over every entry; part of a run's identity, since the entries decide what the run looks at."""
    return hashlib.sha256(repr([as_entry(basis) for basis in bases]).encode()).hexdigest()
