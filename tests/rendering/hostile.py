"""Texts made to be slow: each takes a length and gives a source of that many characters."""

from __future__ import annotations

from collections.abc import Callable

LONGEST = 30_000

_REPEATED = {
    "open brackets": "[",
    "open images": "![[",
    "closing brackets": "]",
    "link without end": "[a](",
    "reference without end": "[a][b",
    "nested links": "[a](b) [",
    "link with title without end": '[a](b "',
    "image alternatives": "![a](b)[",
    "tag without end": "<a ",
    "attribute without end": '<a href="',
    "attribute soup": "<a b=c d='e' ",
    "autolink without end": "<http://",
    "mail without end": "<a@",
    "comment without end": "<!--",
    "comment dashes": "<!-- --",
    "declaration without end": "<!a ",
    "instruction without end": "<?",
    "cdata without end": "<![CDATA[",
    "code tags": "<code>",
    "pre tags": "<pre>",
    "divisions": "<div>",
    "bold tags": "<b>",
    "font soup": "<b><i><a href=x>",
    "table tags": "<table><tr><td>",
    "unclosed list tags": "<ul><li>",
    "closing tags": "</p>",
    "headings underlined": "a\n---\n",
    "headings": "# a\n",
    "tilde fences": "~~~ a\n",
    "tildes": "~~a ",
    "fences": "```\n",
    "stars and spaces": "* ",
    "dashes and spaces": "- ",
    "pluses and spaces": "+ ",
    "numbers": "1. ",
    "numbers with brackets": "1) ",
    "items with brackets": "1) a\n",
    "paragraphs with brackets": "1) a\n\n",
    "brackets and definitions": "1) a\n\n [b]: c\n",
    "items and quotes": "- a\n> b\n",
    "quotes and lines without marks": ">\na\n",
    "items deeper by one": "- a\n - b\n  - c\n   - d\n",
    "rules in HTML": "<hr>\n",
    "images": "![a](http://b)",
    "images in links": "[![a](http://b)](c)",
    "quotes": ">",
    "quotes and spaces": "> ",
    "quoted lists": "> - ",
    "quoted lines": "> a\n",
    "lazy quotes": "> a\nb\n",
    "quotes and blank lines": "> a\n\n",
    "list and blank lines": "- a\n\n",
    "loose code": "    a\n\n",
    "emphasis": "*a _a ",
    "strong": "**a __a ",
    "star runs": "*a **b ***c ",
    "closed emphasis": "*a* ",
    "mixed emphasis": "*a_ ",
    "open and close": "a**b",
    "stars": "*",
    "underscores": "_",
    "backticks": "`",
    "entities": "&amp;",
    "ampersands": "&",
    "number references": "&#38;",
    "table bars": "|",
    "table cells": "a|",
    "table rows": "|a|b|\n",
    "definitions": "[a]: b\n",
    "definition without end": "[a]: <",
    "footnotes": "[^1]",
    "dollars": "$",
    "double dollars": "$$",
    "dollar and letter": "$a ",
    "dollars and braces": "$a{",
    "commands and loose dollars": "$\\a ",
    "loose dollars before brackets": "$\\a $(",
    "loose dollars in braces": "$\\a {",
    "double dollars and braces": "$${",
    "closed braces": "$a}",
    "brackets of TeX": "\\(",
    "display brackets of TeX": "\\[",
    "brackets and braces of TeX": "\\({",
    "typed brackets of TeX": "\\\\(",
    "environments": "\\begin{align}",
    "ends of environments": "\\end{align}",
    "small formulas": "$a$ ",
    "loose formulas": "$\\a $. ",
    "backslashes": "\\",
    "line ends with backslashes": "a\\\n",
    "hard breaks": "a  \n",
    "blank lines": "\n",
    "spaces": " ",
    "tabs": "\t",
    "addresses": "http://a.b ",
    "joined addresses": "http://",
    "address with brackets": "http://a(",
    "mentions": "@a ",
    "site tags": "[tag:a]",
    "site tags without end": "[tag:",
    "spoilers": ">! a\n",
    "language hints": "<!-- language: py -->\n",
    "letters": "a",
    "one word a line": "a\n",
    "wide characters": "漢",
    "combining characters": "\u0301",
    "exclamations": "!",
    "brackets and exclamations": "![",
    "angle brackets": "<",
    "nested brackets": "[[]",
    "rules": "---\n",
    "equals": "=\n",
    "table and rule": "a|b\n-|-\n",
    "quotes that end inside a paragraph": "> a\nb\n> - a\n> \n`",
    "lists that end inside a paragraph": "a\n- b\n\n`c\n",
}


def _repeated(unit: str) -> Callable[[int], str]:
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def _increasing_backticks(size: int) -> str:
    return " ".join("`" * count for count in range(1, 240))[:size]


def _deep_list(size: int) -> str:
    lines, depth = [], 0
    while sum(len(line) + 1 for line in lines[-1:]) + depth * depth < size:
        lines.append(" " * (2 * depth) + "- a")
        depth += 1
    return "\n".join(lines)[:size]


def _matched_brackets(size: int) -> str:
    return "[" * (size // 2) + "]" * (size // 2)


def _matched_stars(size: int) -> str:
    return "*a " * (size // 6) + "a* " * (size // 6)


def _failing_group(size: int) -> str:
    return "\\(" * (size // 2 - 10) + "{\\)}"


def _wide_table(size: int) -> str:
    columns = size // 8
    return "a|" * columns + "\n" + "-|" * columns + "\n" + "b|" * columns


def _tall_table(size: int) -> str:
    return "a|b\n-|-\n" + "$x$|`y|\n" * (size // 8 - 2)


def _wide_and_tall_table(size: int) -> str:
    columns = size // 6 - 1
    return "a|" * columns + "\n" + "-|" * columns + "\n" + "b\n" * columns


def _spaces_in_link(size: int) -> str:
    return "[a](" + " " * (size - 4)


def _spaces_in_title(size: int) -> str:
    return '[a](b "c' + " " * (size - 8)


def _nested_parentheses(size: int) -> str:
    return "[a](" + "(" * (size - 4)


def _same_reference(size: int) -> str:
    return "[a]: http://b.c\n\n" + "[a]" * ((size - 20) // 3)


def _long_address(size: int) -> str:
    return "http://a.b/" + "(" * (size - 11)


def _alternating_brackets(size: int) -> str:
    return "[a](<b" * (size // 6)


def _quotes_deeper_and_deeper(size: int) -> str:
    return "\n".join(">" * count + " a" for count in range(1, 240))[:size]


def _code_in_languages(size: int) -> str:
    return "```python\n" + '"""' * ((size - 20) // 3) + "\n```"


def _many_codes(size: int) -> str:
    return ("```latex\n" + "$" * 200 + "\n```\n") * (size // 220)


def _markup_code(size: int) -> str:
    return "```html\n" + "<a " * ((size - 20) // 3) + "\n```"


def _braces_both_ways(size: int) -> str:
    return "$a" + "{" * (size // 2 - 2) + "}" * (size // 2 - 2) + "$"


def _deep_quotes_in_lists(size: int) -> str:
    return "> - > 1. " * (size // 9)


HOSTILE: dict[str, Callable[[int], str]] = {
    **{name: _repeated(unit) for name, unit in _REPEATED.items()},
    "backtick runs of growing length": _increasing_backticks,
    "lists inside lists": _deep_list,
    "matched brackets": _matched_brackets,
    "matched stars": _matched_stars,
    "closer in a group": _failing_group,
    "a wide table": _wide_table,
    "a tall table": _tall_table,
    "a table wide and tall": _wide_and_tall_table,
    "spaces in a link": _spaces_in_link,
    "spaces in a title": _spaces_in_title,
    "parentheses in a link": _nested_parentheses,
    "one reference often": _same_reference,
    "a long address": _long_address,
    "half links": _alternating_brackets,
    "quotes deeper and deeper": _quotes_deeper_and_deeper,
    "hostile Python": _code_in_languages,
    "hostile HTML": _markup_code,
    "many blocks of code": _many_codes,
    "braces both ways": _braces_both_ways,
    "quotes and lists in turn": _deep_quotes_in_lists,
}
