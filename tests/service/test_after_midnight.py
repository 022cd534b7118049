"""After midnight in Denmark and before midnight in Greenwich: every day that is told or asked for is the Danish one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from governance.audit.search import Sought, search_page
from governance.errors import GateClosed, InvalidForm
from governance.store.opening import Store
from service.cases.choices import fields_for
from service.cases.step import STEPS
from service.cases.tables import CASES
from service.jobs.retention import retain_when_due
from service.log_checks import refuse_clock_set_back
from service.outcomes.export import load_outcomes
from service.outcomes.looks import load_looks
from service.rights.requests import load_request, receive_request
from tests.audit_logs import TickingClock
from tests.service.named import hearing_fields, name_everybody, opened, pdf_of, text_of, write
from tests.service.people import ANNA, DPO
from tests.service.town import TownList

HOME = "home-1"
DAY = dt.timedelta(days=1)
SUMMER = (dt.datetime(2024, 6, 3, 23, 30, tzinfo=dt.UTC), dt.date(2024, 6, 4), "4. juni 2024", "01.30")
WINTER = (dt.datetime(2024, 12, 2, 23, 30, tzinfo=dt.UTC), dt.date(2024, 12, 3), "3. december 2024", "00.30")
EVERY_NIGHT = pytest.mark.parametrize(("night", "today"), [SUMMER[:2], WINTER[:2]], ids=["summer", "winter"])


@pytest.fixture
def sqlite_town_list(sqlite_town_list: TownList) -> TownList:
    """The list of the tests, in force until the winter."""
    with sqlite_town_list.store.act("list.made", subject="longer") as act:
        act.connection.execute(sa.update(CASES).values(expires_on="2024-12-31"))
    return sqlite_town_list


@EVERY_NIGHT
def test_an_outcome_is_of_the_danish_day(sqlite_town_list: TownList, clock: TickingClock, night, today) -> None:
    clock.at = night
    sqlite_town_list.take(HOME, "claim", ANNA)
    sqlite_town_list.take(HOME, "first_look", ANNA, assessment="would_reject")
    sqlite_town_list.take(HOME, "reject", ANNA, reason="no_presumption")
    with sqlite_town_list.store.reading() as connection:
        told = load_outcomes(connection, home=sqlite_town_list.settings.home).cases
        looks = [load_looks(connection, until=day).first for day in (today - DAY, today)]
    [row] = told.filter(pl.col("address_id") == HOME).to_dicts()
    assert (row["opened_on"], row["closed_on"]) == (today, today)
    assert sqlite_town_list.case(HOME).closed_on == today
    assert looks == [0, 1]


@EVERY_NIGHT
def test_the_days_to_answer_a_hearing_are_counted_from_the_danish_day(
    sqlite_town_list: TownList, clock: TickingClock, night, today
) -> None:
    clock.at = night
    town = sqlite_town_list
    town.inform(HOME, ANNA)
    least = dt.timedelta(days=town.settings.hearing_days)
    too_soon, in_time = (town.letter(HOME, "hearing", deadline=today + least - short) for short in (DAY, 0 * DAY))
    with pytest.raises(InvalidForm):
        town.take(HOME, "hear", ANNA, letters=[too_soon])
    assert town.take(HOME, "hear", ANNA, letters=[in_time]).deadline == today + least


@EVERY_NIGHT
def test_a_form_takes_the_danish_day_for_today(sqlite_town_list: TownList, clock: TickingClock, night, today) -> None:
    clock.at = night
    letter = sqlite_town_list.hear(HOME, ANNA)
    answered = {"letter": letter, "text": "Ingen bemærkninger."}
    for day in (today - DAY, today + DAY):
        with pytest.raises(InvalidForm):
            sqlite_town_list.take(HOME, "hearing_answer", ANNA, **answered, received_on=day.isoformat())
    sqlite_town_list.take(HOME, "hearing_answer", ANNA, **answered, received_on=today.isoformat())


@pytest.mark.parametrize(("night", "today", "written", "hour"), [SUMMER, WINTER], ids=["summer", "winter"])
def test_a_letter_carries_the_danish_day(
    sqlite_town_list: TownList, clock: TickingClock, tmp_path: Path, night, today, written, hour
) -> None:
    town = sqlite_town_list
    name_everybody(town.store, tmp_path)
    clock.at = night
    opened(town)
    letter = write(town, HOME, "orientation", rules=["cpr_10"])
    assert written in text_of(pdf_of(town, letter))
    [offered] = letters_offered(town)
    assert offered.endswith(f"({today:%d.%m.%Y} {hour})")


def letters_offered(town: TownList) -> list[str]:
    """What a step that sends letters offers, as a person reads it."""
    from service.cases.standing import Standing
    from service.cases.vault import load_vault

    with town.store.reading() as connection:
        standing = Standing(connection, town.case(HOME), ANNA, town.today(), town.settings, load_vault(town.settings))
        [field] = [each for each in fields_for(STEPS["inform"], standing) if each.name == "letters"]
        return [text for _, text in field.choices]


@EVERY_NIGHT
def test_a_hearing_letter_is_read_by_the_danish_day(
    sqlite_town_list: TownList, clock: TickingClock, tmp_path: Path, night, today
) -> None:
    town = sqlite_town_list
    name_everybody(town.store, tmp_path)
    clock.at = night
    town.inform(HOME, ANNA)
    last = today + dt.timedelta(days=town.settings.hearing_days)
    with pytest.raises(InvalidForm):
        write(town, HOME, "hearing", **hearing_fields(deadline=(last - DAY).isoformat()))
    assert write(town, HOME, "hearing", **hearing_fields(deadline=last.isoformat())).deadline == last


@EVERY_NIGHT
def test_a_request_may_be_received_today(sqlite_store: Store, clock: TickingClock, night, today) -> None:
    clock.at = night
    asked = {"kind": "access", "person_id": "p-1", "words": "Indsigt, tak.", "purpose": "party_access"}
    with pytest.raises(InvalidForm):
        receive_request(sqlite_store, caller=DPO, received_on=today + DAY, **asked)
    request_id = receive_request(sqlite_store, caller=DPO, received_on=today, **asked)
    with sqlite_store.reading() as connection:
        deadline = load_request(connection, request_id).clock(today).due
    # the last second of the day in Denmark, which is still the evening in Greenwich
    assert deadline.astimezone(dt.UTC).time() in {dt.time(21, 59, 59), dt.time(22, 59, 59)}


@EVERY_NIGHT
def test_a_day_of_the_log_begins_at_midnight_in_denmark(sqlite_store: Store, clock: TickingClock, night, today) -> None:
    clock.at = night
    with sqlite_store.act("list.made", subject="of-the-night"):
        pass
    found = {}
    for day in (today - DAY, today, today + DAY):
        with sqlite_store.reading() as connection:
            page = search_page(connection, Sought(subject="of-the-night", since=day, until=day), size=10)
        found[day] = len(page.events)
    assert found == {today - DAY: 0, today: 1, today + DAY: 0}


@EVERY_NIGHT
def test_retention_is_done_once_a_danish_day(sqlite_store: Store, clock: TickingClock, night, today) -> None:
    clock.at = night
    assert retain_when_due(sqlite_store, sqlite_store.settings) is not None
    clock.at = night + dt.timedelta(hours=12)
    assert retain_when_due(sqlite_store, sqlite_store.settings) is None
    clock.at = night + dt.timedelta(hours=24)
    assert retain_when_due(sqlite_store, sqlite_store.settings) is not None


@EVERY_NIGHT
def test_a_clock_that_was_set_back_over_midnight_in_denmark_is_seen(
    sqlite_store: Store, clock: TickingClock, night, today
) -> None:
    refuse_clock_set_back(sqlite_store)
    clock.at = night
    with sqlite_store.act("list.made", subject="of-the-night"):
        pass
    refuse_clock_set_back(sqlite_store)
    clock.at = night - dt.timedelta(hours=3)
    with pytest.raises(GateClosed, match=today.isoformat()):
        refuse_clock_set_back(sqlite_store)
