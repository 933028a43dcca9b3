"""Changed answers for a supplement request, through real requests."""

import pytest
from django.test import Client
from django.urls import reverse

from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db


def asked(office: Office) -> Dossier:
    dossier = office.resolving()
    return services.ask_supplement(
        actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk, items="Nơi cư trú", reason="Chưa rõ"
    )


def client_of(office: Office, who: str) -> Client:
    client = Client()
    sign_in(client, getattr(office.cast, who))
    return client


def test_a_page_is_changed_kept_and_sent_with_the_answer(office: Office) -> None:
    dossier = asked(office)
    client = client_of(office, "citizen")
    address = reverse("portal:mend", args=[dossier.code, 1])
    shown = client.get(address)
    assert shown.status_code == 200
    assert address in client.get(f"/ho-so/{dossier.code}/").content.decode()
    services.keep_supplement_page(
        actor=office.cast.actor("citizen"), dossier_id=dossier.pk, values={"dx_ho_ten": "Nguyễn Thị Mai Hoa"}
    )
    assert "Nguyễn Thị Mai Hoa" in "".join(
        client.get(reverse("portal:mend", args=[dossier.code, number])).content.decode() for number in (1, 2)
    )
    sent = client.post(reverse("portal:supplement", args=[dossier.code]), {"tra-loi": "Đã sửa"})
    assert sent.status_code == 302
    dossier.refresh_from_db()
    assert dossier.data["dx_ho_ten"] == "Nguyễn Thị Mai Hoa"


def test_an_empty_page_is_refused_and_nothing_is_kept(office: Office) -> None:
    dossier = asked(office)
    answer = client_of(office, "citizen").post(reverse("portal:mend", args=[dossier.code, 1]), {})
    assert answer.status_code == 422
    assert dossier.supplement_requests.get().changes == {}


def test_nobody_else_changes_it_and_nothing_is_changed_when_nothing_is_asked(office: Office) -> None:
    dossier = asked(office)
    other = client_of(office, "other_citizen")
    assert other.get(reverse("portal:mend", args=[dossier.code, 1])).status_code == 404
    plain = office.filed(who="other_citizen")
    assert other.get(reverse("portal:mend", args=[plain.code, 1])).status_code == 302
