"""Searching: the page of results (`page`, its parts `results` and `chips`) and saved searches (`saved`)."""

from geeks.views.searches import saved
from geeks.views.searches.page import show

__all__ = ["saved", "show"]
