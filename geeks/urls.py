"""The map of the whole site: every page, grouped by noun."""

from django.contrib import admin
from django.urls import path, register_converter
from django.urls.converters import IntConverter

from geeks.views import answers, articles, categories, closures, home, posts, previews, questions, revisions, tags


class IdConverter(IntConverter):
    """A number of at most 19 digits; what is longer names nothing and is a 404."""

    regex = "[0-9]{1,19}"


register_converter(IdConverter, "id")

urlpatterns = [
    path("", home.index, name="home"),
    # categories
    path("c", categories.index, name="categories"),
    path("c/<slug:slug>", categories.show, name="category"),
    # questions and answers
    path("questions", questions.index, name="questions"),
    path("questions/ask", questions.ask, name="question_ask"),
    path("questions/tagged/<str:names>", tags.show, name="tagged"),
    path("questions/<id:question_id>", questions.show, name="question"),
    path("questions/<id:question_id>/answers", answers.create, name="question_answers"),
    path("questions/<id:question_id>/closure", closures.create, name="question_closure"),
    path("questions/<id:question_id>/<str:slug>", questions.show, name="question_named"),
    path("answers/<id:answer_id>/acceptance", answers.accept, name="answer_acceptance"),
    path("q/<id:question_id>", questions.short, name="short_question"),
    path("a/<id:answer_id>", answers.short, name="short_answer"),
    # any post
    path("posts/<id:post_id>/edit", posts.edit, name="post_edit"),
    path("posts/<id:post_id>/votes", posts.vote, name="post_votes"),
    path("posts/<id:post_id>/comments", posts.comment, name="post_comments"),
    path("posts/<id:post_id>/deletion", posts.delete, name="post_deletion"),
    path("posts/<id:post_id>/lock", posts.lock, name="post_lock"),
    path("posts/<id:post_id>/revisions", revisions.index, name="post_revisions"),
    path("comments/<id:comment_id>/deletion", posts.delete_comment, name="comment_deletion"),
    path("preview", previews.create, name="preview"),
    # articles
    path("articles", articles.index, name="articles"),
    path("articles/new", articles.new, name="article_new"),
    path("articles/<id:article_id>", articles.show, name="article"),
    path("articles/<id:article_id>/<str:slug>", articles.show, name="article_named"),
    # tags
    path("tags", tags.index, name="tags"),
    path("admin/", admin.site.urls),
]
