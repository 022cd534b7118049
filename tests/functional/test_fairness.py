"""`adressekontrol fairness` as somebody outside calls it: files of every kind, and every refusal with its place."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from tests.decision_tables import decided, random_table
from tests.functional.calls import Called, call

HEADER = "selected,hit,group\n"


def fairness(tmp_path: Path, text: str | bytes, *words: object, name: str = "table.csv") -> Called:
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return call("fairness", file, "--group", "group", *words, "--json", home=tmp_path / "home")


def groups(called: Called) -> dict:
    assert called.code == 0, called.err
    return called.document["groups"]["group"]


def test_a_table_of_any_disparity_leaves_with_zero_and_needs_no_home(tmp_path: Path) -> None:
    table = pl.concat([decided(group="A", fp=500), decided(group="B", tn=480, tp=20)])
    called = fairness(tmp_path, table.write_csv())
    assert called.code == 0
    assert groups(called)["A"]["metrics"]["false_positive_rate"]["value"] == 1.0
    assert not (tmp_path / "home").exists()


def test_danish_letters_numbers_and_blanks_are_groups_as_they_stand(tmp_path: Path) -> None:
    rows = "1,1,Ærø\n0,0,Ærø\n1,0,1\n0,1,1.0\n0,0,\n0,0, \n"
    called = fairness(tmp_path, HEADER + rows, "--min-cell", 0)
    assert list(groups(called)) == ["(missing)", "1", "1.0", "Ærø"]
    assert "Ærø" in called.out
    assert groups(called)["(missing)"]["n"] == 2


@pytest.mark.parametrize(
    ("true", "false", "blank"),
    [("1", "0", ""), ("1.0", "0.0", ""), ("true", "false", " "), ("True", "FALSE", "nan"), (" 1", "0 ", '""')],
)
def test_yes_and_no_are_read_however_they_are_written(tmp_path: Path, true: str, false: str, blank: str) -> None:
    rows = [f"{true},{true},A", f"{true},{false},A", f"{false},{false},A", f"{false},{true},A", f"{true},{blank},A"]
    found = groups(fairness(tmp_path, HEADER + "\n".join(rows), "--min-cell", 0))["A"]
    assert found["n"] == 5
    assert found["metrics"]["precision"]["value"] == 0.5
    assert found["metrics"]["selection_rate"]["value"] == 0.6


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_separators_byte_order_mark_blank_lines_and_quotes(tmp_path: Path, separator: str, ending: str) -> None:
    lines = ["selected,hit,group", '1,1,"A\n\'B"', "", "0,0,C", ""]
    text = "\ufeff" + ending.join(lines).replace(",", separator)
    found = groups(fairness(tmp_path, text, "--min-cell", 0))
    assert list(found) == ["A\n'B", "C"] and found["C"]["n"] == 1


def test_parquet_and_csv_say_the_same(tmp_path: Path) -> None:
    rows = 300
    rng = np.random.default_rng(1)
    table = pd.DataFrame({
        "selected": rng.random(rows) < 0.5,
        "hit": np.where(rng.random(rows) < 0.3, np.nan, rng.integers(0, 2, rows)),
        "channel": pd.Categorical(rng.choice(["random", "list"], rows)),
        "selection_probability": np.where(rng.random(rows) < 0.5, np.nan, 0.25),
        "score": rng.random(rows),
        "number": np.where(rng.random(rows) < 0.2, np.nan, rng.integers(0, 3, rows)),
        "truth": rng.random(rows) < 0.5,
        "text": pd.Categorical(rng.choice(["Ærø", "Øst", ""], rows)),
        "whole": rng.integers(0, 3, rows).astype("int8"),
    })  # fmt: skip
    table.to_csv(tmp_path / "t.csv", index=False)
    table.to_parquet(tmp_path / "t.parquet")
    words = [word for name in ("number", "truth", "text", "whole") for word in ("--group", name)]
    first, second = (
        call("fairness", tmp_path / f"t.{kind}", *words, "--json", home=tmp_path) for kind in ("csv", "parquet")
    )
    assert first.code == second.code == 0, first.err + second.err
    assert first.document == second.document
    assert list(first.document["groups"]["number"]) == ["(missing)", "0.0", "1.0", "2.0"]


def test_suppressed_groups_keep_the_shape_with_nothing_in_it(tmp_path: Path) -> None:
    table = pl.concat([decided(group=name, tp=k, tn=k) for name, k in (("A", 30), ("B", 20), ("C", 3), ("D", 40))])
    called = fairness(tmp_path, table.write_csv(), "--reference", "C")
    found = groups(called)
    assert {name for name, group in found.items() if group["suppressed"]} == {"B", "C"}
    for name in ("B", "C"):
        assert found[name]["n"] is None
        assert {x for each in found[name]["metrics"].values() for x in each.values()} == {None}
        assert {x for each in found[name]["ratios"].values() for x in each.values()} == {None}
    assert found["A"]["ratios"]["precision"]["value"] is None
    assert any("'C'" in note and "not shown" in note for note in called.document["notes"])


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ("1,1,Jens\n2,1,Jens\n,1,Jens\n", "column 'selected', lines 3, 4"),
        ("1,x,Jens\n1,2,Jens\n1,-1,Jens\n", "column 'hit', lines 2, 3, 4"),
        ('1,1,"Je\nns"\n\nyes,1,Jens\n', "column 'selected', line 5"),
        ("1,1,Jens\n" * 3 + "7,7,Jens\n" * 12, "lines 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 and 2 more"),
    ],
)
def test_a_bad_cell_is_named_by_column_and_line_and_never_quoted(tmp_path: Path, rows: str, where: str) -> None:
    called = fairness(tmp_path, HEADER + rows)
    assert called.code == 11 and where in called.problem["item"]
    assert "Jens" not in called.err + called.out and "yes" not in called.err


@pytest.mark.parametrize("bad", ["0", "1.5", "-0.2", "x", "inf", "1e-320", "1e-200"])
def test_a_probability_outside_its_range_is_refused(tmp_path: Path, bad: str) -> None:
    text = f"selected,hit,group,selection_probability,score\n1,1,A,0.5,1\n1,1,A,{bad},\n1,1,A,,\n"
    called = fairness(tmp_path, text)
    assert called.code == 11 and called.problem["item"] == "column 'selection_probability', line 3"


def test_a_score_that_is_no_number_is_refused_and_a_score_changes_nothing(tmp_path: Path) -> None:
    plain = fairness(tmp_path, HEADER + "1,1,A\n0,0,A\n", "--min-cell", 0)
    scored = fairness(tmp_path, "score,selected,hit,group\n.5,1,1,A\n,0,0,A\n", "--min-cell", 0)
    assert plain.document == scored.document
    assert fairness(tmp_path, "score,selected,hit,group\nhigh,1,1,A\n").problem["item"] == "column 'score', line 2"


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("", "table.csv"),
        (HEADER, "0 rows"),
        ("1,0,Jens\n0,1,Ole\n", "selected, hit"),
        ("selected,group\n1,A\n", "hit"),
        ("selected,hit,group,group\n1,1,A,B\n", "table.csv, columns number 3, 4"),
        (HEADER + "1,1\n1,1,A,B\n", "lines 2, 3"),
        (HEADER.encode() + "1,1,Grønland\n".encode("latin-1"), "table.csv"),
        (b"PAR1 is not all it takes", "table.csv"),
        (HEADER + '1,1,"A\n', "table.csv"),
    ],
)
def test_what_is_no_table_is_refused_without_quoting_it(tmp_path: Path, text: str | bytes, item: str) -> None:
    called = fairness(tmp_path, text)
    assert called.code == 11 and called.problem["item"] == item
    assert "Jens" not in called.err and "Traceback" not in called.err


def test_words_that_do_not_fit_the_table_are_usage(tmp_path: Path) -> None:
    table = HEADER + "1,1,A\n"
    unknown = call("fairness", tmp_path / "none.csv", "--group", "group", "--json", home=tmp_path)
    assert unknown.code == 2
    reference = fairness(tmp_path, table, "--reference", "Z")
    assert reference.code == 2 and "Z" in reference.problem["item"]
    assert fairness(tmp_path, table, "--min-cell", "-1").code == 2
    other = call("fairness", tmp_path / "table.csv", "--group", "race", "--json", home=tmp_path)
    assert other.code == 2 and other.problem["remedy"] == "The columns are: selected, hit, group."
    assert call("fairness", tmp_path / "table.csv", "--json", home=tmp_path).code == 2


def test_money_types_are_read_as_numbers(tmp_path: Path) -> None:
    money = pl.Decimal(10, 2)
    columns = {"selected": [1, 0, 1, 0], "hit": [1, None, 0, 1], "group": ["A"] * 4, "score": [1, 2, None, 3]}
    kinds = {"selected": money, "hit": money, "group": pl.String, "score": money}
    pl.DataFrame(columns, schema=kinds).write_parquet(tmp_path / "n.parquet")
    read = call("fairness", tmp_path / "n.parquet", "--group", "group", "--min-cell", 0, "--json", home=tmp_path)
    assert read.document["groups"]["group"]["A"]["metrics"]["precision"]["value"] == 0.5


@pytest.mark.parametrize("value", [[1], dt.timedelta(days=1)])
def test_columns_of_lists_and_of_too_many_values_are_refused(tmp_path: Path, value: object) -> None:
    pl.DataFrame({"selected": [1], "hit": [1], "group": [value]}).write_parquet(tmp_path / "n.parquet")
    nested = call("fairness", tmp_path / "n.parquet", "--group", "group", "--json", home=tmp_path)
    assert nested.code == 11 and nested.problem["item"] == "column 'group'"
    rows = "".join(f"1,1,{place}\n" for place in range(2001))
    assert fairness(tmp_path, HEADER + rows).code == 2


def test_intersections_are_named_unmistakably(tmp_path: Path) -> None:
    table = pl.concat([decided(group="a & b", part="c", tp=20), decided(group="a", part="b & c", tp=30, fp=10)])
    (tmp_path / "t.csv").write_text(table.write_csv(), encoding="utf-8")
    words = ("--group", "group", "--group", "part", "--intersections", "--json")
    called = call("fairness", tmp_path / "t.csv", *words, home=tmp_path)
    assert set(called.document["groups"]["group & part"]) == {'"a & b" & c', 'a & "b & c"'}


def test_the_table_to_read_says_what_is_not_known_and_not_shown(tmp_path: Path) -> None:
    table = pl.concat([decided(group="A", tp=20, fp=20), decided(group="B", tp=20, fp=10), decided(group="C", tp=4)])
    (tmp_path / "t.csv").write_text(table.write_csv(), encoding="utf-8")
    called = call("fairness", tmp_path / "t.csv", "--group", "group", home=tmp_path)
    assert called.code == 0
    assert "0.5000" in called.out and "not shown" in called.out and "not known" in called.out
    assert "Not shown is not 0." in called.out and "None" not in called.out


def test_a_million_rows_take_seconds(tmp_path: Path) -> None:
    table = random_table(seed=1, rows=1_000_000).with_columns(c=pl.Series(np.arange(1_000_000) % 3))
    table.write_csv(tmp_path / "t.csv")
    before = time.process_time()
    words = ("--group", "a", "--group", "b", "--group", "c")
    assert call("fairness", tmp_path / "t.csv", *words, "--json", home=tmp_path).code == 0
    assert time.process_time() - before < 30


@pytest.mark.parametrize(
    "name", ["kind", "weight", "count", "group", "pattern", "crowd", "part", "selected", "channel"]
)
def test_a_group_column_may_have_any_name(tmp_path: Path, name: str) -> None:
    table = random_table(seed=1, rows=400)
    plain = table.with_columns(pl.col("a" if name not in table.columns else name).cast(pl.String).alias("g"))
    named = table if name in table.columns else table.rename({"a": name})
    found = []
    for place, frame in enumerate((plain, named)):
        frame.write_parquet(tmp_path / f"{place}.parquet")
        words = ("--group", ("g", name)[place], "--group", "b", "--intersections", "--json")
        found.append(call("fairness", tmp_path / f"{place}.parquet", *words, home=tmp_path).document["groups"])
    assert found[0]["g"] == found[1][name] and found[0]["g & b"] == found[1][f"{name} & b"]
