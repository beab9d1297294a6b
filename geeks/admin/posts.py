"""Questions, answers and articles: lists to find what needs a moderator, and a page for each post that shows it as
readers see it, what was done to it, and what can be done."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from geeks.admin import finding, links
from geeks.admin.acting import ReasonForm
from geeks.admin.filters import Date, PostCategory, PostState, Score
from geeks.admin.history import detail_of
from geeks.admin.lists import PERSON_TEXTS, POST_TEXTS, ModeratorAdmin
from geeks.admin.post_actions import PostActions
from geeks.admin.post_form import AnswerForm, PostForm
from geeks.admin.showing import outlines_once, shown, title_of
from geeks.models import Answer, Article, Audit, Question
from geeks.models.post import Kind

AUDIT_SHOWN = 30
STYLES = {"all": ("css/maths.css", "css/code.css", "css/admin.css")}


class PostAdmin(PostActions, ModeratorAdmin):
    """What the three kinds of posts share."""

    kind: Kind
    form = PostForm
    change_form_template = "admin/geeks/post.html"
    action_form = ReasonForm
    actions = ["delete_selected", "restore_selected", "lock_selected", "unlock_selected"]
    list_filter = (PostState, Score, Date)
    orderings = {"author__id__exact": ("-created", "-id")}
    neighbours = ("author",)
    put_off = (*POST_TEXTS, *(f"author__{column}" for column in PERSON_TEXTS))
    search_fields = ("pk",)  # shows the search box; `find` does the work
    search_help_text = "A number, a user name, or words; also the operators of the site's search."
    save_on_top = False

    class Media:
        css = STYLES

    def view_on_site(self, obj: Any) -> str:
        return obj.get_absolute_url()

    def find(self, request: HttpRequest, words: str) -> set[int]:
        return finding.posts(self.kind, self.kind.label, words)

    @admin.display(description="title")
    def heading(self, post: Any) -> str:
        return title_of(post)

    @admin.display(description="state")
    def state(self, post: Any) -> str:
        return ", ".join(states_of(post)) or "-"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[PostForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"editor": request.user})

    def save_model(self, request: HttpRequest, obj: Any, form: PostForm, change: bool) -> None:
        """Nothing to do: the form's check was the edit, through the model."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        return outlines_once(super().render_change_form(request, {**context, **panel(obj)}, *args, obj=obj, **kwargs))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The audit is the history; Django's own log knows only what was typed here."""
        return HttpResponseRedirect(links.to_list("audit", post__id__exact=object_id))


@admin.register(Question)
class QuestionAdmin(PostAdmin):
    kind = Kind.QUESTION
    actions = [*PostAdmin.actions, "move_selected", "close_selected", "reopen_selected"]
    list_display = ("heading", "state", links.author, "category", "score", "answers", links.posted)
    list_filter = (*PostAdmin.list_filter, ("category", PostCategory))
    fields = ("title", "body", "tag_names", "category", "comment", "revision")
    neighbours = ("author", "category")

    @admin.display(description="answers")
    def answers(self, question: Question) -> int:
        return question.answer_count


@admin.register(Answer)
class AnswerAdmin(PostAdmin):
    kind = Kind.ANSWER
    form = AnswerForm
    list_display = ("number", "state", "to_question", "words", links.author, "score", links.posted)
    fields = ("body", "comment", "revision")
    orderings = {**PostAdmin.orderings, "parent__id__exact": ("-score", "id")}
    neighbours = ("author", "parent")
    # An answer is known by its words here, so the excerpt is read.
    put_off = (
        *(column for column in PostAdmin.put_off if column != "excerpt_html"),
        *(f"parent__{column}" for column in POST_TEXTS),
    )

    @admin.display(description="answer")
    def number(self, answer: Answer) -> str:
        return f"#{answer.pk}"

    @admin.display(description="to question")
    def to_question(self, answer: Answer) -> str:
        return links.to_post(answer.parent)

    @admin.display(description="text")
    def words(self, answer: Answer) -> str:
        return shown(answer.excerpt_html)


@admin.register(Article)
class ArticleAdmin(PostAdmin):
    kind = Kind.ARTICLE
    actions = [*PostAdmin.actions, "move_selected"]
    list_display = ("heading", "state", links.author, "category", "score", links.posted)
    list_filter = (*PostAdmin.list_filter, ("category", PostCategory))
    fields = ("title", "body", "tag_names", "category", "comment", "revision")
    neighbours = ("author", "category")


def panel(post: Any) -> dict[str, Any]:
    """What the page of a post shows above and below its form."""
    rows: QuerySet[Audit] = post.audit.select_related("actor").order_by("-created", "-id")
    return {
        "post": post,
        "heading": shown(post.title_html),
        "rendered": shown(post.body_html),
        "subtitle": None,
        "states": states_of(post),
        "deletion": post.deletion if post.deleted_at else None,
        "lock": post.lock_row if post.locked_at else None,
        "closure": post.closure if post.closed_at else None,
        "buttons": buttons_for(post),
        "audit": [(row, detail_of(row)) for row in rows[:AUDIT_SHOWN]],
        "more_audit": links.to_list("audit", post__id__exact=post.pk),
        "nearby": nearby(post),
    }


def states_of(post: Any) -> list[str]:
    columns = (("deleted", post.deleted_at), ("closed", post.closed_at), ("locked", post.locked_at))
    return [name for name, since in columns if since]


def buttons_for(post: Any) -> list[tuple[str, str]]:
    """(action, label) of what can be done to the post as it stands."""
    buttons = [("restore_selected", "Restore") if post.deleted_at else ("delete_selected", "Delete")]
    buttons.append(("unlock_selected", "Unlock") if post.locked_at else ("lock_selected", "Lock"))
    if post.is_question:
        buttons.append(("reopen_selected", "Reopen") if post.closed_at else ("close_selected", "Close…"))
    if not post.is_answer:
        buttons.append(("move_selected", "Move…"))
    return buttons


def nearby(post: Any) -> list[tuple[str, str]]:
    """(label, address) of the lists about this post."""
    found = [("Revisions", "revision"), ("Comments", "comment"), ("Votes", "vote")]
    lists = [(label, links.to_list(model, post__id__exact=post.pk)) for label, model in found]
    if post.is_question:
        lists.insert(0, ("Answers", links.to_list("answer", parent__id__exact=post.pk)))
    return lists
