"""Layouts, switches and error pages answer for everyone, in both languages."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_the_component_page_opens_for_anyone(client: Client) -> None:
    page = client.get("/ui/")
    assert page.status_code == 200
    assert b'href="#noi-dung"' in page.content


@pytest.mark.django_db
def test_the_language_switch_is_remembered(client: Client) -> None:
    answer = client.post("/ui/ngon-ngu/", {"language": "en", "next": "/ui/"})
    assert answer.headers["Location"] == "/ui/"
    assert b'<html lang="en"' in client.get("/ui/").content


@pytest.mark.django_db
def test_theme_and_density_are_remembered_by_cookie(client: Client) -> None:
    client.post("/ui/giao-dien/", {"theme": "dark", "next": "/ui/"})
    client.post("/ui/giao-dien/", {"density": "compact", "next": "/ui/"})
    assert b'data-theme="dark" data-density="compact"' in client.get("/ui/").content


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_a_switch_never_leads_to_another_site(client: Client, wanted: str) -> None:
    assert client.post("/ui/giao-dien/", {"theme": "dark", "next": wanted}).headers["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_theme_is_ignored(client: Client) -> None:
    client.post("/ui/giao-dien/", {"theme": '"><script>', "next": "/ui/"})
    assert b"data-theme" not in client.get("/ui/").content


@pytest.mark.django_db
def test_a_missing_page_says_so_in_words(client: Client) -> None:
    page = client.get("/khong-co-trang-nay/")
    assert page.status_code == 404
    assert "Không tìm thấy trang này" in page.content.decode()


@pytest.mark.django_db
def test_machines_get_problem_details(client: Client) -> None:
    page = client.get("/api/khong-co/")
    assert page.status_code == 404
    assert page.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_stale_form_is_told_to_reload() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/ui/giao-dien/", {"theme": "dark"})
    assert page.status_code == 403
    assert "Biểu mẫu đã hết hạn" in page.content.decode()
