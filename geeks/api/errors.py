"""What the API refuses, by the ids and names that clients of Stack Exchange's API know."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

BAD_PARAMETER = 400
TOKEN_REQUIRED = 401
INVALID_TOKEN = 402
ACCESS_DENIED = 403
NO_METHOD = 404
TOKEN_COMPROMISED = 406
WRITE_FAILED = 407
THROTTLED = 502
UNAVAILABLE = 503

# id: (name, what it means)
ERRORS = MappingProxyType(
    {
        BAD_PARAMETER: ("bad_parameter", "A parameter is missing or cannot be understood; the message names it."),
        TOKEN_REQUIRED: ("access_token_required", "This call writes or is about yourself, and no access token came."),
        INVALID_TOKEN: ("invalid_access_token", "There is no such access token."),
        ACCESS_DENIED: ("access_denied", "The access token was not made for this, or its owner is switched off."),
        NO_METHOD: ("no_method", "There is no such method, or it does not take this HTTP verb."),
        TOKEN_COMPROMISED: ("access_token_compromised", "The access token was revoked by its owner."),
        WRITE_FAILED: ("write_failed", "The site's rules refuse what was to be written; the message says why."),
        THROTTLED: ("throttle_violation", "Too many calls came from this address."),
        UNAVAILABLE: ("temporarily_unavailable", "This cannot be answered now; try again in a minute."),
    }
)


class Refused(Exception):
    """A call that is not answered. `error_id` is a key of `ERRORS`, the message a sentence for the caller."""

    def __init__(self, error_id: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.error_id, self.message, self.more = error_id, message, more

    @property
    def body(self) -> dict[str, Any]:
        name = ERRORS[self.error_id][0]
        return {"error_id": self.error_id, "error_name": name, "error_message": self.message, **self.more}


def bad(message: str) -> Refused:
    return Refused(BAD_PARAMETER, message)
