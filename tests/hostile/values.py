"""Nasty values, and which of them a run takes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

EVERYTHING = os.environ.get("HYPOTHESIS_PROFILE") == "search"

NUMBERS = [
    *("0", "-1", "-0", "1.0", "1e9", "0x1", " 1", "+1", "NaN", "Infinity", "007", "1_000", "1,2", "2147483648"),
    *("9223372036854775807", "9223372036854775808", "18446744073709551616", "1" + "0" * 30, "9" * 4_000),
    *("\u0661\u0662", "\uff11", "\u00b2", "\u2460", "253402300799", "-62135596801"),
]
TEXTS = [
    *("", " ", "\t\r\n", "\x00", "a\x00b", "\n", "a\nb", "a\rb", "\x0b\x0c\x1b\x7f", "\ufeff", "\u2028", "\u00ad"),
    *("\u202eabc", "\u2066abc\u2069", "\u200b", "\u05d0\u05d1\u05d2", "\u0645\u0631\u062d\u0628\u0627"),
    *("\U0001f600", "\U0001f469\u200d\U0001f52c" * 50, "Z" + "\u0301" * 300, "\ufdfa" * 100, "\uffff", "\U0010ffff"),
    *("'", "''", '"', "`", "\\", "'; DROP TABLE geeks_post;--", "1' OR '1'='1", "%' LIKE '%", "_", "%s%n%x", "%(x)s"),
    *("{{7*7}}", "{% debug %}", "${7*7}", "#{7*7}", "{0.__class__}", "<%= 7 %>", "__class__", "$(id)", "|id", "; ls"),
    *("<script>alert(1)</script>", "</textarea><b>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "<!--"),
    *("../../etc/passwd", "..\\..\\x", "/etc/passwd", "//evil.example/", "https://evil.example/", "\\\\evil.example"),
    *(
        "None",
        "null",
        "undefined",
        "true",
        "[]",
        "{}",
        "[object Object]",
        "NaN",
        "on",
        "CON",
        "a@b@c",
        "a" * 254 + "@b.c",
    ),
    *("x" * 10_000, "\u00e9" * 10_000, "$" * 500, "[" * 500, "*" * 500, "> " * 300 + "x", "$\\frac{$", "a,b;c d"),
    *("2024-02-30", "0000-00-00", "99999-01-01", "2024-01-01T00:00:00+99:99", "12:60", "-1 day"),
]
NASTY = [*NUMBERS, *TEXTS]

# As they stand in an address. What no text can hold comes as broken bytes.
ESCAPED = [
    *("0", "-1", "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1" + "0" * 30),
    *("0000000000000000001", "00000000000000000000000001", "%D9%A1", "%EF%BC%91", "%C2%B2", "1e9", "+1", "1.0", "%201"),
    *("%00", "1%00", "%0a", "1%0a", "1%0d%0aX-Injected:%201", "%E2%80%AEabc", "%ED%A0%80", "%ED%A0%80%ED%B0%80"),
    *("%C0%AE%C0%AE", "%C0%AF", "%F8%88%80%80%80", "%FF%FE", "%C3", "%80", "..%2f..%2fetc%2fpasswd", "%2e%2e", "..;"),
    *("%5c..%5c", "%2F%2Fevil.example", "a" * 10_000, "%F0%9F%98%80", "%D7%90%D7%91", "%27", "%22", "%60"),
    *("%7B%7B7*7%7D%7D", "$%7B7*7%7D", "%25", "%2500", "%25s%25n", "%", "%zz", "%u0041", "%3Cscript%3E", ";"),
    *("1;2;x", "*", ".", "%27%20OR%201=1--"),
    *("_", "%20", "%2B", "c%23", "a+b+c+d+e+f+g+h", "+", "%C2%AD", "~", "@", ":", "|", "[", "]", "^"),
]  # fmt: skip
# What may stand behind a question mark, as it comes.
QUERIES = [
    *("", "&", "=", "==", "?", "%", "%%%", "a=%", "a=%zz", "%ff=%fe", "a=%c0%ae", "%00=%00", "a=%0d%0aX-Injected:1"),
    *("&".join(f"a{n}={n}" for n in range(1_500)), "&".join("q=1" for _ in range(1_500)), "a" * 20_000, "[]=1&[]=2"),
    *("q[]=1&tab[x]=2&after[$ne]=1", "tab=newest&tab=hot&after=1&after=2", ";;;", "q=1;q=2", "\u00e9=\u00e9"),
]


def some(values: Sequence[T], turn: int, share: int) -> Iterable[T]:
    """All of `values`, or in a normal run `share` of them: others at each `turn`, so that together turns take all."""
    if EVERYTHING or share >= len(values):
        return values
    start = turn * share
    return [values[(start + step) % len(values)] for step in range(share)]


def turns(most: int) -> Iterator[int]:
    """0, 1, … up to `most`, again and again."""
    while True:
        yield from range(most)
