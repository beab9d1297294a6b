"""Geeks Mental: a mathematics-first question-and-answer site."""
