"""Larger files than a form carries: by token only, streamed, refused with a sentence above what is configured."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.tokens import issue_token
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.opendata.models import Dataset, Resource

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024


@pytest.fixture
def token(cast: Cast, settings: Any) -> str:
    """A portal whose forms take one MiB, and whose programs may send three."""
    settings.FILES_MAX_UPLOAD, settings.FILES_MAX_BODY, settings.OPENDATA_UPLOAD_MIB = MIB, MIB + MIB // 4, 3
    Dataset.objects.create(name="lon", title="Lớn")
    day = timezone.localdate() + timedelta(days=9)
    return issue_token(access.Actor.system(), account=cast.administrator, name="lon", expires_on=day)[1]


def _upload(token: str, rows: int, action: str = "resource_create") -> Any:
    content = b"ma,ghi_chu\n" + b"".join(b"%d,%s\n" % (n, b"x" * 80) for n in range(rows))
    given = {"package_id": "lon", "name": "bang", "upload": SimpleUploadedFile("bang.csv", content)}
    headers = {"Authorization": token} if token else {}
    return Client().post(f"/api/3/action/{action}", given, headers=headers)


def test_a_program_with_its_token_sends_more_than_a_form_may(token: str) -> None:
    answer = _upload(token, 25_000)  # 2 MiB
    assert answer.status_code == 200, answer.content[:300]
    made = Resource.objects.get(pk=answer.json()["result"]["id"])
    assert made.rows == 25_000 and made.file is not None and made.file.size > 2 * MIB


def test_nobody_else_does_and_nothing_is_kept(token: str) -> None:
    for secret in ("", "tinhso_sai"):
        assert _upload(secret, 25_000).status_code == 413
    assert _upload(token, 25_000, "package_create").status_code == 413
    assert not Resource.objects.exists()


def test_above_what_is_configured_the_answer_says_so(token: str, settings: Any) -> None:
    answer = _upload(token, 60_000)
    assert answer.status_code == 413 and "3 MB" in answer.json()["title"]
    # A body that does not tell its length is met while it streams.
    settings.FILES_MAX_BODY = 100 * MIB
    answer = _upload(token, 60_000)
    assert answer.status_code == 409 and "3 MB" in answer.json()["error"]["upload"][0]
    settings.OPENDATA_MOST_ROWS = 1000
    answer = _upload(token, 1001)
    assert answer.status_code == 409 and "1.000" in str(answer.json()["error"])
    assert not Resource.objects.exists()


def test_rows_by_the_thousand_fit_in_one_call(token: str) -> None:
    records = [{"ma": f"m{n}", "ghi_chu": "x" * 100} for n in range(25_000)]  # 3 MiB of JSON
    given = {"resource": {"package_id": "lon", "name": "bang"}, "records": records, "primary_key": ["ma"]}
    headers = {"Authorization": token}
    post = Client().post
    # The whole body is bounded like any other.
    answer = post("/api/3/action/datastore_create", given, content_type="application/json", headers=headers)
    assert answer.status_code == 413
    few = given | {"records": records[:9000]}
    answer = post("/api/3/action/datastore_create", few, content_type="application/json", headers=headers)
    assert answer.status_code == 200 and Resource.objects.get().rows == 9000
