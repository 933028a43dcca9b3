"""Uploads bounded while they stream, and files handed to browsers that can do nothing there."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.files import errors, kinds, services, serving, uploads
from tinhso.foundation.files.tests import samples
from tinhso.foundation.testing.cast import Cast

BOUNDARY = "ranhgioi"
MEBIBYTE = 1024 * 1024


class Body(io.RawIOBase):
    """A multipart body of any length, made as it is read; remembers how much was taken."""

    def __init__(self, file_bytes: int) -> None:
        self.head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="ho_ten"\r\n\r\nNguyễn Thị Hoa\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="giay_to"; filename="a.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        self.tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.length = len(self.head) + file_bytes + len(self.tail)
        self.file_end = len(self.head) + file_bytes
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = min(size if size >= 0 else self.length, self.length - self.taken, 64 * 1024)
        out = bytearray()
        for at in (self.taken,):
            if at < len(self.head):
                out += self.head[at : at + size]
            elif at < self.file_end:
                out += b"0" * min(size, self.file_end - at)
            else:
                out += self.tail[at - self.file_end : at - self.file_end + size]
        self.taken += len(out)
        return bytes(out)


def request_with(body: Body, declared: int | None = None) -> WSGIRequest:
    return WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "test",
            "SERVER_PORT": "80",
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            "CONTENT_LENGTH": str(body.length if declared is None else declared),
            "wsgi.input": body,
        }
    )


def test_a_file_over_the_bound_keeps_the_rest_of_the_form(cast: Cast, settings: Any) -> None:
    settings.FILES_MAX_UPLOAD = MEBIBYTE
    request = request_with(Body(3 * MEBIBYTE))
    assert request.POST["ho_ten"] == "Nguyễn Thị Hoa"
    upload = request.FILES["giay_to"]
    assert isinstance(upload, uploads.OversizedUpload) and upload.size == 3 * MEBIBYTE
    with pytest.raises(errors.TooLarge, match="Tệp lớn hơn 1 MB"):
        services.store(cast.actor("citizen"), stream=upload, name="a.pdf", purpose="test")  # type: ignore[arg-type]


def test_a_file_within_the_bound_arrives_whole() -> None:
    upload = request_with(Body(2 * MEBIBYTE)).FILES["giay_to"]
    assert isinstance(upload, UploadedFile) and upload.size == 2 * MEBIBYTE
    assert upload.read() == b"0" * 2 * MEBIBYTE


def test_an_endless_body_stops_early(settings: Any) -> None:
    settings.FILES_MAX_UPLOAD, settings.FILES_MAX_BODY = MEBIBYTE, 2 * MEBIBYTE
    body = Body(2 * 1024 * MEBIBYTE)
    request = request_with(body)
    assert request.POST["ho_ten"] == "Nguyễn Thị Hoa"
    assert "giay_to" not in request.FILES
    assert body.taken < 4 * MEBIBYTE


@pytest.mark.parametrize(("accept", "kind"), [("text/html", "text/html"), ("*/*", "application/problem+json")])
def test_two_gigabytes_are_refused_before_the_first_byte(accept: str, kind: str) -> None:
    body = Body(2 * 1024 * MEBIBYTE)
    request = request_with(body)
    request.META["HTTP_ACCEPT"] = accept

    def never(_request: Any) -> HttpResponse:
        raise AssertionError("the view was reached")

    answer = uploads.BodyBoundMiddleware(never)(request)
    assert answer.status_code == 413 and answer["Content-Type"].startswith(kind)
    assert "Tệp lớn hơn" in answer.content.decode() and "vẫn còn" in answer.content.decode()
    assert body.taken == 0


@pytest.mark.parametrize("length", ["", "-5", "abc"])
def test_a_strange_length_does_not_break_the_bound(length: str) -> None:
    request = RequestFactory().post("/")
    request.META["CONTENT_LENGTH"] = length
    assert uploads.declared_length(request) == 0


def test_a_file_is_served_so_that_it_can_do_nothing(cast: Cast) -> None:
    content = samples.picture("PNG")
    file = services.store(cast.actor("citizen"), stream=io.BytesIO(content), name="Ảnh “đất”.png", purpose="t")
    answer = serving.serve(file, inline=True)
    assert b"".join(answer) == content  # type: ignore[arg-type]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"] and "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("inline; ")
    assert "filename*=UTF-8''%E1%BA%A2nh%20" in answer["Content-Disposition"]


def test_kinds_that_a_browser_might_run_are_downloaded(cast: Cast) -> None:
    file = services.store(
        cast.actor("citizen"), stream=io.BytesIO(b"<a/>"), name="a.xml", purpose="t", allowed=(kinds.XML,)
    )
    assert serving.serve(file, inline=True)["Content-Disposition"].startswith("attachment")


@given(st.text())
def test_any_name_makes_one_safe_header(name: str) -> None:
    header = serving.disposition(name, inline=False)
    header.encode("ascii")
    assert "\r" not in header and "\n" not in header and header.count('"') == 2
    kept = kinds.clean_name(name)
    assert kept and "/" not in kept and "\\" not in kept and "\u202e" not in kept and len(kept) <= 150
