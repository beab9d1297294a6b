"""What TeX's names mean to a search: which are spelled differently for the same thing, which say nothing, which bind.

Pure tables. A name that stands in none of them is a symbol of its own.
"""

from __future__ import annotations


def _pairs(text: str) -> dict[str, str]:
    """`a=b c=d` as a dictionary."""
    return dict(pair.split("=", 1) for pair in text.split())


def words(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


# Another spelling -> the one spelling that is indexed.
ALIASES = _pairs(
    r"\dfrac=\frac \tfrac=\frac \cfrac=\frac \nicefrac=\frac \sfrac=\frac \dbinom=\binom \tbinom=\binom "
    r"\le=\leq \leqslant=\leq \leqq=\leq \ge=\geq \geqslant=\geq \geqq=\geq \ne=\neq \lt=< \gt=> "
    r"\to=\rightarrow \longrightarrow=\rightarrow \xrightarrow=\rightarrow \gets=\leftarrow "
    r"\implies=\Rightarrow \Longrightarrow=\Rightarrow \impliedby=\Leftarrow \Longleftarrow=\Leftarrow "
    r"\iff=\Leftrightarrow \Longleftrightarrow=\Leftrightarrow \longmapsto=\mapsto "
    r"\varepsilon=\epsilon \varphi=\phi \vartheta=\theta \varrho=\rho \varsigma=\sigma \varkappa=\kappa "
    r"\varpi=\pi \thetasym=\theta \varnothing=\emptyset \cdot=\times \ast=* \land=\wedge \lor=\vee \neg=\lnot "
    r"\ldots=\dots \cdots=\dots \dotsc=\dots \dotsb=\dots \dotsm=\dots \dotsi=\dots \hdots=\dots ...=\dots "
    r"\vdots=\dots \ddots=\dots \mid=| \vert=| \lvert=| \rvert=| \divides=| \Vert=\| \lVert=\| \rVert=\| "
    r"||=\| \lbrace=\{ \rbrace=\} \lbrack=[ \rbrack=] \lparen=( \rparen=) \colon=: \coloneqq== "
    r"\triangleq== \doteq== \widehat=\hat \widetilde=\tilde \overline=\bar \dotsum=\sum \intop=\int "
    r"\smallint=\int \idotsint=\int \owns=\ni \thicksim=\sim "
    r"\thickapprox=\approx \bmod=\mod \reals=@bb:R \R=@bb:R \N=@bb:N \Z=@bb:Z "
    r"\Q=@bb:Q \C=@bb:C \Bbbk=@bb:k \hslash=\hbar \intercal=\top \prime=' \dag=\dagger \Pr=@Pr "
    r"\Box=\square \?=\square \smallsetminus=\setminus \backslash=\setminus \div=/ \infin=\infty "
    r"\isin=\in \exist=\exists \lang=\langle \rang=\rangle \sub=\subset \sube=\subseteq \subsetneq=\subset "
    r"\empty=\emptyset \part=\partial \and=\wedge \or=\vee \alef=\aleph \omicron=o"
) | {":=": "="}

# Looks, spaces and labels.
DROPPED = words(
    r"\left \right \middle \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl \Biggr \bigm "
    r"\Bigm \biggm \Biggm \, \; \! \: \> \/ \displaystyle \textstyle \scriptstyle \scriptscriptstyle "
    r"\limits \nolimits \nonumber \notag \mathrm \mathbf \boldsymbol \bm \pmb \vec \overrightarrow \rm \bf "
    r"\it \sf \tt \mathit \mathsf \mathtt \mathnormal \mathop \mathrel \mathbin \mathord \mathopen "
    r"\mathclose \hline \strut \mathstrut \boxed \thinspace \negthinspace \medspace \thickspace \enspace "
    r"\smash \textrm \text \mbox \hbox \operatorname \allowbreak \nobreak \hfill \hfil \relax \protect "
    r"\underbrace \overbrace \underline \vphantom \phantom \hphantom \mathscr \mathcal \mathbb \mathfrak "
    r"\ensuremath \centering \small \large \Large ~ &"
) | {"\\ ", "\\\n", "\\\t"}

_UNICODE = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ∑∏∫∮√∞∂∇∈∉∋⊂⊆∪∩∅∀∃≤≥≠≈≡∼→⇒⇔↦×·÷±∓−∘⊗⊕′…⟨⟩‖∣ℝℕℤℚℂℓħϵϕϑ□¬∧∨"
_UNICODE_TEX = (
    r"\alpha \beta \gamma \delta \epsilon \zeta \eta \theta \iota \kappa \lambda \mu \nu \xi \pi \rho "
    r"\sigma \tau \upsilon \phi \chi \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Phi \Psi "
    r"\Omega \sum \prod \int \oint \sqrt \infty \partial \nabla \in \notin \ni \subset \subseteq \cup \cap "
    r"\emptyset \forall \exists \leq \geq \neq \approx \equiv \sim \rightarrow \Rightarrow \Leftrightarrow "
    r"\mapsto \times \times / \pm \mp - \circ \otimes \oplus ' \dots \langle \rangle \| | @bb:R @bb:N "
    r"@bb:Z @bb:Q @bb:C \ell \hbar \epsilon \phi \theta \square \lnot \wedge \vee"
)
UNICODE = dict(zip(_UNICODE, _UNICODE_TEX.split(" "), strict=True))
POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")

LETTERS = words(
    r"\alpha \beta \gamma \delta \epsilon \zeta \eta \theta \iota \kappa \lambda \mu \nu \xi \rho \sigma "
    r"\tau \upsilon \phi \chi \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi "
    r"\Omega \ell"
)

FUNCTIONS = words(
    r"sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan log ln lg exp det dim ker deg gcd "
    r"lcm hom arg max min sup inf Pr sgn sign tr Tr rank diag grad div curl rot Re Im erf Var Cov argmax "
    r"argmin mod"
)
# Those whose limits stand below them, like those of a sum.
LIMITS = words(r"lim limsup liminf max min sup inf argmax argmin")
BIG = words(
    r"\sum \prod \coprod \int \iint \iiint \oint \oiint \bigcup \bigcap \bigoplus \bigotimes \bigvee "
    r"\bigwedge \bigsqcup"
)
INTEGRALS = words(r"\int \iint \iiint \oint \oiint")
ACCENTS = words(r"\hat \bar \tilde \dot \ddot \dddot \check \breve \acute \grave \mathring")

# What binds loosest first. Greater-than is its mirror image.
SEPARATORS = frozenset([",", ";", "\\\\", r"\quad", r"\qquad", r"\cr", r"\newline"])
CLAIMS = words(r"\Rightarrow \Leftarrow \Leftrightarrow \therefore \because \vdash \models : |")
RELATIONS = words(
    r"= < > \leq \geq \neq \approx \equiv \sim \simeq \cong \propto \in \notin \ni \subset \subseteq "
    r"\supset \supseteq \rightarrow \leftarrow \mapsto \hookrightarrow \ll \gg \perp \parallel \prec \succ "
    r"\preceq \succeq \leftrightarrow \nmid \uparrow \downarrow \rightharpoonup \lesssim \gtrsim \asymp"
)
SUMS = words(r"+ - \pm \mp \cup \cap \setminus \oplus \vee \uplus \sqcup")
PRODUCTS = words(r"\times / * \wedge \otimes \circ \star \bullet \odot \rtimes \ltimes")
MIRRORED = {
    ">": "<", r"\geq": r"\leq", r"\ni": r"\in", r"\supset": r"\subset", r"\supseteq": r"\subseteq",
    r"\leftarrow": r"\rightarrow", r"\Leftarrow": r"\Rightarrow", r"\gg": r"\ll", r"\succ": r"\prec",
    r"\succeq": r"\preceq", r"\gtrsim": r"\lesssim", r"\because": r"\therefore",
}  # fmt: skip
UNORDERED = words(
    r"+ * = \approx \equiv \sim \simeq \cong \neq \perp \parallel \Leftrightarrow \leftrightarrow \cup "
    r"\cap \oplus \vee \wedge \uplus \sqcup \asymp list chain set"
)

OPENING = {"(": ")", "[": "]", r"\{": r"\}", r"\langle": r"\rangle", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil"}
CLOSING = frozenset(OPENING.values())
