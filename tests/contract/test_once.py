"""What is made once in a run is made once, and what could not be made is tried again."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.once import made_once


def test_it_is_made_for_the_first_who_asks_and_the_same_for_the_next(request: pytest.FixtureRequest) -> None:
    asked: list[Path] = []

    def make(place: Path) -> str:
        asked.append(place)
        return str(place)

    name = f"test-{uuid.uuid4()}"
    assert made_once(request, name, make) == made_once(request, name, make) == str(asked[0])
    assert len(asked) == 1 and asked[0].is_dir()


def test_what_could_not_be_made_is_tried_again_from_nothing(request: pytest.FixtureRequest) -> None:
    def fail(place: Path) -> None:
        (place / "half").write_text("made")
        raise RuntimeError("broken off")

    name = f"test-{uuid.uuid4()}"
    with pytest.raises(RuntimeError, match="broken off"):
        made_once(request, name, fail)
    assert made_once(request, name, lambda place: sorted(place.iterdir())) == []
