"""Made-up formulas: common ones that many posts share, and others that hardly two do, typeset without the typesetter.

Typesetting takes milliseconds and a large site has millions of formulas. But five digits have boxes of one size in
MathJax's font, so that `x^{586}` and `x^{905}` differ in nothing but the glyphs drawn: a formula is typeset once, and
stands for all others that differ in such digits alone. What comes out is what the typesetter would have written.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from geeks.rendering import mathjax

SHAPES = (
    r"{a}^2+{b}^2={c}^2",
    r"\frac{{{a}}}{{{b}+{n}}}",
    r"\sum_{{{a}=1}}^{{{n}}} {b}_{a}^{{{m}}}",
    r"\int_0^{{{n}}} {f}({a})\,d{a}",
    r"{f}({a})=\frac{{1}}{{{n}}}\left({a}-{b}\right)^{m}",
    r"\sqrt{{{a}^2+{n}{b}}}",
    r"\lim_{{{a}\to {n}}} \frac{{{f}({a})}}{{{a}^{m}}}",
    r"{a}_{{{b}+1}}={a}_{b}-\eta\frac{{\partial J}}{{\partial {a}}}",
    r"P({a}|{b})=\frac{{P({b}|{a})P({a})}}{{P({b})}}",
    r"{a}",
    r"{n}{a}+{m}{b}",
    r"e^{{-\frac{{({a}-\mu)^2}}{{{n}\sigma^2}}}}",
)
COMMON = ("x", "n", "y", "k", "f(x)", "x^2", "a_n", r"\epsilon", r"\mathbb{R}", "0", "p", r"\theta", "x=0", r"\alpha")
LETTERS = "abcdkmnpqrstuvwxyz"
FREE = "05689"  # digits with boxes of one size
SAMPLE = "5689"  # those that stand in a formula while it is typeset; no shape holds one of them
FREE_SHARE = 0.4  # of the drawings have digits of their own

PREFIX = "\0"  # stands where the name of a post's outlines comes
_SHEET = mathjax.glyph_sheet([mathjax.Typeset(glyphs={"x": "M0 0"})], PREFIX)
SHEET = _SHEET[: _SHEET.index("<path")], _SHEET[_SHEET.index("/>") + 2 :]
# A free digit in the HTML of a formula: in the TeX, drawn, and in MathML.
_DRAWN = re.compile(rf'(?<={PREFIX}-N-3)([{SAMPLE}])(?=")')
_NUMBER = re.compile(r"<mn>[^<]*</mn>")
_TEX = re.compile(r' data-tex="[^"]*"')
_MARK = re.compile("([\1-\4])")


@dataclass(frozen=True)
class Formula:
    """A formula of a post. In `html`, and in `inline` as excerpts show it, PREFIX is where the outlines are named."""

    tex: str
    display: bool
    html: str
    paths: tuple[str, ...]
    inline: str
    inline_paths: tuple[str, ...]

    @property
    def dollars(self) -> str:
        return f"$${self.tex}$$" if self.display else f"${self.tex}$"


@dataclass
class Formulas:
    """So many drawings, each typeset when it is first wanted; with their digits, a hundred times as many formulas."""

    seed: int
    drawings: int
    _drawings: dict[tuple[int, bool], Drawing] = field(default_factory=dict)

    def one(self, chance: random.Random, display: bool = False) -> Formula:
        # By Zipf's law: a few formulas stand in many posts.
        rank = int((self.drawings + 1) ** chance.random()) - 1
        inline = self._drawing(rank, False)
        shown = self._drawing(rank, True) if display else inline
        digits = inline.digits(chance)
        html, paths = shown.with_digits(digits)
        in_line = inline.with_digits(digits) if display else (html, paths)
        return Formula(inline.tex_with(digits), display, html, paths, *in_line)

    def _drawing(self, rank: int, display: bool) -> Drawing:
        key = rank, display
        if key not in self._drawings:
            self._drawings[key] = Drawing(*self._tex(rank), display)
        return self._drawings[key]

    def _tex(self, rank: int) -> tuple[str, str]:
        """A formula, and its free digits as they stand in it."""
        if rank < len(COMMON):
            return COMMON[rank], ""
        chance = random.Random(self.seed * 1_000_003 + rank)  # noqa: S311
        sample = SAMPLE[: chance.choice((2, 3, 4, 4, 4))] if chance.random() < FREE_SHARE else ""
        tex = any_formula(chance, n=sample or chance.choice("2347"), m=chance.choice("234"))
        return tex, sample if sample in tex else ""


def any_formula(chance: random.Random, n: object, m: object) -> str:
    """The TeX of one of SHAPES with letters by chance."""
    a, b, c = chance.sample(LETTERS, 3)
    return chance.choice(SHAPES).format(a=a, b=b, c=c, f=chance.choice("fghFG"), n=n, m=m)


class Drawing:
    """One typeset formula, in which the digits of `sample` may be replaced by others of FREE."""

    def __init__(self, tex: str, sample: str, display: bool) -> None:
        self.tex, self.sample = tex, sample
        (result,) = mathjax.typeset([(tex, display)], seconds=60.0)
        self._html = self._marked(mathjax.formula_html(tex, display, result, PREFIX))
        self._glyphs = result.glyphs
        self._paths = tuple(_outline(name, path) for name, path in result.glyphs.items())
        self._slots = [self._slot(name) for name in result.glyphs]

    def digits(self, chance: random.Random) -> str:
        """Other digits for those of the sample."""
        if not self.sample:
            return ""
        return chance.choice(FREE[1:]) + "".join(chance.choices(FREE, k=len(self.sample) - 1))

    def tex_with(self, digits: str) -> str:
        return self.tex.replace(self.sample, digits) if digits else self.tex

    def with_digits(self, digits: str) -> tuple[str, tuple[str, ...]]:
        """The HTML and the outlines of the formula with these digits."""
        if not digits:
            return self._html, self._paths
        html = _MARK.sub(lambda mark: digits[ord(mark[0]) - 1], self._html)
        paths = (
            path if slot < 0 else _digit(digits[slot]) for path, slot in zip(self._paths, self._slots, strict=True)
        )
        return html, tuple(dict.fromkeys(paths))

    def _marked(self, html: str) -> str:
        if not self.sample:
            return html
        table = str.maketrans({digit: chr(slot + 1) for slot, digit in enumerate(self.sample)})
        for pattern in (_TEX, _NUMBER, _DRAWN):
            html = pattern.sub(lambda found: found[0].translate(table), html)
        return html

    def _slot(self, name: str) -> int:
        return self.sample.find(name[-1]) if name.startswith("N-3") and len(name) == 4 else -1


_OUTLINES: dict[str, str] = {}


def _outline(name: str, path: str) -> str:
    """The outline of a glyph as it stands in a sheet; one string for all formulas."""
    if name not in _OUTLINES:
        sheet = mathjax.glyph_sheet([mathjax.Typeset(glyphs={name: path})], PREFIX)
        _OUTLINES[name] = sheet[len(SHEET[0]) : len(sheet) - len(SHEET[1])]
    return _OUTLINES[name]


def _digit(digit: str) -> str:
    name = f"N-3{digit}"
    if name not in _OUTLINES:
        (result,) = mathjax.typeset([(FREE, False)], seconds=60.0)
        for found, path in result.glyphs.items():
            _outline(found, path)
    return _OUTLINES[name]


def sheet(paths: Iterable[str], prefix: str) -> str:
    """The outlines that the formulas of a text share, each once, as they stand at its head."""
    once = dict.fromkeys(paths)
    return "".join((SHEET[0], *once, SHEET[1])).replace(PREFIX, prefix) if once else ""
