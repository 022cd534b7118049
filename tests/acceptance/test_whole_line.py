"""One invented town from registers to an explained, judged list: what `make demo` shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.as_of import SystemClock
from governance.audit.publishing import published_sizes
from governance.settings import Settings
from governance.store.opening import open_store
from service import demo
from service.cli.demo import say_demonstration
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
    shown = demo.run_demonstration(tmp_path, settings=settings, store=store, seed=1, draw=Seed(7), report=stages.append)
    assert published_sizes(store.publisher.directory), "a demonstration begins with a signed checkpoint"
    store.close()
    assert shown.training.evaluation is not None, shown.training.not_judged
    assert stages[0].startswith("making a town")
    say_demonstration(shown)
    printed = capsys.readouterr().out
    assert "De første" in printed and "ikke godkendt" in printed
    assert "taler for:" in printed and "taler imod:" in printed
    assert "single_hurdle" in printed and "What to do next" in printed
    assert (shown.out / "worklist.csv").is_file()
