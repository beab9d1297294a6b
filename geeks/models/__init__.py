"""Every model of the site: the table of contents."""

from geeks.models.acceptance import Acceptance
from geeks.models.answer import Answer
from geeks.models.article import Article
from geeks.models.audit import Audit
from geeks.models.bookmark import Bookmark
from geeks.models.category import Category
from geeks.models.comment import Comment
from geeks.models.notification import Notification
from geeks.models.outbox import Outbox
from geeks.models.paging import BadCursor, Page, paginate
from geeks.models.post import Kind, Post
from geeks.models.question import Question
from geeks.models.reputation import Reputation
from geeks.models.revision import Revision
from geeks.models.saved_search import SavedSearch
from geeks.models.state import Closure, Deletion, Lock
from geeks.models.tag import Tag, Tagging
from geeks.models.upload import Upload
from geeks.models.user import User
from geeks.models.vote import Vote

__all__ = [
    "Acceptance",
    "Answer",
    "Article",
    "Audit",
    "BadCursor",
    "Bookmark",
    "Category",
    "Closure",
    "Comment",
    "Deletion",
    "Kind",
    "Lock",
    "Notification",
    "Outbox",
    "Page",
    "Post",
    "Question",
    "Reputation",
    "Revision",
    "SavedSearch",
    "Tag",
    "Tagging",
    "Upload",
    "User",
    "Vote",
    "paginate",
]
