"""Registers that keep their contract to the letter and yet hold what nothing can be reckoned with."""

from __future__ import annotations

import pytest

from governance.errors import DataContractError
from tests.builders import DAY, a_payment, a_world
from training.checked import MOST_PAYMENT_ORE, require_summable


@pytest.mark.parametrize("amount_ore", [MOST_PAYMENT_ORE + 1, 2**62])
def test_a_payment_whose_sums_would_turn_negative_is_refused(amount_ore: int) -> None:
    payments = [a_payment(person, month=DAY, amount_ore=amount_ore) for person in ("ane", "bo")]
    with pytest.raises(DataContractError, match="2 payments are larger than") as refused:
        require_summable(a_world(*payments))
    assert refused.value.item == "benefit_payment.amount_ore"


def test_the_largest_payment_is_let_in() -> None:
    require_summable(a_world(a_payment("ane", month=DAY, amount_ore=MOST_PAYMENT_ORE)))
