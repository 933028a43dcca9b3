from django.urls import URLPattern, URLResolver, path

from tinhso.foundation.ui import views

app_name = "ui"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.components, name="components"),
    path("di-toi/", views.find, name="palette"),
    path("ngon-ngu/", views.set_language, name="set_language"),
    path("giao-dien/", views.set_look, name="set_look"),
    path("sac-tinh.css", views.province_hues, name="province_hues"),
]
