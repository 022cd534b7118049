"""Second route of the candidates: may this one address be scored on the day, and if not, why not (registers.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from features.reference.rows import Row
from features.reference.scene import Scene, load_scene
from governance.as_of import AsOf, months_before
from governance.benefits import load_catalogue
from governance.legal_bases import LegalBasis
from governance.registers import Registers
from governance.settings import Settings

INSTITUTION = 160


@dataclass(frozen=True)
class Judgement:
    """Of one address: whether a grant or a signal reaches it, the standing bases, and what excludes it."""

    reached: bool
    bases: tuple[str, ...]
    excluded: tuple[str, ...]

    @property
    def is_candidate(self) -> bool:
        """Reached, and nothing excludes it."""
        return self.reached and not self.excluded


def judge_address(
    registers: Registers, address_id: str, *, as_of: AsOf, settings: Settings, bases: Sequence[LegalBasis]
) -> Judgement:
    """Apply the candidate rules to one address at the close of `as_of`."""
    scene = load_scene(registers, address_id, as_of=as_of, catalogue=load_catalogue())
    standing = [basis for basis in bases if basis.stands(on=as_of.day, phase="operation")]
    window_from = months_before(as_of.day, settings.signal_months)
    signalled = any(row.recorded_on >= window_from for row in scene.signals)
    reached, legal = _grounds(scene, standing, signalled=signalled)
    cooling_from = months_before(as_of.day, settings.cool_off_months)
    reasons = {
        "protected_resident": any(resident.is_protected for resident in scene.residents),
        "institution": scene.address is not None and scene.address["unit_use_code"] == INSTITUTION,
        "case_open": any(case["closed_on"] is None for case in scene.cases),
        "cool_off": any(_cools(case, cooling_from) for case in scene.cases),
        "no_legal_basis": not legal,
    }
    return Judgement(reached, legal, tuple(reason for reason, holds in reasons.items() if holds))


def _grounds(scene: Scene, standing: Collection[LegalBasis], *, signalled: bool) -> tuple[bool, tuple[str, ...]]:
    """Whether anything brings the address up, and on which grounds; one that does not stand is not looked at."""
    codes, covered = {basis.code for basis in standing}, {code for basis in standing for code in basis.benefits}
    by_grant, by_signal = "retssikkerhedsloven_11a" in codes and bool(covered), "cpr_10" in codes and signalled
    granted = by_grant and any(grant.version["benefit"] in covered for grant in scene.grants)
    found = {"retssikkerhedsloven_11a": granted, "cpr_10": by_signal}
    return by_signal or (by_grant and bool(scene.grants)), tuple(code for code, holds in found.items() if holds)


def _cools(case: Row, cooling_from: dt.date) -> bool:
    return bool(case["outcome"] == "no_change" and case["closed_on"] > cooling_from)
