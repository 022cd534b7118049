"""Spec tables of the family *signals*."""

from __future__ import annotations

from builders import a_residence, a_signal
from spec_history import a_stay_in_two_versions
from spec_table import SpecTable, spec


def _of_kind(kind: str, other: str) -> SpecTable:
    """Two within two years, one just outside, one recorded tomorrow, one of another kind."""
    return spec(
        a_signal("home", kind, recorded_days_ago=0), a_signal("home", kind, recorded_days_ago=729),
        a_signal("home", kind, recorded_days_ago=730), a_signal("home", kind, recorded_days_ago=-1),
        a_signal("home", other, recorded_days_ago=5), a_signal("next", other), home=2, next=0, nowhere=0,
    )  # fmt: skip


SPECS: dict[str, SpecTable] = {
    "returned_mail": _of_kind("returned_mail", "citizen_tip"),
    "citizen_tips": _of_kind("citizen_tip", "returned_mail"),
    "moving_mismatches": _of_kind("moving_notice_mismatch", "citizen_tip"),
    "landlord_notices": _of_kind("landlord_notice", "citizen_tip"),
    "authority_notices": _of_kind("other_authority", "citizen_tip"),
    "data_unit_entries": _of_kind("data_unit_list", "citizen_tip"),
    "caseworker_notices": _of_kind("caseworker_notice", "citizen_tip"),
    "recent_signals": spec(
        a_signal("home", "citizen_tip", recorded_days_ago=0), a_signal("home", "returned_mail", recorded_days_ago=182),
        a_signal("home", "citizen_tip", recorded_days_ago=183), a_signal("home", "citizen_tip", recorded_days_ago=-1),
        home=2, nowhere=0,
    ),
    "newest_signal_days": spec(
        a_signal("home", recorded_days_ago=12), a_signal("home", recorded_days_ago=40),
        a_signal("home", recorded_days_ago=-1), a_signal("old", recorded_days_ago=730), home=12, old=None, nowhere=None,
    ),
    "signals_on_residents": spec(
        a_residence("ane", "home", from_days_ago=100), a_signal("home", person_id="ane", recorded_days_ago=100),
        a_signal("home", "returned_mail", person_id="ane", recorded_days_ago=101), a_signal("home", recorded_days_ago=9),
        a_signal("home", person_id="bo", recorded_days_ago=8), a_residence("bo", "home", to_days_ago=4),
        # before the new version of the registration, but within the stay
        *a_stay_in_two_versions("carl", "told"), a_signal("told", person_id="carl", recorded_days_ago=300),
        home=1, told=1, nowhere=0,
    ),
    "recent_returned_mail": spec(
        a_signal("home", "returned_mail", recorded_days_ago=0), a_signal("home", "returned_mail", recorded_days_ago=364),
        a_signal("home", "returned_mail", recorded_days_ago=365), a_signal("home", "citizen_tip", recorded_days_ago=9),
        a_signal("home", "returned_mail", recorded_days_ago=-1), home=2, nowhere=0,
    ),
    "newest_returned_mail_days": spec(
        a_signal("home", "returned_mail", recorded_days_ago=500), a_signal("home", "returned_mail", recorded_days_ago=600),
        a_signal("home", "citizen_tip", recorded_days_ago=3), a_signal("home", "returned_mail", recorded_days_ago=-1),
        a_signal("today", "returned_mail", recorded_days_ago=0), a_signal("old", "returned_mail", recorded_days_ago=730),
        home=500, today=0, old=None, nowhere=None,
    ),
}  # fmt: skip
