"""The small patterns that both the formula tokeniser and the inline parser must agree on: tags, links, addresses.

Every pattern is linear: quantifiers that could share the same characters are possessive or bounded.
"""

from __future__ import annotations

import re

_ATTRIBUTE = r"""\s++[a-zA-Z_:][\w.:-]*+(?:\s*+=\s*+(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?+"""

TAG = re.compile(rf"<(?:/[a-zA-Z][a-zA-Z0-9-]*+\s*+|[a-zA-Z][a-zA-Z0-9-]*+(?:{_ATTRIBUTE})*+\s*+/?)>")
AUTOLINK = re.compile(r"<([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]*+)>")
AUTOMAIL = re.compile(r"<([a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63}){1,8})>")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
BARE_URL = re.compile(r"""https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]++""")

_PARENS = r"\((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+\)"
_TITLE = r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\))"""
# What follows the "]" of an inline link: destination in group 1 (in angle brackets) or 2, title in group 3.
LINK_TAIL = re.compile(
    rf"\(\s*+(?:<((?:[^<>\n\\]|\\.)*+)>|((?:[^\s()\\<]|\\.|{_PARENS})(?:[^\s()\\]|\\.|{_PARENS})*+)?+)"
    rf"(?:\s++({_TITLE}))?+\s*+\)",
    re.DOTALL,
)
# A reference definition on one line: label, destination, title.
DEFINITION = re.compile(
    rf" {{0,3}}\[((?:[^\[\]\\]|\\.){{1,999}})\]:[ \t]*+(?:<([^<>\n]*+)>|((?!<)\S++))(?:[ \t]++({_TITLE}))?+[ \t]*+$"
)

# Line starts that open a block of their own; text before them ends there.
FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})[ \t]*([^\n]*?)[ \t]*$")
HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$|(?<=##)(?=[^\s#]))(.*)$")
RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,})$")
QUOTE = re.compile(r" {0,3}> ?")
ITEM = re.compile(r"( {0,3})([-+*]|\d{1,9}[.)])( +|$)")
TABLE_RULE = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
