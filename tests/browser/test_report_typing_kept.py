"""What an officer typed into a report is kept on the device until the server has it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tinhso.foundation.testing.browser import axe
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.reporting import services
from tinhso.systems.reporting.testing import make_duty, make_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_typing_survives_a_lost_connection_and_is_offered_again(cast: Cast, browse: Any) -> None:
    duty = make_duty(make_form(cast.units.committee), cast.units.commune_committee)
    services.begin(actor=cast.actor("resolving_officer"), duty_id=duty.pk)
    page = browse(cast.resolving_officer, width=360)
    page.goto(reverse("reporting:report", args=[duty.pk]))
    page.wait_for_selector("html.js-ready")
    page.fill("#o-di-ky", "1.234")
    page.context.set_offline(True)
    page.click("button[name=save]")
    assert "Đang mất mạng" in page.inner_text("#trang-thai-luu")
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("#da-go:not([hidden])")
    assert page.input_value("#o-di-ky") == "" and axe(page) == []
    page.click("[data-take]")
    assert page.input_value("#o-di-ky") == "1.234"
    page.click("button[name=save]")
    page.wait_for_load_state("networkidle")
    assert page.input_value("#o-di-ky") == "1.234" and page.is_hidden("#da-go")
