from django.urls import URLPattern, URLResolver, path

from tinhso.systems.procedures.processes import views

app_name = "processes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("can-bo/phoi-hop/", views.opinions, name="opinions"),
    path("can-bo/phoi-hop/<int:pk>/", views.opinion, name="opinion"),
    path("can-bo/phoi-hop/<int:pk>/tep/", views.answer_file, name="answer_file"),
    path("can-bo/phoi-hop/<int:pk>/rut/", views.withdraw, name="withdraw"),
    path("can-bo/phoi-hop/ho-so/<int:pk>/", views.work, name="work"),
    path("can-bo/phoi-hop/ho-so/<int:pk>/hoi/", views.ask, name="ask"),
    path("can-bo/phoi-hop/ho-so/<int:pk>/nhanh/<int:token>/", views.branch, name="branch"),
]
