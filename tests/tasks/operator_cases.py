"""Searches as they may be typed, and for each what it should find, said in plain Python over `sample.Fact`.

The examples of docs/searching.md and of the help on the search page are among them, word for word.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from tests.tasks.sample import NOW, OTHER, SEARCHER, THREAD, Fact

Check = Callable[[Fact], bool]


def word(name: str, where: str = "text") -> Check:
    return lambda fact: fact.has(name, where)


def beside(phrase: str, where: str = "text") -> Check:
    return lambda fact: fact.beside(*phrase.split(), where=where)


def tagged(*names: str) -> Check:
    return lambda fact: bool(set(names) & set(fact.tags))


def between(first: str, last: str, what: str = "created") -> Check:
    """From the beginning of the first day to the end of the last, in UTC; "" leaves an end open."""
    low = datetime.fromisoformat(first or "1900-01-01").replace(tzinfo=UTC)
    high = datetime.fromisoformat(f"{last or '2900-01-01'} 23:59:59").replace(tzinfo=UTC)
    return lambda fact: low <= getattr(fact, what) <= high


def number(what: str, low: int, high: int = 2**62, kinds: str = "question answer article") -> Check:
    return lambda fact: fact.kind in kinds and low <= getattr(fact, what) <= high


def shows(*kinds: str) -> Check:
    return lambda fact: any(fact.shows(kind) for kind in kinds)


def both(one: Check, other: Check) -> Check:
    return lambda fact: one(fact) and other(fact)


def either(*checks: Check) -> Check:
    return lambda fact: any(check(fact) for check in checks)


def isnt(check: Check) -> Check:
    return lambda fact: not check(fact)


def kind(name: str) -> Check:
    return lambda fact: fact.kind == name


def nothing(_: Fact) -> bool:
    return False


def solved(fact: Fact) -> bool:
    return fact.has_accepted or fact.good_answer


question, TITLED = kind("question"), "question article"

# name: (what `yes` finds, what `no` finds)
STATES: dict[str, tuple[Check, Check]] = {
    "hasaccepted": (
        lambda fact: fact.kind == "question" and fact.has_accepted,
        lambda fact: fact.kind == "question" and not fact.has_accepted,
    ),
    "isaccepted": (
        lambda fact: fact.kind == "answer" and fact.accepted,
        lambda fact: fact.kind == "answer" and not fact.accepted,
    ),
    "isanswered": (both(question, solved), both(question, isnt(solved))),
    "hascode": (lambda fact: bool(fact.code), lambda fact: not fact.code),
    "closed": (lambda fact: bool(fact.closed), lambda fact: not fact.closed),
    "duplicate": (lambda fact: fact.closed == "duplicate", lambda fact: fact.closed != "duplicate"),
    "locked": (lambda fact: fact.locked, lambda fact: not fact.locked),
    "wiki": (lambda fact: fact.wiki, lambda fact: not fact.wiki),
    "migrated": (lambda fact: fact.migrated, lambda fact: not fact.migrated),
    "hasnotice": (lambda fact: fact.noticed, lambda fact: not fact.noticed),
}
VALUES = (("yes", "true", "1"), ("no", "false", "0"))

# What narrows a search down; each may stand behind a minus and beside any other.
RESTRICTIONS: dict[str, Check] = {
    **{f"{name}:{typed}": STATES[name][n] for name in STATES for n in (0, 1) for typed in VALUES[n]},
    '"gradient descent"': beside("gradient descent"),
    '"a phrase"': beside("a phrase"),
    '"law of large numbers"': beside("law of large number"),
    "title:gradient": word("gradient", "title"),
    "intitle:gradients": word("gradient", "title"),
    'title:"gradient descent"': beside("gradient descent", "title"),
    "title:grad*": lambda fact: fact.begins("grad", "title"),
    "body:gradient": word("gradient", "body"),
    "inbody:gradients": word("gradient", "body"),
    'body:"gradient descent"': beside("gradient descent", "body"),
    "code:malloc": lambda fact: "malloc" in fact.code,
    "code:import": lambda fact: "import" in fact.code,
    'code:"import numpy"': lambda fact: "import numpy" in fact.code,
    "code:num*": lambda fact: "numpy" in fact.code,
    "url:example.org": lambda fact: fact.links_to("example.org"),
    "url:*.example.org": lambda fact: fact.links_to("sub.example.org"),
    "url:example.org/docs": lambda fact: fact.links_to("example.org/docs"),
    'url:"https://www.example.org/docs/a"': lambda fact: fact.links_to("example.org/docs/a"),
    "url:*example.org*": lambda fact: any("example.org" in link for link in fact.links),
    "url:*.wikipedia.org": lambda fact: fact.links_to("en.wikipedia.org"),
    "[probability]": tagged("probability"),
    "[Bayes]": tagged("bayes"),
    "[c++]": tagged("c++"),
    "[tag]": tagged("tag"),
    "[prob*]": tagged("probability", "problems"),
    "[*s]": tagged("bayes", "statistics", "problems", "sums"),
    "category:data-science": lambda fact: fact.category == "data-science",
    "category:web": lambda fact: fact.category == "web",
    "category:nowhere": nothing,
    **{f"is:{name}": kind(name) for name in ("question", "answer", "article")},
    "is:q": question,
    "is:a": kind("answer"),
    f"user:{SEARCHER}": lambda fact: fact.author == SEARCHER,
    "user:me": lambda fact: fact.author == SEARCHER,
    "user:mine": lambda fact: fact.author == SEARCHER,
    f"user:{OTHER}": lambda fact: fact.author == OTHER,
    "user:999999": nothing,
    f"inquestion:{THREAD}": lambda fact: fact.thread == THREAD,
    "inquestion:this": lambda fact: fact.thread == THREAD,
    **{f"{name}:mine": lambda fact: SEARCHER in fact.kept for name in ("inbookmarks", "infavorites", "insaves")},
    f"saves:{SEARCHER}": lambda fact: SEARCHER in fact.kept,
    "score:3": number("score", 3),
    "score:3..": number("score", 3),
    "score:-1": number("score", -1),
    "score:-2..5": number("score", -2, 5),
    "score:..0": number("score", -(2**62), 0),
    "score:..-1": number("score", -(2**62), -1),
    "score:2-5": number("score", 2, 5),
    "score:5..2": nothing,
    "score:99999999999999999999": nothing,
    "views:100": number("views", 100, kinds=TITLED),
    "views:500": number("views", 500, kinds=TITLED),
    "views:100..200": number("views", 100, 200, TITLED),
    "views:100-200": number("views", 100, 200, TITLED),
    "views:..100": number("views", 0, 100, TITLED),
    "views:3000000000": number("views", 3_000_000_000, kinds=TITLED),
    "answers:0": number("answers", 0, 0, "question"),
    "answers:1..3": number("answers", 1, 3, "question"),
    "answers:1-3": number("answers", 1, 3, "question"),
    "answers:2": number("answers", 2, kinds="question"),
    "answers:..2": number("answers", 0, 2, "question"),
    "created:2024": between("2024-01-01", "2024-12-31"),
    "created:2026": between("2026-01-01", "2026-12-31"),
    "created:2026-05": between("2026-05-01", "2026-05-31"),
    "created:2024-04": between("2024-04-01", "2024-04-30"),
    "created:2024-04-03": between("2024-04-03", "2024-04-03"),
    "created:2026-05-31": between("2026-05-31", "2026-05-31"),
    "created:2023..2024": between("2023-01-01", "2024-12-31"),
    "created:2024-04..2024-05": between("2024-04-01", "2024-05-31"),
    "created:2024-04..": between("2024-04-01", ""),
    "created:..2023": between("", "2023-12-31"),
    "created:1y": between("2025-01-01", "2025-12-31"),
    "created:2y": between("2024-01-01", "2024-12-31"),
    "created:1m": between("2026-04-01", "2026-04-30"),
    "created:2m": between("2026-03-01", "2026-03-31"),
    "created:1w": between("2026-05-18", "2026-05-24"),
    "created:1d": between("2026-05-30", "2026-05-30"),
    "created:0d": between("2026-05-31", "2026-05-31"),
    "lastactive:2026-05-31": between("2026-05-31", "2026-05-31", "active"),
    "lastactivity:2026": between("2026-01-01", "2026-12-31", "active"),
    "lastactive:3m..": between("2026-02-28", "", "active"),
    "lastactive:1m..": between("2026-04-30", "", "active"),
    "lastactive:1y..": between("2025-05-31", "", "active"),
    "lastactive:2w..": between("2026-05-17", "", "active"),
    "lastactive:10d..": between("2026-05-21", "", "active"),
    "lastactive:3m..1m": between("2026-02-28", "2026-04-30", "active"),
    "lastactive:..1y": between("", "2025-05-31", "active"),
}

WORDS: dict[str, Check] = {
    "gradient": word("gradient"),
    "GRADIENTS": word("gradient"),
    "gradient descent": either(word("gradient"), word("descent")),
    "the gradient of it": word("gradient"),
    "variance": word("variance"),
    "grad*": lambda fact: fact.begins("grad"),
    "encour*": lambda fact: fact.begins("encour"),
    "*ntegral*": word("integral"),
    "grad* ex*": lambda fact: fact.begins("grad") or fact.begins("ex"),
    "qqqq": nothing,
}

FORMULAS: dict[str, Check] = {
    "$a^2+b^2=c^2$": shows("pythagoras"),
    "$x^2+y^2=z^2$": shows("pythagoras"),
    r"\frac{a}{b}": shows("fraction"),
    "E=mc^2": shows("energy"),
    r"$\alpha$": shows("alpha"),
    r"$\int \square\,dx$": shows("integral", "gauss"),
    r"$\sqrt{\?}$": shows("root"),
    r"$\frac{\square}{n}$": shows("over n", "fraction"),
    r"integral $\int e^{-x^2}dx$ convergence": either(word("integral"), word("convergence"), shows("gauss")),
    r"convergence $\sum 1/n^2$": either(word("convergence"), shows("basel")),
    r"$\alpha$ $E=mc^2$": shows("alpha", "energy"),
}

MIXED: dict[str, Check] = {
    "-matlab": isnt(word("matlab")),
    '-"a phrase"': isnt(beside("a phrase")),
    "-[tag]": isnt(tagged("tag")),
    "-category:web": lambda fact: fact.category != "web",
    "-grad*": lambda fact: not fact.begins("grad"),
    r"-$\alpha$": isnt(shows("alpha")),
    r"-$\sqrt{\square}$": isnt(shows("root")),
    "variance -matlab": both(word("variance"), isnt(word("matlab"))),
    'gradient "a phrase"': beside("a phrase"),
    "[probability] [bayes]": both(tagged("probability"), tagged("bayes")),
    "[probability] or [statistics]": tagged("probability", "statistics"),
    "[c++] or [bayes] or [sum*] [probability]": both(tagged("c++", "bayes", "sums"), tagged("probability")),
    "-[tag] [probability] or [sums]": both(isnt(tagged("tag")), tagged("probability", "sums")),
    "gradient [probability] score:1": both(word("gradient"), both(tagged("probability"), number("score", 1))),
    "answers:0 is:question": number("answers", 0, 0, "question"),
    "isanswered:no is:question": both(question, isnt(solved)),
    "$a^2+b^2=c^2$ is:answer": both(shows("pythagoras"), kind("answer")),
    "lemma -is:answer -category:web created:..2025": both(
        both(word("lemma"), isnt(kind("answer"))),
        both(lambda fact: fact.category != "web", between("", "2025-12-31")),
    ),
}

# A word with a star also finds other forms of a word that fits. (what must be found, what may be)
LOOSE: dict[str, tuple[Check, Check]] = {
    "Ex*nge": (lambda fact: fact.holds("exchange"), word("exchange")),
    "ex*nges": (lambda fact: fact.holds("exchanges"), word("exchange")),
    "title:ex*nge": (lambda fact: fact.holds("exchange", where="title"), word("exchange", "title")),
    "gr*ent ex*": (
        lambda fact: fact.holds("gradient") or fact.begins("ex"), either(word("gradient"), word("exchange")),
    ),
}  # fmt: skip

CASES = RESTRICTIONS | WORDS | FORMULAS | MIXED
assert NOW.date().isoformat() == "2026-05-31"  # which the relative dates above count from
