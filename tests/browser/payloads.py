"""Texts that would like to run, load or redress something, with `alert(1)` or a foreign address as the trace.

`own` are those of tests/rendering and families that need a real browser: parser differentials, clobbering, formulas.
`from_file` reads more: JSON lines with a `payload`, as collections of them are published.
"""

from __future__ import annotations

import json
from pathlib import Path

CASES = Path(__file__).parent.parent / "rendering" / "cases" / "attacks.txt"

IN_A_BROWSER = (
    # parser differentials: what one parser reads as text another reads as markup
    "<math><mi><table><mi><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src=x>'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><style></noscript><img src=x onerror=alert(1)></style></noscript>",
    "<select><style></select><img src=x onerror=alert(1)></style></select>",
    "<a href='x'><svg><p><style><g title='</style><img src onerror=alert(1)>'>",
    "<table><caption><svg><title><style><img src=x onerror=alert(1)></style></title></svg></caption></table>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<img src=x onerror\x0b=alert(1)>",
    "\u003cimg src=x onerror=alert(1)\u003e \uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    # clobbering what scripts of the page look up
    "<a id=location href=x></a><img name=body><form id=forms name=cookie><input name=action></form>",
    '<p data-theme-button data-preview-of="id_body" class="editor" data-preview="https://f.invalid/">press</p>',
    '<form data-vote action="https://f.invalid/"><button autofocus>vote</button></form>',
    "<details open data-x ontoggle=alert(1)><summary accesskey=x onclick=alert(1)>open</summary></details>",
    # formulas: the typesetter's own ways to markup and addresses
    r"$\href{javascript:alert(1)}{x}$ $\href{https://f.invalid/}{y}$",
    r"$\class{site-head}{x} \cssId{main}{y} \style{position:fixed;inset:0;background:url(//f.invalid/)}{z}$",
    r"$\unicode[x;background:url(//f.invalid/f)]{65}$ $\mmlToken{mi}[onclick='alert(1)' href='javascript:1']{x}$",
    r"$\text{</span></span><img src=x onerror=alert(1)>}$ $\mathrm{<script>alert(1)</script>}$",
    r"$\require{html}\data{preview=//f.invalid}{x}$ $\includegraphics{//f.invalid/a.png}$",
    r"$\color{red;background:url(//f.invalid/c)}{x}$ $\bbox[url(//f.invalid),border:1px]{x}$",
    r"$\def\x{<img src=q onerror=alert(1)>}\x$ $\begin{array}{c<img>}</math><script>alert(1)</script>\end{array}$",
    '$x" data-tex="" onfocus="alert(1)" tabindex="0" autofocus="$ $</svg><script>alert(1)</script>$',
    # Markdown's own attributes and addresses
    '[x]: https://e.org/ "\\" onmouseover=alert(1) x=\\""\n\n[press][x]',
    "[x](https://e.org/\u0022onclick\u003dalert(1)) ![y](/media/x.png){onerror=alert(1)}",
    "[x](&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)) [y](\\javascript:alert(1))",
    "![x](//f.invalid/pixel.png) ![y](https://f.invalid/pixel.png) ![z](http://f.invalid:80/p.gif)",
    '![a](x"onerror="alert(1)) ![a][b]\n\n[b]: <x> "onerror=alert(1)"',
    "<!-- language: lang-js\" onclick=\"alert(1) -->\n\n    var x = '</code></pre><script>alert(1)</script>'",
    '@<script>alert(1)</script> @ada" onclick="alert(1) [tag:a](javascript:alert(1))',
    "\u202e<script>alert(1)</script>\u2066 \ue000\ue001 \x02 \x03 \u0002wzxhzdk:0\u0003",
    # redressing: covering the page or sending the reader away
    "<div style='position:fixed;inset:0;z-index:9999'>covered</div><p class='site-head' hidden>x</p>",
    "<meta http-equiv=refresh content='0;url=https://f.invalid/'><base href=https://f.invalid/ target=_top>",
    "<link rel=prefetch href=//f.invalid/p>",
    "<link rel=stylesheet href=//f.invalid/s><style>@import '//f.invalid'</style>",
    "<a href=https://f.invalid ping=https://f.invalid/ping target=_top download>x</a>",
    "<audio autoplay src=//f.invalid/a></audio><video poster=//f.invalid/p><track src=//f.invalid/t></video>",
    "<picture><source srcset=//f.invalid/1><img srcset='//f.invalid/2 2x' src=//f.invalid/3></picture>",
    "<table background=//f.invalid/b><td background=//f.invalid/c>x</table><input type=image src=//f.invalid/i>",
    "<object data=//f.invalid/o></object><embed src=//f.invalid/e><iframe src=//f.invalid/f></iframe>",
)


def own() -> list[str]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    written = [line.replace("\\n", "\n").replace("\\u0001", "\x01").replace("\\\\", "\\") for line in lines]
    return [*written, *IN_A_BROWSER]


def from_file(path: Path) -> list[str]:
    return [str(json.loads(line)["payload"]) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
