"""The API: the read part of Stack Exchange's API 2.3 in its own shapes, and our writes with a personal access token.

`calls` is the door every call comes through; `routes` lists what can be called; `shapes` says what comes back;
`objects` makes it from rows. Session cookies mean nothing here: a token is the only identity.
"""
