"""The site to files and back."""
