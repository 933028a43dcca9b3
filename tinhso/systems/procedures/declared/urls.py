from django.urls import URLPattern, path

from tinhso.systems.procedures.declared import views

app_name = "declared"
urlpatterns: list[URLPattern] = [
    path("dieu-hanh/khong-khai-lai/", views.months, name="months"),
    path("dieu-hanh/khong-khai-lai/<str:code>/", views.records, name="records"),
]
