from django.urls import path

from tinhso.engines.signing import views

app_name = "signing"
urlpatterns = [path("ocsp", views.ocsp_responder, name="ocsp"), path("<slug:which>.crl", views.crl, name="crl")]
