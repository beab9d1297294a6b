"""Events: what the archive says happened to a post besides changes of its text, as its history has it. What happens
here is in the audit and in the rows of states; these rows are never added to."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from geeks import policy

CLOSED = 10
CLOSED_FOR = {
    str(number): name for number, name in (*policy.CLOSE_REASONS.values(), *policy.OLD_CLOSE_REASONS.values())
}
# Stack Exchange's PostHistoryTypeId, as words of a timeline; what is not named is shown by its number.
EVENTS = {
    10: "closed",
    11: "reopened",
    12: "deleted",
    13: "restored",
    14: "locked",
    15: "unlocked",
    16: "made community wiki",
    17: "moved between sites",
    18: "merged",
    19: "protected",
    20: "unprotected",
    21: "parted from its author",
    22: "parted again after a merge",
    24: "suggested edit applied",
    25: "announced on Twitter",
    31: "comments moved to chat",
    33: "notice added",
    34: "notice removed",
    35: "moved to another site",
    36: "moved here from another site",
    37: "merged into another question",
    38: "merged with another question",
    50: "shown again by the Community user",
    52: "shown among the hot questions of the network",
    53: "taken off the hot questions of the network",
    66: "asked with the help of the wizard",
}


class PostEvent(models.Model):
    post = models.ForeignKey("geeks.Post", models.CASCADE, related_name="events", db_index=False)
    kind = models.PositiveSmallIntegerField(help_text="Stack Exchange's PostHistoryTypeId.")
    guid = models.CharField(max_length=36, blank=True, help_text="Shared by the rows of one act.")
    created = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    user_name = models.CharField(max_length=60, blank=True, help_text="Where there is no account.")
    comment = models.TextField(blank=True)
    text = models.TextField(blank=True)
    licence = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes = [models.Index(fields=["post", "-created", "-id"], name="event_of_post")]

    def __str__(self) -> str:
        return f"post {self.post_id} {self.words}"

    @property
    def comment_said(self) -> str:
        """What was said about it, in words: why a question was closed is a number in the archive."""
        return CLOSED_FOR.get(self.comment, self.comment) if self.kind == CLOSED else self.comment

    @property
    def words(self) -> str:
        return EVENTS.get(self.kind, f"event of kind {self.kind}")
