"""Spec tables of the family *payments*. Rates are the shipped catalogue's: boligstøtte 2,153 kr. a month."""

from __future__ import annotations

import datetime as dt

from builders import a_grant, a_payment, a_residence
from spec_table import SpecTable, spec

MAY, APRIL, MARCH, FEBRUARY = (dt.date(2024, month, 1) for month in (5, 4, 3, 2))

SPECS: dict[str, SpecTable] = {
    "grants_running": spec(
        a_residence("ane", "home"), a_grant("ane"), a_grant("ane", benefit="friplads"),
        # ended today, begins tomorrow, undone, recorded tomorrow
        a_grant("ane", benefit="enkeltydelse", to_days_ago=0),
        a_grant("ane", benefit="helbredstillaeg", from_days_ago=-1, recorded_days_ago=20),
        a_grant("ane", benefit="kontanthjaelp", retracted_days_ago=1),
        a_grant("ane", benefit="boernetilskud", recorded_days_ago=-1),
        a_grant("bo"), a_residence("bo", "left", to_days_ago=5), home=2, left=0,
    ),
    "monthly_amount": spec(
        # the mean of the last three months paid, not of older ones: (1,000 + 2,000 + 2,000.01) / 3, whole øre half up
        a_residence("ane", "paid"), a_grant("ane"), a_payment("ane", month=MAY, amount_ore=100_000),
        a_payment("ane", month=APRIL, amount_ore=200_000), a_payment("ane", month=MARCH, amount_ore=200_001),
        a_payment("ane", month=FEBRUARY, amount_ore=900_000),
        # nothing known paid: the catalogue's rate
        a_residence("bo", "unpaid"), a_grant("bo"), a_payment("bo", month=MAY, amount_ore=7, recorded_on=dt.date(2024, 6, 2)),
        # two payments for one month, and no others
        a_residence("carl", "twice"), a_grant("carl"), a_payment("carl", month=MAY, amount_ore=100_000),
        a_payment("carl", month=MAY, amount_ore=5_000, recorded_on=dt.date(2024, 5, 20)),
        # paid more than a year ago: the rate again; and two holders' grants add up
        a_residence("dea", "old"), a_grant("dea"), a_payment("dea", month=dt.date(2023, 6, 1), amount_ore=100_000),
        a_residence("eva", "old"), a_grant("eva"), a_payment("eva", month=dt.date(2023, 7, 1), amount_ore=50_000),
        paid=1666.67, unpaid=2153, twice=1050, old=2653, nowhere=0,
    ),
    "single_amount": spec(
        a_residence("ane", "home"), a_grant("ane", basis="single"), a_grant("ane", benefit="friplads", basis="couple"),
        a_residence("bo", "couple"), a_grant("bo", basis="couple_provider"), home=2153, couple=0,
    ),
    "newest_grant_days": spec(
        a_residence("ane", "home"), a_grant("ane", from_days_ago=500), a_grant("ane", benefit="friplads", from_days_ago=70),
        # an unbroken run of two versions; a gap of one day breaks it
        a_residence("bo", "run"), a_grant("bo", basis="couple", from_days_ago=300, to_days_ago=100),
        a_grant("bo", basis="single", from_days_ago=100), a_residence("carl", "gap"),
        a_grant("carl", basis="couple", from_days_ago=300, to_days_ago=101), a_grant("carl", from_days_ago=100),
        home=70, run=300, gap=100, nowhere=None,
    ),
    "oldest_grant_days": spec(
        a_residence("ane", "home"), a_grant("ane", from_days_ago=500), a_grant("ane", benefit="friplads", from_days_ago=70),
        home=500, nowhere=None,
    ),
    "assistance_amount": spec(
        a_residence("ane", "home"), a_grant("ane", benefit="kontanthjaelp", basis="single_provider"),
        a_residence("bo", "home"), a_grant("bo", benefit="uddannelseshjaelp", basis="living_at_home"),
        a_residence("carl", "other"), a_grant("carl"), home=15_355 + 2_728, other=0,
    ),
    "daycare_amount": spec(
        a_residence("ane", "home"), a_grant("ane", benefit="friplads"), a_grant("ane", benefit="soeskenderabat"),
        a_residence("carl", "other"), a_grant("carl"), home=2361 + 1180.5, other=0,
    ),
    "housing_amount": spec(
        a_residence("ane", "home"), a_grant("ane"), a_grant("ane", benefit="friplads"), a_residence("bo", "other"),
        a_grant("bo", benefit="friplads"), home=2153, other=0,
    ),
    "payment_gaps": spec(
        # due in five months, paid in two of them: twice in May, and in December outside the half year
        a_residence("ane", "home"), a_grant("ane"), a_payment("ane", month=MAY, amount_ore=100),
        a_payment("ane", month=MAY, amount_ore=5, recorded_on=dt.date(2024, 5, 20)),
        a_payment("ane", month=MARCH, amount_ore=100), a_payment("ane", month=dt.date(2023, 12, 1), amount_ore=100),
        a_payment("ane", month=APRIL, amount_ore=100, recorded_on=dt.date(2024, 6, 2)),
        # two months old and never paid; less than a month old; a run told in two versions
        a_residence("bo", "new"), a_grant("bo", from_days_ago=62), a_residence("carl", "newest"),
        a_grant("carl", from_days_ago=30), a_residence("dea", "run"),
        a_grant("dea", basis="couple", from_days_ago=93, to_days_ago=10), a_grant("dea", from_days_ago=10),
        # every month paid, and more
        a_residence("eva", "paid"), a_grant("eva"),
        *(a_payment("eva", month=dt.date(2024, month, 1), amount_ore=100) for month in range(1, 7)),
        home=3, new=2, newest=0, run=3, paid=0, nowhere=0,
    ),
    "grant_holders": spec(
        a_residence("ane", "home"), a_grant("ane"), a_grant("ane", benefit="friplads"), a_residence("bo", "home"),
        a_grant("bo"), a_residence("carl", "home"), a_grant("carl", to_days_ago=0), a_residence("dea", "none"),
        home=2, none=0, nowhere=0,
    ),
}  # fmt: skip
