"""Pictures: what is taken, what is turned away, and how they are served."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from geeks import policy
from geeks.models import Upload
from tests import make

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


def picture(form="PNG", size=(40, 30), colour="teal", **options):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **options)
    return out.getvalue()


def send(client, content, name="picture.png", field="image", **more):
    return client.post("/uploads", {field: SimpleUploadedFile(name, content, more.pop("type", "image/png"))}, **more)


@pytest.fixture
def her(client, ada):
    client.force_login(ada)
    return client


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_stored_anew_as_webp(her, form):
    answer = send(her, picture(form), headers=JSON)
    assert answer.status_code == 200
    given = answer.json()
    assert given["markdown"] == f"![describe the picture]({given['url']})"
    served = her.get(given["url"])
    stored = Image.open(io.BytesIO(served.getvalue()))
    assert (stored.format, stored.size) == ("WEBP", (40, 30))


def test_the_page_works_without_scripts_and_shows_the_line_to_copy(her):
    assert b'name="image"' in her.get("/uploads").content
    page = send(her, picture())
    url = Upload.objects.get().url
    assert page.status_code == 200
    assert f"]({url})" in page.content.decode()


def test_scripts_may_call_the_field_file(her):
    assert send(her, picture(), field="file", headers=JSON).status_code == 200


def test_one_picture_sent_twice_is_stored_once(her):
    first, second = (send(her, picture(), headers=JSON).json()["url"] for _ in range(2))
    assert first == second
    assert Upload.objects.count() == 1


def test_place_and_camera_are_removed_and_the_picture_turned_upright(her):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    raw = picture("JPEG", exif=exif)
    assert b"SecretCamera" in raw
    served = her.get(send(her, raw, headers=JSON).json()["url"]).getvalue()
    assert b"SecretCamera" not in served
    assert b"EXIF" not in served
    assert Image.open(io.BytesIO(served)).size == (30, 40)


def test_what_hides_behind_a_picture_is_gone(her):
    polyglot = picture() + b"<script>alert(1)</script><?php system('id') ?>PK\x03\x04evil.zip"
    served = her.get(send(her, polyglot, headers=JSON).json()["url"]).getvalue()
    assert b"script" not in served
    assert b"PK\x03\x04" not in served


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side=60_000):
    """A PNG of a few kilobytes that says it has 3.6 billion pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
REFUSED = {
    "nothing in it": b"",
    "html under a picture's name": b"<!doctype html><script>alert(1)</script>",
    "svg": SVG,
    "gif head and script": b"GIF89a/*" + b"<script>alert(1)</script>*/=1;",
    "cut png": picture()[:60],
    "png head only": b"\x89PNG\r\n\x1a\n",
    "tiff": picture("TIFF"),
    "bmp": picture("BMP"),
    "pdf": picture("PDF"),
    "ico": picture("ICO"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "zip": b"PK\x03\x04" + b"\0" * 200,
    "bomb": bomb(),
    "many pixels": bomb(6_000),
    "noise": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused_with_a_sentence_and_nothing_is_stored(her, name, settings):
    answer = send(her, REFUSED[name], headers=JSON)
    assert answer.status_code == 400
    assert len(answer.json()["error"]) > 20
    assert not Upload.objects.exists()
    assert not list(settings.MEDIA_ROOT.rglob("*.*"))


def test_the_form_says_what_is_wrong_at_its_field(her):
    page = send(her, SVG, "picture.svg", type="image/svg+xml")
    assert page.status_code == 400
    assert 'id="id_image_error"' in page.content.decode()


def test_no_file_at_all_is_said_in_a_sentence(her):
    assert her.post("/uploads", headers=JSON).json() == {"error": "Choose an image first."}
    assert her.post("/uploads", {"image": "words"}, headers=JSON).status_code == 400


def test_a_file_that_is_too_large_is_refused(her):
    answer = send(her, picture() + b"\0" * policy.UPLOAD_BYTES, headers=JSON)
    assert answer.status_code == 400
    assert "at most 2 MB" in answer.json()["error"]


def test_a_file_far_too_large_is_turned_away_before_it_is_read(her):
    answer = send(her, b"\0" * (5 * policy.UPLOAD_BYTES), headers=JSON)
    assert answer.status_code == 400
    assert "too large" in answer.json()["error"]


def test_a_large_picture_is_made_to_fit(her):
    url = send(her, picture("PNG", (policy.UPLOAD_SIDE + 500, 100)), headers=JSON).json()["url"]
    assert Image.open(io.BytesIO(her.get(url).getvalue())).width == policy.UPLOAD_SIDE


def test_strangers_are_sent_to_sign_in_and_scripts_told_so(client, db):
    assert "/accounts/login" in client.get("/uploads")["Location"]
    assert "/accounts/login" in send(client, picture())["Location"]
    answer = send(client, picture(), headers=JSON)
    assert (answer.status_code, answer.json()) == (403, {"error": "Sign in to upload images."})
    assert not Upload.objects.exists()


def test_new_people_may_send_only_so_many_an_hour(client, newcomer, monkeypatch):
    monkeypatch.setattr(policy, "UPLOADS_AN_HOUR", 2)
    client.force_login(newcomer)
    answers = [send(client, picture(colour=colour), headers=JSON) for colour in ("red", "green", "blue")]
    assert [answer.status_code for answer in answers] == [200, 200, 403]
    assert "an hour" in answers[2].json()["error"]
    page = send(client, picture(colour="pink"))
    assert page.status_code == 403
    assert "an hour" in page.content.decode()


def test_a_post_without_its_token_is_refused(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    answer = send(client, picture(), headers=JSON)
    assert answer.status_code == 403
    assert "too old" in answer.json()["error"]


def test_a_picture_is_served_for_ever_and_as_nothing_else(her):
    served = Client().get(send(her, picture(), headers=JSON).json()["url"])
    assert served["Content-Type"] == "image/webp"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in served["Cache-Control"]
    assert "public" in served["Cache-Control"]
    assert "default-src 'none'" in served["Content-Security-Policy"]
    assert not served.cookies
    again = Client().get(served.request["PATH_INFO"], headers={"if-none-match": served["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "name",
    [
        "../db.sqlite3",
        "..%2fdb.sqlite3",
        "uploads/../../db.sqlite3",
        "uploads/%2e%2e/%2e%2e/secret-key",
        "/etc/passwd",
        "uploads/",
        "",
        "uploads/ab/" + "0" * 32 + ".webp",
        "uploads/ab/" + "0" * 32 + ".webp%00",
        "uploads/ab/" + "0" * 32 + ".html",
        "secret.txt",
    ],
)
def test_nothing_but_stored_pictures_is_served(her, settings, name):
    send(her, picture())
    (settings.MEDIA_ROOT / "secret.txt").write_text("for nobody to read")
    answer = her.get(f"/media/{name}")
    assert answer.status_code == 404
    assert b"for nobody to read" not in getattr(answer, "content", b"")  # the page of the 404 names its address


def test_a_file_that_nobody_uploaded_is_not_served_even_under_a_fitting_name(client, db, settings):
    folder = settings.MEDIA_ROOT / "uploads" / "ab"
    folder.mkdir(parents=True)
    (folder / f"{'0' * 32}.webp").write_bytes(picture("WEBP"))
    assert client.get(f"/media/uploads/ab/{'0' * 32}.webp").status_code == 404


def test_a_picture_whose_file_is_lost_is_a_404_page(her, settings):
    url = send(her, picture(), headers=JSON).json()["url"]
    Upload.objects.get().file.storage.delete(Upload.objects.get().file.name)
    assert her.get(url).status_code == 404


def test_only_get_and_post_are_answered(her):
    assert her.put("/uploads").status_code == 405
    assert her.post("/media/uploads/ab/x.webp").status_code == 405


def test_a_switched_off_account_uploads_nothing(client):
    person = make.person("gone")
    client.force_login(person)
    person.is_active = False
    person.save()
    assert send(client, picture(), headers=JSON).status_code == 403
    assert not Upload.objects.exists()
