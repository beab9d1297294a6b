"""Rows out of XML: what real files look like, and what hostile ones try."""

import tracemalloc

import pytest

from geeks.dumps.stackexchange import DumpError, rows
from geeks.dumps.stackexchange.records import BadRow, Form, PostRow, UserRow, VoteRow, licence, moment

HEAD = b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\r\n'


def read(text, name="Posts.xml"):
    return list(rows.rows([text], name))


def before_the_end(text, name="Posts.xml"):
    """The rows given before the error, and the error's words."""
    found = []
    with pytest.raises(DumpError) as caught:
        found.extend(row for row in rows.rows([text], name))
    reader, given = rows.rows([text], name), []
    try:
        for row in reader:
            given.append(row)
    except DumpError:
        pass
    return given, str(caught.value)


def test_rows_come_with_a_byte_order_mark_and_either_line_end():
    for end in (b"\r\n", b"\n", b""):
        text = HEAD + end.join([b"<posts>", b'<row Id="1" Body="a &lt;b&gt;&#xA;c" />', b'<row Id="2"/>', b"</posts>"])
        assert read(text) == [{"Id": "1", "Body": "a <b>\nc"}, {"Id": "2"}]


def test_rows_are_the_same_wherever_the_pieces_are_cut():
    text = HEAD + '<posts><row Id="1" Title="Größe &amp; &#x1F;Summe&#8;" /><row Id="2" /></posts>'.encode()
    whole = read(text)
    assert whole[0]["Title"] == "Größe & Summe"
    for size in (1, 2, 3, 7, 20):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert list(rows.rows(pieces, "Posts.xml")) == whole


def test_characters_that_xml_forbids_do_not_cost_the_file():
    text = b'<posts><row Id="1" Title="a\x08b\x00c&#x0;&#11;&#xFFFF;&#xD800;d&#x9;e" /></posts>'
    assert read(text) == [{"Id": "1", "Title": "abcd\te"}]


def test_a_truncated_file_gives_what_it_has_and_names_the_row():
    text = b'<posts><row Id="1" /><row Id="2" /><row Id="3" Bo'
    given, words = before_the_end(text)
    assert [row["Id"] for row in given] == ["1", "2"]
    assert words == "Posts.xml breaks off after row 2."


def test_a_damaged_file_gives_what_it_has_and_names_the_line():
    given, words = before_the_end(b'<posts>\n<row Id="1" />\n<row Id="2" Id="3" />\n</posts>')
    assert len(given) == 1
    assert "after row 1 (line 3: duplicate attribute)" in words


@pytest.mark.parametrize(
    "text",
    [
        b'<!DOCTYPE posts [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><posts><row Id="1" Body="&b;" /></posts>',
        b'<!DOCTYPE posts [<!ENTITY x SYSTEM "file:///etc/passwd">]><posts><row Id="1">&x;</row></posts>',
        b'<!DOCTYPE posts SYSTEM "http://example.org/posts.dtd"><posts><row Id="1" /></posts>',
        b'<!DOCTYPE posts [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><posts/>',
    ],
)
def test_a_document_type_is_refused_with_all_its_entities(text):
    given, words = before_the_end(text)
    assert given == []
    assert "document type" in words


def test_an_entity_that_nobody_declared_is_an_error():
    assert "undefined entity" in before_the_end(b'<posts><row Id="1" Body="&what;" /></posts>')[1]


@pytest.mark.parametrize("text", [b"<users></users>", b'<html><row Id="1" /></html>'])
def test_a_wrong_root_is_refused(text):
    assert "not <posts>" in before_the_end(text)[1]


@pytest.mark.parametrize("text", [b"", HEAD, b"Dear all"])
def test_what_is_no_xml_is_refused(text):
    assert "Posts.xml" in before_the_end(text)[1]


def test_elements_inside_a_row_are_refused():
    assert "row 1 holds elements" in before_the_end(b'<posts><row Id="1"><b/></row></posts>')[1]


def test_an_attribute_of_20_megabytes_is_refused_before_it_is_in_memory():
    piece = b"x" * 65_536
    pieces = [b'<posts><row Id="1" /><row Id="2" Body="', *[piece] * 320, b'" /></posts>']
    tracemalloc.start()
    with pytest.raises(DumpError, match="row 2 is longer than 8 MB"):
        list(rows.rows(pieces, "Posts.xml"))
    assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    tracemalloc.stop()


def test_every_attribute_but_the_id_may_be_absent_and_unknown_ones_are_reported():
    form = Form(PostRow)
    post = form.read({"Id": "7", "Mood": "sunny", "ViewCount": ""})
    assert (post.Id, post.Body, post.OwnerUserId, post.ViewCount) == (7, "", None, None)
    assert form.unknown == {"Mood"}


def test_both_forms_of_tags_are_read():
    for text in ("<sums><finite-series><c++>", "|sums|finite-series|c++|"):
        assert Form(PostRow).read({"Id": "1", "Tags": text}).Tags == ("sums", "finite-series", "c++")


def test_times_are_utc_and_votes_have_days():
    user = Form(UserRow).read({"Id": "1", "CreationDate": "2011-08-17T20:18:56.507"})
    assert user.CreationDate.isoformat() == "2011-08-17T20:18:56.507000+00:00"
    assert str(Form(VoteRow).read({"Id": "1", "CreationDate": "2011-08-17T00:00:00.000"}).CreationDate) == "2011-08-17"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2010-07-20T19:09:27.200", "2010-07-20T19:09:27.200000+00:00"),
        ("2010-07-20T19:09:27", "2010-07-20T19:09:27+00:00"),
        ("2010-07-20T19:09:27.12Z", "2010-07-20T19:09:27.120000+00:00"),
        ("2010-07-20T19:09:27.200+02:00", "2010-07-20T17:09:27.200000+00:00"),
    ],
)
def test_moments_are_utc_however_they_are_written(text, iso):
    assert moment(text).isoformat() == iso


def test_moments_before_1970_are_none():
    for text in ("1969-12-31T23:59:59.999", "1970-01-01T00:30:00+01:00"):
        with pytest.raises(BadRow, match="CreationDate cannot be read"):
            Form(UserRow).read({"Id": "1", "CreationDate": text})
    assert moment("1970-01-01T00:00:00.000").year == 1970


def test_where_a_dump_names_no_licence_the_date_tells_it():
    dates = {"2011-04-07T23:59:59": "2.5", "2011-04-08T00:00:00": "3.0", "2018-05-02T00:00:00": "4.0"}
    for date, version in dates.items():
        assert licence("", moment(date)) == f"CC BY-SA {version}"
    assert licence("CC BY-SA 2.5", moment("2020-01-01T00:00:00")) == "CC BY-SA 2.5"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"Score": "3"}, "no Id"),
        ({"Id": "seven"}, "Id cannot be read"),
        ({"Id": "99999999999999999999"}, "Id cannot be read"),
        ({"Id": "1", "CreationDate": "yesterday"}, "CreationDate cannot be read"),
        ({"Id": "1", "CreationDate": "0001-01-01T00:00:00"}, "CreationDate cannot be read"),
        ({"Id": "1", "Score": "1e3"}, "Score cannot be read"),
    ],
)
def test_a_bad_value_makes_the_row_bad_with_a_reason(row, reason):
    with pytest.raises(BadRow, match=reason):
        Form(PostRow).read(row)
