from django.urls import path

from tinhso.engines.payments import views

app_name = "payments"
urlpatterns = [path("ngan-hang/", views.webhook, name="webhook")]
