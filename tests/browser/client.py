"""A small HTTP client without a browser: cookies, CSRF, and answers as they are (redirects are not followed)."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    status: int
    location: str
    text: str
    retry_after: str = ""


@dataclass
class Client:
    """One person's client. Not for several threads at once: give each its own with `twin()`."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    seconds: float = 60

    def get(self, path: str) -> Reply:
        return self._send("GET", path)

    def post(self, path: str, **given: str) -> Reply:
        return self._send("POST", path, urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **given}))

    def upload(self, path: str, field: str, content: bytes) -> Reply:
        """Send a picture as a form does."""
        edge = "edge-of-the-parts"
        token = self.cookies.get("csrftoken", "")
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--{edge}\r\n'
            f'Content-Disposition: form-data; name="{field}"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        )
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self._send("POST", path, body, f"multipart/form-data; boundary={edge}")

    def sign_in(self, name: str, password: str) -> Client:
        self.get("/accounts/login")
        reply = self.post("/accounts/login", login=name, password=password)
        assert reply.status == 302, reply.text
        return self

    def twin(self) -> Client:
        return Client(self.url, dict(self.cookies), self.seconds)

    def _send(self, method: str, path: str, body: str | bytes | None = None, kind: str = FORM) -> Reply:
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=self.seconds)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": kind, "Referer": self.url + path}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Reply(answer.status, answer.headers.get("Location", ""), text, answer.headers.get("Retry-After", ""))


def ask(client: Client, title: str, body: str, tags: str = "testing") -> str:
    """Ask a question through the form; the path of its page."""
    reply = client.post("/questions/ask", title=title, body=body, category="data-science", tags=tags)
    assert reply.status == 302, refusal_in(reply)
    return reply.location


def answer(client: Client, question: str, body: str) -> str:
    """Answer the question with this path; the path of the answer."""
    reply = client.post(f"/questions/{number_of(question)}/answers", body=body)
    assert reply.status == 302, refusal_in(reply)
    return reply.location


def answer_number(path: str) -> int:
    """The number in where an answer's form leads: `/questions/1/title#answer-2` or `/a/2`."""
    found = re.search(r"(?:#answer-|/a/)(\d+)", path)
    assert found, path
    return int(found[1])


def number_of(path: str) -> int:
    found = re.search(r"/(\d+)", path)
    assert found, path
    return int(found[1])


def refusal_in(reply: Reply) -> str:
    """The sentences of a form that was not taken, or the beginning of what came instead."""
    found = re.findall(r'class="(?:error|notice bad)".*?</(?:p|div)>', reply.text, re.S)
    return f"{reply.status} " + (" ".join(found) or reply.text[-3000:])
