"""Addresses of the administration; each area adds its lines."""

from django.urls import URLPattern, URLResolver, path

from tinhso.faces.admin import (
    urls_indicators,
    urls_units,
    views_accounts,
    views_audit,
    views_events,
    views_home,
    views_roles,
)

app_name = "admin"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views_home.home, name="home"),
    path("nhat-ky/", views_audit.audit_list, name="audit"),
    path("nhat-ky/kiem-tra/", views_audit.audit_check, name="audit_check"),
    path("nhat-ky/kiem-tra/<int:check_id>/", views_audit.audit_check_result, name="audit_check_result"),
    path("nhat-ky/xuat/", views_audit.audit_export, name="audit_export"),
    path("nhat-ky/<int:row_id>/", views_audit.audit_row, name="audit_row"),
    path("su-kien/", views_events.events_list, name="events"),
    path("su-kien/chay-lai/", views_events.events_retry_all, name="events_retry_all"),
    path("su-kien/<int:event_id>/", views_events.event_page, name="event"),
    path("su-kien/<int:event_id>/chay-lai/", views_events.event_retry, name="event_retry"),
    path("su-kien/<int:event_id>/dong/", views_events.event_close, name="event_close"),
    path("tai-khoan/", views_accounts.accounts, name="accounts"),
    path("tai-khoan/them/", views_accounts.account_create, name="account_create"),
    path("tai-khoan/<int:account_id>/", views_accounts.account, name="account"),
    path("tai-khoan/<int:account_id>/khoa/", views_accounts.account_disable, name="account_disable"),
    path("tai-khoan/<int:account_id>/mo/", views_accounts.account_enable, name="account_enable"),
    path("tai-khoan/<int:account_id>/mo-khoa/", views_accounts.account_unlock, name="account_unlock"),
    path("tai-khoan/<int:account_id>/mat-khau/", views_accounts.account_password, name="account_password"),
    path("tai-khoan/<int:account_id>/hai-lop/", views_accounts.account_second_factor, name="account_second_factor"),
    path(
        "tai-khoan/<int:account_id>/the-may/<int:token_id>/thu-hoi/",
        views_accounts.account_token_revoke,
        name="account_token_revoke",
    ),
    path("tai-khoan/<int:account_id>/vai-tro/", views_roles.role_grant, name="role_grant"),
    path("ra-soat/", views_accounts.review, name="review"),
    path("ra-soat/<int:account_id>/", views_accounts.review_confirm, name="review_confirm"),
    path("vai-tro/", views_roles.roles, name="roles"),
    path("vai-tro/quyen/", views_roles.role_sentences, name="role_sentences"),
    path("vai-tro/<int:assignment_id>/ket-thuc/", views_roles.role_end, name="role_end"),
    path("uy-quyen/<int:delegation_id>/thu-hoi/", views_roles.delegation_end, name="delegation_end"),
    *urls_units.urlpatterns,
    *urls_indicators.urlpatterns,
]
