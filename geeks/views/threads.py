"""What the page of a question or article holds beside the post: comments, the reader's votes, states, answers.

All of it comes in a fixed number of queries, however long the page is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Value
from django.http import HttpRequest

from geeks import policy
from geeks.models import Answer, Bookmark, Bounty, Closure, Comment, Page, Post, PostLink, Question, Vote
from geeks.models.change import person_key, post_key
from geeks.models.paging import cursor_of
from geeks.models.post import sight_of
from geeks.models.prepared import Prepared, Read
from geeks.models.user import unread_of
from geeks.views.lists import page_of
from geeks.views.reader import reader

SORTS = {"score": ("-score", "-id"), "newest": ("-created", "-id"), "oldest": ("created", "id")}
ORIGINALS, LINKED = 5, 10
LONG_THREAD = 200  # answers; looking through more of them costs more than it saves
TITLE_COLUMNS = ("id", "kind", "title_html", "slug", "score", "answered", "accepted_answer_id")
CLOSE_REASONS = [(key, name) for key, (_, name) in policy.CLOSE_REASONS.items()]


def _answers(question: int, *more: int, sight: str, but_one: bool = False) -> Any:
    """The answers of a thread with their people, for a reader with this `sight_of`; but for the last of `more`."""
    own, left_out = (more[:-1], more[-1:]) if but_one else (more, ())
    answers = Answer.objects.filter(parent_id=question).in_sight(sight, *own).select_related("author", "editor")
    return answers.exclude(pk__in=left_out).defer("body", "text", "excerpt_html", *unread_of("author", "editor"))


ANSWERS = Prepared(Answer, _answers, lasting=True)
ACCEPTED = Prepared(
    Answer, lambda answer, *values, sight: _answers(*values, sight=sight).filter(pk=answer), lasting=True
)
OF_DELETED = Prepared(
    Answer,
    lambda question: (
        Answer.objects.filter(parent_id=question, deleted_at__isnull=False).order_by().values_list("author_id")
    ),
    lasting=True,
)
COMMENTS = Prepared(
    Comment,
    lambda posts: (
        Comment.objects.visible()
        .filter(post_id__in=posts)
        .select_related("author")
        .defer("text", *unread_of("author"))
        .order_by("created", "id")
    ),
    lasting=True,
)
KEPT = 0  # which no vote is


def _own(user: int, posts: tuple[int, ...]) -> Any:
    """What a reader has done with these posts: (post, value of his vote), and (post, KEPT) of his bookmarks."""
    votes = Vote.objects.filter(user=user, post_id__in=posts).values_list("post_id", "value")
    kept = Bookmark.objects.filter(user=user, post_id__in=posts).order_by()
    return votes.union(kept.annotate(value=Value(KEPT)).values_list("post_id", "value"), all=True)


OWN = Prepared(Vote, _own)


class Beside(NamedTuple):
    """`comments` {post id: [comment, as read]}, the reader's `votes` {post id: value}, and the ids he has `kept`."""

    comments: dict[int, list[Read]]
    votes: dict[int, int]
    kept: set[int]


def answers_page(request: HttpRequest, question: Question) -> tuple[str, Page]:
    """The sort asked for and one page of answers as they were read; the accepted one leads the first page, whatever
    the sort."""
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "score"
    sight, *own = _sight_of_answers(request.user, question)
    accepted = (question.accepted_answer_id,) if question.accepted_answer_id else ()
    rest = ANSWERS(question.pk, *own, *accepted, sight=sight, but_one=bool(accepted))
    page = page_of(request, rest, SORTS[sort], policy.ANSWERS_A_PAGE)
    if accepted and not page.previous:
        first = ACCEPTED(*accepted, question.pk, *own, sight=sight).reads()
        page = Page([*first, *page.rows], page.next, page.previous)
    return sort, page


def _sight_of_answers(user: Any, question: Question) -> tuple[Any, ...]:
    """`sight_of`; of a thread where nothing of this reader's was deleted he sees what everybody does, read once for
    all."""
    sight = sight_of(user)
    if sight[0] == "own" and question.answer_count <= LONG_THREAD and (user.pk,) not in OF_DELETED(question.pk).rows():
        return ("visible",)
    return sight


def place_of_answer(question: Post, answer: Post) -> str:
    """Where an answer stands on its question's page. With more answers than a page holds, its short link finds out."""
    if question.answer_count >= policy.ANSWERS_A_PAGE:
        return answer.get_absolute_url()
    return f"{question.get_absolute_url()}#answer-{answer.pk}"


def address_of_answer(request: HttpRequest, answer: Post) -> str:
    """The page of answers, by score, that holds this one for this reader, and the answer on it."""
    question, order, cursor = answer.parent, SORTS["score"], ""
    if answer.pk != question.accepted_answer_id:  # which leads the first page
        ahead = Answer.objects.visible_to(request.user).filter(parent_id=question.pk, score__gte=answer.score)
        ahead = ahead.exclude(score=answer.score, pk__lte=answer.pk)
        if question.accepted_answer_id:
            ahead = ahead.exclude(pk=question.accepted_answer_id)
        if full := ahead.count() // policy.ANSWERS_A_PAGE * policy.ANSWERS_A_PAGE:
            cursor = f"?after={cursor_of(ahead.order_by(*order)[full - 1], order)}"
    return f"{question.get_absolute_url()}{cursor}#answer-{answer.pk}"


def around(request: HttpRequest, ids: tuple[int, ...]) -> Beside:
    """What stands beside these posts."""
    comments: dict[int, list[Read]] = defaultdict(list)
    for comment in COMMENTS(ids).reads():
        comments[comment.column("post_id")].append(comment)
    user = reader(request)
    own = OWN(user.pk, ids).rows() if user else []
    votes = {post: value for post, value in own if value != KEPT}
    return Beside(comments, votes, {post for post, value in own if value == KEPT})


def keys_of(
    people: Iterable[tuple[Any, ...]], beside: Beside, shown: Mapping[str, Any], others: Iterable[Post | Read] = ()
) -> Iterator[str]:
    """What the page of a thread shows, for keeping it: its posts, each with author and editor, whoever wrote on it,
    closed it and so on (`states`, which are among what is `shown`), and the posts named beside them."""
    for post, author, editor in people:
        yield from (post_key(post), person_key(author), person_key(editor))
        yield from (person_key(comment.column("author_id")) for comment in beside.comments.get(post, ()))
    yield from (person_key(shown[name].user_id) for name in STATES if shown[name])
    yield from (post_key(post.pk) for post in others)


STATES = ("closure", "lock", "protection", "deletion")


def states(post: Post) -> dict[str, Any]:
    """The open rows of a post's states; asked of the database only where the post says there is one."""
    closure = Question.closure.fget(post) if post.closed_at else None
    return {
        "closure": closure,
        "originals": originals(post) if closure and closure.repeats else [],
        "lock": post.lock_row if post.locked_at else None,
        "protection": post.protection if post.protected_at else None,
        "deletion": post.deletion if post.deleted_at else None,
        "close_reasons": CLOSE_REASONS,
    }


def originals(post: Post) -> list[Post]:
    """The questions that a closed one repeats: the one its closure names, and those its archive linked it to."""
    linked = PostLink.objects.filter(post=post, kind=PostLink.Kind.DUPLICATE).values("related")
    named = Closure.objects.filter(post=post, ended=None, duplicate_of__isnull=False).values("duplicate_of")
    return list(titles(Post.objects.filter(pk__in=linked.union(named)))[:ORIGINALS])


def linked(question: Post) -> list[Read]:
    """The questions and articles that name this one or are named by it, the best first, as they were read."""
    return NEIGHBOURS(question.pk).reads()


def _neighbours(question: int) -> Any:
    # One set of both: where a post may be in the one or in the other, PostgreSQL looks at every post there is.
    named = PostLink.objects.filter(post=question).values("related")
    naming = PostLink.objects.filter(related=question).values("post")
    return titles(Post.objects.filter(pk__in=named.union(naming)).exclude(pk=question))[:LINKED]


NEIGHBOURS = Prepared(Post, _neighbours, lasting=True)


def titles(posts: Any) -> Any:
    return posts.visible().titled().only(*TITLE_COLUMNS).order_by("-score", "-id")


def bounties(question: Post) -> tuple[list[Bounty], dict[int, int]]:
    """The open bounties on a question, and {answer id: reputation won}. Archives bring them, nobody else."""
    rows = list(Bounty.objects.filter(post=question).select_related("user")) if question.source_id else []
    won: dict[int, int] = {}
    for row in rows:
        if row.answer_id and row.awarded:
            won[row.answer_id] = won.get(row.answer_id, 0) + row.awarded
    return [row for row in rows if row.closed is None], won


def may_answer(user: Any, question: Question) -> bool:
    if user is None or question.closed_at or question.deleted_at:
        return False
    try:
        question.demand_answerable(user)
    except PermissionDenied:
        return False
    return True
