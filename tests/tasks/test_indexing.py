"""What of a post reaches the index: its words, formulas, code, links and states, found again by the operators."""

import pytest

from geeks.search import open_backend, parse
from geeks.tasks import indexing
from tests import make

pytestmark = pytest.mark.django_db

BODY = r"""
Take $E = mc^2$ and read <https://www.example.org/physics?x=1>, or [this](http://docs.example.net/a/b "title").

```python
import numpy as np
if a < b: spam()
```

$$\int_0^1 x^2\,dx$$
"""


@pytest.fixture
def found(tmp_path):
    backend = open_backend(tmp_path, writer=True)

    def search(text, *posts):
        if posts:
            indexing.write(backend, [post.pk for post in posts])
            backend.commit(backend.checkpoint() + 1)
        return set(backend.search(parse(text)).ids)

    yield search
    backend.close()


def test_code_links_and_formulas_of_a_post_are_found(found):
    question = make.question(title="Energy and $a^2+b^2=c^2$", body=BODY)
    other = make.question(body="import numpy as np stands here as plain text, and more than that is not to be said.")
    assert found('code:"import numpy"', question, other) == {question.pk}
    assert found('code:"a < b"') == {question.pk}
    assert found("url:example.org") == found("url:*.example.net/a") == {question.pk}
    assert found("url:example.net") == set()
    assert found("hascode:yes") == {question.pk}
    assert found("$F=mc^2$", question) == {question.pk}
    assert found(r"$\int_0^1 t^2\,dt$") == {question.pk}
    assert found("$x^2+y^2=z^2$") == {question.pk}


def test_only_an_open_closure_as_a_duplicate_makes_a_duplicate(found):
    mod = make.person("mod", is_moderator=True)
    original, question, off_topic = make.question(), make.question(), make.question()
    question.close(mod, "duplicate", duplicate_of=original)
    off_topic.close(mod, "off-topic")
    assert found("duplicate:yes", original, question, off_topic) == {question.pk}
    assert found("closed:yes duplicate:no") == {off_topic.pk}
    question.reopen(mod)
    assert found("duplicate:yes", question) == set()
