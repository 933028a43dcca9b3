"""The counter: the card compared, the person's own dates, another counter's slip closed."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from tinhso.foundation.access.guard import Denied
from tinhso.foundation.people.errors import NotFound
from tinhso.foundation.people.models import LookUp
from tinhso.foundation.privacy import selectors, services
from tinhso.foundation.privacy.errors import WrongRequest
from tinhso.foundation.privacy.models import DataRequest
from tinhso.foundation.privacy.tests.conftest import ASKED
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

pytestmark = pytest.mark.django_db
HOME = "/can-bo/yeu-cau-du-lieu/"


def take(people: Cast, who: str = "desk_officer", **more: Any) -> DataRequest:
    given: dict[str, Any] = {
        "unit": people.units.commune_centre,
        "token": uuid.uuid4(),
        "personal_number": "042190000017",
        "document": "Thẻ căn cước",
        "kind": "copy",
    }
    return services.file_at_desk(actor=people.actor(who), **{**given, **more})


def test_taken_at_the_counter_with_the_paper_named_and_the_look_logged(people: Cast) -> None:
    made = take(people)
    assert made.channel == "desk" and made.desk == people.units.commune_centre
    assert LookUp.objects.filter(person=people.citizen.person, account_id=people.desk_officer.pk).count() == 1
    for more, refusal in (
        ({"document": " "}, WrongRequest),
        ({"personal_number": "042199999999"}, NotFound),
        ({"unit": people.units.other_centre}, Denied),
    ):
        with pytest.raises(refusal):
            take(people, **more)  # type: ignore[arg-type]
    with pytest.raises(Denied):
        take(people, who="citizen")


def test_the_person_sees_it_in_their_account_and_the_officer_cannot_read_the_answer_elsewhere(people: Cast) -> None:
    made = take(people)
    services.settle(actor=people.actor("administrator"), request_id=made.pk, words="Đã lập.")
    mine = sign_in(Client(), people.citizen).get(f"/tai-khoan/du-lieu/yeu-cau/{made.code}/")
    assert mine.status_code == 200 and "ban-sao.json" in mine.content.decode()
    # The desk officer's own account is not the person's: the portal's page is not theirs.
    desk = sign_in(Client(), people.desk_officer)
    assert desk.get(f"/tai-khoan/du-lieu/yeu-cau/{made.code}/").status_code == 404
    assert sign_in(Client(), people.desk_officer_elsewhere).get(f"{HOME}{made.pk}/").status_code == 404
    assert desk.get(f"{HOME}{made.pk}/").status_code == 200


def test_by_the_pages(people: Cast) -> None:
    client = sign_in(Client(), people.desk_officer)
    assert client.get(HOME).status_code == 200
    bad = client.post(f"{HOME}moi/complain/", {"so": "042190000017", "giay_to": "Thẻ", "noi_dung": ""})
    assert bad.status_code == 422 and "042190000017" in bad.content.decode()
    good = client.post(f"{HOME}moi/complain/", {"so": "042190000017", "giay_to": "Thẻ", "noi_dung": "Bị lộ số"})
    assert good.status_code == 302 and client.get(good["Location"]).status_code == 200
    said = {"so": "042190000017", "giay_to": "Thẻ", "muc_dich": ASKED, "y_kien": "given"}
    assert client.post(f"{HOME}y-kien/", {**said, "y_kien": "maybe"}).status_code == 422
    assert client.post(f"{HOME}y-kien/", said).status_code == 302
    assert selectors.may_use(people.citizen.person_id, ASKED)
