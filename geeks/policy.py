"""The numbers of the game: privileges, points, limits. Pure data; a site changes privileges, points and hourly limits
with the setting `POLICY`, such as `create_tags=300, vote_up=5`.

Thresholds follow Stack Exchange's scheme for grown ("designed") sites, the one Math.SE and MathOverflow use, except
`create_tags`: a new site has no tags yet, so anyone may make one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from geeks import environment

# What this site sets otherwise. Every name is taken out by what uses it; `environment` refuses what is left over.
_OWN = environment.numbers("POLICY")


def _own(numbers: Mapping[str, int | None]) -> Mapping[str, Any]:
    return MappingProxyType({name: _OWN.pop(name, number) for name, number in numbers.items()})


PRIVILEGES = _own(
    {
        # name: reputation from which a person has it
        "ask": 1,
        "answer": 1,
        "comment_own": 1,
        "create_tags": 1,
        "upload": 1,
        "skip_newcomer_limits": 10,
        "answer_protected": 10,
        "vote_up": 15,
        "comment": 50,
        "vote_down": 125,
        "edit": 2000,
        "see_deleted": 10000,
        # Moderators only: no reputation opens these. (On Stack Exchange people close and delete by several votes;
        # one person's reputation alone never does.)
        "close": None,
        "delete": None,
        "lock": None,
        "move": None,
        "merge_tags": None,
        "merge_people": None,
        "revoke_tokens": None,
        "admin": None,
    }
)

DOING = MappingProxyType(
    {
        # how a refusal names the act: "You need 15 reputation to vote up."
        "ask": "ask",
        "answer": "answer",
        "comment_own": "comment on your own posts",
        "create_tags": "create tags",
        "upload": "upload images",
        "skip_newcomer_limits": "post without the limits for new people",
        "answer_protected": "answer protected questions",
        "vote_up": "vote up",
        "comment": "comment on other people's posts",
        "vote_down": "vote down",
        "edit": "edit other people's posts",
        "close": "close and reopen questions",
        "see_deleted": "see deleted posts",
        "delete": "delete other people's posts",
        "lock": "lock posts",
        "move": "move posts to another category",
        "merge_tags": "merge tags",
        "merge_people": "merge people",
        "revoke_tokens": "revoke other people's access tokens",
        "admin": "use the admin",
    }
)

# Reputation the author gains or loses, and what the act costs the one who acts.
POINTS = _own(
    {
        "question_voted_up": 10,
        "answer_voted_up": 10,
        "article_voted_up": 10,
        "question_voted_down": -2,
        "answer_voted_down": -2,
        "article_voted_down": -2,
        "cast_down_on_answer": -1,
        "answer_accepted": 15,
        "accepted_an_answer": 2,
        "welcome": 150,  # what demo people start with, so that they may vote
    }
)

TITLE_MIN, TITLE_MAX = 10, 150
TITLE_KEPT = 250  # an archive may bring titles longer than can be written here
BODY_MIN, BODY_MAX = 20, 30_000
COMMENT_MIN, COMMENT_MAX = 5, 600
TAGS_MIN, TAGS_MAX = 1, 5
TAG_LENGTH = 35
REASON_MAX = 500
DISPLAY_NAME_MAX = 60
ABOUT_MAX = 5_000

# People below `skip_newcomer_limits` may post this much in an hour.
NEWCOMER_POSTS_AN_HOUR = _OWN.pop("newcomer_posts_an_hour", 20)
NEWCOMER_COMMENTS_AN_HOUR = _OWN.pop("newcomer_comments_an_hour", 30)
PREVIEWS_A_MINUTE = _OWN.pop("previews_a_minute", 120)
UPLOADS_AN_HOUR = _OWN.pop("uploads_an_hour", 40)

UPLOAD_BYTES = 2 * 1024 * 1024
UPLOAD_PIXELS = 25_000_000
UPLOAD_SIDE = 2_000

COMMENT_EDIT_SECONDS = 300

LICENCE = "CC BY-SA 4.0"  # of what is written here
LICENCES = MappingProxyType(
    {
        f"CC BY-SA {version}": f"https://creativecommons.org/licenses/by-sa/{version}/"
        for version in ("2.5", "3.0", "4.0")
    }
)

BOOKMARKS_MOST = 2_000  # of one person; a search within them names each to the index
SAVED_SEARCHES_MOST = 50
SEARCH_NAME_MAX, SEARCH_TEXT_MAX = 80, 4_000
TOKENS_MOST = 20  # of one person, revoked ones not counted
TOKEN_NAME_MAX = 80
SUGGESTIONS_A_MINUTE = 240  # asked for at every few keys
SIMILAR_A_MINUTE = 60

PAGE_SIZE = 20
COMMENTS_SHOWN = 5
ANSWERS_A_PAGE = 30

environment.refuse_unknown("POLICY", _OWN)

CLOSE_REASONS = MappingProxyType(
    {
        # Stack Exchange's own ids and names; `duplicate` needs a target
        "duplicate": (101, "Duplicate"),
        "off-topic": (102, "Off-topic"),
        "unclear": (103, "Needs details or clarity"),
        "too-broad": (104, "Needs more focus"),
        "opinion-based": (105, "Opinion-based"),
    }
)

OLD_CLOSE_REASONS = MappingProxyType(
    {
        # of archives: nobody can choose these any more
        "exact-duplicate": (1, "Exact duplicate"),
        "off-topic-old": (2, "Off-topic"),
        "subjective": (3, "Subjective and argumentative"),
        "not-a-real-question": (4, "Not a real question"),
        "too-localized": (7, "Too localized"),
        "general-reference": (10, "General reference"),
        "noise": (20, "Noise or pointless"),
    }
)
