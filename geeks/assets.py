"""Where the npm packages are, which of their files the server reads and which the browser is served.

Set-up installs the packages that `package.json` names into `node_modules` beside `manage.py`; the environment
variable `NODE_MODULES` may name another folder. Nothing outside the two lists below is ever read or served.
"""

import os
from pathlib import Path

NODE_MODULES = Path(os.environ.get("NODE_MODULES") or Path(__file__).resolve().parent.parent / "node_modules")

# Extensions an author may reach; the ones that change options or write HTML (setoptions, texhtml …) are left out.
_TEX_EXTENSIONS = (
    "action",
    "ams",
    "amscd",
    "bbm",
    "bboldx",
    "bbox",
    "begingroup",
    "boldsymbol",
    "braket",
    "bussproofs",
    "cancel",
    "cases",
    "centernot",
    "color",
    "colortbl",
    "colorv2",
    "dsfont",
    "empheq",
    "enclose",
    "extpfeil",
    "fontsizev3",
    "gensymb",
    "html",
    "mathtools",
    "mhchem",
    "newcommand",
    "noundefined",
    "physics",
    "require",
    "textcomp",
    "textmacros",
    "unicode",
    "units",
    "upgreek",
    "verb",
)

_MATHJAX = (
    "mathjax/startup.js",
    "mathjax/core.js",
    "mathjax/input/tex.js",
    *(f"mathjax/input/tex/extensions/{name}.js" for name in _TEX_EXTENSIONS),
    "mathjax/output/svg.js",
    "mathjax/ui/safe.js",
    "@mathjax/mathjax-tex-font/svg.js",
    "@mathjax/mathjax-mhchem-font-extension/svg.js",
)

# Read by geeks.rendering.mathjax; relative to NODE_MODULES.
SERVER_FILES = (*_MATHJAX, "mathjax/adaptors/liteDOM.js")

# Served under the static URL as npm/<name>; MathJax only to pages whose formulas the server could not typeset.
BROWSER_FILES = (
    *_MATHJAX,
    "mathjax/input/tex/extensions/autoload.js",
    "mathjax/input/tex/extensions/configmacros.js",
    "@github/markdown-toolbar-element/dist/index.js",
    "@github/paste-markdown/dist/bundle.js",
    "@github/paste-markdown/dist/index.js",
    "@github/paste-markdown/dist/option-config.js",
    "@github/paste-markdown/dist/paste-keyboard-shortcut-helper.js",
    "@github/paste-markdown/dist/paste-markdown-html.js",
    "@github/paste-markdown/dist/paste-markdown-image-link.js",
    "@github/paste-markdown/dist/paste-markdown-link.js",
    "@github/paste-markdown/dist/paste-markdown-table.js",
    "@github/paste-markdown/dist/paste-markdown-text.js",
    "@github/paste-markdown/dist/text.js",
)


def read(name: str) -> str:
    """The text of one of `SERVER_FILES`; FileNotFoundError with the remedy if it is not installed, or not listed."""
    if name not in SERVER_FILES:
        raise FileNotFoundError(f"{name} is not a file the server reads")
    try:
        return (NODE_MODULES / name).read_text(encoding="utf-8")
    except OSError as error:
        raise FileNotFoundError(f"{NODE_MODULES / name} cannot be read ({error.strerror}): run make setup") from error


def missing() -> list[str]:
    """The listed files that are not installed, for a system check; empty when all is well."""
    return [name for name in sorted({*SERVER_FILES, *BROWSER_FILES}) if not (NODE_MODULES / name).is_file()]
