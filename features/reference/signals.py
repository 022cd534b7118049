"""Second route of the family *signals*: what came in about the address within two years."""

from __future__ import annotations

import datetime as dt

from features.reference.findings import Finding, counted, reference, smallest
from features.reference.rows import Row
from features.reference.scene import Scene

TWO_YEARS = dt.timedelta(days=730)
YEAR = dt.timedelta(days=365)
HALF_YEAR = dt.timedelta(days=183)


def _lately(scene: Scene) -> list[Row]:
    return [row for row in scene.signals if row.recorded_on > scene.day - TWO_YEARS]


def _of_kind(scene: Scene, kind: str) -> Finding:
    return counted([row] for row in _lately(scene) if row["kind"] == kind)


@reference
def returned_mail(scene: Scene) -> Finding:
    """Signals `returned_mail`."""
    return _of_kind(scene, "returned_mail")


@reference
def citizen_tips(scene: Scene) -> Finding:
    """Signals `citizen_tip`."""
    return _of_kind(scene, "citizen_tip")


@reference
def moving_mismatches(scene: Scene) -> Finding:
    """Signals `moving_notice_mismatch`."""
    return _of_kind(scene, "moving_notice_mismatch")


@reference
def landlord_notices(scene: Scene) -> Finding:
    """Signals `landlord_notice`."""
    return _of_kind(scene, "landlord_notice")


@reference
def authority_notices(scene: Scene) -> Finding:
    """Signals `other_authority`."""
    return _of_kind(scene, "other_authority")


@reference
def data_unit_entries(scene: Scene) -> Finding:
    """Signals `data_unit_list`."""
    return _of_kind(scene, "data_unit_list")


@reference
def caseworker_notices(scene: Scene) -> Finding:
    """Signals `caseworker_notice`."""
    return _of_kind(scene, "caseworker_notice")


@reference
def recent_signals(scene: Scene) -> Finding:
    """Signals of any kind in the last 183 days."""
    return counted([row] for row in _lately(scene) if row.recorded_on > scene.day - HALF_YEAR)


@reference
def newest_signal_days(scene: Scene) -> Finding:
    """Days since the newest signal of the two years."""
    return smallest(((scene.day - row.recorded_on).days, [row]) for row in _lately(scene))


@reference
def signals_on_residents(scene: Scene) -> Finding:
    """Signals that name a resident whose stay here had begun when it came."""
    here = {resident.person_id: resident for resident in scene.residents}
    named = [(row, here[row["person_id"]]) for row in _lately(scene) if row["person_id"] in here]
    return counted([row, *resident.stay] for row, resident in named if resident.moved_in_on <= row.recorded_on)


def _returned(scene: Scene) -> list[Row]:
    return [row for row in _lately(scene) if row["kind"] == "returned_mail"]


@reference
def recent_returned_mail(scene: Scene) -> Finding:
    """Signals `returned_mail` of the last 365 days."""
    return counted([row] for row in _returned(scene) if row.recorded_on > scene.day - YEAR)


@reference
def newest_returned_mail_days(scene: Scene) -> Finding:
    """Days since the newest signal `returned_mail` of the two years."""
    return smallest(((scene.day - row.recorded_on).days, [row]) for row in _returned(scene))
