"""Addresses of the exchange: the portal's door, and the operator's pages."""

from django.urls import path

from tinhso.systems.procedures.national import door, views

app_name = "national"
urlpatterns = [
    path("cong-quoc-gia/dang-nhap/", door.sign_in, name="sign_in"),
    path("cong-quoc-gia/", door.call, name="door"),
    path("cong-quoc-gia/tep/<str:given>/", door.file, name="file"),
    path("quan-tri/cong-quoc-gia/", views.outgoing_list, name="outgoing"),
    path("quan-tri/cong-quoc-gia/gui-lai-tat-ca/", views.resend_all, name="resend_all"),
    path("quan-tri/cong-quoc-gia/di/<int:pk>/", views.outgoing_one, name="outgoing_one"),
    path("quan-tri/cong-quoc-gia/den/", views.incoming_list, name="incoming"),
    path("quan-tri/cong-quoc-gia/den/<int:pk>/", views.incoming_one, name="incoming_one"),
    path("quan-tri/cong-quoc-gia/doi-soat/", views.differences, name="differences"),
    path("quan-tri/cong-quoc-gia/doi-soat/<int:pk>/", views.difference, name="difference"),
]
