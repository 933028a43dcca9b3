"""Messages, rating, wallet, co-applicants, delivery: the right people once, nobody else."""

from __future__ import annotations

import threading
import uuid
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.events.dispatch import deliver_all
from tinhso.foundation.notices.models import Notice
from tinhso.foundation.testing.sessions import sign_in
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.afterwards import selectors, services
from tinhso.systems.procedures.afterwards.errors import (
    AddressNeeded,
    AlreadyRated,
    ConsentNeeded,
    NotFinished,
    NotInvited,
    NotReusable,
    SaySomething,
)
from tinhso.systems.procedures.afterwards.models import DeliveryChoice, Message, Rating, WalletItem, WalletUse
from tinhso.systems.procedures.afterwards.rules import paper_key
from tinhso.systems.procedures.afterwards.services.rating import pass_of
from tinhso.systems.procedures.afterwards.testing import Beside
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.sample_scan import sample_scan
from tinhso.systems.procedures.testing import BIRTH, Office

pytestmark = pytest.mark.django_db


def send(office: Office, who: str, dossier: Dossier, from_office: bool, **more: Any) -> Message:
    given = {"body": "Xin hỏi bao giờ xong?", **more}
    return services.send_message(actor=office.cast.actor(who), dossier_id=dossier.pk, from_office=from_office, **given)


def test_both_sides_write_and_read_with_name_and_office(office: Office) -> None:
    dossier = office.resolving()
    send(office, "citizen", dossier, False, uploads=[("anh.png", sample_scan())])
    answer = send(office, "resolving_officer", dossier, True, body="Thứ Sáu này.")
    assert answer.sender_name == "Phan Văn Lực" and answer.office == office.cast.units.commune_office
    assert Notice.objects.filter(account=office.cast.citizen, text="afterwards.message", channel="web").count() == 1
    client = sign_in(Client(), office.cast.citizen)
    page = client.get(f"/ho-so/{dossier.code}/trao-doi/").content.decode()
    assert "Phan Văn Lực" in page and "Phòng Văn hóa - Xã hội" in page
    answer.refresh_from_db()
    assert answer.read_by == office.cast.citizen
    file = Message.objects.get(from_office=False).files.get()
    desk = sign_in(Client(), office.cast.desk_officer)
    assert desk.get(reverse("afterwards:desk_talk_file", args=[dossier.pk, file.pk])).status_code == 200
    assert "1 mới" not in client.get(f"/ho-so/{dossier.code}/").content.decode()


@pytest.mark.parametrize(
    ("who", "from_office"),
    [
        ("other_citizen", False),
        ("desk_officer_elsewhere", True),
        ("leader_elsewhere", True),
        ("citizen", True),
        ("resolving_officer", False),
        ("auditor", True),
    ],
)
def test_strangers_neither_write_nor_read(office: Office, who: str, from_office: bool) -> None:
    dossier = office.resolving()
    with pytest.raises((Denied, Dossier.DoesNotExist)):
        send(office, who, dossier, from_office)
    with pytest.raises((Denied, Dossier.DoesNotExist)):
        services.mark_read(actor=office.cast.actor(who), dossier_id=dossier.pk, as_office=from_office)


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 4001])
def test_nothing_and_too_much_are_refused(office: Office, body: str) -> None:
    with pytest.raises(SaySomething):
        send(office, "citizen", office.filed(), False, body=body)


def test_a_hostile_file_or_text_does_no_harm(office: Office) -> None:
    dossier = office.filed()
    with pytest.raises(Refused):
        send(office, "citizen", dossier, False, uploads=[("x.pdf", BytesIO(b"<script>alert(1)</script>"))])
    assert not Message.objects.exists()
    send(office, "citizen", dossier, False, body="<script>alert(1)</script>")
    page = sign_in(Client(), office.cast.desk_officer).get(f"/can-bo/ho-so/{dossier.pk}/trao-doi/").content.decode()
    assert "<script>alert(1)" not in page


def test_one_rating_without_an_account(office: Office) -> None:
    dossier = office.issued()
    address = reverse("afterwards:rate", args=[pass_of(dossier.pk)])
    page = Client().get(address).content.decode()
    assert "Rất hài lòng" in page and dossier.applicant.full_name not in page
    assert Client().post(address, {"muc": "9"}).status_code == 422
    typed = {"muc": "1", "ly_do": ["slow", "hack"], "gop_y": "Chậm"}
    assert "Cảm ơn" in Client().post(address, typed).content.decode()
    Client().post(address, {"muc": "4"})
    rating = Rating.objects.get()
    assert (rating.score, rating.reasons) == (1, ["slow"])
    with pytest.raises(AlreadyRated):
        services.rate_dossier(actor=Actor.anonymous(), dossier_id=dossier.pk, score=4)
    assert Client().get("/danh-gia/1:gia-mao/").status_code == 404
    assert selectors.satisfaction()["bad"] == 1


def test_an_unfinished_dossier_is_not_rated(office: Office) -> None:
    with pytest.raises(NotFinished):
        services.rate_dossier(actor=Actor.anonymous(), dossier_id=office.resolving().pk, score=4)


@pytest.mark.django_db(transaction=True)
def test_eight_ratings_at_once_are_one(office: Office) -> None:
    dossier, got = office.issued(), []

    def rate() -> None:
        try:
            services.rate_dossier(actor=Actor.anonymous(), dossier_id=dossier.pk, score=3)
            got.append(1)
        except AlreadyRated:
            got.append(0)
        finally:
            connection.close()

    threads = [threading.Thread(target=rate) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(got) == 1 and Rating.objects.count() == 1


def test_a_paper_given_once_is_offered_and_used_again_with_consent(office: Office) -> None:
    citizen = office.cast.actor("citizen")
    office.received(code=BIRTH)
    deliver_all()
    deliver_all()
    item = WalletItem.objects.get(person=office.cast.citizen.person)
    draft = core.start_draft(actor=citizen, version=office.version(BIRTH))
    names = [name for page in [*_names(draft)] for name in page]
    offered = selectors.offers(citizen, draft, names)
    assert [one["item"] for one in offered] == [item]
    given = {"token": draft.token, "field": offered[0]["name"], "item_id": item.pk}
    with pytest.raises(ConsentNeeded):
        services.reuse_item(actor=citizen, consents=False, **given)
    paper = services.reuse_item(actor=citizen, consents=True, **given)
    assert services.reuse_item(actor=citizen, consents=True, **given) == paper
    assert WalletUse.objects.count() == 1 and selectors.offers(citizen, draft, names) == []
    with pytest.raises(NotReusable):
        services.reuse_item(actor=citizen, consents=True, **{**given, "field": "ho_ten_con"})


def _names(draft: Any) -> Any:
    from tinhso.engines.forms import layout

    return [page.names for page in layout.pages(draft.version.form)]


def test_expired_hidden_or_anothers_paper_is_not_offered(office: Office) -> None:
    citizen, other = office.cast.actor("citizen"), office.cast.actor("other_citizen")
    office.received(code=BIRTH)
    deliver_all()
    item = WalletItem.objects.get()
    draft = core.start_draft(actor=citizen, version=office.version(BIRTH))
    field = selectors.offers(citizen, draft, [name for page in _names(draft) for name in page])[0]["name"]
    yesterday = timezone.localdate() - timezone.timedelta(days=1)
    for change in ({"is_hidden": True, "expires_on": None}, {"is_hidden": False, "expires_on": yesterday}):
        services.change_item(actor=citizen, item_id=item.pk, **change)
        with pytest.raises(NotReusable):
            services.reuse_item(actor=citizen, token=draft.token, field=field, item_id=item.pk, consents=True)
    theirs = core.start_draft(actor=other, version=office.version(BIRTH))
    with pytest.raises(NotReusable):
        services.reuse_item(actor=other, token=theirs.token, field=field, item_id=item.pk, consents=True)
    with pytest.raises(WalletItem.DoesNotExist):
        services.change_item(actor=other, item_id=item.pk, is_hidden=True, expires_on=None)
    client = sign_in(Client(), office.cast.other_citizen)
    assert client.get(f"/giay-to-cua-toi/{item.pk}/tep/").status_code == 404
    assert client.post(f"/ho-so/soan/{uuid.uuid4()}/dung-lai/").status_code == 404


def test_the_same_paper_by_its_name() -> None:
    from tinhso.systems.procedures.afterwards.services.wallet import same_paper

    assert paper_key("giay chung sinh (ban chup)") == "chung sinh ban chup"
    assert same_paper("chung sinh", "Bản chụp Giấy chứng sinh")
    assert not same_paper("ket hon", "Giấy chứng sinh") and not same_paper("", "Giấy")


def test_a_result_lies_in_the_wallet_and_the_person_is_asked_once(office: Office) -> None:
    dossier = office.issued()
    deliver_all()
    kept = WalletItem.objects.get(person=dossier.applicant, kind="result")
    assert kept.number == dossier.result.number_text
    assert Notice.objects.filter(text="afterwards.rate", channel="web").count() == 1
    page = sign_in(Client(), office.cast.citizen).get("/giay-to-cua-toi/").content.decode()
    assert kept.number in page


def test_a_co_applicant_says_yes_in_their_own_account(office: Office) -> None:
    Beside(office.cast)
    dossier = office.filed()
    invited = services.invite_co_applicant(
        actor=office.cast.actor("citizen"), dossier_id=dossier.pk, name="trần văn đức"
    )
    for who in ("citizen", "leader"):
        with pytest.raises(Refused):
            services.settle_invitation(actor=office.cast.actor(who), code=invited.code, agrees=True)
    stranger = sign_in(Client(), office.cast.leader)
    assert dossier.applicant.full_name not in stranger.post("/cung-nop/", {"ma": invited.code}).content.decode()
    other = sign_in(Client(), office.cast.other_citizen)
    assert dossier.applicant.full_name in other.post("/cung-nop/", {"ma": invited.code}).content.decode()
    assert other.post("/cung-nop/", {"ma": invited.code, "tra_loi": "co"}).status_code == 302
    invited.refresh_from_db()
    assert invited.state == "confirmed" and invited.person == office.cast.other_citizen.person
    with pytest.raises(NotInvited):
        services.settle_invitation(actor=office.cast.actor("other_citizen"), code=invited.code, agrees=False)
    # A co-applicant's yes lets them read the dossier; it does not make it theirs to act on.
    assert not Dossier.objects.belonging_to(office.cast.actor("other_citizen")).exists()
    assert Dossier.objects.readable_by(office.cast.actor("other_citizen")).get() == dossier


def test_a_co_applicant_reads_the_dossier_and_leads_nothing_alone(office: Office) -> None:
    Beside(office.cast)
    dossier = office.filed()
    invite = {"actor": office.cast.actor("citizen"), "dossier_id": dossier.pk}
    invited = services.invite_co_applicant(name="Trần Văn Đức", **invite)
    other, client = office.cast.actor("other_citizen"), sign_in(Client(), office.cast.other_citizen)
    home = f"/ho-so/{dossier.code}/"
    assert client.get(home).status_code == 404
    services.settle_invitation(actor=other, code=invited.code, agrees=True)
    page = client.get(home).content.decode()
    assert dossier.code in page and "Bạn là người cùng nộp" in page and "Rút hồ sơ này" not in page
    assert dossier.code in client.get("/ho-so/").content.decode()
    assert client.get(f"{home}phieu-tiep-nhan.pdf").status_code == 200
    paper = dossier.papers.first()
    assert paper is None or client.get(f"{home}giay-to/{paper.pk}/").status_code == 200
    refused = client.post(f"{home}rut/", {"ly-do": "Tôi đổi ý"})
    assert refused.status_code == 422 and "không tự rút được" in refused.content.decode()
    for address in ("bo-sung/", "nhan-ket-qua/", "nguoi-cung-nop/"):
        assert client.post(f"{home}{address}", {"ten": "x", "cach": "desk"}).status_code == 404
    dossier.refresh_from_db()
    assert dossier.state == "submitted"
    # A stranger's withdrawal says nothing, not even that there is such a dossier.
    with pytest.raises(Dossier.DoesNotExist):
        core.withdraw_dossier(actor=office.cast.actor("leader"), dossier_id=dossier.pk, reason="x")


def test_a_co_applicant_talks_along_and_leaves_what_is_new_to_the_applicant(office: Office) -> None:
    Beside(office.cast)
    dossier = office.received()
    applicant, other = office.cast.actor("citizen"), office.cast.actor("other_citizen")
    talk = f"/ho-so/{dossier.code}/trao-doi/"
    client = sign_in(Client(), office.cast.other_citizen)
    assert client.post(talk, {"noi_dung": "Cho tôi hỏi"}).status_code == 404
    invited = services.invite_co_applicant(actor=applicant, dossier_id=dossier.pk, name="Trần Văn Đức")
    services.settle_invitation(actor=other, code=invited.code, agrees=True)
    desk = office.cast.actor("desk_officer")
    said = services.send_message(actor=desk, dossier_id=dossier.pk, body="Mời bạn xem lại tên", from_office=True)
    told = Notice.objects.filter(text="afterwards.message", channel="web").values_list("account", flat=True)
    assert set(told) == {office.cast.citizen.pk, office.cast.other_citizen.pk}
    assert "Mời bạn xem lại tên" in client.get(talk).content.decode()
    said.refresh_from_db()
    assert said.read_at is None
    assert client.post(talk, {"noi_dung": "Tên tôi đúng rồi"}).status_code == 302
    mine = Message.objects.get(dossier=dossier, from_office=False)
    assert (mine.body, mine.sender) == ("Tên tôi đúng rồi", office.cast.other_citizen)
    sign_in(Client(), office.cast.citizen).get(talk)
    said.refresh_from_db()
    assert said.read_at is not None


def test_who_said_no_or_was_not_asked_reads_nothing(office: Office) -> None:
    Beside(office.cast)
    dossier = office.filed()
    invited = services.invite_co_applicant(
        actor=office.cast.actor("citizen"), dossier_id=dossier.pk, name="Trần Văn Đức"
    )
    services.settle_invitation(actor=office.cast.actor("other_citizen"), code=invited.code, agrees=False)
    for who in ("other_citizen", "leader", "stranger"):
        assert not Dossier.objects.readable_by(office.cast.actor(who)).exists()


def test_a_co_applicant_comes_to_the_counter(office: Office) -> None:
    dossier = office.filed()
    citizen, officer = office.cast.actor("citizen"), office.cast.actor("desk_officer")
    invited = services.invite_co_applicant(actor=citizen, dossier_id=dossier.pk, name="Lê Văn Tám")
    given = {"invitation_id": invited.pk, "name": "Lê Văn Tám", "number": "099090000321"}
    for who in ("desk_officer_elsewhere", "leader", "citizen"):
        with pytest.raises(Denied):
            services.confirm_at_desk(actor=office.cast.actor(who), **given)
    for wrong in ({"name": "Ai Khác"}, {"number": office.cast.other_citizen.person.personal_number}):
        with pytest.raises(Refused):
            services.confirm_at_desk(actor=officer, **{**given, **wrong})
    assert services.confirm_at_desk(actor=officer, **given).officer == office.cast.desk_officer
    with pytest.raises(Dossier.DoesNotExist):
        services.invite_co_applicant(actor=office.cast.actor("other_citizen"), dossier_id=dossier.pk, name="Kẻ Lạ")


def test_delivery_is_chosen_by_its_own_people_until_it_is_on_its_way(office: Office) -> None:
    waiting, citizen = office.received(), office.cast.actor("citizen")
    with pytest.raises(AddressNeeded):
        services.choose_delivery(actor=citizen, dossier_id=waiting.pk, way="post", recipient="Hoa")
    with pytest.raises(Dossier.DoesNotExist):
        services.choose_delivery(actor=office.cast.actor("other_citizen"), dossier_id=waiting.pk, way="desk")
    address = {"recipient": "Hoa", "phone": "0912345678", "address": "Thôn 1"}
    services.choose_delivery(actor=citizen, dossier_id=waiting.pk, way="post", **address)
    changed = services.choose_delivery(actor=citizen, dossier_id=waiting.pk, way="desk", **address)
    assert (changed.way, changed.address) == ("desk", "")
    given = office.issued(code=BIRTH)
    assert given.delivery_state == "delivered"
    with pytest.raises(Refused):
        services.choose_delivery(actor=citizen, dossier_id=given.pk, way="desk")
    client = sign_in(Client(), office.cast.citizen)
    for _ in range(2):
        assert client.get(f"/ho-so/{given.code}/ket-qua.pdf").status_code == 200
    first = DeliveryChoice.objects.get(dossier=given).downloaded_at
    assert first is not None


def test_the_pages_take_a_bounded_number_of_queries(office: Office, django_assert_max_num_queries: Any) -> None:
    dossier = office.resolving()
    for _ in range(6):
        send(office, "citizen", dossier, False)
    client, desk = sign_in(Client(), office.cast.citizen), sign_in(Client(), office.cast.desk_officer)
    for one, address in (
        (client, f"/ho-so/{dossier.code}/"),
        (client, f"/ho-so/{dossier.code}/trao-doi/"),
        (client, "/giay-to-cua-toi/"),
        (client, f"/ho-so/{dossier.code}/nhan-ket-qua/"),
        (desk, f"/can-bo/ho-so/{dossier.pk}/trao-doi/"),
        (desk, "/can-bo/phan-anh/"),
        (desk, "/can-bo/lam-thay/"),
    ):
        one.get(address)
        with django_assert_max_num_queries(25):
            assert one.get(address).status_code == 200, address
