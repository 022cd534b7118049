"""A delivery of identities comes in whole or not at all, and nothing of it can be read from a copy of the database."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from governance.audit.search import newest_details
from governance.errors import AuditLogBroken, DataContractError
from governance.store.opening import Store
from service.identities.cpr_number import invented, possible, read_cpr
from service.identities.door import log_name, road_names
from service.identities.importing import Imported, import_identities
from service.identities.keeping import load_keeper
from service.identities.tables import IDENTITIES
from tests.service.named import ROAD, cpr_of, name_of, write_delivery

HEAD = "person_id,cpr_number,name\n"


def test_a_delivery_is_counted_and_a_second_one_replaces(store: Store, tmp_path: Path) -> None:
    delivery = write_delivery(tmp_path / "in")
    assert import_identities(store, delivery, invented=True) == Imported(12, 12, 1, 1)
    write_delivery(delivery, persons=f"{HEAD}home-1-a,{cpr_of('home-1-a')},Nyt Navn\nny,311399-9999,Ny Person\n")
    assert import_identities(store, delivery, invented=True) == Imported(2, 1, 1, 0)
    with store.reading() as connection:
        keeper = load_keeper(store.settings)
        assert keeper.read(connection, "person", ["home-1-a", "home-2-a", "unknown"]) == {
            "home-1-a": {"cpr": read_cpr(cpr_of("home-1-a")), "name": "Nyt Navn"},
            "home-2-a": {"cpr": read_cpr(cpr_of("home-2-a")), "name": name_of("home-2-a")},
        }
        assert newest_details(connection, "identities.imported", "") == {
            "persons": 2, "persons_new": 1, "roads": 1, "roads_new": 0,
        }  # fmt: skip


def test_parquet_comes_in_like_csv(sqlite_store: Store, tmp_path: Path) -> None:
    delivery = write_delivery(tmp_path / "in")
    for name in ("persons", "roads"):
        pl.read_csv(delivery / f"{name}.csv", infer_schema=False).write_parquet(delivery / f"{name}.parquet")
        (delivery / f"{name}.csv").unlink()
    assert import_identities(sqlite_store, delivery, invented=True) == Imported(12, 12, 1, 1)


def test_nothing_of_it_stands_readable_in_the_file(sqlite_store: Store, tmp_path: Path) -> None:
    import_identities(sqlite_store, write_delivery(tmp_path / "in"), invented=True)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("service.db*"))
    assert b"home-1-a" in kept
    for word in (name_of("home-1-a"), cpr_of("home-1-a"), read_cpr(cpr_of("home-1-a")), ROAD):
        assert str(word).encode() not in kept


def test_a_sealed_row_moved_to_another_person_does_not_open(sqlite_store: Store, tmp_path: Path) -> None:
    import_identities(sqlite_store, write_delivery(tmp_path / "in"), invented=True)
    sealed = sa.select(IDENTITIES.c.sealed).where(IDENTITIES.c.key == "home-1-a").scalar_subquery()
    with sqlite_store.act("identities.imported") as act:
        act.connection.execute(sa.update(IDENTITIES).where(IDENTITIES.c.key == "home-2-a").values(sealed=sealed))
    with sqlite_store.reading() as connection, pytest.raises(AuditLogBroken) as refused:
        load_keeper(sqlite_store.settings).read(connection, "person", ["home-2-a"])
    assert "home-" not in str(refused.value)


@pytest.mark.parametrize(
    ("rows", "line", "said"),
    [
        ("p,0113801234,\n", 2, "the name is empty"),
        ("p,0113801234,A\u202eB\n", 2, "the name is empty or not one line"),
        ('p,0113801234,"A\nB"\n', 3, "the name is empty or not one line"),
        (" ,0113801234,Ane\n", 2, "the person_id is empty"),
        ("p,011380123,Ane\n", 2, "not ten digits"),
        ("p,٠١١٣٨٠١٢٣٤,Ane\n", 2, "not ten digits"),
        ("p,0101801234,Ane\n", 2, "only an impossible CPR number"),
        ("p,0113801234,Ane\np,0114801234,Bo\n", 3, "stands in an earlier line"),
        ("p,0113801234,Ane\nq,011380-1234,Bo\n", 3, "stands in an earlier line"),
        ("p,0113801234\n", 2, "the columns of the header"),
        ('p,0113801234,"Ane\n', 3, "not CSV"),
    ],
)
def test_a_faulty_line_is_told_without_repeating_it(
    sqlite_store: Store, tmp_path: Path, rows: str, line: int, said: str
) -> None:
    delivery = write_delivery(tmp_path / "in", persons=HEAD + rows)
    with pytest.raises(DataContractError) as refused:
        import_identities(sqlite_store, delivery, invented=True)
    assert f"persons line {line}: " in str(refused.value)
    assert said in str(refused.value)
    assert not any(word in str(refused.value) for word in ("Ane", "0113801234", "Bo"))
    with sqlite_store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(IDENTITIES)).scalar_one() == 0


def test_every_fault_is_counted_and_the_first_are_shown(sqlite_store: Store, tmp_path: Path) -> None:
    rows = "".join(f"p{number},1,Ane\n" for number in range(30))
    with pytest.raises(DataContractError, match=r"30 lines cannot be taken: persons line 2.*line 21.*; and 10 more"):
        import_identities(sqlite_store, write_delivery(tmp_path / "in", persons=HEAD + rows), invented=True)


@pytest.mark.parametrize(
    ("road", "said"),
    [("101,0001,Vej", "four digits"), ("0101,0001,", "road name is empty"), ("0101,0001,A\n0101,0001,B", "earlier")],
)
def test_a_faulty_road_is_told(sqlite_store: Store, tmp_path: Path, road: str, said: str) -> None:
    roads = f"municipality_code,road_code,road_name\n{road}\n"
    with pytest.raises(DataContractError, match=said):
        import_identities(sqlite_store, write_delivery(tmp_path / "in", roads=roads), invented=True)


@pytest.mark.parametrize(
    "head", ["person_id,name,cpr_number\n", "person_id,cpr_number,name,income\n", "person_id,name\n", ""]
)
def test_other_columns_are_refused(sqlite_store: Store, tmp_path: Path, head: str) -> None:
    delivery = write_delivery(tmp_path / "in", persons=head or "\n")
    with pytest.raises(DataContractError, match="The columns must be person_id, cpr_number, name"):
        import_identities(sqlite_store, delivery, invented=True)


def test_one_file_of_each_is_needed(sqlite_store: Store, tmp_path: Path) -> None:
    delivery = write_delivery(tmp_path / "in")
    (delivery / "roads.parquet").write_bytes(b"")
    with pytest.raises(DataContractError, match=r"one file roads\.csv or roads\.parquet"):
        import_identities(sqlite_store, delivery, invented=True)
    (delivery / "roads.csv").unlink()
    with pytest.raises(DataContractError, match="not Parquet"):
        import_identities(sqlite_store, delivery, invented=True)


def test_a_number_never_changes_hands(store: Store, tmp_path: Path) -> None:
    import_identities(store, write_delivery(tmp_path / "in"), invented=True)
    taken = write_delivery(tmp_path / "in", persons=f"{HEAD}somebody,{cpr_of('home-1-a')},Anden Person\n")
    with pytest.raises(DataContractError, match="persons line 2: the CPR number belongs to another person_id"):
        import_identities(store, taken, invented=True)


def test_real_numbers_stay_out_of_an_invented_town_and_impossible_ones_out_of_a_real_one(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with pytest.raises(DataContractError, match="nobody can have this CPR number"):
        import_identities(sqlite_store, write_delivery(tmp_path / "in"), invented=False)
    possible_one = write_delivery(tmp_path / "in", persons=f"{HEAD}p,290200-4123,Ane\n")
    assert import_identities(sqlite_store, possible_one, invented=False).persons == 1


@pytest.mark.parametrize(
    ("digits", "can_be"),
    [
        ("2902004123", True),  # 29 February 2000
        ("2902000123", False),  # 1900 had none
        ("6101801234", True),  # a replacement number: 1 + 60
        ("9201801234", False),
        ("3104801234", False),
        ("0013801234", False),
        ("0113801234", False),
        ("0132801234", False),
    ],
)
def test_what_a_number_can_be(digits: str, can_be: bool) -> None:
    assert possible(digits) is can_be
    assert not (can_be and invented(digits))


def test_roads_are_no_persons(sqlite_store: Store, tmp_path: Path) -> None:
    import_identities(sqlite_store, write_delivery(tmp_path / "in"), invented=True)
    with sqlite_store.reading() as connection:
        found = road_names(connection, [("0101", "0001"), ("0101", "9999")], settings=sqlite_store.settings)
    assert found == {("0101", "0001"): ROAD}


def test_the_log_names_a_person_by_a_pseudonym_of_its_own(sqlite_store: Store) -> None:
    name = log_name(sqlite_store.settings, "home-1-a")
    assert name == log_name(sqlite_store.settings, "home-1-a")
    assert name != log_name(sqlite_store.settings, "home-1-b")
    assert name != load_keeper(sqlite_store.settings).lookups.of("person", "home-1-a")
