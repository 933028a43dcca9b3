from django.urls import URLPattern, path

from tinhso.faces.registers import views_define, views_owner, views_public, views_work

app_name = "registers"
_OWN = "quan-tri/co-so-du-lieu/"
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
]
