"""Files that are not what they seem: each is stored as harmless pixels, or refused at its field with a sentence; what
is stored has no name, no place and no code of its own, and is served as the picture that it is."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from geeks import policy
from geeks.models import Upload
from tests.hostile.site import Site

pytestmark = pytest.mark.django_db

SECRET = b"SecretPlace"


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (30, 20), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, form, **options)
    return out.getvalue()


def film(frames: int) -> bytes:
    out = io.BytesIO()
    shots = [Image.new("P", (20, 20), number % 250) for number in range(frames)]
    shots[0].save(out, "GIF", save_all=True, append_images=shots[1:], loop=0, comment=SECRET)
    return out.getvalue()


def placed(form: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = exif[0x9286] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return picture(form, exif=exif)


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, inner: bytes) -> bytes:
        return struct.pack(">I", len(inner)) + kind + inner + struct.pack(">I", zlib.crc32(kind + inner))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


HTML = b"<!doctype html><script>alert(1)</script>"
TAKEN = {
    "a GIF that is a script too": picture("GIF") + b"/*" + HTML + b"*/=1;" + SECRET,
    "a GIF of 300 pictures": film(300),
    "a PNG with a page behind it": picture("PNG") + HTML + SECRET,
    "a JPEG with a ZIP behind it": picture("JPEG") + b"PK\x03\x04" + SECRET,
    "a JPEG with its place": placed("JPEG"),
    "a PNG with its place": placed("PNG"),
    "a WebP with its place": placed("WEBP"),
    "a JPEG in four inks": picture("JPEG", "CMYK"),
    "a grey PNG of 16 bits": picture("PNG", "I;16"),
    "a PNG of one bit": picture("PNG", "1"),
    "a PNG that can be seen through": picture("PNG", "LA"),
    "a PNG of a palette": picture("PNG", "P", transparency=0),
    "a WebP": picture("WEBP", "RGBA"),
    "one pixel": picture("PNG", size=(1, 1)),
    "a thread": picture("PNG", size=(1, 9_000)),
}
REFUSED = {
    "nothing": b"",
    "a page": HTML,
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a GIF's head and a script": b"GIF89a=1;alert(1)//" + HTML,
    "an archive": b"PK\x03\x04" + b"\0" * 300,
    "a program": b"\x7fELF" + b"\0" * 300,
    "half a PNG": picture("PNG", size=(300, 300))[:90],
    "half a JPEG": picture("JPEG", size=(300, 300))[:200],
    "half a WebP": picture("WEBP", size=(300, 300))[:40],
    "a PNG's first bytes": b"\x89PNG\r\n\x1a\n",
    "a PNG of 400 million pixels": png(20_000, 20_000, b"\0" * 1_000_000),
    "a PNG of 2^62 pixels": png(2**31 - 1, 2**31 - 1, b""),
    "a PNG of no pixels": png(0, 0, b""),
    "a PNG that lacks its pixels": png(100, 100, b"\0" * 10),
    "a PNG of broken data": picture("PNG").replace(b"IDAT", b"IDAT\xff"),
    "a JPEG of noise": picture("JPEG")[:160] + bytes(range(256)) * 20,
    "a TIFF": picture("TIFF"),
    "a bitmap": picture("BMP"),
    "an icon": picture("ICO", size=(32, 32)),
    "an AVIF": picture("AVIF"),
    "too many bytes": picture("PNG") + b"\0" * policy.UPLOAD_BYTES,
}
NAMES = [
    *("a.png", "a.html", "a.php", "../../a.png", "..\\..\\a.png", "/etc/passwd", "a\x00.php.png", "\u202egnp.exe", "."),
    *("..", "", ".htaccess", "x" * 5_000, "\U0001f600.png", "a;b=c.png", 'a"b.png', "a\r\nX: 1.png", "CON"),
]  # fmt: skip


def send(site: Site, content: bytes, name: str, then: Any) -> None:
    file = SimpleUploadedFile("a.png", content, "image/png")
    body = encode_multipart(BOUNDARY, {"image": file})
    body = body.replace(b'filename="a.png"', b'filename="' + name.encode("utf-8", "replace") + b'"', 1)
    site.ask("member", "POST", "/uploads", body, MULTIPART_CONTENT, then=then)


@pytest.mark.parametrize("what", TAKEN)
def test_a_picture_is_stored_as_its_pixels_alone(site, what):
    def then(response: Any) -> None:
        assert response.status_code == 200
        stored = Upload.objects.latest("pk")
        assert b"uploads/" in response.content
        served = site.browser("stranger").get(stored.url)
        content = b"".join(served.streaming_content)
        assert Image.open(io.BytesIO(content)).format == "WEBP"
        assert not any(bad in content for bad in (SECRET, b"script", b"EXIF", b"XMP ", b"PK\x03\x04"))
        assert served.headers["Content-Type"] == "image/webp"
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in served.headers["Content-Security-Policy"]

    send(site, TAKEN[what], "a.png", then)


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_picture_is_refused_at_its_field(site, what, settings):
    files = sorted(settings.MEDIA_ROOT.rglob("*"))

    def then(response: Any) -> None:
        assert response.status_code == 400
        said = response.content.decode().split('id="id_image_error">')[1].split("</p>")[0]
        assert len(said) > 20
        assert Upload.objects.count() == 1
        assert sorted(settings.MEDIA_ROOT.rglob("*")) == files

    send(site, REFUSED[what], "a.png", then)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_the_name_of_a_file_means_nothing(site, name, settings):
    def then(response: Any) -> None:
        assert response.status_code in (200, 400)
        if response.status_code == 200:
            stored = Upload.objects.latest("pk")
            # Files of requests that were taken back lie there still, so it may have been given another ending.
            assert re.fullmatch(rf"uploads/{stored.sha256[:2]}/{stored.sha256[2:34]}(_\w+)?\.webp", stored.file.name)

    send(site, picture("PNG", size=(7, 7)), name, then)
    outside = {path.suffix for path in settings.MEDIA_ROOT.parent.rglob("*") if path.is_file()}
    assert not outside & {".php", ".html", ".exe", ".png"}
