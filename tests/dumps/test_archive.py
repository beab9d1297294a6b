"""Where dumps come from: folders and archives, and every archive that is refused."""

import bz2
import gzip
import io
import lzma
import tarfile
import tracemalloc
import zipfile

import py7zr
import pytest

from geeks.dumps.stackexchange import DumpError, source
from geeks.dumps.stackexchange.archive import open_dump
from tests.dumps import small

TAGS = b'<tags>\n  <row Id="1" TagName="sums" />\n  <row Id="2" TagName="series" />\n</tags>'
INSIDE = f"{small.HOST}/Tags.xml"


def tar(path, entries, opener=lzma.open):
    with opener(path, "wb") as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in entries:
            entry = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            entry.size = entry.size or len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def zipped(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def seven(path, entries, **how):
    with py7zr.SevenZipFile(path, "w", **how) as archive:
        for name, content in entries:
            archive.writef(io.BytesIO(content), name)
    return path


def content_of(dump, name="Tags.xml"):
    return b"".join(dump.chunks(name))


def folder(path, entries):
    path.mkdir()
    for name, content in entries:
        (path / name).write_bytes(content)
    return path


FORMS = {
    "site.tar.xz": tar,
    "site.tar.gz": lambda path, entries: tar(path, entries, gzip.open),
    "site.tar.bz2": lambda path, entries: tar(path, entries, bz2.open),
    "site.tar": lambda path, entries: tar(path, entries, open),
    "site.zip": zipped,
    "site.7z": seven,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_stream_and_the_host_of_its_folder(form, tmp_path):
    path = FORMS[form](tmp_path / form, [(f"{small.HOST}/readme.txt", b"hello"), (INSIDE, TAGS)])
    dump = open_dump(path)
    assert dump.host == small.HOST
    assert dump.survey() == {"Tags.xml": 2}
    assert content_of(dump) == TAGS


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_without_a_folder_names_the_host_itself(form, tmp_path):
    path = FORMS[form](tmp_path / form.replace("site", "Sums.StackExchange.com"), [("Tags.xml", TAGS)])
    assert open_dump(path).host == small.HOST


def test_a_folder_is_read_and_its_name_is_the_host(tmp_path):
    dump = open_dump(folder(tmp_path / small.HOST, [("tags.XML", TAGS), ("notes.txt", b"")]))
    assert dump.host == small.HOST
    assert content_of(dump) == TAGS


def test_a_reader_of_a_7z_may_stop_early(tmp_path):
    large = b"<tags>" + b"x" * (source.CHUNK * 12) + b"</tags>"
    pieces = open_dump(seven(tmp_path / "a.7z", [("Tags.xml", large)])).chunks("Tags.xml")
    assert len(next(pieces)) == source.CHUNK
    pieces.close()


@pytest.mark.parametrize("form", ["site.tar.xz", "site.zip"])
@pytest.mark.parametrize("name", ["../Tags.xml", "/etc/Tags.xml", "a/../../Tags.xml", "C:/Tags.xml", "..\\Tags.xml"])
def test_a_path_that_leads_elsewhere_is_refused(form, name, tmp_path):
    path = FORMS[form](tmp_path / form, [(name, TAGS)])
    with pytest.raises(DumpError, match="leads elsewhere"):
        open_dump(path)


def test_a_path_that_leads_out_of_a_7z_is_refused(tmp_path):
    path = seven(tmp_path / "a.7z", [("xx/Tags.xml", TAGS)], filters=[{"id": py7zr.FILTER_COPY}])
    with py7zr.SevenZipFile(path, "w", filters=[{"id": py7zr.FILTER_COPY}]) as archive:
        archive.header_encryption = False
        archive.encoded_header_mode = False
        archive.writef(io.BytesIO(TAGS), "xx/Tags.xml")
    data = path.read_bytes()
    hostile = data.replace("xx/Tags".encode("utf-16-le"), "../Tags".encode("utf-16-le"))
    assert hostile != data
    path.write_bytes(hostile)
    with pytest.raises(DumpError):
        open_dump(path).survey()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_a_link_or_device_in_a_tar_is_refused(kind, tmp_path):
    link = tarfile.TarInfo("Posts.xml")
    link.type, link.linkname = kind, "/etc/passwd"
    with pytest.raises(DumpError, match="plain file"):
        open_dump(tar(tmp_path / "a.tar.xz", [("Tags.xml", TAGS), (link, b"")]))


def test_a_link_in_a_zip_is_refused(tmp_path):
    link = zipfile.ZipInfo("Posts.xml")
    link.external_attr = 0o120777 << 16
    with pytest.raises(DumpError, match="a link"):
        open_dump(zipped(tmp_path / "a.zip", [("Tags.xml", TAGS), (link, b"/etc/passwd")]))


@pytest.mark.parametrize("form", ["site.tar.xz", "site.tar.gz", "site.zip", "site.7z"])
def test_a_bomb_is_refused_by_what_comes_out(form, tmp_path, monkeypatch):
    monkeypatch.setattr(source, "FLOOR", 1_000_000)
    path = FORMS[form](tmp_path / form, [("Posts.xml", b" " * 4_000_000)])
    with pytest.raises(DumpError, match="250 times its size"):
        open_dump(path).survey()


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED])
def test_a_bomb_in_a_zip_fills_no_memory(compression, tmp_path, monkeypatch):
    size = 150_000_000
    monkeypatch.setattr(source, "FLOOR", size)  # it is taken for no bomb: all of it comes out
    with zipfile.ZipFile(tmp_path / "a.zip", "w", compression) as archive:
        archive.writestr("Posts.xml", bytes(size))
    dump = open_dump(tmp_path / "a.zip")
    tracemalloc.start()
    try:
        assert sum(map(len, dump.chunks("Posts.xml"))) == size
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def test_a_huge_header_of_a_tar_entry_is_refused(tmp_path):
    entry = tarfile.TarInfo("Tags.xml")
    entry.pax_headers = {"comment": "x" * 2_000_000}
    with pytest.raises(DumpError, match="header"):
        open_dump(tar(tmp_path / "a.tar.xz", [(entry, TAGS)]))


@pytest.mark.parametrize("form", FORMS)
def test_a_truncated_archive_is_refused_before_anything_is_read(form, tmp_path):
    path = FORMS[form](tmp_path / form, [(INSIDE, TAGS * 2_000)])
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(DumpError, match="cut off or damaged"):
        open_dump(path).survey()


@pytest.mark.parametrize("form", ["site.zip", "site.7z", "site.tar.xz", "site.tar.gz"])
def test_a_damaged_archive_is_refused(form, tmp_path):
    path = FORMS[form](tmp_path / form, [(INSIDE, bytes(range(256)) * 400)])
    data = bytearray(path.read_bytes())
    for place in range(len(data) // 3, len(data) // 2):
        data[place] ^= 0x5A
    path.write_bytes(data)
    with pytest.raises(DumpError, match="damaged"):
        open_dump(path).survey()


def test_an_encrypted_archive_is_refused(tmp_path):
    with pytest.raises(DumpError, match="encrypted"):
        open_dump(seven(tmp_path / "a.7z", [("Tags.xml", TAGS)], password="secret")).survey()
    path = zipped(tmp_path / "a.zip", [("Tags.xml", TAGS)])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(DumpError, match="encrypted"):
        open_dump(path)


def test_two_sites_in_one_archive_are_refused(tmp_path):
    with pytest.raises(DumpError, match="more than one site"):
        open_dump(zipped(tmp_path / "a.zip", [("one/Tags.xml", TAGS), ("two/Posts.xml", TAGS)]))
    with pytest.raises(DumpError, match="twice"):
        open_dump(zipped(tmp_path / "b.zip", [("one/Tags.xml", TAGS), ("two/Tags.xml", TAGS)]))


def test_what_is_no_dump_is_refused_in_one_line(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "nothing.zip").write_bytes(b"")
    (tmp_path / "letter.txt").write_text("Dear all")
    cases = {
        "missing": "no file or folder",
        "empty": "none of the files",
        "nothing.zip": "is empty",
        "letter.txt": "is no dump",
    }
    for name, reason in cases.items():
        with pytest.raises(DumpError, match=reason) as caught:
            open_dump(tmp_path / name)
        assert "\n" not in str(caught.value)
