"""TeX in, SVG and MathML out: what authors of mathematics rely on."""

import json
import re
from pathlib import Path

import pytest

from geeks.rendering import mathjax

FORMULAS = [
    (row["tex"], row["display"])
    for row in map(json.loads, (Path(__file__).parent / "formulas.jsonl").read_text(encoding="utf-8").splitlines())
]


def one(tex, display=False):
    return mathjax.typeset([(tex, display)])[0]


def html(tex, display=False, prefix="p"):
    return mathjax.formula_html(tex, display, one(tex, display), prefix)


@pytest.mark.parametrize(("tex", "display"), FORMULAS, ids=[tex[:40] for tex, _ in FORMULAS])
def test_what_authors_write_is_typeset(tex, display):
    result = one(tex, display)
    assert result.error == ""
    assert result.svg.startswith("<svg")
    assert result.mathml.startswith("<math")


def test_mathml_says_what_the_drawing_shows():
    assert one(r"\frac{x^2}{2}").mathml == "<math><mfrac><msup><mi>x</mi><mn>2</mn></msup><mn>2</mn></mfrac></math>"
    assert '<mi mathvariant="double-struck">R</mi>' in one(r"\mathbb R").mathml
    assert '<mfrac linethickness="0">' in one(r"\binom nk").mathml
    assert one("x", display=True).mathml == '<math display="block"><mi>x</mi></math>'


def test_chemistry_is_typeset_with_its_own_arrows():
    result = one(r"\ce{2H2 + O2 -> 2H2O}", display=True)
    assert any(name.startswith("x-E4") or name.startswith("MHC") for name in result.glyphs)
    assert "<mo>→</mo>" in result.mathml


def test_a_macro_holds_for_the_rest_of_its_post():
    results = mathjax.typeset([(r"\newcommand{\R}{\mathbb R} x\in\R", False), (r"\R^n", False)])
    assert '<mi mathvariant="double-struck">R</mi>' in results[1].mathml


@pytest.mark.parametrize(
    "poison",
    [
        r"\def\frac#1#2{Z}",
        r"\gdef\frac#1#2{Z}",
        r"\global\let\frac\sqrt",
        r"\renewcommand{\frac}[2]{Z}",
        r"\let\frac\sqrt",
        r"\begingroup\def\frac#1#2{Z}",
        r"\endgroup\def\frac#1#2{Z}",
        r"\begingroupSandbox\endgroup\def\frac#1#2{Z}",
        r"\begingroupReset\gdef\frac#1#2{Z}",
        r"\require{mathtools}\DeclarePairedDelimiter{\frac}{(}{)}",
        r"\DeclareMathOperator{\frac}{Z}",
        r"\newcolumntype{c}{rrr}\def\frac#1#2{Z}",
        r"\definecolor{red}{rgb}{0,1,0}\def\frac#1#2{Z}",
        r"\require{physics}\def\div#1#2{Z}",
        r"\unicode[9,9]{x3b1}",
    ],
)
def test_a_macro_never_reaches_another_post(poison):
    probe = [
        (r"\frac{1}{2}", False),
        (r"\begin{array}{c}a\end{array}", True),
        (r"\textcolor{red}{x}\div\alpha", False),
        (r"\unicode{x3b1}", False),
    ]
    mathjax.forget()
    clean = mathjax.typeset(probe)
    mathjax.forget()
    mathjax.typeset([("a", False)])
    mathjax.typeset([("b", False)])  # where nothing was defined, the next post has the same level for its macros
    mathjax.typeset([(poison, False), (poison, True)])
    assert mathjax.typeset(probe) == clean


def test_a_reference_finds_its_equation_before_and_after_it():
    post = [(r"\eqref{e}", False), (r"a=b\tag{7}\label{e}", True), (r"\ref{e}", False)]
    early, equation, late = mathjax.typeset(post)
    assert "<mtext>(7)</mtext>" in early.mathml
    assert "<mtext>7</mtext>" in late.mathml
    assert 'href="#q-eqn-e"' in mathjax.formula_html(*post[0], early, "q")
    assert 'id="q-eqn-e"' in mathjax.formula_html(*post[1], equation, "q")


def test_a_reference_to_nothing_shows_question_marks_and_links_nowhere():
    result = one(r"\eqref{nothing}")
    assert "???" in result.mathml
    assert "<a" not in result.svg


def test_a_label_of_one_post_may_be_used_in_the_next():
    post = [(r"a\tag{1}\label{e}", True), (r"\eqref{e}", False)]
    assert mathjax.typeset(post) == mathjax.typeset(post)
    assert not any(result.error for result in mathjax.typeset(post))


def test_two_equal_tags_make_no_equal_ids():
    results = mathjax.typeset([(r"a\tag{1}", True), (r"b\tag{1}", True), (r"\label{x}c", True)])
    ids = [name for result in results for name in re.findall(r' id="([^"]+)"', result.svg)]
    assert len(ids) == len(set(ids))


def test_old_names_of_extensions_still_work():
    for name in ("AMScd", "AMSmath", "AMSsymbols", "HTML", "noErrors", "cancel", "mhchem"):
        assert one(rf"\require{{{name}}}x").error == ""


def test_colour_takes_its_argument_as_on_stack_exchange_or_switches_as_in_latex():
    braced, switched = one(r"\color{red}{x}+y").svg, one(r"\color{red} x+y").svg
    assert braced.count('fill="red"') == 1
    assert 'stroke="red" fill="red" stroke-width="0" transform="scale(1,-1)"' in switched


def test_black_follows_the_ink_of_the_page():
    assert "black" not in one(r"\color{black}{x}\rule{1em}{1em}").svg


def test_an_error_carries_the_words_of_the_engine():
    assert one(r"\frac{1}{").error == "Missing close brace"
    assert r"\right" in one(r"\left( x").error
    assert one(r"\begin{nothing}x\end{nothing}").error == "Unknown environment 'nothing'"


def test_one_wrong_formula_harms_no_other():
    good, bad, last = mathjax.typeset([("x", False), (r"\frac{", False), ("y", False)])
    assert bad.error
    assert good.svg
    assert last.svg


def test_a_formula_that_fails_shows_its_source_with_the_reason():
    assert html(r'\frac{"<') == (
        '<code class="math-error" data-tex="\\frac{&quot;&lt;" title="Missing close brace">\\frac{&quot;&lt;</code>'
    )


def test_a_formula_is_one_span_with_drawing_and_mathml():
    made = html(r'a<b\quad\text{"x"}', display=True)
    assert made.startswith('<span class="math math-display" data-tex="a&lt;b')
    assert made.count('aria-hidden="true" focusable="false"') == 1
    assert '<span class="math-mathml"><math display="block">' in made
    assert 'href="#p-' in made


def test_a_glyph_sheet_holds_every_outline_once():
    results = mathjax.typeset([("x+x", False), ("x-y", False)])
    sheet = mathjax.glyph_sheet(results, "p1")
    assert sheet.startswith('<svg class="math-glyphs" aria-hidden="true" focusable="false" width="0" height="0"><defs>')
    used = {name for result in results for name in re.findall(r'href="#([^"]+)"', result.svg)}
    assert sorted(re.findall(r'id="([^"]+)"', sheet)) == sorted(f"p1-{name}" for name in used)
    assert mathjax.glyph_sheet([], "p1") == ""


def test_outlines_in_place_leave_no_ids_and_no_references():
    for tex, display in FORMULAS:
        made = mathjax.formula_html(tex, display, one(tex, display), None)
        assert "<use" not in made
        assert " id=" not in made
        assert 'href="#' not in made


def test_nothing_needs_an_inline_style():
    for tex, display in FORMULAS:
        made = html(tex, display)
        assert " style=" not in made
        assert "data-latex" not in made
        assert "xmlns" not in made


def test_only_a_wide_display_formula_takes_the_keyboards_focus():
    assert 'tabindex="0"' not in html("x+y", display=True)
    assert 'tabindex="0"' in html("+".join("abcdefghijklmn" * 2), display=True)


def test_the_engine_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("GEEKS_MATHJAX", "off")
    mathjax.forget()
    assert not mathjax.available()
    assert "GEEKS_MATHJAX" in mathjax.unavailable_reason()
    assert html("a<b") == r'<span class="math" data-tex="a&lt;b">\(a&lt;b\)</span>'
    assert html("x", display=True) == r'<span class="math math-display" data-tex="x">\[x\]</span>'


def test_missing_files_leave_formulas_to_the_browser_and_are_reported_once(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr("geeks.assets.NODE_MODULES", tmp_path)
    mathjax.forget()
    assert html("x") == r'<span class="math" data-tex="x">\(x\)</span>'
    assert html("y") == r'<span class="math" data-tex="y">\(y\)</span>'
    assert "make setup" in mathjax.unavailable_reason()
    assert len(caplog.records) == 1
    monkeypatch.undo()
    mathjax.forget()
    assert mathjax.available()


def test_the_version_names_mathjax():
    assert re.fullmatch(r"4\.\d+\.\d+\+\d+", mathjax.VERSION)
