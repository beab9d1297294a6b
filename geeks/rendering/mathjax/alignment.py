"""Where a formula sits on the line, as classes: a strict Content-Security-Policy leaves no room for style attributes.

`static/css/maths.css` holds one rule for each class; `python -m geeks.rendering.mathjax.alignment` prints them.
"""

_STEPS = (  # up to (ex), by (ex): fine for what stands in a line of text, coarse for what towers over it
    (5.0, 0.05),
    (12.0, 0.1),
    (30.0, 0.5),
    (200.0, 5.0),
)
WIDTH_STEP = 5  # ex


def depths() -> list[int]:
    """Every depth that has a class, in hundredths of an ex, without 0."""
    found, at = [], 0
    for end, step in _STEPS:
        while at < round(end * 100):
            at += round(step * 100)
            found.append(at)
    return found


def depth_class(depth: float) -> str:
    """The class for a formula whose baseline lies `depth` ex below (negative: above) the line's; "" for none."""
    hundredths = abs(round(depth * 100))
    step = next((step for end, step in _STEPS if hundredths <= end * 100), _STEPS[-1][1])
    rounded = min(round(hundredths / (step * 100)) * round(step * 100), 20_000)
    if not rounded:
        return ""
    return f"{'md' if depth < 0 else 'mu'}{rounded}"


def width_class(least: float) -> str:
    """The class that keeps a numbered equation at least `least` ex wide, so that its number never meets it."""
    return f"mw{min(-int(-least // WIDTH_STEP) * WIDTH_STEP, 200)}"


def css() -> str:
    """The rules of all classes, for the generated part of static/css/maths.css."""
    rules = [f".md{depth}{{vertical-align:-{depth / 100:g}ex}}" for depth in depths()]
    rules += [f".mu{depth}{{vertical-align:{depth / 100:g}ex}}" for depth in depths()]
    rules += [f".mw{width}{{min-width:{width}ex}}" for width in range(WIDTH_STEP, 201, WIDTH_STEP)]
    return "\n".join(rules) + "\n"


if __name__ == "__main__":
    print(css(), end="")
