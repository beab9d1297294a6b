"""`manage.py rerender`: renews the stored HTML of posts, comments and profiles after an upgrade of the renderer."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from geeks.management.progress import Progress
from geeks.models import Comment, Outbox, Post, PostLink, User
from geeks.models.change import EVERYTHING, Change
from geeks.rendering import RENDER_VERSION, RenderRefused

BATCH = 50
LONG = ("body", "body_html", "text", "excerpt", "excerpt_html")
RENDERED = ["body_html", "text", "excerpt", "excerpt_html", "title_html", "slug", "render_version"]


class Command(BaseCommand):
    help = (
        "Renews stored HTML. Posts that the current renderer made are passed over, so it can be stopped and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="also what the current renderer made")
        parser.add_argument("--dry-run", action="store_true", help="only say how many posts would change")

    def handle(self, *args: Any, all: bool, dry_run: bool, **options: Any) -> None:
        posts = Post.objects.all() if all else Post.objects.exclude(render_version=RENDER_VERSION)
        total, changed, refused = posts.count(), 0, []
        with Progress(self.stdout, "posts rendered", total=total) as progress:
            for done, post in enumerate(each(posts), 1):
                before = [getattr(post, name) for name in RENDERED[:-1]]
                try:
                    post.renew()
                except ValidationError as problem:
                    refused.append(f"post {post.pk}: {' '.join(problem.messages)}")
                    continue
                changed += before != [getattr(post, name) for name in RENDERED[:-1]]
                if not dry_run:
                    with transaction.atomic():
                        # Not where an edit came in between: it was rendered when it was stored.
                        as_read = Post.objects.filter(pk=post.pk, edited=post.edited)
                        stored = as_read.update(**{name: getattr(post, name) for name in RENDERED})
                        if stored and post.source_id is None:  # of others their archive told the links
                            PostLink.objects.follow(post)
                        Outbox.objects.announce([post.pk])
                progress.at(done)
        if not dry_run:
            rest()
        for line in refused:
            self.stderr.write(f"left as it was: {line}")
        verb = "would change" if dry_run else "changed"
        self.stdout.write(f"{total:,} posts rendered, {changed:,} {verb}, {len(refused):,} left as they were.")


def each(posts: Any) -> Any:
    """Posts by id in small batches, so that memory stays flat and an interruption loses little."""
    last = 0
    while batch := list(posts.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def rest() -> None:
    """Comments and profiles: short texts that keep no version, so they are renewed every time."""
    for comment in each(Comment.objects.select_related("post").defer(*(f"post__{name}" for name in LONG))):
        try:
            comment.render()
        except RenderRefused:
            continue
        Comment.objects.filter(pk=comment.pk, text=comment.text).update(html=comment.html)
    for user in each(User.objects.exclude(about="")):
        try:
            user.render_about()
        except RenderRefused:
            continue
        User.objects.filter(pk=user.pk, about=user.about).update(about_html=user.about_html)
    Change.objects.note(EVERYTHING)
