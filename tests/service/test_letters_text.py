"""Whatever is written into a letter is refused, or stands in it as it was written: never read as markup or code."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.letters.rendering import displayable, render_pdf
from tests.service.named import text_of
from tests.service.test_letters_made import VALUES
from tests.service.town import DAY

# everything that means something to the language of the templates, among ordinary letters
MARKUP = "#$*_`<>@\\[]{}()/=+-~'\"%&.,:;!?|^"
WORDS = st.text(alphabet=f"{MARKUP}abcæøåÆØÅ019 \n", min_size=1, max_size=120)
FENCE = "xxBEGINxx", "xxENDxx"


def squeezed(text: str) -> str:
    """Without spaces, and without what a line break or a ligature may do to a hyphen or two letters."""
    return "".join(text.split()).replace("\u00ad", "").replace("‐", "-")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS)
def test_markup_is_shown_as_it_was_written(text: str) -> None:
    first, last = FENCE
    fenced = [f"{first}{text}{last}".split("\n")]
    shown = squeezed(text_of(render_pdf("closing", VALUES | {"message": fenced}, day=DAY)))
    assert shown.split(first)[1].split(last)[0] == squeezed(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=20))
def test_any_character_is_refused_or_shown(text: str) -> None:
    if displayable(text):
        assert render_pdf("closing", VALUES | {"message": [text.split("\n")]}, day=DAY).startswith(b"%PDF")
