"""Where a formula sits on the line, as classes: a strict Content-Security-Policy leaves no room for style attributes.

`static/css/maths.css` holds one rule for each class, at its end; this prints them:
python -c "from geeks.rendering.mathjax import alignment; print(alignment.css())"
"""

# Up to (ex), by (hundredths of an ex): fine for what stands in a line of text, coarse for what towers over it.
_BELOW = ((5, 5), (12, 10), (30, 50), (200, 500))
_ABOVE = ((10, 25), (200, 1000))  # only \raise and its like lift a formula off its line
WIDTH_STEP = 5  # ex


def depth_class(depth: float) -> str:
    """The class for a drawing whose lower edge lies `depth` ex from the line (negative: below it); "" for none."""
    steps, name = (_BELOW, "md") if depth < 0 else (_ABOVE, "mu")
    hundredths = min(abs(depth) * 100, 20_000)
    by = next(by for end, by in steps if hundredths <= end * 100)
    rounded = round(hundredths / by) * by
    return f"{name}{rounded}" if rounded else ""


def width_class(least: float) -> str:
    """The class that keeps a numbered equation at least `least` ex wide, so that its number never meets it."""
    return f"mw{min(-int(-least // WIDTH_STEP) * WIDTH_STEP, 200)}"


def css() -> str:
    """The rules of all classes, for the generated part of static/css/maths.css."""
    rules = [f"  .md{depth}{{vertical-align:-{depth / 100:g}ex}}" for depth in _values(_BELOW)]
    rules += [f"  .mu{depth}{{vertical-align:{depth / 100:g}ex}}" for depth in _values(_ABOVE)]
    rules += [f"  .mw{width}{{min-width:{width}ex}}" for width in range(WIDTH_STEP, 201, WIDTH_STEP)]
    return "\n".join(rules)


def _values(steps: tuple[tuple[int, int], ...]) -> list[int]:
    found: list[int] = []
    at = 0
    for end, by in steps:
        found += range(at + by, end * 100 + 1, by)
        at = end * 100
    return found
