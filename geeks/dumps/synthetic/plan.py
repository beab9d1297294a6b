"""What a made-up site is to be, and how large its blocks of questions are."""

from __future__ import annotations

from dataclasses import dataclass

from geeks import policy
from geeks.dumps.synthetic.community import Community

QUESTIONS = 500  # of a block
ANSWERS, COMMENTS, VOTES = 2, 3, 6  # for each question
POSTS = 1 + ANSWERS
# Numbers a question may use up in each table.
STRIDES = {
    "post": POSTS,
    "revision": POSTS,
    "tagging": policy.TAGS_MAX,
    "comment": COMMENTS,
    "vote": VOTES,
    "acceptance": 1,
    "reputation": 2 * VOTES + 2,
}


@dataclass(frozen=True)
class Plan:
    """What a site is to be: everything a block depends on."""

    seed: int
    questions: int
    first: dict[str, int]  # the first number of each table
    categories: dict[str, int]  # slug -> id
    tags: tuple[tuple[int, str], ...]  # id, name; the commonest first

    @property
    def block_size(self) -> int:
        return QUESTIONS

    @property
    def block_posts(self) -> int:
        return POSTS * QUESTIONS

    @property
    def blocks(self) -> int:
        return -(-self.questions // QUESTIONS)

    @property
    def posts(self) -> int:
        return POSTS * self.questions

    @property
    def community(self) -> Community:
        return Community.of(self.questions)
