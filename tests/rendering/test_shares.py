"""The bench counts a pair as equal strictly, told what its site knew, whichever site a tag links to, as a browser
builds it, and whatever title a bare link shows."""

from __future__ import annotations

import io
import json
import tarfile

from bench.rendering import pairs

SITE = "https://french.meta.stackexchange.com"
PAIRS = [
    {"markdown": "a *b*", "html": "<p>a <em>b</em></p>"},
    {"markdown": "[tag:x]", "html": f'<p><a href="{SITE}/questions/tagged/x" class="post-tag" rel="tag">x</a></p>'},
    {"site": "frmeta", "markdown": f"{SITE}/a/2", "html": f'<p><a href="{SITE}/a/2">What is asked there?</a></p>'},
    {"markdown": "![a](https://e.org/a.png)", "html": '<p><img src="https://e.org/a.png" alt="another"></p>'},
    {"markdown": "a", "html": "<p>b</p>"},
    {"markdown": "***b** c*", "html": "<p><strong><em>b</strong> c</em></p>"},
]


def test_the_five_shares_of_equal_posts(tmp_path, capsys):
    path = tmp_path / "pairs.jsonl"
    _dump(tmp_path)
    path.write_text("\n".join(json.dumps(pair) for pair in PAIRS), "utf-8")
    pairs(path, show=1)
    shown = capsys.readouterr().out
    shares = [line.split("%")[0].split()[-4:-1] for line in shown.splitlines() if line.endswith("%")]
    assert shares == [["2", "of", "6"], ["3", "of", "6"], ["3", "of", "6"], ["4", "of", "6"], ["4", "of", "6"]]
    assert "+a" in shown


def _dump(folder):
    """An archive of that site with a question and its answer."""
    rows = b'<posts><row Id="1" Title="What is asked there?" /><row Id="2" ParentId="1" /></posts>'
    with tarfile.open(folder / "se_french-meta_2021-09.tar.xz", "w:xz") as archive:
        member = tarfile.TarInfo("french.meta.stackexchange.com/Posts.xml")
        member.size = len(rows)
        archive.addfile(member, io.BytesIO(rows))
