"""Made-up words by Zipf's law, with the function words of English among them; the same seed makes the same words."""

from __future__ import annotations

import random
from array import array
from itertools import accumulate, islice

VOCABULARY = 300_000
_FUNCTION_WORDS = "the of a to is in that and it for this i with how be as on can not are we if what have"
_SYLLABLES = "ba co di fe gu ha jo ki lu me no pa qui re so ta ul va we xi yo ze ment tion ing er al st ra en or"
FUNCTION_WORDS, SYLLABLES = _FUNCTION_WORDS.split(" "), _SYLLABLES.split(" ")
FUNCTION_SHARE = 0.3  # beyond what the law gives them, as in English prose
ENDINGS = ("", "", "", "s", "ing", "ed", "ation", "ly")
SHIFT = 2.7  # Mandelbrot's: the commonest words are not quite as common as Zipf's law says
LENGTH = 7  # of the text that runs of words come from, in vocabularies


class Vocabulary:
    """`words`, the commonest first, and `weights`, the sums of their frequencies up to each."""

    def __init__(self, seed: int, size: int = VOCABULARY) -> None:
        self.seed = seed
        chance = random.Random(seed)  # noqa: S311 - nothing here is secret
        made: dict[str, None] = dict.fromkeys(FUNCTION_WORDS)
        while len(made) < size:
            stem = "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 2, 3, 3, 4))))
            made.update(dict.fromkeys(stem + ending for ending in (chance.choice(ENDINGS), "")))
        self.words = list(islice(made, size))
        self.weights = list(accumulate(1 / (rank + SHIFT) for rank in range(size)))
        self._prose, self._starts = "", array("L")

    def run(self, chance: random.Random, count: int) -> str:
        """So many words that stand together in a long text: as in prose, some follow others more often than by chance.
        Many times as fast as drawing each by its weight."""
        if not self._prose:
            self._write()
        at = int(chance.random() * (len(self._starts) - count - 1))
        return self._prose[self._starts[at] : self._starts[at + count] - 1]

    def _write(self) -> None:
        """The long text: every word as often as it is common, but at least once."""
        length = LENGTH * len(self.words)
        words = [FUNCTION_WORDS[i * i % len(FUNCTION_WORDS)] for i in range(int(length * FUNCTION_SHARE))]
        share = (length - len(words)) / self.weights[-1]
        for rank, word in enumerate(self.words):
            words += [word] * max(1, round(share / (rank + SHIFT)))
        random.Random(self.seed).shuffle(words)  # noqa: S311
        self._prose = " ".join(words)
        self._starts = array("L", accumulate((len(word) + 1 for word in words), initial=0))


def made_name(chance: random.Random) -> str:
    """A person's name."""
    return " ".join(
        "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 2, 3)))).capitalize() for _ in range(2)
    )
