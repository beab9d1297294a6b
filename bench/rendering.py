"""How well and how fast texts render: the shares of outside collections that match, and the slowest hostile texts.

    python bench/rendering.py [--pairs FILE] [--commonmark FILE] [--cases FILE] [--xss FILE] [--formulas FILE]

`--pairs`: JSON lines {markdown, html} of posts that Stack Exchange rendered (.xz too). `--commonmark`: the JSON of the
specification's examples. `--cases`: JSON lines of Markdown with mathematics. `--xss`: JSON lines {payload}.
`--formulas`: JSON lines {tex, display}. Without files, only the hostile texts of tests/rendering/hostile.py run.
"""

from __future__ import annotations

import argparse
import difflib
import json
import lzma
import re
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import nh3

from geeks.rendering import RenderRefused, render
from geeks.rendering.addresses import named
from geeks.rendering.images import without_foreign_images
from geeks.rendering.sanitise import TAGS
from tests.rendering.hostile import HOSTILE, LONGEST
from tests.rendering.reading import as_shown, events, formulas_of, harm_in, soup_of, visible_text

_STACK_EXCHANGE = r"(?:stackexchange|stackoverflow|serverfault|superuser|askubuntu|mathoverflow|stackapps)\."


def lines_of(path: Path) -> Iterator[dict[str, object]]:
    """The objects of a JSON Lines file, plain or .xz."""
    text = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    for line in text.decode("utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


def share(name: str, good: int, total: int) -> None:
    """Print one figure."""
    print(f"{name:<58} {good:>5} of {total:<5} {100 * good / max(total, 1):6.2f} %")


def pairs(path: Path, show: int) -> None:
    """Stack Exchange's posts: equal HTML, and equal but for what only its database knows."""
    strict = there = hosts = shown = titles = total = 0
    sites = {name: Site(path.parent, *parts) for name, parts in SITES.items()}
    for pair in lines_of(path):
        total += 1
        ours, theirs = events(render(str(pair["markdown"])).html), events(str(pair["html"]))
        strict += ours == theirs
        site = sites.get(str(pair.get("site")))
        there += theirs == (site.render(str(pair["markdown"])) if site else ours)
        ours, theirs = _without_hosts(ours), _without_hosts(theirs)
        hosts += ours == theirs
        shown += _as_shown(str(pair["markdown"])) == _as_shown("", str(pair["html"]))
        bare = _bare_links(ours)
        ours, theirs = _without_texts(ours, bare), _without_texts(theirs, bare)
        titles += ours == theirs
        if ours != theirs and show > total - titles - 1:
            print(f"--- {pair.get('site')} {pair.get('post')}")
            print("\n".join(line[:160] for line in list(difflib.unified_diff(theirs, ours, n=1, lineterm=""))[2:22]))
    share("Stack Exchange posts, equal HTML", strict, total)
    share("the same, told where they were written", there, total)
    share("the same, whichever site a tag links to", hosts, total)
    share("the same, as browsers build it from unclosed tags", shown, total)
    share("whichever site, and whatever title a bare link shows", titles, total)


@dataclass
class Site:
    """What Stack Exchange's renderer knew of the site that a post was written on: where its tags are, and from its dump
    the titles of its questions."""

    folder: Path
    dump: str
    host: str
    tags_at: str

    @cached_property
    def titles(self) -> dict[int, str]:
        """Number of a question or answer -> the title."""
        titles: dict[int, str] = {}
        threads: dict[int, int] = {}
        with tarfile.open(self.folder / self.dump) as archive:
            for _, row in ElementTree.iterparse(archive.extractfile(f"{self.host}/Posts.xml")):  # type: ignore[arg-type]
                if row.get("Title"):
                    titles[int(row.get("Id", 0))] = str(row.get("Title"))
                elif row.get("ParentId"):
                    threads[int(row.get("Id", 0))] = int(row.get("ParentId", 0))
        return titles | {number: titles[thread] for number, thread in threads.items() if thread in titles}

    def titles_at(self, addresses: set[str]) -> dict[str, str]:
        posts = {one: number for one in addresses for kind, number in named(one, self.host) if kind == "post"}
        return {one: self.titles[int(number)] for one, number in posts.items() if int(number) in self.titles}

    def render(self, markdown: str) -> list[str]:
        html = render(markdown, self.titles_at).html
        return events(html.replace('href="/questions/tagged/', f'href="https://{self.tags_at}/questions/tagged/'))


SITES = {
    "frmeta": ("se_french-meta_2021-09.tar.xz", "french.meta.stackexchange.com", "french.stackexchange.com"),
    "conlang.meta": ("se_conlang-meta_2020-08.tar.xz", "conlang.meta.stackexchange.com", "conlang.stackexchange.com"),
}


def _as_shown(markdown: str, html: str = "") -> list[tuple[str, ...]]:
    """The page as a browser builds it: nh3 closes what is left open as HTML's own rules say."""
    known = {*TAGS, "font", "center", "big"}
    html = nh3.clean(html or render(markdown).html, tags=known, attributes={"*": {"href", "src"}}, link_rel=None)
    return as_shown(_without_hosts(events(html)))


def _without_hosts(sequence: list[str]) -> list[str]:
    """Forget which of Stack Exchange's sites a tag link names."""
    return [re.sub(r"https?://[\w.]+/questions/tagged/", "/questions/tagged/", event) for event in sequence]


def _bare_links(sequence: list[str]) -> set[str]:
    """The links to Stack Exchange that show their address: it puts titles there, which only its database knows."""
    return {
        first
        for first, second in zip(sequence, sequence[1:], strict=False)
        if first.startswith("<a ") and re.search(_STACK_EXCHANGE, first) and second.lower() in first.lower()
    }


def _without_texts(sequence: list[str], links: set[str]) -> list[str]:
    """Forget what the links show."""
    done: list[str] = []
    skip = False
    for event in sequence:
        if skip and event != ">a":
            continue
        skip = event in links
        done.append(event)
    return done


def commonmark(path: Path) -> None:
    """The specification's examples."""
    examples = json.loads(path.read_text(encoding="utf-8"))
    good = sum(events(render(one["markdown"]).html) == events(one["html"]) for one in examples)
    share("CommonMark's examples", good, len(examples))


def cases(path: Path) -> None:
    """Markdown with mathematics: formulas, visible text and elements as each case demands."""
    results = {"must": [0, 0], "should": [0, 0]}
    for case in lines_of(path):
        wrong = problem_of(case)
        counted = results[str(case["level"])]
        counted[0] += not wrong
        counted[1] += 1
        if wrong:
            print(f"--- {case['id']}: {wrong}")
    for level, (good, total) in results.items():
        share(f"cases of Markdown with mathematics ({level})", good, total)


def problem_of(case: dict[str, object]) -> str:
    """What a case finds wrong, "" when nothing."""
    rendered = render(str(case["md"]))
    html = rendered.html
    found = [[" ".join(one.tex.split()), "display" if one.display else "inline"] for one in rendered.formulas]
    if [tex for tex, _ in found] != [" ".join(tex.split()) for tex, _ in formulas_of(html)]:
        return f"the page shows {formulas_of(html)}, found were {found}"
    if found not in [case["math"], *case.get("math_alt", [])]:  # type: ignore[misc]
        return f"formulas {found}, expected {case['math']}"
    soup = soup_of(html)
    for formula in soup.select("span.math, code.math-error, svg.math-glyphs"):
        formula.decompose()
    text = visible_text(html)
    for wanted in case.get("text", []):  # type: ignore[attr-defined]
        if " ".join(wanted.split()) not in text:
            return f"text {wanted!r} missing in {text!r}"
    for selector in case.get("must", []):  # type: ignore[attr-defined]
        if not soup.select(selector):
            return f"no {selector} in {soup}"
    for selector in case.get("must_not", []):  # type: ignore[attr-defined]
        if soup.select(selector):
            return f"{selector} in {soup}"
    for selector, number in case.get("count", {}).items():  # type: ignore[attr-defined]
        if len(soup.select(selector)) != number:
            return f"{len(soup.select(selector))} × {selector} in {soup}"
    return ""


def xss(path: Path) -> None:
    """Hostile payloads: nothing that runs or frames is left."""
    good = total = 0
    for case in lines_of(path):
        total += 1
        harm = harm_in(without_foreign_images(render(str(case["payload"])).html))
        good += not harm
        if harm:
            print(f"--- {case['id']}: {harm}")
    share("hostile payloads without harm", good, total)


def formulas(path: Path) -> None:
    """Real formulas: typeset without an error."""
    good = total = 0
    for formula in lines_of(path):
        total += 1
        mark = "$$" if formula["display"] else "$"
        rendered = render(f"{mark}{formula['tex']}{mark}")
        fine = len(rendered.formulas) == 1 and rendered.formulas[0].ok
        good += fine
        if not fine:
            print("---", json.dumps(formula)[:150], rendered.formulas[:1])
    share("formulas typeset", good, total)


def hostile() -> None:
    """Seconds of processor time for texts made to be slow."""
    slowest: list[tuple[float, str, str]] = []
    for name, make in HOSTILE.items():
        slowest.append((*timed(make, LONGEST), name))
    for seconds, verdict, name in sorted(slowest, reverse=True)[:8]:
        print(f"hostile: {name:<49} {seconds:6.2f} s  {verdict}")


def timed(make: Callable[[int], str], size: int) -> tuple[float, str]:
    """Processor seconds, and whether the text was rendered or refused."""
    source = make(size)
    begun = time.process_time()
    try:
        render(source)
        verdict = "rendered"
    except RenderRefused as refusal:
        verdict = f"refused: {str(refusal)[:60]}"
    return time.process_time() - begun, verdict


def speed() -> None:
    """Milliseconds for an ordinary post, as a ratio to Python-Markdown alone."""
    import markdown  # noqa: PLC0415 (only the baseline needs it)

    source = ("Some *text* with $x^2$, `code` and [a link](https://example.org/a).\n\n- one\n- two\n\n" * 60)[:5500]
    render(source)
    begun = time.process_time()
    for _ in range(20):
        render(source)
    ours = (time.process_time() - begun) / 20
    begun = time.process_time()
    for _ in range(20):
        markdown.markdown(source)
    baseline = (time.process_time() - begun) / 20
    print(f"a post of 5.5 KB: {1000 * ours:.1f} ms, {ours / baseline:.1f} times Python-Markdown alone")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("pairs", "commonmark", "cases", "xss", "formulas"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--show", type=int, default=0, help="differences of pairs to show")
    options = parser.parse_args()
    if options.pairs:
        pairs(options.pairs, options.show)
    for run, path in ((commonmark, options.commonmark), (cases, options.cases), (xss, options.xss)):
        if path:
            run(path)
    if options.formulas:
        formulas(options.formulas)
    speed()
    hostile()


if __name__ == "__main__":
    main()
