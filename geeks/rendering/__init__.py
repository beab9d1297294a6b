"""Text in, safe HTML out. The order is the design:

1. clean      forbidden characters go, long texts are refused                             source
2. lift       formulas and code leave for a shelf, one stand-in character each            maths, shelf
3. Markdown   Python-Markdown with Stack Exchange's habits; code is coloured              markdown, blocks, inline
4. sanitise   one allow-list                                                              sanitise
5. link       bare addresses become links, to questions with their titles; images are made ready    links, images
6. sanitise   again: the last gate on everything that came from a person
7. typeset    formulas come back as drawings with MathML, made by us                      filling, mathjax

HTML that Stack Exchange rendered takes the same way from step 4, through `foreign`.

Images of other sites are stored as images and shown as links: `images.without_foreign_images` is the last step of
whoever shows HTML. Nothing here knows models or requests; the same code stores posts, previews them and answers
`manage.py render`.
"""

from __future__ import annotations

import hashlib

from geeks.rendering import mathjax
from geeks.rendering.foreign import render_html
from geeks.rendering.posts import render, render_comment, render_title
from geeks.rendering.results import Formula, Rendered, RenderRefused
from geeks.rendering.sanitise import safe
from geeks.rendering.snippets import plain_snippet, render_snippet

PIPELINE = "6"  # raise it when the same source gives other HTML
RENDER_VERSION: str = hashlib.sha256(f"{PIPELINE} {mathjax.VERSION}".encode()).hexdigest()[:12]
# Of what was rendered without its formulas and colours, for speed: `rerender` finds it and does the rest.
UNFINISHED: str = f"{RENDER_VERSION}-later"

__all__ = [
    "RENDER_VERSION",
    "UNFINISHED",
    "Formula",
    "RenderRefused",
    "Rendered",
    "plain_snippet",
    "render",
    "render_comment",
    "render_html",
    "render_snippet",
    "render_title",
    "safe",
]
