"""Every model of the site: the table of contents."""

from geeks.models.acceptance import Acceptance
from geeks.models.access_token import AccessToken
from geeks.models.among import Among
from geeks.models.answer import Answer
from geeks.models.article import Article
from geeks.models.audit import Audit
from geeks.models.badge import Badge
from geeks.models.bookmark import Bookmark
from geeks.models.bounty import Bounty
from geeks.models.category import Category
from geeks.models.change import Change
from geeks.models.comment import Comment
from geeks.models.imported_body import ImportedBody
from geeks.models.imported_file import ImportedFile
from geeks.models.notification import Notification
from geeks.models.origin import Origin
from geeks.models.outbox import Outbox
from geeks.models.paging import BadCursor, Page, paginate
from geeks.models.post import Kind, Post
from geeks.models.post_event import PostEvent
from geeks.models.post_link import PostLink
from geeks.models.post_tally import PostTally
from geeks.models.question import Question
from geeks.models.reputation import Reputation
from geeks.models.revision import EditConflict, Revision
from geeks.models.saved_search import SavedSearch
from geeks.models.source import Source
from geeks.models.state import Closure, Deletion, Lock, Protection
from geeks.models.submission import Submission, SubmittedBefore
from geeks.models.tag import Tag, Tagging
from geeks.models.upload import Upload
from geeks.models.user import User
from geeks.models.vote import Vote
from geeks.models.vote_tally import VoteTally

__all__ = [
    "Acceptance",
    "AccessToken",
    "Among",
    "Answer",
    "Article",
    "Audit",
    "BadCursor",
    "Badge",
    "Bookmark",
    "Bounty",
    "Category",
    "Change",
    "Closure",
    "Comment",
    "Deletion",
    "EditConflict",
    "ImportedBody",
    "ImportedFile",
    "Kind",
    "Lock",
    "Notification",
    "Origin",
    "Outbox",
    "Page",
    "Post",
    "PostEvent",
    "PostLink",
    "PostTally",
    "Protection",
    "Question",
    "Reputation",
    "Revision",
    "SavedSearch",
    "Source",
    "Submission",
    "SubmittedBefore",
    "Tag",
    "Tagging",
    "Upload",
    "User",
    "Vote",
    "VoteTally",
    "paginate",
]
