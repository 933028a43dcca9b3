"""Addresses under /tai-khoan/. allauth's views are listed one by one, each behind a gate; the rest is closed."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.usersessions import views as sessions
from django.urls import URLPattern, URLResolver, include, path

from tinhso.foundation.access.gates import public, signed_in
from tinhso.foundation.people import views, views_tokens, vneid

own = (
    [
        path("", views.home, name="home"),
        path("xac-thuc-lai/", views.step_up, name="step_up"),
        path("xac-thuc-lai/khoa-truy-cap/", views.step_up_passkey, name="step_up_passkey"),
        path("gui-tiep/<str:key>/", views.resume, name="resume"),
        path("ai-da-xem/", views.who_looked, name="who_looked"),
        path("uy-quyen/", views.delegations, name="delegations"),
        path("uy-quyen/<int:delegation_id>/thu-hoi/", views.delegation_revoke, name="delegation_revoke"),
        path("the-may/", views_tokens.machine_tokens, name="machine_tokens"),
        path("the-may/<int:token_id>/thu-hoi/", views_tokens.machine_token_revoke, name="machine_token_revoke"),
        path("quyen/", views.permission_sentences, name="permissions"),
    ],
    "people",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(own)),
    path("dang-nhap/", public(account.login), name="account_login"),
    path("dang-xuat/", public(account.logout), name="account_logout"),
    path("da-khoa/", public(account.account_inactive), name="account_inactive"),
    path("mat-khau/", signed_in(account.password_change), name="account_change_password"),
    path("mat-khau/dat/", signed_in(account.password_set), name="account_set_password"),
    path("hai-lop/", signed_in(mfa.index), name="mfa_index"),
    path("hai-lop/nhap-ma/", public(mfa.authenticate), name="mfa_authenticate"),
    path("hai-lop/ung-dung/bat/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("hai-lop/ung-dung/tat/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("hai-lop/ma-du-phong/", signed_in(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("hai-lop/ma-du-phong/tao/", signed_in(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("hai-lop/ma-du-phong/tai/", signed_in(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("hai-lop/khoa/", signed_in(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("hai-lop/khoa/them/", signed_in(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("hai-lop/khoa/<int:pk>/xoa/", signed_in(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("hai-lop/khoa/<int:pk>/sua/", signed_in(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("hai-lop/khoa/dang-nhap/", views.passkey_sign_in, name="mfa_login_webauthn"),
    path("phien/", signed_in(sessions.list_usersessions), name="usersessions_list"),
    path("dinh-danh/da-huy/", public(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("dinh-danh/loi/", public(social.login_error), name="socialaccount_login_error"),
    path("dinh-danh/<slug:provider_id>/", public(vneid.login), name="openid_connect_login"),
    path("dinh-danh/<slug:provider_id>/tro-ve/", public(vneid.callback), name="openid_connect_callback"),
]
