"""From our own cases to the ledger: what registers and cases say is booked, and nothing a case loses is taken back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.errors import SettingsError
from governance.impact.facts import PURPOSE
from governance.impact.figures import figure_ore
from governance.impact.ledger import Booked, load_balance, load_entries
from governance.impact.saving import effect_savings
from governance.pseudonyms import load_pseudonyms
from governance.registers import Registers, load_registers
from service.cases.effects import announced_effects
from service.cases.tables import CASES
from service.impact.booking import book_night, book_registers
from service.impact.reading import load_facts
from service.outcomes.merging import merge_own
from service.runs import register_snapshot
from tests.builders import AS_OF, a_case, a_grant, a_world, an_effect, days_ago
from tests.service.lives import a_fresh_town, deliver
from tests.service.people import ANNA, BO, LEADER
from tests.service.town import RECLAIM, STOP, TownList

HORIZON = 12
STOPPED = HORIZON * 1_155_400
CLAIMED = 500_000


class Booking:
    """A town whose cases are merged with its delivery and booked, at the close of its today."""

    def __init__(self, town: TownList, place) -> None:
        self.town, self.place, self.number = town, place, 0

    def registers(self) -> Registers:
        self.number += 1
        delivery = deliver(self.place / f"delivery-{self.number}", a_fresh_town())
        out = self.place / f"merged-{self.number}"
        with self.town.store.reading() as connection:
            merge_own(delivery, out, connection=connection, home=self.town.settings.home,
                      delivery=register_snapshot(delivery))  # fmt: skip
        return load_registers(out)

    def book(self) -> Booked:
        as_of = AsOf(self.town.today())
        return book_registers(self.registers(), as_of, settings=self.town.settings, store=self.town.store)

    def figure(self, code: str) -> int:
        with self.town.store.reading() as connection:
            return figure_ore(load_balance(connection).lines, code)


@pytest.fixture
def booking(sqlite_town_list, tmp_path) -> Booking:
    return Booking(sqlite_town_list, tmp_path)


def decide(town: TownList) -> dict[str, str]:
    town.announce("home-1", ANNA, BO, STOP, RECLAIM)
    with town.store.reading() as connection:
        return {each.effect: each.effect_id for each in announced_effects(connection, town.ids["home-1"])}


def set_aside(town: TownList, *effects: str) -> None:
    town.take("home-1", "appeal", LEADER, received_on=str(town.today()), text="Jeg er uenig.")
    result = {"result": "reversed", "reversed": list(effects), "decided_on": str(town.today())}
    town.take("home-1", "appeal_outcome", LEADER, **result)


def test_a_decision_its_payments_and_its_appeal_come_to_the_ledger(booking) -> None:
    town = booking.town
    effects = decide(town)
    today = str(town.today())
    town.take("home-1", "collect", LEADER, effect=effects["reclaim"], amount_ore=200_000, on_day=today)
    town.take("home-1", "write_off", LEADER, effect=effects["reclaim"], amount_ore=50, on_day=today, reason="hardship")
    booking.book()
    assert booking.figure("realised_society,arm=list") == STOPPED + CLAIMED
    assert booking.figure("realised_municipal:BIF") == (STOPPED + CLAIMED) * 8 // 10
    assert booking.figure("collected_municipal") == 160_000 and booking.figure("written_off_municipal") == 40
    version = town.case("home-1").model_version
    assert booking.figure(f"realised_society,model_version={version}") == STOPPED + CLAIMED
    town.pass_days(3)
    set_aside(town, *effects.values())
    done = booking.book()
    assert done.causes["reversed"] == 4
    assert booking.figure("realised_society") == booking.figure("collected_municipal") == 0
    assert booking.figure("set_aside_municipal") == (STOPPED + CLAIMED) * 8 // 10
    assert booking.figure("repaid_municipal") == 160_000


@pytest.mark.parametrize("lost", [{"hidden": True}, {"address_id": ""}])
def test_a_case_that_is_hidden_or_forgotten_has_not_been_set_aside(booking, lost) -> None:
    town = booking.town
    effects = decide(town)
    booking.book()
    stood = booking.figure("realised_society")
    town.pass_days(2)
    collected = {"effect": effects["reclaim"], "amount_ore": 100, "on_day": str(town.today())}
    town.take("home-1", "collect", LEADER, **collected)
    with town.store.act("list.made", subject="test") as act:
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == town.ids["home-1"]).values(**lost))
    done = booking.book()
    assert done.kept == 2 and done.strange == 0
    assert booking.figure("realised_society") == stood > 0
    assert booking.figure("collected_municipal") == 80


def test_payments_of_a_case_that_was_hidden_before_are_counted_and_not_booked(booking) -> None:
    town = booking.town
    effects = decide(town)
    day = str(town.today())
    town.take("home-1", "collect", LEADER, effect=effects["reclaim"], amount_ore=100, on_day=day)
    with town.store.act("list.made", subject="test") as act:
        act.connection.execute(sa.update(CASES).where(CASES.c.case_id == town.ids["home-1"]).values(hidden=True))
    assert booking.book().strange == 1 and booking.figure("collected_municipal") == 0


def test_a_night_books_once(booking) -> None:
    town = booking.town
    decide(town)
    registers, as_of = booking.registers(), AsOf(town.today())
    asked = {"night_id": "night-1", "settings": town.settings, "store": town.store}
    first = book_night(registers, as_of, **asked)
    assert first["entries"] > 0 and book_night(registers, as_of, **asked) == first
    assert book_night(registers, as_of, **{**asked, "night_id": "night-2"})["entries"] == 0
    with town.store.reading() as connection:
        booked = connection.exec_driver_sql("SELECT count(*) FROM audit_event WHERE action = 'impact.booked'").scalar()
    assert booked == 2
    earlier = book_night(registers, as_of.minus_days(1), **{**asked, "night_id": "night-0"})
    assert earlier == {"entries": 0, "stands_at": str(as_of)}


def test_the_ledger_knows_nobody_and_the_event_nothing_but_counts(booking) -> None:
    town = booking.town
    effects = decide(town)
    booking.book()
    with town.store.reading() as connection:
        texts = [str(row) for table in ("impact_entry", "impact_fact") for row in
                 connection.exec_driver_sql(f"SELECT * FROM {table}")]  # fmt: skip
        event = connection.exec_driver_sql("SELECT details FROM audit_event WHERE action = 'impact.booked'").scalar()
        cases = {entry.dimensions.case_id for entry in load_entries(connection)}
    assert texts
    raw = [*effects.values(), *town.ids.values(), "home-1", "home-1-a"]
    assert not [word for word in raw if any(f"'{word}'" in text or f'"{word}"' in text for text in [*texts, event])]
    named = load_pseudonyms(town.settings.home, purpose=PURPOSE).of("case", town.ids["home-1"])
    assert named in cases


def test_with_another_key_nothing_is_booked_twice(booking) -> None:
    town = booking.town
    decide(town)
    booking.book()
    stood = booking.figure("realised_society")
    (town.settings.home / "keys" / "pseudonyms-impact.key").unlink()
    town.pass_days(1)
    with pytest.raises(SettingsError, match="count twice"):
        booking.book()
    assert booking.figure("realised_society") == stood


def facts_at(*records, days: int = 0):
    return load_facts(a_world(*records), as_of=AsOf(days_ago(days)), hourly_cost_ore=1)


def test_what_is_recorded_after_the_day_is_unseen() -> None:
    case = a_case("h", case_id="k", outcome="benefit_changed", opened_days_ago=500, closed_days_ago=400)
    effect = an_effect("k", "ane", effect_id="e", recorded_days_ago=400, reversed_days_ago=100)
    assert facts_at(case, effect, days=501).cases == ()
    [opened] = facts_at(case, effect, days=401).cases
    assert (opened.closed_on, opened.outcome, opened.hours) == (None, None, None)
    assert facts_at(case, effect, days=401).effects == ()
    before, after = facts_at(case, effect, days=101), facts_at(case, effect, days=100)
    assert before.effects[0].reversed_on is None and after.effects[0].reversed_on == days_ago(100)
    assert before.cases[0].hours == 6.0


def test_an_effect_waits_for_its_case() -> None:
    case = a_case("h", case_id="k", opened_days_ago=10, outcome=None)
    assert facts_at(case, an_effect("k", "ane", recorded_days_ago=20), days=15).effects == ()


@pytest.mark.parametrize(("benefit", "home"), [("kontanthjaelp", "h"), ("enkeltydelse", None)])
def test_only_a_benefit_of_the_household_meets_at_the_address(benefit: str, home: str | None) -> None:
    case = a_case("h", case_id="k", outcome="benefit_changed")
    [effect] = facts_at(case, an_effect("k", "ane", benefit=benefit)).effects
    assert effect.household_id == home


def test_a_single_effect_comes_out_as_its_label(booking) -> None:
    """The same definition by both ways: forward to the grant's end, the refund step at `effective_from`."""
    records = [
        record
        for place, (benefit, change, reclaim, reached) in enumerate(
            [("kontanthjaelp", -33_333, 7, 300), ("friplads", -1, 1, 100), ("enkeltydelse", -3, 0, 900),
             ("boligstoette", -215_300, 99, 40), ("uddannelseshjaelp", -77_777, 12_345, 170)]
        )
        for record in (
            a_case(f"h{place}", case_id=f"k{place}", outcome="benefit_changed", channel="random"),
            a_grant(f"p{place}", grant_id=f"g{place}", benefit=benefit, from_days_ago=400 + reached, to_days_ago=150,
                    recorded_days_ago=401),
            an_effect(f"k{place}", f"p{place}", grant_id=f"g{place}", benefit=benefit, monthly_change_ore=change,
                      reclaim_ore=reclaim),
        )
    ]  # fmt: skip
    registers = a_world(*records)
    labels = effect_savings(registers, as_of=AS_OF, catalogue=load_catalogue())
    book_registers(registers, AS_OF, settings=booking.town.settings, store=booking.town.store)
    for office in ("bif", "buf", "kff"):
        assert booking.figure(f"realised_municipal:{office.upper()}") == labels[f"saving_{office}_ore"].sum() != 0
    assert booking.figure("realised_society") == labels["saving_society_ore"].sum()
