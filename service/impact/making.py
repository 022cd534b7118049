"""From the ledger and the registers of a day to a kept report: one act, and nothing where nothing may be told.

A new version is made when nothing was told before, or when no case or at least ten changed since: the difference
between two versions is a figure too. Must not know what a section says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.as_of import AsOf
from governance.audit.events import instant
from governance.audit.search import newest_details
from governance.errors import AuditLogBroken, UsageError
from governance.explained.keeping import load_run
from governance.impact.business_case.prices import load_price_index
from governance.impact.business_case.reading import load_case_in_force
from governance.impact.estimates import PromiseRow
from governance.impact.facts import PURPOSE, Facts, under_pseudonyms
from governance.impact.ledger import Balance, load_balance, require_booked, verify
from governance.impact.memory import load_told, with_told_months
from governance.pseudonyms import Pseudonyms, load_pseudonyms
from governance.registers import Registers
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.tables import LISTS
from service.fallback import FALLBACK
from service.impact.basis import Basis
from service.impact.estimating import build_estimates, mature_cases, ripe_listed, savings_of
from service.impact.expected import Logged, load_logged
from service.impact.explained import load_case_types, with_case_types
from service.impact.keeping import KeptReport, keep_report, list_versions, load_report
from service.impact.promised import load_promised
from service.impact.promises import build_mature, build_promised, known_at
from service.impact.reading import facts_of_registers, load_facts
from service.impact.realised import FOUND
from service.impact.report import QUARTERLY, build_report
from service.impact.report_model import SMALLEST_CELL, ImpactReport, Section, says_the_same
from service.impact.sections import administrations, arm, prevalence, promise
from service.impact.strata import Beside, Book, build_book, change_between
from service.impact.telling import Earlier, to_compare
from service.kept_registers import load_kept
from service.list_writing import MADE

REPORTED = "impact.reported"
OF_DRAWS = (arm.CODE, prevalence.CODE)


@dataclass(frozen=True)
class MadeReport:
    """The report that stands; `made` False: it did before, because nothing or too little (`too_few`) has changed."""

    kept: KeptReport
    made: bool
    too_few: bool = False


def make_report(
    store: Store, as_of: AsOf, *, settings: Settings, registers: Registers | None = None, subject: str = ""
) -> MadeReport:
    """Make and keep the report of what was booked by `as_of`; `registers` have passed their contract.

    Without `registers` those are taken that the newest list was made from. `UsageError` where nothing was booked by
    then, or a later day was reported already.
    """
    with store.reading() as connection:
        verify(connection)
        balance = load_balance(connection, as_of=as_of.day)
        last = _last(connection)
        require_booked(balance, as_of.day)
        _require_none_later(balance, last)
        basis = _load_basis(connection, balance, settings, registers or load_known(connection, as_of, settings))
    if last is not None and 0 < _changed(basis) < SMALLEST_CELL:
        return MadeReport(last, made=False, too_few=True)
    return _kept(store, basis, last, subject)


def report_night(
    registers: Registers, as_of: AsOf, *, night_id: str, settings: Settings, store: Store
) -> dict[str, Any]:  # fmt: skip
    """Make the report at the end of a night, once; returns counts for the night's own event."""
    with store.reading() as connection:
        said = newest_details(connection, REPORTED, night_id)
        last = _last(connection)
        booked = load_balance(connection, as_of=as_of.day).booking
    if said is not None:
        return {"version": said["version"], "made": True}
    if not booked or (last is not None and last.report.as_of > as_of.day):
        return {"version": last.report.version if last else 0, "made": False}
    done = make_report(store, as_of, settings=settings, registers=registers, subject=night_id)
    return {"version": done.kept.report.version, "made": done.made}


def load_known(connection: sa.Connection, as_of: AsOf, settings: Settings) -> Registers | None:
    """The registers that the newest list of a model by that day was made from; None where none was, or kept."""
    asked = sa.select(LISTS.c.run_id).where(LISTS.c.as_of <= f"{as_of.day}").order_by(LISTS.c.as_of.desc())
    for (run_id,) in connection.execute(asked):
        made = newest_details(connection, MADE, run_id)
        if made is not None and made["model"] != FALLBACK:
            name = str(load_run(connection, run_id).grounds["kept_registers"])
            return load_kept(name, home=settings.home) if (settings.home / "registers" / name).is_dir() else None
    return None


def _last(connection: sa.Connection) -> KeptReport | None:
    versions = list_versions(connection)
    return load_report(connection, version=versions[0].version) if versions else None


def _require_none_later(balance: Balance, last: KeptReport | None) -> None:
    if last is not None and last.report.booking > balance.booking:
        raise UsageError(
            "A later day has been reported: what was told of an earlier one is kept as it was.",
            item=f"--as-of {balance.as_of}",
            remedy=f"Report as of {last.report.as_of} or later; earlier versions are read by their number.",
        )


def _load_basis(
    connection: sa.Connection, balance: Balance, settings: Settings, registers: Registers | None
) -> Basis:  # fmt: skip
    assert balance.as_of is not None  # noqa: S101  something was booked
    pseudonyms = load_pseudonyms(settings.home, purpose=PURPOSE)
    logged = load_logged(connection, settings=settings)
    raw = None if registers is None else _reckoned(connection, balance, settings, registers, pseudonyms)
    facts = None if raw is None else under_pseudonyms(raw, pseudonyms)
    matured = _Matured(raw, logged, pseudonyms, settings)
    estimates = None if raw is None else build_estimates(raw, logged, settings=settings)
    basis = Basis(
        as_of=balance.as_of, booking=balance.booking, ledger_hash=balance.ledger_hash,
        book=_book(connection, balance, matured.at(balance.as_of), settings=settings),
        case=load_case_in_force(settings.business_case_file), index=load_price_index(settings.price_index_file),
        facts=facts, estimates=estimates, ripe=frozenset() if facts is None else ripe_listed(facts, settings=settings),
        model_versions=tuple(sorted(set(balance.lines["model_version"]) - {""})),
        earlier=_earlier(connection, matured, () if estimates is None else estimates.promise),
    )  # fmt: skip
    return replace(basis, kept_sections={**_kept_sections(basis), **_kept_draws(basis, matured)})


def _reckoned(
    connection: sa.Connection, balance: Balance, settings: Settings, registers: Registers, pseudonyms: Pseudonyms
) -> Facts:
    """The facts of registers under their own ids, with the months that the ledger booked of each effect."""
    assert balance.as_of is not None  # noqa: S101  something was booked
    found = load_facts(
        registers, as_of=AsOf(balance.as_of), hourly_cost_ore=settings.hourly_cost_ore, connection=connection
    )  # fmt: skip
    told = load_told(connection, booking=balance.booking)
    return with_told_months(facts_of_registers(found), told, name=lambda each: pseudonyms.of("effect", each))


@dataclass(frozen=True)
class _Matured:
    """What is known of cases with a promise, and so what was mature on any day, under pseudonyms."""

    facts: Facts | None
    logged: Logged
    pseudonyms: Pseudonyms
    settings: Settings

    def at(self, day: dt.date) -> tuple[Beside, ...]:
        """The sums of mature cases as they stood at the close of the day."""
        if self.facts is None:
            return ()
        found = build_mature(known_at(self.facts, day), self.logged, settings=self.settings)
        return tuple(replace(each, case_id=self.pseudonyms.of("case", each.case_id)) for each in found)

    def drawn(self, day: dt.date) -> frozenset[tuple[str, float, str | None]]:
        """What the mature, drawn cases brought by then: case, saving and outcome, of those with a finding."""
        if self.facts is None:
            return frozenset()
        facts = known_at(self.facts, day)
        mature, savings = mature_cases(facts, settings=self.settings), savings_of(facts)
        drawn = [case for case in facts.cases if case.channel == "random" and case.case_id in mature]
        return frozenset(
            (case.case_id, savings[case.case_id], case.outcome)
            for case in drawn
            if savings[case.case_id] or case.outcome in FOUND
        )


def _book(
    connection: sa.Connection, balance: Balance, beside: tuple[Beside, ...] = (), *, settings: Settings
) -> Book:  # fmt: skip
    types = load_case_types(connection, booking=balance.booking)
    told = load_told(connection, booking=balance.booking)
    promised = build_promised(load_promised(connection, settings=settings, as_of=balance.as_of))
    return build_book(with_case_types(balance.lines, types), told.cases.values(), (*promised, *beside))


def _earlier(connection: sa.Connection, matured: _Matured, rows: Sequence[PromiseRow]) -> tuple[Earlier, ...]:
    """The versions that a new one is held against, with the ledger as it stood then, the first first."""
    versions = reversed(list_versions(connection))
    reports = [load_report(connection, version=each.version).report for each in versions]
    made_on = days_of(promise.CODE, reports)
    return tuple(
        Earlier(
            each,
            _book_then(connection, each, matured, made_on[each.version]),
            promise.told_codes(each.section(promise.CODE), rows),
        )
        for each in to_compare(reports)
    )


def days_of(code: str, reports: Iterable[ImpactReport]) -> Mapping[int, dt.date]:
    """Version → the day that its section of the code is of: one of estimates stands unchanged for a quarter."""
    found: dict[int, dt.date] = {}
    before: tuple[Section | None, dt.date] | None = None
    for report in reports:
        section = report.section(code)
        before = before if before is not None and before[0] == section else (section, report.as_of)
        found[report.version] = before[1]
    return found


def _book_then(connection: sa.Connection, report: ImpactReport, matured: _Matured, made_on: dt.date) -> Book:
    balance = load_balance(connection, booking=report.booking)
    if balance.ledger_hash != report.ledger_hash:
        raise AuditLogBroken(
            "The ledger is not what a report was made from.",
            item=f"version {report.version}",
            remedy="Restore the database from the backup.",
        )
    return _book(connection, balance, matured.at(made_on), settings=matured.settings)


def _changed(basis: Basis) -> int:
    """Cases of which anything changed since the last version."""
    return _change(basis)["case_id"].n_unique() if basis.earlier else 0


def _change(basis: Basis) -> pl.DataFrame:
    change = change_between(basis.earlier[-1].book, basis.book).amounts
    return change.filter((pl.col("case_id") != "") & ~pl.col("account").str.starts_with("mature."))


def _kept_sections(basis: Basis) -> Mapping[str, Section]:
    """The quarterly sections of the last version, within its quarter or where too few cases of an arm changed."""
    if not basis.earlier:
        return {}
    last = basis.earlier[-1].report
    sections = {code: section for code in QUARTERLY if (section := last.section(code)) is not None and section.tables}
    of_arms = _change(basis).group_by(pl.col("channel") == "random").agg(pl.col("case_id").n_unique())["case_id"]
    same_quarter = (last.as_of.year, (last.as_of.month - 1) // 3) == (basis.as_of.year, (basis.as_of.month - 1) // 3)
    if not same_quarter and all(count >= SMALLEST_CELL for count in of_arms):
        return {}
    office = last.section(administrations.CODE)
    return sections | ({administrations.CODE: office} if office else {})


def _kept_draws(basis: Basis, matured: _Matured) -> Mapping[str, Section]:
    """The sections of the draws as the last version told them, where 1 to 9 of their findings are new or changed."""
    reports = [each.report for each in basis.earlier]
    kept: dict[str, Section] = {}
    for code in OF_DRAWS:
        section = reports[-1].section(code) if reports else None
        if section is not None and section.tables:
            then = matured.drawn(days_of(code, reports)[reports[-1].version])
            changed = {case for case, _, _ in then ^ matured.drawn(basis.as_of)}
            kept |= {code: section} if 0 < len(changed) < SMALLEST_CELL else {}
    return kept


def _kept(store: Store, basis: Basis, last: KeptReport | None, subject: str) -> MadeReport:
    report = build_report(basis)
    if last is not None and says_the_same(last.report, report):
        return MadeReport(last, made=False)
    with store.act(REPORTED) as act:
        kept = keep_report(act.connection, _at(report, act.at))
        act.subject = subject or f"version-{kept.report.version}"
        act.add(
            version=kept.report.version, as_of=f"{kept.report.as_of}", booking=kept.report.booking,
            sha256=kept.sha256, ledger=kept.report.ledger_hash,
        )  # fmt: skip
    return MadeReport(kept, made=True)


def _at(report: ImpactReport, at: dt.datetime) -> ImpactReport:
    return replace(report, made_at=instant(at))
