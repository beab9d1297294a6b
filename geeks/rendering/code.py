"""Code blocks: coloured by Pygments with classes only, when the author names a language that we know."""

from __future__ import annotations

import html as html_entities
import time

from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token, _TokenType
from pygments.util import ClassNotFound

MAX_HIGHLIGHTED = 12_000  # characters; longer code stays plain
MAX_SECONDS = 0.4  # of processor time for one block; slower ones stay plain

# What Stack Exchange's hints call languages, where Pygments knows them by another name.
_NAMES = {
    "basic": "vbnet", "vb": "vbnet", "clj": "clojure", "el": "elisp", "erl": "erlang", "f#": "fsharp", "m": "matlab",
    "ml": "ocaml", "mma": "mathematica", "proto": "protobuf", "rs": "rust", "regex": "", "none": "", "default": "",
    "text": "", "plaintext": "", "txt": "", "tex": "latex", "wl": "mathematica", "htm": "html", "xsl": "xslt",
    "node": "js", "cxx": "cpp", "h": "c", "hpp": "cpp",
}  # fmt: skip


def code_block(source: str, language: str) -> str:
    """`<pre><code>` for a block of code, with highlight classes when `language` is known."""
    name = language.lower().strip("{}.").removeprefix("lang-").removeprefix("language-")
    lexer = _lexer(_NAMES.get(name, name)) if len(source) <= MAX_HIGHLIGHTED else None
    if lexer is None:
        return f"<pre><code>{html_entities.escape(source, quote=False)}</code></pre>"
    alias = lexer.aliases[0].replace("+", "p").replace("#", "sharp")
    return f'<pre class="highlight"><code class="language-{alias}">{_coloured(source, lexer)}</code></pre>'


def stylesheet(selector: str = ".highlight", style: str = "default") -> str:
    """The CSS of a Pygments style for the classes used here, for the site's style sheet."""
    return str(HtmlFormatter(style=style).get_style_defs(selector))


def _lexer(name: str) -> Lexer | None:
    if not name or len(name) > 30:
        return None
    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _coloured(source: str, lexer: Lexer) -> str:
    until = time.thread_time() + MAX_SECONDS
    done: list[str] = []
    for kind, text in lexer.get_tokens(source):
        if time.thread_time() > until:
            return html_entities.escape(source, quote=False)
        escaped = html_entities.escape(text, quote=False)
        name = _class_of(kind)
        done.append(f'<span class="{name}">{escaped}</span>' if name and text.strip() else escaped)
    return "".join(done)


def _class_of(kind: _TokenType) -> str:
    while kind is not Token and kind not in STANDARD_TYPES:
        kind = kind.parent or Token
    return STANDARD_TYPES[kind] if kind is not Token.Text else ""
