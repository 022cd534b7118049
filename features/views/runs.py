"""Unbroken runs of versions: a fact told in several rows, each valid from the day the one before it ends.

A correction of a detail (care of, channel, basis) splits a stay or a grant into versions without anybody moving or
anything beginning; must not know which register the versions come from.
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw

from features.engines import Frame
from features.views.flags import or_zero


def with_seams(versions: Frame, *, of: Sequence[str]) -> Frame:
    """`versions` with begins_run and ends_run (0/1), among the versions that are alike in the columns `of`.

    begins_run: no other version ends on the day this one begins; ends_run: none begins on the day this one ends.
    """
    ends = versions.select(*of, valid_from="valid_to", continues=nw.lit(1)).filter(~nw.col("valid_from").is_null())
    begins = versions.select(*of, valid_to="valid_from", continued=nw.lit(1))
    return (
        versions.join(ends.unique(), on=[*of, "valid_from"], how="left")
        .join(begins.unique(), on=[*of, "valid_to"], how="left")
        .with_columns(begins_run=1 - or_zero("continues"), ends_run=1 - or_zero("continued"))
        .drop("continues", "continued")
    )


def run_starts(versions: Frame, *, of: Sequence[str]) -> Frame:
    """`run_start` by the columns `of`: first day of the newest unbroken run that has begun by the unit's day."""
    begun = with_seams(versions, of=of).filter(nw.col("valid_from") <= nw.col("day"), nw.col("begins_run") == 1)
    return begun.group_by(*of).agg(nw.col("valid_from").max().alias("run_start"))
