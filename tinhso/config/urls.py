"""Every address of the site, one line per app. The empty prefix belongs to the portal."""

from django.urls import include, path

urlpatterns = [
    path("", include("tinhso.foundation.privacy.urls")),
    path("", include("tinhso.systems.procedures.counter.urls")),
    path("", include("tinhso.systems.procedures.processes.urls")),
    path("", include("tinhso.systems.procedures.afterwards.urls")),
    path("", include("tinhso.systems.procedures.proactive.urls")),
    path("ui/", include("tinhso.foundation.ui.urls")),
    path("tai-khoan/", include("tinhso.foundation.people.urls")),
    path("can-bo/", include("tinhso.faces.desk.urls")),
    path("dieu-hanh/", include("tinhso.systems.resolution.urls")),
    path("dieu-hanh/", include("tinhso.faces.command.urls")),
    path("quan-tri/soan-thu-tuc/", include("tinhso.systems.procedures.authoring.urls")),
    path("", include("tinhso.systems.procedures.national.urls")),
    path("quan-tri/bieu-phi/", include("tinhso.systems.procedures.fees.urls")),
    path("", include("tinhso.faces.wall.urls")),
    path("", include("tinhso.faces.registers.urls")),
    path("govstack/registration/", include("tinhso.faces.govstack.urls")),
    path("quan-tri/", include("tinhso.faces.admin.urls")),
    path("api/", include("tinhso.faces.data.ckan.urls")),
    path("api/", include("tinhso.faces.api.urls")),
    path("du-lieu/", include("tinhso.faces.data.urls")),
    path("dhis2/", include("tinhso.faces.api.dhis2.urls")),
    path("sdmx/", include("tinhso.faces.api.sdmx.urls")),
    path("du-lieu/", include("tinhso.faces.data.formats_urls")),
    path("", include("tinhso.systems.opendata.harvest.urls")),
    path("thong-bao/", include("tinhso.foundation.notices.urls")),
    path("chu-ky/", include("tinhso.engines.signing.urls")),
    path("", include("tinhso.systems.procedures.catalogue.urls")),
    path("", include("tinhso.systems.procedures.performance.urls")),
    path("", include("tinhso.systems.procedures.declared.urls")),
    path("", include("tinhso.systems.reporting.urls")),
    path("", include("tinhso.engines.exchange.urls")),
    path("lien-thong/", include("tinhso.faces.exchange.urls")),
    path("thanh-toan/", include("tinhso.engines.payments.urls")),
    path("", include("tinhso.faces.portal.urls")),
]

handler400 = "tinhso.foundation.ui.views.bad_request"
handler403 = "tinhso.foundation.ui.views.denied"
handler404 = "tinhso.foundation.ui.views.not_found"
handler500 = "tinhso.foundation.ui.views.broken"
