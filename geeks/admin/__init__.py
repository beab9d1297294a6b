"""The admin, made for moderating: which page of it stands in which module."""

from geeks.admin import archives, comments, history, keeping, mail_addresses, order, people, posts, uploads

__all__ = ["archives", "comments", "history", "keeping", "mail_addresses", "order", "people", "posts", "uploads"]
