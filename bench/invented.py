"""Made-up posts for benchmarks: words by Zipf's law, formulas, tags, votes, dates; the same seed makes the same.

The words and formulas are those of `manage.py fill`; these posts go straight into an index, without a database.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from geeks.dumps.synthetic.formulas import SHAPES
from geeks.dumps.synthetic.words import FUNCTION_SHARE, FUNCTION_WORDS, VOCABULARY, Vocabulary
from geeks.search import Document

WORDS = 150  # of a text, on average
FIRST = datetime(2016, 1, 1, tzinfo=UTC)


class Invented:
    """A vocabulary and what is made of it; the same seed makes the same posts."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        vocabulary = Vocabulary(seed)
        self.words, self.weights = vocabulary.words, vocabulary.weights
        self.tags = [f"tag-{number}" for number in range(800)]
        self.categories = ["web", "android", "data-science", "new-techniques", "linux-security"]

    def word(self, chance: random.Random, low: float, high: float) -> str:
        """A word of this part of the vocabulary, the commonest being at 0."""
        return self.words[
            chance.randrange(int(low * VOCABULARY), max(int(low * VOCABULARY) + 1, int(high * VOCABULARY)))
        ]

    def phrase(self, chance: random.Random) -> str:
        """Two words that stand together in some text."""
        document = next(self.documents(1, start=chance.randrange(1, 1000)))
        words = [word for word in document.body.split() if "$" not in word]
        place = chance.randrange(len(words) - 1)
        return " ".join(words[place : place + 2])

    def formula(self, chance: random.Random, shapes: Sequence[str] = SHAPES) -> str:
        a, b, c = chance.sample("abcdkmnpqrstuvwxyz", 3)
        values = {"a": a, "b": b, "c": c, "f": chance.choice("fghFG")}
        return chance.choice(shapes).format(**values, n=chance.randrange(2, 60), m=chance.randrange(2, 9))

    def documents(self, count: int, start: int = 1) -> Iterator[Document]:
        for number in range(start, start + count):
            chance = random.Random(self.seed * 1_000_003 + number)
            # Much mathematics is the same everywhere, some is a text's own.
            texs = [self.formula(chance) for _ in range(chance.choice((0, 0, 1, 2, 4)))]
            length = max(12, int(chance.gauss(WORDS, 40)))
            words = [
                word if chance.random() > FUNCTION_SHARE else chance.choice(FUNCTION_WORDS)
                for word in chance.choices(self.words, cum_weights=self.weights, k=length)
            ]
            for tex in texs:
                words.insert(chance.randrange(len(words)), f"${tex}$")
            created = FIRST + timedelta(seconds=chance.randrange(10 * 365 * 86_400))
            yield Document(
                id=number,
                kind="question",
                question_id=number,
                title=" ".join(chance.choices(self.words, cum_weights=self.weights, k=8)),
                body=" ".join(words),
                created=created,
                last_activity=created + timedelta(days=chance.expovariate(0.02)),
                tags=chance.sample(self.tags, chance.randrange(1, 5)),
                category=chance.choices(self.categories, weights=(5, 4, 3, 2, 1))[0],
                author_id=int(chance.expovariate(0.0005)) + 1,
                score=int(chance.expovariate(0.3)) - 1,
                views=int(chance.expovariate(0.002)),
                answers=chance.randrange(4),
                flags=[name for name in ("isanswered", "hascode", "closed") if chance.random() < 0.3],
                formulas=texs,
            )
