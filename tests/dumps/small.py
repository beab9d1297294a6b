"""A small dump in own words, made by code: every file, and every state that an import must bring over."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

from geeks.dumps.stackexchange import FILES

HOST = "sums.stackexchange.com"
Rows = dict[str, list[dict[str, object]]]


def write(folder: Path, files: Rows) -> Path:
    """The files as Stack Exchange writes them: a byte order mark, one row a line, CRLF."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        root = FILES[name]
        lines = [f"  <row {' '.join(f'{key}={quoted(value)}' for key, value in row.items())} />" for row in rows]
        text = "\r\n".join(['<?xml version="1.0" encoding="utf-8"?>', f"<{root}>", *lines, f"</{root}>"])
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    return folder


def quoted(value: object) -> str:
    return quoteattr(str(value), {"\n": "&#xA;", '"': "&quot;"})


LONG_TITLE = "Why does " + "a very long title " * 12 + "end?"
LONG_BODY = "<p>" + "Many words in a row. " * 2_000 + "</p>"


def site() -> Rows:
    """Twelve posts; those numbered 7 and 10 have no place, the others come over."""
    return {
        "Tags.xml": [
            {"Id": 1, "TagName": "sums", "Count": 4, "ExcerptPostId": 8, "WikiPostId": 9},
            {"Id": 2, "TagName": "c++", "Count": 2, "IsRequired": "True"},
            {"Id": 3, "TagName": "odd_tag!", "Count": 1},
        ],
        "Users.xml": [
            {
                **{"Id": -1, "Reputation": 1, "CreationDate": at(1), "DisplayName": "Community"},
                **{"LastAccessDate": at(1), "Views": 0, "UpVotes": 0, "DownVotes": 0},
            },
            {
                **{"Id": 1, "Reputation": 101, "CreationDate": at(1), "DisplayName": "Ada ", "LastAccessDate": at(9)},
                **{"WebsiteUrl": "https://ada.example", "Location": "London", "AboutMe": "<p>I <b>sum</b>.</p>"},
                **{"Views": 5, "UpVotes": 6, "DownVotes": 7, "ProfileImageUrl": "https://i.example/a.png"},
                "AccountId": 1001,
            },
            {
                **{"Id": 2, "Reputation": 1, "CreationDate": at(1), "DisplayName": "Ben", "LastAccessDate": at(2)},
                **{"Views": 0, "UpVotes": 0, "DownVotes": 0},
            },
        ],
        "Badges.xml": [
            {"Id": 1, "UserId": 1, "Name": "Teacher", "Date": at(3), "Class": 3, "TagBased": "False"},
            {"Id": 2, "UserId": 1, "Name": "sums", "Date": at(4), "Class": 1, "TagBased": "True"},
            {"Id": 3, "UserId": 77, "Name": "Lost", "Date": at(4), "Class": 1, "TagBased": "False"},
        ],
        "Posts.xml": posts(),
        "PostHistory.xml": history(),
        "Comments.xml": [
            {
                **{"Id": 1, "PostId": 1, "Score": 2, "Text": "Is $n$ even? See https://sums.stackexchange.com/q/6"},
                **{"CreationDate": at(2), "UserId": 2, "ContentLicense": "CC BY-SA 4.0"},
            },
            {
                **{"Id": 2, "PostId": 2, "Score": 0, "Text": "No, *odd*.", "CreationDate": at(3)},
                **{"UserDisplayName": "gone", "ContentLicense": "CC BY-SA 4.0"},
            },
            {"Id": 3, "PostId": 99, "Score": 0, "Text": "Nobody sees me.", "CreationDate": at(3), "UserId": 1},
        ],
        "PostLinks.xml": [
            {"Id": 1, "CreationDate": at(3), "PostId": 1, "RelatedPostId": 6, "LinkTypeId": 1},
            {"Id": 2, "CreationDate": at(4), "PostId": 4, "RelatedPostId": 1, "LinkTypeId": 3},
            {"Id": 3, "CreationDate": at(4), "PostId": 4, "RelatedPostId": 99, "LinkTypeId": 1},
        ],
        "Votes.xml": [
            *({"Id": n, "PostId": 1, "VoteTypeId": 2, "CreationDate": day(2)} for n in (1, 2, 3, 4)),
            {"Id": 5, "PostId": 1, "VoteTypeId": 3, "CreationDate": day(3)},
            {"Id": 6, "PostId": 2, "VoteTypeId": 1, "CreationDate": day(5)},
            {"Id": 7, "PostId": 2, "VoteTypeId": 2, "CreationDate": day(3)},
            {"Id": 8, "PostId": 1, "VoteTypeId": 5, "UserId": 2, "CreationDate": day(4)},
            {"Id": 9, "PostId": 1, "VoteTypeId": 8, "UserId": 2, "CreationDate": day(4), "BountyAmount": 50},
            {"Id": 10, "PostId": 2, "VoteTypeId": 9, "CreationDate": day(6), "BountyAmount": 50},
            {"Id": 11, "PostId": 99, "VoteTypeId": 2, "CreationDate": day(6)},
        ],
    }


def at(number: int) -> str:
    return f"2015-03-{number:02}T10:20:30.457"


def day(number: int) -> str:
    return f"2015-03-{number:02}T00:00:00.000"


def post(number: int, kind: int, body: str, **given: object) -> dict[str, object]:
    when = given.pop("created", at(1))
    row = {"Id": number, "PostTypeId": kind, "CreationDate": when, "Score": given.pop("score", 0), "Body": body}
    return {**row, "LastActivityDate": when, "ContentLicense": "CC BY-SA 4.0", **given}


def posts() -> list[dict[str, object]]:
    link = f'<a href="https://{HOST}/questions/6/why">another</a>'
    return [
        post(
            *(1, 1, f'<p>Is <span class="math-container">$\\sum_k k$</span> large? See {link}.</p>\n'),
            **{"score": 5, "AcceptedAnswerId": 2, "ViewCount": 100, "OwnerUserId": 1, "FavoriteCount": 1},
            **{"Title": "How large are sums of $k$?", "Tags": "<sums><c++><odd_tag!>", "AnswerCount": 2},
            **{"LastEditorUserId": 2, "LastEditDate": at(4), "LastActivityDate": at(4), "CommentCount": 1},
        ),
        post(2, 2, "<p>Quite large.</p>\n", score=3, ParentId=1, OwnerUserId=2, CommentCount=1, created=at(2)),
        post(
            *(3, 2, "<pre><code>sum(1, 2)\n</code></pre>\n"),
            **{"score": -1, "ParentId": 1, "OwnerDisplayName": "gone", "CommunityOwnedDate": at(3), "CommentCount": 0},
        ),
        post(
            *(4, 1, "<p>How large are sums, once more?</p>\n"),
            **{"OwnerUserId": 2, "Title": "How large are sums?", "Tags": "<sums>", "AnswerCount": 0, "ViewCount": 3},
            **{"ClosedDate": at(4), "CommentCount": 0},
        ),
        post(
            *(5, 1, "<p>What is a sum?</p>\n"),
            **{"OwnerUserId": 1, "Title": "What is a sum?", "Tags": "<sums>", "AnswerCount": 0, "ViewCount": 4},
            CommentCount=0,
        ),
        post(
            *(6, 1, LONG_BODY),
            **{"Title": LONG_TITLE, "Tags": "<sums>", "AnswerCount": 0, "ViewCount": 5, "CommentCount": 0},
        ),
        post(7, 7, "<p>Help.</p>"),
        post(8, 4, "<p>About sums.</p>\n", OwnerUserId=-1, CommentCount=0),
        post(9, 5, "<p>More about sums.</p>\n", OwnerUserId=-1, CommentCount=0),
        post(10, 2, "<p>To nobody.</p>", ParentId=99, OwnerUserId=1),
        post(11, 2, "<p>Before its question.</p>\n", ParentId=12, OwnerUserId=1, CommentCount=0),
        post(
            *(12, 1, "<p>After its answer.</p>\n"),
            **{"OwnerUserId": 2, "Title": "Which came first?", "Tags": "<c++>", "AnswerCount": 1, "ViewCount": 6},
            CommentCount=0,
        ),
    ]


def history() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []

    def add(post_id: int, kind: int, guid: int, day_of: int = 1, **given: object) -> None:
        row = {"Id": len(rows) + 1, "PostHistoryTypeId": kind, "PostId": post_id, "RevisionGUID": f"{guid:036}"}
        rows.append({**row, "CreationDate": at(day_of), **given})

    def begin(post_id: int, guid: int, body: str, title: str = "", tags: str = "", **given: object) -> None:
        given = {"ContentLicense": "CC BY-SA 4.0", **given}
        add(post_id, 2, guid, Text=body, **given)
        if title:
            add(post_id, 1, guid, Text=title, **given)
            add(post_id, 3, guid, Text=tags, **given)

    begin(1, 1, "Is $\\sum k$ big?", "How big are sums?", "<sums>", UserId=1)
    begin(2, 2, "Quite large.", UserId=2)
    begin(3, 3, "    sum(1, 2)", UserDisplayName="gone")
    add(3, 16, 4, 3)
    begin(4, 5, "How large are sums, once more?", "How large are sums?", "<sums>", UserId=2)
    begin(5, 6, "What is a sum?", "What is a sum?", "<sums>", UserId=1)
    begin(8, 15, "About sums.", UserId=-1)
    begin(9, 16, "More about sums.", UserId=-1)
    begin(11, 17, "Before its question.", UserId=1)
    begin(12, 18, "After its answer.", "Which came first?", "<c++>", UserId=2)
    own = {"UserId": 2, "Comment": "k", "ContentLicense": "CC BY-SA 4.0"}
    add(1, 5, 7, 4, **own, Text=f"Is $\\sum_k k$ large? See [another](https://{HOST}/questions/6/why).")
    add(1, 4, 7, 4, **own, Text="How large are sums of $k$?")
    add(1, 6, 7, 4, **own, Text="<sums><c++><odd_tag!>")
    voters = '"Voters":[{"Id":1,"DisplayName":"Ada "}]'
    add(4, 10, 8, 4, Comment="101", Text=f'{{"OriginalQuestionIds":[1],{voters}}}')
    add(5, 10, 9, 2, Comment="103", Text=f"{{{voters}}}")
    add(5, 11, 10, 3, Text=f"{{{voters}}}")
    add(5, 14, 11, 4, Text='{"Voters":[{"Id":-1,"DisplayName":"Community"}]}')
    add(5, 19, 12, 5, UserId=1, Text=f"{{{voters}}}")
    add(99, 2, 13, Text="Scrubbed.")
    add(1, 50, 14, 6, UserId=-1)
    return rows
