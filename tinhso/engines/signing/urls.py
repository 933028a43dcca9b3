from django.urls import path

from tinhso.engines.signing import views

app_name = "signing"
urlpatterns = [path("<slug:which>.crl", views.crl, name="crl")]
