"""What the typesetter hands out: one formula as a drawing, the outlines it needs and MathML, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
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
        """Bytes kept in memory, roughly; outlines are shared by all formulas and not counted."""
        return len(self.svg) + len(self.mathml) + 40 * len(self.glyphs) + 200
