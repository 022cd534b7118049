"""Who looked, without naming who: colleagues as numbers in one answer, unless the officer decides to name them.

Source: Court of Justice, C-579/21 (Pankki S): a person may learn when and for what their data were looked up, but who
of the staff did it only where that is needed to use one's rights and weighs more than the colleague's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Staff:
    """Numbers for user ids, in the order in which they are met."""

    named: bool = False
    _numbers: dict[str, int] = field(default_factory=dict)

    def of(self, user_id: str) -> str:
        """What an answer calls a user."""
        if not user_id:
            return ""
        number = self._numbers.setdefault(user_id, len(self._numbers) + 1)
        return user_id if self.named else f"medarbejder {number}"
