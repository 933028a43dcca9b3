from django.urls import URLPattern, URLResolver, path

from tinhso.faces.desk import views, views_acts, views_walk_in

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("nhan-truc-tiep/", views_walk_in.walk_in, name="walk_in"),
    path("nhan-truc-tiep/doc-the/", views_walk_in.read_code, name="read_code"),
    path("nhan-truc-tiep/thu-tuc/", views_walk_in.find_procedure, name="find_procedure"),
    path("nhan-truc-tiep/giay-to/", views_walk_in.papers, name="walk_in_papers"),
    path("nhan-truc-tiep/<int:pk>/xong/", views_walk_in.done, name="walk_in_done"),
    path("tim/", views.find, name="find"),
    path("ho-so/<int:pk>/", views.dossier, name="dossier"),
    path("ho-so/<int:pk>/giay-tiep-nhan.pdf", views.receipt, name="receipt"),
    path("ho-so/<int:pk>/mau/<slug:form>.pdf", views.form, name="form"),
    path("ho-so/<int:pk>/ket-qua.pdf", views.result, name="result"),
    path("ho-so/<int:pk>/du-thao.pdf", views.draft_preview, name="draft_preview"),
    path("ho-so/<int:pk>/giay-to/<int:paper>/", views.paper, name="paper"),
    path("ho-so/<int:pk>/<slug:act>/", views_acts.act, name="act"),
]
