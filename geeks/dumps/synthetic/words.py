"""Made-up words by Zipf's law, with the function words of English among them; the same seed makes the same words."""

from __future__ import annotations

import random
from itertools import accumulate, islice

VOCABULARY = 300_000
_FUNCTION_WORDS = "the of a to is in that and it for this i with how be as on can not are we if what have"
_SYLLABLES = "ba co di fe gu ha jo ki lu me no pa qui re so ta ul va we xi yo ze ment tion ing er al st ra en or"
FUNCTION_WORDS, SYLLABLES = _FUNCTION_WORDS.split(" "), _SYLLABLES.split(" ")
FUNCTION_SHARE = 0.3  # beyond what the law gives them, as in English prose
ENDINGS = ("", "", "", "s", "ing", "ed", "ation", "ly")
SHIFT = 2.7  # Mandelbrot's: the commonest words are not quite as common as Zipf's law says
HEAD, SLOTS = 20_000, 1 << 18  # words drawn from a table, and the size of the table


class Vocabulary:
    """`words`, the commonest first, and `weights`, the sums of their frequencies up to each."""

    def __init__(self, seed: int, size: int = VOCABULARY) -> None:
        chance = random.Random(seed)  # noqa: S311 - nothing here is secret
        made: dict[str, None] = dict.fromkeys(FUNCTION_WORDS)
        while len(made) < size:
            stem = "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 2, 3, 3, 4))))
            made.update(dict.fromkeys(stem + ending for ending in (chance.choice(ENDINGS), "")))
        self.words = list(islice(made, size))
        self.weights = list(accumulate(1 / (rank + SHIFT) for rank in range(size)))
        self._table: list[str] = []
        self._growth = size / HEAD

    def some(self, chance: random.Random, count: int) -> list[str]:
        """So many words as they stand in prose. Four times as fast as asking `random` for weighted choices."""
        if not self._table:
            self._table = self._drawn()
        # Behind the head the law is so nearly flat that a rank is an exponential of an even chance.
        return [
            word or self.words[int(HEAD * self._growth ** chance.random())]
            for word in chance.choices(self._table, k=count)
        ]

    def _drawn(self) -> list[str]:
        """The head of the vocabulary, each word as often as it is common; "" stands for the rest."""
        table = [FUNCTION_WORDS[i * i % len(FUNCTION_WORDS)] for i in range(int(SLOTS * FUNCTION_SHARE))]
        rest, rank = SLOTS - len(table), 0
        for slot in range(rest):
            place = (slot + 0.5) / rest * self.weights[-1]
            while self.weights[rank] < place:
                rank += 1
            table.append(self.words[rank] if rank < HEAD else "")
        return table


def made_name(chance: random.Random) -> str:
    """A person's name."""
    return " ".join(
        "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 2, 3)))).capitalize() for _ in range(2)
    )
