"""The methods that write. Each calls the model's own method, so the site's rules hold here as on its pages; who writes
is told by an access token, never by a cookie."""
