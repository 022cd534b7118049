"""The picture of promised against realised shares can be drawn of whatever history brings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.calibration_plot import draw_reliability
from training.metrics import reliability_bins, wilson


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("cases", [1, 5, 10, 14, 28])
def test_a_bin_without_hits_or_without_misses_is_drawn(share: float, cases: int, tmp_path: Path) -> None:
    """Of 14 cases a rounded interval of 0 begins above 0, and one of 1 ends below 1."""
    hit = np.arange(cases) < share * cases
    bins = reliability_bins(np.linspace(0.01, 0.3, cases), hit)
    draw_reliability({"cases": bins, "none": ()}, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_a_share_never_stands_outside_its_own_interval() -> None:
    for cases in range(1, 200):
        for hits in (0, 1, cases // 2, cases - 1, cases):
            low, high = wilson(hits, cases)
            assert 0.0 <= low <= hits / cases <= high <= 1.0
