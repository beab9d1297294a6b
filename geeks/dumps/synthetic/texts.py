"""Made-up posts, titles and comments: the source, and beside it what rendering that source would store.

Typesetting and sanitising millions of texts would take hours. These are made of few kinds of blocks whose HTML is
known, so source, HTML, text and excerpt are put together side by side. The tests hold every kind to what `render` says.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from geeks import policy
from geeks.dumps.synthetic.formulas import PREFIX, Formula, Formulas, sheet
from geeks.dumps.synthetic.words import Vocabulary
from geeks.rendering import render
from geeks.rendering.filling import prefix_of
from geeks.rendering.mathjax import SHARED
from geeks.rendering.plain import cut
from geeks.rendering.sanitise import FOREIGN_REL

WORDS = 100  # of a post, at the median; the mean is a third higher
RUNS = (2, 3, 4, 5, 6)  # words that are taken together
SENTENCE = (2, 2, 3, 3, 4, 5)  # runs
FIRST_STAND_IN = 0xE000
_STAND_IN = re.compile("([\ue000-\uf8ff])")
CODE = (
    "```python\ndef {a}({b}):\n    return {b} ** 2 + {n}\n```",
    "```python\nfor {a} in range({n}):\n    print({b}[{a}])\n```",
    "```js\nconst {a} = document.querySelector('.{b}');\n{a}.hidden = true;\n```",
    "```kotlin\nval {a} = listOf({n}, 2, 3).map {{ it * 2 }}\n```",
    "```bash\nsudo chmod {n}00 /etc/{a}\nls -l /etc/{a}\n```",
    "    {a} = {b} + {n};\n    return {a};",
)
CODE_NAMES = ("count", "total", "value", "rows", "user", "items")


@dataclass(frozen=True)
class Written:
    """A text as a post, a title or a comment stores it."""

    source: str
    html: str
    text: str = ""
    excerpt: str = ""
    excerpt_html: str = ""


@dataclass
class Block:
    """A part of a post with stand-ins for its formulas. `prose` is what an excerpt may hold of it."""

    source: str
    html: str
    text: str
    prose: str


class Texts:
    """Posts, titles and comments of one vocabulary."""

    def __init__(self, seed: int, vocabulary: Vocabulary, drawings: int) -> None:
        self.vocabulary = vocabulary
        self.formulas = Formulas(seed, drawings)

    def body(self, chance: random.Random, formulas: int) -> Written:
        """A post with so many formulas, and now and then with code, a list, a quote, a link or emphasis."""
        count = max(policy.BODY_MIN, min(900, int(WORDS * chance.lognormvariate(0, 0.75))))
        used: list[Formula] = []
        blocks = self._paragraphs(chance, count, formulas, used)
        kind = chance.random()
        for share, make in ((0.09, self._code), (0.15, self._list), (0.18, self._quote), (0.30, self._marked)):
            if kind < share:
                blocks.insert(chance.randrange(1, len(blocks) + 1), make(chance))
                break
        if used and chance.random() < 0.25:
            blocks.append(_paragraph(self._stand_in(chance, used, display=True)))
        return _together(blocks, used)

    def title(self, chance: random.Random, formula: bool) -> Written:
        parts = self._runs(chance, chance.randrange(5, 12))
        used: list[Formula] = []
        if formula:
            parts.insert(chance.randrange(1, len(parts) + 1), self._stand_in(chance, used))
        room = policy.TITLE_MAX - 1 - sum(len(one.dollars) for one in used)
        while sum(map(len, parts)) + len(parts) > room:
            parts.remove(next(part for part in reversed(parts) if not _STAND_IN.match(part)))
        while sum(map(len, parts)) + len(parts) <= policy.TITLE_MIN:
            parts += self._runs(chance, 2)
        return _phrase(_sentence(parts, "?"), used)

    def comment(self, chance: random.Random, formula: bool) -> Written:
        parts = self._runs(chance, chance.randrange(6, 26))
        used: list[Formula] = []
        if formula:
            parts.insert(chance.randrange(1, len(parts) + 1), self._stand_in(chance, used))
        return _phrase(_sentence(parts, "."), used)

    def _runs(self, chance: random.Random, count: int) -> list[str]:
        """At least so many words, a few to a part."""
        parts = []
        while count > 0:
            parts.append(self.vocabulary.run(chance, length := chance.choice(RUNS)))
            count -= length
        return parts

    def _paragraphs(self, chance: random.Random, count: int, formulas: int, used: list[Formula]) -> list[Block]:
        parts = self._runs(chance, count)
        for place in sorted(chance.randrange(1, len(parts)) for _ in range(formulas)):
            parts.insert(place + len(used), self._stand_in(chance, used))
        blocks, at = [], 0
        while at < len(parts):
            sentences = []
            for _ in range(chance.choice((1, 2, 3, 4))):
                length = chance.choice(SENTENCE)
                sentences.append(_sentence(parts[at : at + length], "."))
                at += length
                if at >= len(parts):
                    break
            blocks.append(_paragraph(" ".join(sentences)))
        return blocks

    def _stand_in(self, chance: random.Random, used: list[Formula], display: bool = False) -> str:
        used.append(self.formulas.one(chance, display))
        return chr(FIRST_STAND_IN + len(used) - 1)

    def _code(self, chance: random.Random) -> Block:
        a, b = chance.sample(CODE_NAMES, 2)
        return _code_block(chance.choice(CODE).format(a=a, b=b, n=chance.randrange(4, 8)))

    def _list(self, chance: random.Random) -> Block:
        lengths = chance.choices((3, 5, 8), k=chance.choice((2, 3, 5)))
        items = [self.vocabulary.run(chance, length) for length in lengths]
        html = "".join(f"<li>{item}</li>" for item in items)
        text = "\n".join(items)
        return Block("\n".join(f"- {item}" for item in items), f"<ul>{html}</ul>", text, " ".join(items))

    def _quote(self, chance: random.Random) -> Block:
        said = _sentence([self.vocabulary.run(chance, 9)], ".")
        return Block(f"> {said}", f"<blockquote><p>{said}</p></blockquote>", said, said)

    def _marked(self, chance: random.Random) -> Block:
        """A sentence with emphasis, code or a link in it."""
        word, before, after = (self.vocabulary.run(chance, length) for length in (1, 4, 5))
        address = f"https://www.example.org/{word}/{chance.randrange(1000)}"
        source, html = chance.choice(
            (
                (f"**{word}**", f"<strong>{word}</strong>"),
                (f"*{word}*", f"<em>{word}</em>"),
                (f"`{word}`", f"<code>{word}</code>"),
                (f"[{word}]({address})", f'<a rel="{FOREIGN_REL}" href="{address}">{word}</a>'),
            )
        )
        text = f"{before} {word} {after}."
        return Block(f"{before} {source} {after}.", f"<p>{before} {html} {after}.</p>", text, text)


def _sentence(parts: Sequence[str], end: str) -> str:
    line = " ".join(parts)
    return f"{line[0].upper()}{line[1:]}{end}"


def _paragraph(line: str) -> Block:
    return Block(line, f"<p>{line}</p>", line, line)


@lru_cache(maxsize=10_000)
def _code_block(source: str) -> Block:
    rendered = render(source)
    return Block(source, rendered.html, rendered.text, "")


def _together(blocks: Sequence[Block], used: Sequence[Formula]) -> Written:
    source = _filled("\n\n".join(block.source for block in blocks), used, lambda one: one.dollars)
    html = _filled("".join(block.html for block in blocks), used, lambda one: one.html)
    excerpt = cut(_prose(blocks))
    if not used:
        text = "\n".join(block.text for block in blocks)
        return Written(source, html, text, excerpt, excerpt)
    prefix = prefix_of(source)
    shown = [used[ord(mark) - FIRST_STAND_IN] for mark in _STAND_IN.findall(excerpt)]
    return Written(
        source,
        sheet((path for one in used for path in one.paths), prefix) + html.replace(PREFIX, prefix),
        _filled("\n".join(block.text for block in blocks), used, lambda one: one.dollars),
        _filled(excerpt, used, lambda one: f"${one.tex}$"),
        _shared(_filled(excerpt, used, lambda one: one.inline), shown),
    )


def _prose(blocks: Sequence[Block]) -> str:
    """As `plain.prose` has it: "…" where code stands between words."""
    runs = groupby((block.prose for block in blocks), bool)
    return " … ".join(" ".join(run) for said, run in runs if said)


def _phrase(line: str, used: Sequence[Formula]) -> Written:
    if not used:
        return Written(line, line)
    return Written(
        _filled(line, used, lambda one: one.dollars),
        _shared(_filled(line, used, lambda one: one.inline), used),
    )


def _shared(html: str, used: Sequence[Formula]) -> str:
    return sheet((path for one in used for path in one.inline_paths), SHARED) + html.replace(PREFIX, SHARED)


def _filled(text: str, used: Sequence[Formula], shown: Callable[[Formula], str]) -> str:
    if not used:
        return text
    parts = _STAND_IN.split(text)
    parts[1::2] = [shown(used[ord(mark) - FIRST_STAND_IN]) for mark in parts[1::2]]
    return "".join(parts)
