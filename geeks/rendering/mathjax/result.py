"""What the typesetter hands out: one formula as a drawing, the outlines it needs and MathML, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from sys import getsizeof

_PLACE = 400  # bytes: the key of the formula and what the cache keeps of it


@dataclass(frozen=True, slots=True)
class Typeset:
    """One formula.

    `svg` is a whole `<svg>` element whose `<use href="#ID">` point into `glyphs` (ID -> outline, an SVG path's `d`);
    `mathml` a whole `<math>` element. `error` says in the engine's words why there is neither; when all three are
    empty the engine was not there, and the page leaves the formula to the browser.
    """

    svg: str = ""
    glyphs: Mapping[str, str] = field(default_factory=dict)
    mathml: str = ""
    error: str = ""

    @property
    def weight(self) -> int:
        """Bytes kept in memory, with its place in a cache; outlines are shared by all formulas and not counted. A text
        with one letter beyond Latin takes two or four for each of all its letters."""
        return sum(map(getsizeof, (self, self.svg, self.glyphs, self.mathml, self.error))) + _PLACE
