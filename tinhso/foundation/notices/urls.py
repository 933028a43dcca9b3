from django.urls import path

from tinhso.foundation.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("da-doc/", views.read_all, name="read_all"),
    path("cach-nhan/", views.preference, name="preference"),
    path("<int:notice_id>/", views.notice_open, name="open"),
]
