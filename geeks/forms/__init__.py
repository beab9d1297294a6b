"""What people may send: one file a noun, as in `models/` and `views/`."""
