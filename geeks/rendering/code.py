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
MAX_SECONDS = 0.6  # of processor time for the code of one text; what is slower stays plain

MAX_LINE = 500  # characters of one line; some lexers take quadratic time on longer ones

# Tried with hostile text; some of Pygments' other lexers never end on it.
_TRIED = """
    ada asm awk bash basic bat bibtex c clojure cmake coq cpp csharp css d dart delphi diff docker elixir elm
    erlang fortran fsharp gap gherkin glsl go graphql groovy haskell html http idris ini isabelle java
    javascript json jsx julia kotlin lean lean4 less lisp latex lua make mathematica matlab maxima mysql nasm
    nginx nim nix numpy objective-c ocaml octave perl php postgresql powershell prolog properties protobuf pycon
    python qml r rb rconsole restructuredtext ruby rust sage sass scala scheme scss smalltalk sml solidity
    sparql sql swift systemverilog tcl terraform toml tsx typescript vbnet verilog vhdl vim xml xquery xslt yaml
    zig
"""
LANGUAGES = frozenset(_TRIED.split())

# What Stack Exchange's hints and authors call them otherwise.
_NAMES = {
    "py": "python", "python3": "python", "py3": "python", "js": "javascript", "node": "javascript",
    "ts": "typescript", "c++": "cpp", "cxx": "cpp", "hpp": "cpp", "cc": "cpp", "h": "c", "c#": "csharp",
    "cs": "csharp", "vb": "vbnet", "vb.net": "vbnet", "f#": "fsharp", "hs": "haskell", "ml": "ocaml",
    "rs": "rust", "kt": "kotlin", "clj": "clojure", "sh": "bash", "shell": "bash", "zsh": "bash", "ksh": "bash",
    "ps1": "powershell", "htm": "html", "xhtml": "html", "svg": "xml", "xsl": "xslt", "yml": "yaml",
    "tex": "latex", "sty": "latex", "m": "matlab", "mma": "mathematica", "wl": "mathematica",
    "wolfram": "mathematica", "nb": "mathematica", "golang": "go", "erl": "erlang", "ex": "elixir",
    "proto": "protobuf", "pas": "delphi", "pascal": "delphi", "objc": "objective-c",
    "objectivec": "objective-c", "el": "lisp", "elisp": "lisp", "cl": "lisp", "common-lisp": "lisp",
    "scm": "scheme", "racket": "scheme", "dockerfile": "docker", "makefile": "make", "rst": "restructuredtext",
    "s": "asm", "gas": "asm", "patch": "diff", "udiff": "diff", "pl": "perl", "f90": "fortran", "splus": "r",
    "rlang": "r", "psql": "postgresql", "tf": "terraform", "sv": "systemverilog", "v": "verilog", "jl": "julia",
    "batch": "bat", "cmd": "bat", "conf": "ini", "cfg": "ini",
}  # fmt: skip


def code_block(source: str, language: str, seconds: float = MAX_SECONDS) -> str:
    """`<pre><code>` for a block of code, with highlight classes when `language` is known and `seconds` suffice."""
    lexer = _lexer(_name(language)) if seconds > 0 and _is_moderate(source) else None
    if lexer is None:
        return f"<pre><code>{html_entities.escape(source, quote=False)}</code></pre>"
    alias = lexer.aliases[0].replace("+", "p").replace("#", "sharp")
    return f'<pre class="highlight"><code class="language-{alias}">{_coloured(source, lexer, seconds)}</code></pre>'


def is_known(language: str) -> bool:
    """Whether code of `language` can be coloured."""
    return _name(language) in LANGUAGES


def stylesheet(selector: str = ".highlight", style: str = "default") -> str:
    """The CSS of a Pygments style for the classes used here, for the site's style sheet."""
    return str(HtmlFormatter(style=style).get_style_defs(selector))


def _name(language: str) -> str:
    name = language.lower().strip("{}.").removeprefix("lang-").removeprefix("language-")
    return _NAMES.get(name, name)


def _is_moderate(source: str) -> bool:
    return len(source) <= MAX_HIGHLIGHTED and all(len(line) <= MAX_LINE for line in source.split("\n"))


def _lexer(name: str) -> Lexer | None:
    if name not in LANGUAGES:
        return None
    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _coloured(source: str, lexer: Lexer, seconds: float) -> str:
    until = time.thread_time() + seconds
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
