"""The ledger on both databases: nothing is changed, nothing is lost that registers forget, and every day stays readable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from governance.errors import AuditLogBroken, UsageError
from governance.impact.facts import Facts
from governance.impact.figures import figure_ore
from governance.impact.ledger import Booked, book, load_balance, load_entries, load_last, verify
from governance.store.engine import WRITING
from governance.store.opening import Store
from tests.impact_facts import a_case_fact as a_case
from tests.impact_facts import a_payment_fact as a_payment
from tests.impact_facts import an_effect_fact as an_effect
from tests.impact_facts import facts_of

D = dt.date
JUNE, JULY = D(2024, 6, 1), D(2024, 7, 1)
Opened = Callable[..., Store]


def booked(store: Store, facts: Facts) -> Booked:
    with store.act("impact.booked", subject="test") as act:
        return book(act.connection, facts, at=act.at)


def figure(store: Store, code: str, **until: object) -> int:
    with store.reading() as connection:
        return figure_ore(load_balance(connection, **until).lines, code)


def causes(store: Store) -> list[str]:
    with store.reading() as connection:
        return [entry.cause for entry in load_entries(connection)]


def test_a_booking_says_what_it_added_and_the_same_again_adds_nothing(opened: Opened) -> None:
    store = opened()
    facts = facts_of(a_case(hours=1.0), an_effect(reclaim=500), a_payment(amount=200), as_of=JUNE)
    done = booked(store, facts)
    assert (done.booking, done.as_of, done.causes) == (1, JUNE, {"decided": 1, "hours": 1, "collected": 1})
    again = booked(store, facts)
    assert (again.booking, again.entries, again.ledger_hash) == (0, 0, done.ledger_hash)
    with store.reading() as connection:
        assert load_last(connection).booking == 1 and verify(connection) == 3


def test_a_later_day_on_which_nothing_happened_is_a_booking_without_entries(opened: Opened) -> None:
    store = opened()
    first = booked(store, facts_of(an_effect(), as_of=JUNE))
    second = booked(store, facts_of(an_effect(), as_of=JULY))
    assert (second.booking, second.entries) == (2, 0) and second.ledger_hash != first.ledger_hash
    with store.reading() as connection:
        assert load_balance(connection).as_of == JULY and verify(connection) == 1


def test_a_day_before_the_ledgers_own_is_refused_and_leaves_nothing(opened: Opened) -> None:
    store = opened()
    booked(store, facts_of(an_effect(), as_of=JULY))
    with pytest.raises(UsageError, match="later day"):
        booked(store, facts_of(an_effect(), an_effect("f", grant="h"), as_of=JUNE))
    assert causes(store) == ["decided"]


def test_every_later_entry_says_why_it_was_made(opened: Opened) -> None:
    store = opened()
    first = an_effect("b", recorded=D(2024, 3, 10), months=1)
    booked(store, facts_of(first, as_of=JUNE))
    late = an_effect("a", recorded=D(2024, 3, 1), monthly=-40_000, months=1)
    booked(store, facts_of(first, late, as_of=JULY))
    booked(store, facts_of(first, replace(late, reversed_on=D(2024, 7, 2)), as_of=D(2024, 7, 3)))
    booked(
        store, facts_of(a_case(channel="random"), first, replace(late, reversed_on=D(2024, 7, 2)), as_of=D(2024, 7, 4))
    )
    assert causes(store) == ["decided", "decided", "recounted", "reversed", "recounted", *["corrected"] * 4]
    whole = figure(store, "realised_municipal")
    assert whole == figure(store, "realised_municipal,arm=random") == 80_000
    assert figure(store, "realised_municipal", as_of=JULY) == 80_000
    assert figure(store, "set_aside_municipal") == 32_000 and figure(store, "set_aside_municipal", as_of=JULY) == 0


def test_a_changed_row_is_corrected(opened: Opened) -> None:
    store = opened()
    booked(store, facts_of(a_case(hours=1.0), an_effect(), as_of=JUNE))
    booked(store, facts_of(a_case(hours=2.0), an_effect(monthly=-90_000), as_of=JULY))
    assert causes(store)[2:] == ["corrected", "corrected"]
    assert figure(store, "cost_hours") == 140_000 and figure(store, "cost_hours", as_of=JUNE) == 70_000


def test_what_registers_forget_stands_and_still_counts_its_months(opened: Opened) -> None:
    store = opened()
    gone, later = an_effect("a", months=1), an_effect("b", case="k2", recorded=D(2024, 3, 11), months=1)
    booked(store, facts_of(a_case(hours=1.0), gone, as_of=JUNE))
    done = booked(store, facts_of(later, as_of=JULY))
    assert done.kept == 1 and figure(store, "realised_municipal") == 80_000
    assert figure(store, "cost_hours") == 70_000
    assert figure(store, "overlap_municipal") == 80_000


def test_an_older_copy_of_a_row_undoes_nothing(opened: Opened) -> None:
    """Nor does it when it comes with a later day: what an appeal set aside and what was spent stay so."""
    store = opened()
    aside = an_effect(reversed_on=JUNE)
    booked(store, facts_of(a_case(hours=2.0), aside, as_of=JUNE))
    done = booked(store, facts_of(a_case(closed=None), an_effect(), as_of=JULY))
    assert (done.entries, done.kept) == (0, 1)
    assert booked(store, facts_of(a_case(hours=None), an_effect(monthly=-90_000), as_of=JULY)).kept == 1
    assert figure(store, "realised_municipal") == 0 and figure(store, "set_aside_municipal") == 12 * 72_000
    assert figure(store, "cost_hours") == 140_000
    again = booked(store, facts_of(a_case(hours=3.0), replace(aside, reversed_on=D(2024, 5, 1)), as_of=JULY))
    assert again.kept == 0 and figure(store, "cost_hours") == 210_000


def test_a_payment_of_a_forgotten_decision_is_booked_and_of_a_strange_one_counted(opened: Opened) -> None:
    store = opened()
    booked(store, facts_of(an_effect(reclaim=500, permille=1000), as_of=JUNE))
    payments = (a_payment(amount=200), a_payment("n", effect="never told", amount=1))
    done = booked(store, facts_of(*payments, as_of=JULY))
    assert (done.kept, done.strange) == (1, 1) and figure(store, "collected_municipal") == 200


def test_hours_keep_the_rate_at_which_they_were_first_booked(opened: Opened) -> None:
    store = opened()
    booked(store, facts_of(a_case(hours=1.0), a_case("open", closed=None), as_of=JUNE, rate=70_000))
    closed = a_case("open", hours=1.0, closed=JUNE)
    booked(store, facts_of(a_case(hours=3.0), closed, as_of=JULY, rate=90_000))
    assert figure(store, "cost_hours") == 3 * 70_000 + 90_000
    booked(store, facts_of(closed, as_of=D(2024, 8, 1), rate=1))
    assert figure(store, "cost_hours") == 3 * 70_000 + 90_000


def test_a_booking_can_be_read_back_by_its_number(opened: Opened) -> None:
    store = opened()
    first = booked(store, facts_of(an_effect(), as_of=JUNE))
    booked(store, facts_of(an_effect(), an_effect("f", grant="h"), as_of=JUNE))
    with store.reading() as connection:
        balance = load_balance(connection, booking=1)
    assert (balance.booking, balance.ledger_hash) == (1, first.ledger_hash)
    assert figure(store, "realised_municipal", booking=1) * 2 == figure(store, "realised_municipal", as_of=JUNE)
    with store.reading() as connection:
        assert load_balance(connection, as_of=D(2023, 1, 1)).booking == 0


@pytest.mark.parametrize("table", ["impact_booking", "impact_entry", "impact_line", "impact_fact", "impact_cost"])
def test_the_database_changes_nothing_of_the_ledger(opened: Opened, table: str) -> None:
    store = opened()
    booked(store, facts_of(an_effect(), as_of=JUNE))
    with store.act("impact.cost_booked", subject="c") as act:
        act.connection.exec_driver_sql(
            "INSERT INTO impact_cost VALUES ('c', '2024', 'running', 'KFF', 1, '2024-01-01', 'x')"
        )
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {_a_column(table)} = {_a_column(table)}"):
        with (
            store.engine.connect().execution_options(**{WRITING: True}) as connection,
            pytest.raises(sa.exc.DBAPIError, match=r"append-only|permission denied"),
        ):
            connection.exec_driver_sql(statement)


def _a_column(table: str) -> str:
    return {"impact_entry": "cause", "impact_line": "amount_ore", "impact_fact": "document"}.get(table, "at")


TAMPERED = {
    "an amount on both sides": (
        "impact_line_no_update", "UPDATE impact_line SET amount_ore = amount_ore * 2 WHERE seq = 1"),
    "one line": ("impact_line_no_update", "UPDATE impact_line SET amount_ore = amount_ore + 1 WHERE account = 'spent'"),
    "a line gone": ("impact_line_no_delete", "DELETE FROM impact_line WHERE seq = 1 AND account LIKE 'counted%'"),
    "all lines gone": ("impact_line_no_delete", "DELETE FROM impact_line WHERE seq = 1"),
    "an administration": ("impact_entry_no_update", "UPDATE impact_entry SET administration = 'BUF' WHERE seq = 1"),
    "another day": ("impact_booking_no_update", "UPDATE impact_booking SET as_of = '2024-05-31'"),
    "another hash": ("impact_booking_no_update", "UPDATE impact_booking SET ledger_hash = 'x'"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_a_ledger_that_was_altered_is_found(opened: Opened, database: str, name: str) -> None:
    if database.startswith("postgresql"):
        return
    store = opened()
    booked(store, facts_of(a_case(hours=1.0), an_effect(), as_of=JUNE))
    trigger, statement = TAMPERED[name]
    with store.engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        assert connection.exec_driver_sql(statement).rowcount > 0
    with store.reading() as connection, pytest.raises(AuditLogBroken):
        verify(connection)
