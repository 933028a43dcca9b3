"""Every address of the site, one line per app. The empty prefix belongs to the portal."""

from django.urls import include, path

urlpatterns = [
    path("ui/", include("tinhso.foundation.ui.urls")),
    path("tai-khoan/", include("tinhso.foundation.people.urls")),
    path("can-bo/", include("tinhso.faces.desk.urls")),
    path("dieu-hanh/", include("tinhso.faces.command.urls")),
    path("quan-tri/", include("tinhso.faces.admin.urls")),
    path("api/", include("tinhso.faces.api.urls")),
    path("", include("tinhso.faces.portal.urls")),
]
