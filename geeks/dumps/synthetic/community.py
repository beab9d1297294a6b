"""Who acts when on a made-up site: it grows over ten years, newcomers ask, and a few regulars do most of the rest."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime

FIRST = int(datetime(2016, 1, 1, tzinfo=UTC).timestamp())
SECONDS = 10 * 365 * 86_400
LAST = FIRST + SECONDS  # nothing happens later
GROWTH = 0.75  # below one: later years have more posts than earlier ones
REGULAR_EVERY = 20  # of the people, one stays
FLATTEN = 25  # so many regulars are nearly equally busy


@dataclass(frozen=True)
class Community:
    """People by number, from 0, in the order in which they joined; `questions` is how many are asked in all."""

    questions: int
    people: int

    @classmethod
    def of(cls, questions: int) -> Community:
        return cls(questions, max(40, int(2.5 * questions**0.78)))

    def asked(self, question: float) -> int:
        """When (in Unix seconds) the question of this number, from 0, is asked."""
        return FIRST + int(SECONDS * (question / self.questions) ** GROWTH)

    def joined(self, person: int) -> int:
        """When this person joined."""
        founders = self._founders
        return FIRST if person < founders else self.asked((person - founders) / self._rate)

    def there(self, question: int) -> int:
        """How many people have joined when this question is asked."""
        return min(self.people, self._founders + int(question * self._rate))

    def newcomer(self, chance: random.Random, there: int) -> int:
        """Somebody who joined not long ago."""
        return max(0, there - 1 - int(chance.expovariate(0.004)) % there)

    def regular(self, chance: random.Random, there: int) -> int:
        """One of those who stay: the earlier he came, the busier."""
        regulars = 1 + (there - 1) // REGULAR_EVERY
        rank = int(FLATTEN * ((regulars / FLATTEN + 1) ** chance.random() - 1))
        return min(rank, regulars - 1) * REGULAR_EVERY

    def somebody(self, chance: random.Random, there: int, regular: float) -> int:
        """A regular with this chance, else a newcomer."""
        return self.regular(chance, there) if chance.random() < regular else self.newcomer(chance, there)

    def several(self, chance: random.Random, there: int, count: int, but: int) -> set[int]:
        """So many people (at most half of those there), each once, without the one of number `but`."""
        found: set[int] = set()
        for _ in range(3 * count):
            if len(found) >= min(count, there // 2):
                break
            found.add(self.somebody(chance, there, 0.7))
            found.discard(but)
        return found

    @property
    def _founders(self) -> int:
        return min(self.people, max(30, self.people // 100))

    @property
    def _rate(self) -> float:
        return max(self.people - self._founders, 1) / self.questions
