"""Makes a result of what the engine answered, if it keeps to the limits of size and to the lists of gate.py."""

from typing import Any

from geeks.rendering.mathjax import alignment, gate
from geeks.rendering.mathjax.result import Typeset

WIDEST = 200.0  # ex, of a drawing's width and height
HEAVIEST = 200_000  # characters of one formula's SVG and MathML


def accepted(raw: dict[str, Any], outlines: dict[str, str]) -> Typeset:
    """The engine's `raw` answer (see js/post.js) as a result; one with an `error` when it is refused."""
    if raw.get("error"):
        return Typeset(error=str(raw["error"])[:500])
    try:
        sizes = [float(raw[key].removesuffix("ex")) for key in ("width", "height") if raw[key] != "100%"]
        sizes.append(float(raw["least"] or 0))
        depth = float(raw["depth"])
    except ValueError:
        return Typeset(error="MathJax gave this formula no size")
    if max(sizes) > WIDEST or abs(depth) > WIDEST:
        return Typeset(error=f"This formula is {max(*sizes, abs(depth)):.0f} ex large; at most {WIDEST:.0f} are shown")
    placed = alignment.width_class(float(raw["least"])) if raw["least"] else alignment.depth_class(depth)
    svg = "".join(
        [
            "<svg",
            f' class="{placed}"' if placed else "",
            f' width="{raw["width"]}" height="{raw["height"]}"',
            f' viewBox="{raw["box"]}"' if raw["box"] else "",
            f' aria-hidden="true" focusable="false">{raw["body"]}</svg>',
        ]
    )
    if len(svg) + len(raw["mathml"]) > HEAVIEST:
        return Typeset(error=f"This formula makes more than {HEAVIEST // 1000} KB: split it")
    glyphs = {name: outlines[name] for name in raw["ids"]}
    if not gate.svg_is_allowed(svg) or not gate.mathml_is_allowed(raw["mathml"]):
        return Typeset(error="This formula uses something that is not allowed here")
    return Typeset(svg, glyphs, raw["mathml"])
