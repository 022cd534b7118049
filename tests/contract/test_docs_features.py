"""The committed page of the features is what the declarations say today."""

from __future__ import annotations

from pathlib import Path

from features.definitions import load_catalogue_of_features
from features.pages import render_features_page

PAGE = Path(__file__).parents[2] / "docs" / "features.md"
REMEDY = "write docs/features.md anew from features.pages.render_features_page"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_features_page(), REMEDY


def test_the_page_tells_everything_of_every_feature() -> None:
    sections = dict(part.split("`\n", 1) for part in render_features_page().split("\n### `")[1:])
    assert set(sections) == set(load_catalogue_of_features())
    for name, declared in load_catalogue_of_features().items():
        told = sections[name]
        sentences = (declared.text, declared.fact_da.format(value="n"), declared.absence_da)
        for word in (*sentences, declared.unit, declared.legal_basis, *declared.registers):
            assert word in told
