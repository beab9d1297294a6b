"""The map of the whole site: every page, grouped by noun. No URL ends with a slash but the admin's."""

from django.contrib import admin
from django.urls import path, re_path, register_converter
from django.urls.converters import IntConverter
from django.views.generic import RedirectView

from geeks import feeds, sitemaps
from geeks.api import documents
from geeks.api.calls import call
from geeks.views import (
    accounts,
    answers,
    articles,
    bookmarks,
    categories,
    closures,
    downloads,
    home,
    machines,
    notifications,
    pages,
    posts,
    previews,
    questions,
    revisions,
    searches,
    sources,
    suggestions,
    tags,
    tokens,
    uploads,
    users,
)


class IdConverter(IntConverter):
    """A number of at most 19 digits; what is longer names nothing and is a 404."""

    regex = "[0-9]{1,19}"


class PersonConverter(IdConverter):
    """Also -1: the number of a Stack Exchange site's own user, which imports bring."""

    regex = "-1|[0-9]{1,19}"


register_converter(IdConverter, "id")
register_converter(PersonConverter, "person")

urlpatterns = [
    path("", home.index, name="home"),
    # searching
    path("search", searches.show, name="search"),
    path("search/suggestions", suggestions.index, name="suggestions"),
    path("searches", searches.saved.index, name="saved_searches"),
    path("searches/<id:search_id>/deletion", searches.saved.delete, name="saved_search_deletion"),
    path("searches/<id:search_id>/feed", feeds.SavedSearchFeed(), name="saved_search_feed"),
    path("notifications", notifications.index, name="notifications"),
    path("notifications/<id:notification_id>", notifications.read, name="notification"),
    # categories
    path("c", categories.index, name="categories"),
    path("c/<slug:slug>", categories.show, name="category"),
    path("c/<slug:slug>/feed", feeds.CategoryFeed(), name="category_feed"),
    # questions and answers
    path("questions", questions.index, name="questions"),
    path("questions/ask", questions.ask, name="question_ask"),
    path("questions/similar", suggestions.similar, name="similar_questions"),
    path("questions/tagged/<str:names>", tags.show, name="tagged"),
    path("questions/tagged/<str:names>/feed", feeds.TagFeed(), name="tag_feed"),
    path("questions/<id:question_id>", questions.show, name="question"),
    path("questions/<id:question_id>/answers", answers.create, name="question_answers"),
    path("questions/<id:question_id>/closure", closures.create, name="question_closure"),
    path("questions/<id:question_id>/feed", feeds.QuestionFeed(), name="question_feed"),
    path("questions/<id:question_id>/<str:slug>", questions.show, name="question_named"),
    path("answers/<id:answer_id>/acceptance", answers.accept, name="answer_acceptance"),
    path("q/<id:question_id>", questions.short, name="short_question"),
    path("a/<id:answer_id>", answers.short, name="short_answer"),
    # any post
    path("posts/<id:post_id>/edit", posts.edit, name="post_edit"),
    path("posts/<id:post_id>/bookmark", bookmarks.create, name="post_bookmark"),
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
    # people
    path("users", users.index, name="users"),
    path("users/<person:user_id>", users.show, name="user"),
    path("users/<person:user_id>/edit", users.edit, name="user_edit"),
    path("users/<person:user_id>/download", downloads.show, name="user_download"),
    path("users/<person:user_id>/feed", feeds.UserFeed(), name="user_feed"),
    path("users/<person:user_id>/<str:slug>", users.show, name="user_named"),
    # accounts: django-allauth's views under our own URLs, with its names
    path("accounts/login", accounts.login, name="account_login"),
    path("accounts/logout", accounts.logout, name="account_logout"),
    path("accounts/signup", accounts.signup, name="account_signup"),
    path("accounts/inactive", accounts.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate", accounts.reauthenticate, name="account_reauthenticate"),
    path("accounts/email", accounts.email, name="account_email"),
    path("accounts/confirm-email", accounts.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^accounts/confirm-email/(?P<key>[-:\w]+)$", accounts.confirm_email, name="account_confirm_email"),
    path("accounts/password/change", accounts.password_change, name="account_change_password"),
    path("accounts/password/set", accounts.password_set, name="account_set_password"),
    path("accounts/password/reset", accounts.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done", accounts.password_reset_done, name="account_reset_password_done"),
    path(
        "accounts/password/reset/key/done",
        accounts.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)$",
        accounts.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("accounts/tokens", tokens.index, name="tokens"),
    path("accounts/tokens/<id:token_id>/revocation", tokens.revoke, name="token_revocation"),
    # pictures
    path("uploads", uploads.index, name="uploads"),
    path("media/<path:name>", uploads.media, name="media"),
    # old addresses of sites that were imported
    path("from/<str:host>", sources.old, name="source"),
    path("from/<str:host>/<path:path>", sources.old, name="old_address"),
    # feeds, and what machines read
    path("feeds", feeds.SiteFeed(), name="feeds"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap_section"),
    path("robots.txt", machines.robots, name="robots"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("opensearch.xml", machines.opensearch, name="opensearch"),
    path("healthz", machines.healthz, name="healthz"),
    path("readyz", machines.readyz, name="readyz"),
    # the API; some clients can be told a host only
    re_path(r"^api/?$", RedirectView.as_view(pattern_name="api_docs")),
    re_path(r"^api/docs/?$", documents.docs, name="api_docs"),
    re_path(r"^api/openapi\.json/?$", documents.openapi, name="api_openapi"),
    re_path(r"^(?:api/)?2\.[23]/(?P<method>[\s\S]*)$", call, name="api"),  # line breaks, too: it names what is wrong
    # pages
    path("about", pages.about, name="about"),
    path("help", pages.help_page, name="help"),
    path("help/maths", pages.help_maths, name="help_maths"),
    path("admin/", admin.site.urls),
]

handler400 = "geeks.views.errors.bad_request"
handler403 = "geeks.views.errors.forbidden"
handler404 = "geeks.views.errors.not_found"
handler429 = "geeks.views.errors.too_many_requests"  # where django-allauth looks when a limit is reached
handler500 = "geeks.views.errors.server_error"
