"""The officers' one box: dossiers within their rights by code or name, procedures, units."""

from django.test import Client

from tinhso.foundation.testing.sessions import sign_in
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures import selectors
from tinhso.systems.procedures.testing import Office


def test_a_dossier_is_found_by_code_or_name_by_those_who_may_see_it(office: Office) -> None:
    dossier = office.received()
    name = dossier.applicant.full_name
    for typed in (dossier.code[:8], name, name.upper(), fold(name)):
        assert dossier in selectors.find_dossiers(office.cast.actor("desk_officer"), typed)
    for who in ("desk_officer_elsewhere", "leader_elsewhere", "citizen", "stranger", "administrator"):
        assert not selectors.find_dossiers(office.cast.actor(who), dossier.code)
        assert not selectors.find_dossiers(office.cast.actor(who), name)


def test_nothing_typed_finds_nothing(office: Office) -> None:
    office.received()
    for typed in ("", "   ", "\x00", "%", "_"):
        assert selectors.find_dossiers(office.cast.actor("desk_officer"), typed) == []


def test_the_box_answers_with_procedures_and_units_too(office: Office, client: Client) -> None:
    dossier = office.received()
    sign_in(client, office.cast.desk_officer)
    page = client.get("/can-bo/tim/", {"ma": "khai sinh"}).content.decode()
    assert "/thu-tuc/1.001193/" in page
    assert "An Bình" in client.get("/can-bo/tim/", {"ma": "an binh"}).content.decode()
    assert client.get("/can-bo/tim/", {"ma": dossier.code.lower()}).status_code == 302
    page = client.get("/can-bo/tim/", {"ma": dossier.applicant.full_name}).content.decode()
    assert dossier.code in page
