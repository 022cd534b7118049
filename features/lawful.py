"""What a run may look at: features, registers and candidates held to the legal bases of its day and phase.

Fail-closed: a register column without a basis is empty in every row before anything is computed, grants of a benefit
without one are not there, and a feature that rests on either is left out and named. What the line cannot do without
stops it. Must not know any model.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import narwhals as nw
import polars as pl

from features.definitions import load_catalogue_of_features
from features.engines import Engine, Frame
from features.lineage import STRUCTURE, feature_columns, part_columns, register_columns
from governance.benefits import load_catalogue
from governance.errors import GateClosed, UsageError
from governance.legal_bases import Lawful, require_columns
from governance.registers import TABLES, Registers
from governance.rules.evidence import BasisEvidence

BY_GRANT = "retssikkerhedsloven_11a"
BY_SIGNAL = "cpr_10"
_REMEDY = "Record a dated basis for it (setting legal_bases_file), or ask for something that has one."


def lawful_features(seen: Lawful) -> tuple[str, ...]:
    """The features that may be computed, in catalogue order: their bases and all columns they read stand."""
    return tuple(name for name in load_catalogue_of_features() if not missing_for(name, seen))


def missing_for(name: str, seen: Lawful) -> tuple[str, ...]:
    """What a feature lacks: `basis x` and `column t.c`, its sources' among them; empty when it may be computed."""
    catalogue = load_catalogue_of_features()
    declared = catalogue[name]
    codes = dict.fromkeys([declared.legal_basis, *(catalogue[each].legal_basis for each in declared.sources)])
    bases = [f"basis {code}" for code in codes if code not in seen.bases]
    return (*bases, *(f"column {column}" for column in sorted(feature_columns(name) - seen.scored)))


def columns_looked_at(phase: str) -> frozenset[str]:
    """Every register column that a run of the phase looks at when all have a basis."""
    features = (column for name in load_catalogue_of_features() for column in feature_columns(name))
    if phase == "development":
        return frozenset(features) | part_columns("stakes") | part_columns("labels")
    found = frozenset(features) | part_columns("stakes") | part_columns("every candidate")
    return found | part_columns("candidates by grant") | part_columns("candidates by signal")


def left_out(seen: Lawful) -> tuple[str, ...]:
    """`benefit x`, `column t.c` and `feature f` without a basis on the day and for the phase, in that order."""
    standing = lawful_features(seen)
    return (
        *(f"benefit {code}" for code in load_catalogue().benefits if code not in seen.benefits),
        *(f"column {column}" for column in sorted(columns_looked_at(seen.phase) - seen.scored)),
        *(f"feature {name}" for name in load_catalogue_of_features() if name not in standing),
    )


def basis_evidence(seen: Lawful, *, used: Collection[str]) -> BasisEvidence:
    """What was left out, and which of the features `used` had no basis (none, unless somebody went round this door)."""
    unlawful = tuple(f"feature {name}: {what}" for name in used for what in missing_for(name, seen))
    return BasisEvidence(seen.on, seen.phase, unlawful, left_out(seen), seen.next_expiry)


def require_features(names: Sequence[str], seen: Lawful) -> None:
    """Refuse features asked for by name: unknown ones as a wrong word, ones without a basis with `GateClosed`."""
    catalogue = load_catalogue_of_features()
    _require_known(names, catalogue, item="--feature", remedy="`adressekontrol features list` names them all.")
    for name in names:
        if missing := missing_for(name, seen):
            raise GateClosed(
                f"The feature has no legal basis for {seen.phase} on {seen.on}: {', '.join(missing)}.",
                item=name,
                remedy=_REMEDY,
            )


def require_benefits(codes: Sequence[str], seen: Lawful) -> None:
    """Refuse benefits asked for by name: unknown ones as a wrong word, ones without a basis with `GateClosed`."""
    known = load_catalogue().benefits
    _require_known(codes, known, item="--benefit", remedy=f"Use one of: {', '.join(known)}.")
    for code in codes:
        if code not in seen.benefits:
            raise GateClosed(
                f"The benefit has no legal basis for {seen.phase} on {seen.on}.", item=code, remedy=_REMEDY
            )


def _require_known(names: Iterable[str], known: Collection[str], *, item: str, remedy: str) -> None:
    for name in names:
        if name not in known:
            raise UsageError(f"There is no '{name}'.", item=item, remedy=remedy)


def candidate_grounds(seen: Lawful) -> tuple[str, ...]:
    """The grounds on which an address may become a candidate; `GateClosed` when none stands or a column is missing."""
    grounds = [BY_GRANT] if BY_GRANT in seen.bases and seen.benefits else []
    grounds += [BY_SIGNAL] if BY_SIGNAL in seen.bases else []
    if not grounds:
        raise GateClosed(
            f"No legal basis for {seen.phase} stands on {seen.on}: nobody may be looked at.",
            item=f"{BY_GRANT}, {BY_SIGNAL}",
            remedy="Record a dated basis (setting legal_bases_file), or choose a day on which one stands.",
        )
    require_columns(seen, part_columns("every candidate"), by="the candidate rules")
    if BY_GRANT in grounds:
        require_columns(seen, part_columns("candidates by grant"), by="the rule of candidates by grant")
        require_columns(seen, part_columns("stakes"), by="the monthly amount at stake")
    if BY_SIGNAL in grounds:
        require_columns(seen, part_columns("candidates by signal"), by="the rule of candidates by signal")
    return tuple(grounds)


def require_labels(seen: Lawful) -> None:
    """Refuse to label closed cases when a column that tells what came of them, or what was at stake, has no basis."""
    require_columns(seen, part_columns("labels"), by="the labels")
    require_columns(seen, part_columns("stakes"), by="the monthly amount at stake")


@dataclass(frozen=True)
class LawfulEngine:
    """An engine that hands out registers in which nothing stands that may not be looked at.

    `every_benefit` leaves the grants of other benefits in, so that the candidate rules can count whom they leave out.
    """

    engine: Engine
    seen: Lawful
    every_benefit: bool = False

    def table(self, name: str) -> Frame:
        """One register: columns without a basis are empty, and all rows gone when its structure has none."""
        return _lawful_rows(self.engine.table(name), name, self.seen, every_benefit=self.every_benefit)

    def rows(self, frame: pl.DataFrame) -> Frame:
        """A small frame of our own."""
        return self.engine.rows(frame)

    def keep(self, frame: Frame) -> Frame:
        """The same frame, computed once."""
        return self.engine.keep(frame)

    def collect(self, frame: Frame) -> pl.DataFrame:
        """The rows, in memory."""
        return self.engine.collect(frame)


def lawful_registers(registers: Registers, seen: Lawful) -> Registers:
    """The same registers for whoever reads them without an engine: the labels, and the rows behind a number."""
    frames = {}
    for name in TABLES:
        frame: Frame = nw.from_native(registers.table(name))
        frames[name] = _lawful_rows(frame, name, seen, every_benefit=False).to_native()
    return replace(registers, frames=frames)


def _lawful_rows(frame: Frame, table: str, seen: Lawful, *, every_benefit: bool) -> Frame:
    types = frame.collect_schema()
    missing = [name for name in types.names() if f"{table}.{name}" not in seen.scored]
    if table not in STRUCTURE or not register_columns([table]) <= seen.scored:
        key = TABLES[table].column_names[0]
        frame = frame.filter(nw.col(key).is_null() & ~nw.col(key).is_null())
    elif table == "benefit_grant" and not every_benefit and not set(load_catalogue().benefits) <= seen.benefits:
        frame = frame.filter(nw.col("benefit").is_in(sorted(seen.benefits)))
    return frame.with_columns(nw.lit(None, dtype=types[name]).alias(name) for name in missing)
