"""The table of `make bench`: every target beside its figure, what is missed and what was not measured is said."""

from bench.targets import TARGETS, table

FINE = {
    "pages": {"rows": [{"page": page, "rate_ratio": 0.55} for page in ("front page", "category", "question")]},
    "anew": {
        "rows": [
            {"page": page, "stranger": 8, "member": 9.5}
            for page in ("front page", "category", "question", "profile", "search")
        ]
    },
    **{
        f"growth on {database}": {"rows": [{"page": "tag", "growth": 1.2}, {"page": "search, twice", "growth": 1.9}]}
        for database in ("SQLite", "PostgreSQL")
    },
    "filling": {"minutes": 21},
    "writes": {"a_second": 220, "lost": 0, "times": 1.4},
    "load": {"times": 2.5, "failed": {}, "megabytes": 140, "growth": 1.01},
    "crowd": {"wrong": {}},
}


def lines(capsys):
    return {line.split("  ")[0].strip(): line for line in capsys.readouterr().out.splitlines()[1:]}


def test_a_run_that_reaches_every_target_misses_none(capsys):
    assert table(FINE, {}) == 0
    shown = lines(capsys)
    assert len(shown) == len(TARGETS)
    assert not any("MISSED" in line or "not measured" in line for line in shown.values())


def test_what_is_missed_is_marked_beside_the_figure_of_an_earlier_run(capsys):
    worse = {**FINE, "writes": {"a_second": 90, "lost": 1, "times": 1.4}}
    assert table(worse, FINE) == 2
    shown = lines(capsys)
    posted = shown["answers posted a second"].removeprefix("answers posted a second").split()
    assert posted == ["at", "least", "200", "90.00", "220", "MISSED"]
    assert "MISSED" in shown["answers acknowledged and lost"]


def test_what_was_not_measured_is_said_and_no_miss(capsys):
    assert table({"writes": FINE["writes"]}, {}) == 0
    shown = lines(capsys).values()
    assert sum("not measured" in line for line in shown) == len(TARGETS) - 3


def test_a_search_may_grow_more_than_a_page_and_each_database_has_lines_of_its_own(capsys):
    rows = [{"page": "tag", "growth": 1.4}, {"page": "search", "growth": 1.1}, {"page": "search, two", "growth": 1.9}]
    assert table({**FINE, "growth on PostgreSQL": {"rows": rows}}, {}) == 1
    shown = lines(capsys)
    assert "MISSED" in shown["the page that grows most to the large site, PostgreSQL"]
    assert "1.90" in shown["a search, from 1,000 questions to the large site, PostgreSQL"]
    assert "MISSED" not in shown["the page that grows most to the large site, SQLite"]
