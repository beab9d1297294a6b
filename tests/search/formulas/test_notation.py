"""The same formula in another notation is the same tree; in other variables it has the same shape."""

from __future__ import annotations

import pytest

from geeks.search.formulas import analyse, formula_class
from geeks.search.formulas.tree import tree

SAME = r"""
\frac{a}{b} | a/b | {a \over b} | \dfrac ab | \tfrac{a}b
{n \choose k} | \binom{n}{k} | \dbinom nk
a^2+b^2=c^2 | c^2 = b^2 + a^2 | a^{2} + b^{2} \;=\; c^{2}. | a²+b²=c²
\frac{\partial J}{\partial \theta} | {\partial J \over \partial\theta} | \dfrac{\partial J}{\partial\theta}
\frac{\partial y}{\partial x} | \partial y/\partial x
\int_0^\infty e^{-x^2}\,dx
\int_0^\infty e^x\,dx | \int\limits_{0}^{\infty} \exp(x) \mathrm{d}x
\int_0^\infty e^x\,dx | \int^\infty_0 \mathrm{e}^x dx
\lim_{x\to 0}\frac{\sin x}{x}=1 | \lim\limits_{x\rightarrow 0} \dfrac{\sin(x)}{x} = 1
\frac{\sin x}{x} | \sin x/x
\|x\| | \lVert x \rVert | \left\| x \right\| | || x ||
|x+y|\leq|x|+|y| | \left|x+y\right| \le \left|x\right|+\left|y\right|
|x|\leq y | \lvert x \rvert \leqslant y
A^T A | A^{\top}A | A^\intercal A | \mathbf{A}^{\mathrm T}\mathbf A
\sin^2 x+\cos^2 x=1 | \sin^2(x)+\cos^2(x) = 1 | (\sin x)^2+(\cos x)^2=1
P(A|B) | P(A \mid B) | P\left(A\,\middle|\,B\right)
f''(x) | f^{\prime\prime}(x)
x\geq 0 | 0 \le x
\sqrt{x} | x^{1/2} | √x
\begin{pmatrix} a & b \\ c & d \end{pmatrix} | \left(\begin{array}{cc} a & b \\ c & d \end{array}\right)
a\equiv b\pmod n | a \equiv b \pmod{n} | a\equiv b\ (\mathrm{mod}\ n) | a\equiv b \mod n
\operatorname{argmin}_x f(x) | \arg\min_x f(x) | \underset{x}{\operatorname{argmin}} f(x)
\{x\in\mathbb{R} : x>0\} | \left\{ x \in \mathbb R \colon x > 0 \right\} | \lbrace x\in\R : 0<x \rbrace
x_1+\dots+x_n | x_1+\cdots+x_n | x_1+...+x_n
\operatorname{tr}(AB) | \mathrm{tr}(AB) | \text{tr}\left(AB\right)
2\pi r | 2 \cdot \pi \cdot r | 2\times\pi r
a_{ij} | a_{i,j}
\begin{align} a &= b \\ c &= d \end{align} | a=b,\ c=d
x\notin A | x\not\in A
\frac{d^2y}{dx^2} | \frac{\mathrm{d}^2 y}{\mathrm{d}x^2} | d^2y/dx^2
"""
SHAPES = r"""
a^2+b^2=c^2 | x^2+y^2=z^2
a^2+b^2=c^2 | z^2=y^2+x^2
\sum_{i=1}^n x_i | \sum_{k=1}^{m} y_{k}
x_{n+1}=x_n-\frac{f(x_n)}{f'(x_n)} | y_{k+1} = y_{k} - \dfrac{g(y_{k})}{g^{\prime}(y_{k})}
ax+by=c | c = dy + ex
"""
DIFFERENT = r"""
a^2+b^2 | a^2-b^2
\frac{a}{b} | \frac{b}{a}
x^n | x_n
\hat y | \bar y
\mathbb{R} | R
a < b | a > b
a < b | a \leq b
f(x)g(y) | f(y)g(x)
\sum_i x_i | \prod_i x_i
\sin x | \cos x
2\pi i | 2\pi k
a-b | b-a
"""


def pairs(table):
    rows = [line.split(" | ") for line in table.strip().splitlines()]
    return [(row[0].strip(), other.strip()) for row in rows for other in row[1:]]


@pytest.mark.parametrize(("one", "other"), pairs(SAME))
def test_another_notation_is_the_same_formula(one, other):
    assert analyse(one).id == analyse(other).id, (tree(one), tree(other))
    assert formula_class(one, other) == "same"


@pytest.mark.parametrize(("one", "other"), pairs(SHAPES))
def test_other_variables_are_the_same_shape(one, other):
    assert analyse(one).id != analyse(other).id
    assert formula_class(one, other) == "shape", (tree(one), tree(other))


@pytest.mark.parametrize(("one", "other"), pairs(DIFFERENT))
def test_what_means_something_else_is_another_formula(one, other):
    assert analyse(one).id != analyse(other).id


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("y=mx+c", r"y=mx+c \Rightarrow x=\frac{y-c}{m}"),
        ("a^2+b^2=c^2", r"x=1,\ u^2+v^2=w^2"),
        (r"a=c", "a=b=c"),
        (r"a+b", r"c+a+b+d"),
        (r"\frac{1+\sqrt5}{2}", r"\phi^n=\left(\frac{1+\sqrt5}{2}\right)^n"),
        (r"\alpha", r"\alpha + b"),
        (r"\frac{\partial J}{\partial \theta}", r"\theta - \eta\dfrac{\partial J}{\partial\theta}"),
    ],
)
def test_a_larger_formula_contains_its_parts(part, whole):
    assert formula_class(part, whole) == "contains"
    assert formula_class(whole, part) is None


@pytest.mark.parametrize(
    ("asked", "tex", "kind"),
    [
        (r"\frac{\square}{\square}", r"\dfrac{a+b}{c}", "same"),
        (r"\square^2+\square^2=\square^2", r"(a+1)^2+x^2=r^2", "same"),
        (r"\int \square \, dx", r"\int x^2 \sin x \, dx", "same"),
        (r"e^{\?}", r"e^{-x^2/2}", "same"),
        (r"\frac{\square}{n}", r"\frac{a+b}{m}", "shape"),
        (r"\sqrt{\square}", r"1+\sqrt{2x}", "contains"),
        (r"\sqrt{\square}", r"1+2x", None),
        (r"a+\square", "b+c", "shape"),
        (r"a+a+\square", "b+c+d", None),
    ],
)
def test_a_square_stands_for_any_part(asked, tex, kind):
    assert formula_class(asked, tex) == kind
