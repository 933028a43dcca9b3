from django.urls import URLPattern, path

from tinhso.faces.registers import govstack, govstack_databases, views_define, views_owner, views_public, views_work

app_name = "registers"
_OWN = "quan-tri/co-so-du-lieu/"
_GOVDB = "govstack/digital-registries/"
_GOV = f"{_GOVDB}data/"
_IN = "<str:registryname>/<str:versionnumber>"
urlpatterns: list[URLPattern] = [
    path("co-so-du-lieu/", views_public.catalogue, name="catalogue"),
    path("co-so-du-lieu/<slug:code>/", views_public.register, name="public"),
    path(_OWN, views_owner.owned_list, name="owned"),
    path(f"{_OWN}moi/", views_define.define, name="define"),
    path(f"{_OWN}<int:pk>/", views_owner.register, name="register"),
    path(f"{_OWN}<int:pk>/cau-truc/", views_define.structure, name="structure"),
    path(f"{_OWN}<int:pk>/nhap-tep/", views_work.imports, name="imports"),
    path(f"{_OWN}<int:pk>/yeu-cau/", views_work.requests, name="requests"),
    path(f"{_OWN}<int:pk>/nghi-trung/", views_work.duplicates, name="duplicates"),
    path(f"{_OWN}lan-nhap/<int:pk>/", views_work.run, name="run"),
    path(f"{_OWN}lan-nhap/<int:pk>/dong-sai.csv", views_work.faults, name="faults"),
    path(f"{_OWN}ban-ghi/<int:pk>/", views_owner.record, name="record"),
    path(f"{_OWN}chung-minh/<int:pk>/", views_owner.proof, name="proof"),
    path(f"{_GOVDB}databases", govstack_databases.databases, name="gov_databases"),
    path(f"{_GOVDB}database/modify", govstack_databases.modify, name="gov_modify"),
    path(f"{_GOVDB}database/<int:pk>", govstack_databases.database, name="gov_database"),
    path(f"{_GOV}MyPersonalDataUsage/1.0", govstack.usage, name="gov_usage"),
    path(f"{_GOV}{_IN}/create", govstack.create, name="gov_create"),
    path(f"{_GOV}{_IN}/exists", govstack.exists, name="gov_exists"),
    path(f"{_GOV}{_IN}/read", govstack.read, name="gov_read"),
    path(f"{_GOV}{_IN}/update", govstack.update, name="gov_update"),
    path(f"{_GOV}{_IN}/update-entries", govstack.update_entries, name="gov_update_entries"),
    path(f"{_GOV}{_IN}/update-or-create", govstack.update_or_create, name="gov_update_or_create"),
    path(f"{_GOV}{_IN}/<str:uuid>/read-value/<str:field>.<str:ext>", govstack.read_value, name="gov_read_value"),
    path(f"{_GOV}{_IN}/<str:uuid>/delete", govstack.delete, name="gov_delete"),
    path(f"{_GOV}{_IN}", govstack.listed, name="gov_list"),
]
