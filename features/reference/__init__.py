"""The second route: every feature again in plain Python, row by row, for one address at the close of one day.

It exists to be right and readable, not fast: it shares no expression, join or constant with the views, so that an error
must be made twice to pass the tests, and it answers "show the rows behind this number". Must not use Narwhals; Polars
only fetches rows.
"""

from features.reference.candidacy import Judgement, judge_address
from features.reference.rows import Row
from features.reference.stakes import Stakes
from features.reference.trace import FeatureTrace, explain_address, explain_stakes

__all__ = [
    "FeatureTrace",
    "Judgement",
    "Row",
    "Stakes",
    "explain_address",
    "explain_stakes",
    "judge_address",
]
