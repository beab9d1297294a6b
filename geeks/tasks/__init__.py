"""What runs beside the web: following the outbox into the search index, and the worker that keeps doing it."""
