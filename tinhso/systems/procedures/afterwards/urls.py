"""Addresses around a dossier and after it, on the portal and at the desk."""

from django.urls import path

from tinhso.systems.procedures.afterwards import (
    views_acting,
    views_desk,
    views_dossier,
    views_feedback,
    views_public,
    views_wallet,
)

app_name = "afterwards"
urlpatterns = [
    path("ho-so/<str:code>/trao-doi/", views_dossier.talk, name="talk"),
    path("ho-so/<str:code>/trao-doi/tep/<int:file>/", views_dossier.talk_file, name="talk_file"),
    path("ho-so/<str:code>/nhan-ket-qua/", views_dossier.delivery, name="delivery"),
    path("ho-so/<str:code>/nguoi-cung-nop/", views_dossier.together, name="together"),
    path("ho-so/<str:code>/nguoi-cung-nop/<int:pk>/rut/", views_dossier.take_back, name="take_back"),
    path("cung-nop/", views_dossier.invited, name="invited"),
    path("giay-to-cua-toi/", views_wallet.wallet, name="wallet"),
    path("giay-to-cua-toi/<int:pk>/", views_wallet.item, name="item"),
    path("giay-to-cua-toi/<int:pk>/tep/", views_wallet.item_file, name="item_file"),
    path("ho-so/soan/<uuid:token>/dung-lai/", views_wallet.reuse, name="reuse"),
    path("lam-thay/", views_acting.powers, name="powers"),
    path("lam-thay/moi/", views_acting.ask, name="ask_power"),
    path("lam-thay/<int:pk>/<slug:act>/", views_acting.settle, name="settle_power"),
    path("ho-so/soan/<uuid:token>/lam-thay/", views_acting.draft_for, name="draft_for"),
    path("danh-gia/<str:given>/", views_public.rate, name="rate"),
    path("phan-anh/", views_feedback.send, name="feedback"),
    path("phan-anh/cong-khai/", views_feedback.public_list, name="feedback_public"),
    path("phan-anh/<str:code>/", views_feedback.follow, name="feedback_follow"),
    path("can-bo/phan-anh/", views_desk.feedback_list, name="feedback_list"),
    path("can-bo/phan-anh/<int:pk>/", views_desk.feedback_one, name="feedback_one"),
    path("can-bo/lam-thay/", views_desk.powers_to_confirm, name="powers_to_confirm"),
    path("can-bo/lam-thay/<int:pk>/", views_desk.power, name="power"),
    path("can-bo/lam-thay/<int:pk>/giay-to/", views_desk.evidence, name="evidence"),
    path("can-bo/ho-so/<int:pk>/trao-doi/", views_desk.talk, name="desk_talk"),
    path("can-bo/ho-so/<int:pk>/trao-doi/tep/<int:file>/", views_desk.talk_file, name="desk_talk_file"),
    path("can-bo/cung-nop/<int:pk>/", views_desk.confirm_together, name="confirm_together"),
]
