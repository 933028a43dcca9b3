"""Addresses of the exchange's pages, for agencies' engineers and those who decide."""

from django.urls import URLPattern, path

from tinhso.faces.exchange import (
    views_agreements,
    views_catalogue,
    views_members,
    views_owning,
    views_peers,
    views_receipts,
    views_rooms,
)

app_name = "exchanging"
urlpatterns: list[URLPattern] = [
    path("", views_catalogue.home, name="home"),
    path("dich-vu/<int:pk>/", views_catalogue.service, name="service"),
    path("dich-vu/<int:pk>/mo-ta/", views_catalogue.contract, name="contract"),
    path("dich-vu/<int:pk>/goi-thu/", views_catalogue.try_out, name="try_out"),
    path("dich-vu/<int:pk>/xin-dung/", views_agreements.ask, name="ask"),
    path("dich-vu/<int:pk>/ban-moi/", views_owning.replace, name="replace"),
    path("dich-vu/<int:pk>/ket-thuc/", views_owning.end, name="end"),
    path("thoa-thuan/", views_agreements.agreements, name="agreements"),
    path("thoa-thuan/<int:pk>/", views_agreements.agreement, name="agreement"),
    path("thoa-thuan/<int:pk>/quyet-dinh/", views_agreements.decide, name="decide"),
    path("thoa-thuan/<int:pk>/go/", views_agreements.remove, name="remove"),
    path("bien-nhan/", views_receipts.receipts, name="receipts"),
    path("bien-nhan/<uuid:uid>/tai/", views_receipts.export, name="receipt"),
    path("he-thong/", views_owning.systems, name="systems"),
    path("he-thong/dang-ky/", views_owning.register, name="register"),
    path("he-thong/<int:pk>/", views_owning.system, name="system"),
    path("he-thong/<int:pk>/cong-bo/", views_owning.publish, name="publish"),
    path("he-thong/<int:pk>/khoa/", views_owning.issue, name="issue"),
    path("he-thong/<int:pk>/go/", views_owning.remove, name="remove_system"),
    path("khoa/<int:pk>/thu-hoi/", views_owning.revoke, name="revoke"),
    path("phong-tin/", views_rooms.rooms, name="rooms"),
    path("phong-tin/<int:pk>/", views_rooms.room, name="room"),
    path("phong-tin/<int:pk>/quyen/", views_rooms.give_pass, name="room_pass"),
    path("nghe-tin/<int:pk>/", views_rooms.hearing, name="hearing"),
    path("nghe-tin/<int:pk>/giao-lai/", views_rooms.replay, name="replay"),
    path("nghe-tin/<int:pk>/doi-khoa/", views_rooms.rotate, name="rotate"),
    path("nghe-tin/<int:pk>/thoi/", views_rooms.end, name="end_hearing"),
    path("thanh-vien/", views_members.members, name="members"),
    path("thanh-vien/<int:pk>/dua-ra/", views_members.remove, name="remove_member"),
    path("nen-tang-ban/", views_peers.peers, name="peers"),
    path("nen-tang-ban/mo-ta.json", views_peers.description, name="own_description"),
    path("nen-tang-ban/<int:pk>/", views_peers.peer, name="peer"),
    path("nen-tang-ban/<int:pk>/bien-nhan.txt", views_peers.receipts, name="peer_receipts"),
    path("nen-tang-ban/<int:pk>/go/", views_peers.remove, name="remove_peer"),
]
