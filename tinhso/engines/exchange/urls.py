"""Addresses for machines: the connectors' door, GovStack's information mediator."""

from django.urls import URLPattern, path

from tinhso.engines.exchange import views_connectors, views_govstack

app_name = "exchange"
_SYSTEM = "<str:instance>/<str:kind>/<str:member>/<str:application>"
_ROOM = f"govstack/r1/{_SYSTEM}"


def _meta(before: str, mark: str) -> list[URLPattern]:
    return [
        path(f"{before}{_SYSTEM}/listMethods", views_govstack.list_methods, name=f"list_methods{mark}"),
        path(f"{before}{_SYSTEM}/allowedMethods", views_govstack.allowed_methods, name=f"allowed_methods{mark}"),
        path(f"{before}{_SYSTEM}/getOpenAPI", views_govstack.get_openapi, name=f"get_openapi{mark}"),
    ]


urlpatterns: list[URLPattern] = [
    path("lien-thong/ket-noi/<str:name>/<path:rest>", views_connectors.serve, name="connector"),
    path("govstack/listClients", views_govstack.list_clients, name="list_clients"),
    *_meta("govstack/", ""),
    *_meta("govstack/r1/", "_r1"),
    path(f"{_ROOM}/api/v1/eventType", views_govstack.types_door, name="event_types"),
    path(f"{_ROOM}/api/v1/eventType/<str:event>", views_govstack.type_door, name="event_type"),
    path(f"{_ROOM}/pub/v1/<str:event>", views_govstack.publish_door, name="publish_event"),
    path(f"{_ROOM}/pub/v1/<str:event>/<uuid:uid>", views_govstack.event_door, name="published"),
    path(f"{_ROOM}/api/v1/subs", views_govstack.subs_door, name="subscriptions"),
    path(f"{_ROOM}/api/v1/subs/<str:event>", views_govstack.sub_door, name="subscription"),
    path(f"{_ROOM}/api/v1/subs/<str:event>/replay", views_govstack.replay_door, name="replay"),
    path(f"{_ROOM}/pull/v1/<str:event>", views_govstack.pull_door, name="pull"),
    path(f"{_ROOM}/pull/v1/<str:event>/<uuid:uid>", views_govstack.confirm_door, name="confirm"),
]
