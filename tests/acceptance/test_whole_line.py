"""One invented town from registers to an explained, judged list: what `make demo` shows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from governance.as_of import SystemClock
from governance.audit.publishing import published_sizes
from governance.settings import Settings
from governance.store.opening import Store, open_store
from service import demo
from service.cases.tables import CASES, LISTS
from service.cli.demo import say_demonstration
from service.impact.keeping import load_report
from service.random_arm import Seed
from training.plan import fast_plan


def test_the_demonstration_ends_with_a_judged_and_explained_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "PERSONS", 6_000)
    monkeypatch.setattr(demo, "CASES", 900)
    monkeypatch.setattr("training.ranking_model.make_plan", lambda **_: fast_plan())
    stages: list[str] = []
    settings = Settings(home=tmp_path / "home")
    store = open_store(settings, clock=SystemClock(), actor="test")
    shown = demo.run_demonstration(
        tmp_path, settings=settings, store=store, seed=1, draw=Seed(7), report=stages.append, history=True
    )
    assert published_sizes(store.publisher.directory), "a demonstration begins with a signed checkpoint"
    require_a_history(store, shown.town)
    store.close()
    assert shown.training.evaluation is not None, shown.training.not_judged
    assert stages[0].startswith("making a town")
    say_demonstration(shown)
    printed = capsys.readouterr().out
    assert "De første" in printed and "ikke godkendt" in printed
    assert "taler for:" in printed and "taler imod:" in printed
    assert "single_hurdle" in printed and "What to do next" in printed
    assert (shown.out / "worklist.csv").is_file()


def require_a_history(store: Store, town: Path) -> None:
    """The earlier lists, their cases ended as the registers say under the same name, and what was promised of them."""
    with store.reading() as connection:
        lists = connection.execute(sa.select(LISTS.c.as_of).order_by(LISTS.c.as_of)).scalars().all()
        own = connection.execute(sa.select(CASES).where(CASES.c.opened_on.is_not(None))).mappings().all()
        report = load_report(connection).report
    registers = pl.read_parquet(town / "control_case.parquet")
    told = {row["case_id"]: row for row in registers.iter_rows(named=True)}
    assert lists[:5] == ["2022-05-31", "2022-09-30", "2023-01-31", "2023-05-31", "2023-09-30"]
    assert len(own) > 40 and all(told[row["case_id"]]["outcome"] == row["outcome"] for row in own)
    assert all(f"{told[row['case_id']]['opened_on']}" == row["opened_on"] for row in own)
    assert isinstance(report.headline[0].value, int) and report.headline[0].value > 0
    assert report.section("promise").tables, "what was promised can be held against what came"
