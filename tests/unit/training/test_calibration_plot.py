"""The picture of promised against realised shares can be drawn of whatever history brings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.calibration_plot import draw_reliability
from training.metrics import reliability_bins


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
@pytest.mark.parametrize("cases", [1, 9, 10, 23, 44, 97, 103])
def test_a_bin_without_hits_or_without_misses_is_drawn(share: float, cases: int, tmp_path: Path) -> None:
    """The Wilson interval of 0 of n may begin a rounding error above 0."""
    hit = np.arange(cases) < share * cases
    bins = reliability_bins(np.linspace(0.01, 0.3, cases), hit)
    draw_reliability({"cases": bins, "none": ()}, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
