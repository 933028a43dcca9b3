from django.urls import URLPattern, path

from tinhso.faces.govstack import views

app_name = "govstack"
urlpatterns: list[URLPattern] = [
    path("services", views.service_list, name="services"),
    path("services/<str:service_id>", views.one_service, name="service"),
    path("services/<str:service_id>/eForms", views.service_forms, name="service_forms"),
    path("services/<str:service_id>/applications", views.submit, name="submit"),
    path("eForms/<str:form_id>", views.one_form, name="form"),
    path("applications", views.application_list, name="applications"),
    path("applications/<str:file_id>", views.one_application, name="application"),
    path("tasks", views.task_list, name="tasks"),
    path("tasks/<str:said>", views.one_task, name="task"),
    path("tasks/<str:said>/complete", views.complete, name="complete"),
    path("documents", views.document, name="documents"),
    path("data/statistics/1.0", views.statistics, name="statistics"),
]
