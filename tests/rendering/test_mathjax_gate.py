"""The allow-list between the engine and the page, the classes in place of styles, and the files of npm."""

from pathlib import Path

import pytest

from geeks import assets
from geeks.rendering import mathjax
from geeks.rendering.mathjax import alignment, drawing, gate, typesetting

CSS = Path(__file__).parents[2] / "static" / "css" / "maths.css"
DRAWING = '<svg width="1ex" height="1ex" viewBox="0 0 1 1" aria-hidden="true" focusable="false">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject></foreignObject>",
        "<style></style>",
        "<image/>",
        '<use href="https://evil.example/x.svg#a" onload="x"/>',
        '<g style="position:fixed"></g>',
        '<g onclick="x"></g>',
        '<a href="javascript:alert(1)"></a>',
        '<a href="/accounts/logout"></a>',
        '<g id="login"></g>',
        '<g class="button primary"></g>',
        '<g fill="url(#x)"></g>',
        "<g>",
        "</g>",
        "<g></a>",
        "<!-- -->",
        "<![CDATA[x]]>",
        "a < b",
        "<title>x</title>",
    ],
)
def test_a_drawing_with_anything_else_is_refused(inside):
    assert gate.svg_is_allowed(DRAWING.format("<g></g>"))
    assert not gate.svg_is_allowed(DRAWING.format(inside))


@pytest.mark.parametrize(
    "inside",
    ["<mglyph/>", '<mi href="https://x.example">x</mi>', "<mtext><img></mtext>", "<annotation-xml></annotation-xml>",
     "<semantics></semantics>", '<mi onclick="x">x</mi>', "<maction></maction>", "<mi>x"],
)  # fmt: skip
def test_mathml_with_anything_else_is_refused(inside):
    assert gate.mathml_is_allowed("<math><mi>x</mi></math>")
    assert not gate.mathml_is_allowed(f"<math>{inside}</math>")


def test_what_the_gate_refuses_is_shown_as_source(monkeypatch):
    mathjax.forget()
    monkeypatch.setattr(gate, "svg_is_allowed", lambda text: False)
    assert mathjax.typeset([("x", False)])[0].error == "This formula uses something that is not allowed here"
    monkeypatch.undo()
    mathjax.forget()


def test_every_class_has_its_rule_in_the_style_sheet():
    sheet = CSS.read_text(encoding="utf-8")
    assert sheet.split("  /* generated */\n")[1] == alignment.css() + "\n}\n"


def test_any_depth_has_a_class_near_it():
    rules = alignment.css()
    for hundredths in range(-20_000, 20_001, 3):
        depth = hundredths / 100
        name = alignment.depth_class(depth)
        assert name == "" or f".{name}{{" in rules, depth
        placed = float(name[2:] or 0) / 100 * (-1 if name.startswith("md") else 1)
        if -5 <= depth <= 0:
            assert abs(placed - depth) <= 0.0251, depth


def test_any_numbered_equation_has_a_width_class():
    for least in range(1, 201):
        assert f".{alignment.width_class(least)}{{" in alignment.css()
    assert alignment.width_class(14.6) == "mw15"


def test_every_file_named_is_installed():
    assert assets.missing() == []


def test_the_server_reads_no_other_file():
    with pytest.raises(FileNotFoundError):
        assets.read("mathjax/../../package.json")
    with pytest.raises(FileNotFoundError):
        assets.read("mathjax/tex-chtml.js")


def test_the_limits_are_the_published_ones():
    assert typesetting.LONGEST == 4_000
    assert drawing.HEAVIEST == 200_000
