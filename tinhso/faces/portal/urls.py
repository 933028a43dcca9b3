"""Addresses of the citizens' face."""

from django.urls import path

from tinhso.faces.portal.views import catalogue, dossiers, drafts, fees, home, mending, public

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("thu-tuc/", catalogue.procedures, name="procedures"),
    path("thu-tuc/<str:code>/", catalogue.procedure, name="procedure"),
    path("thu-tuc/<str:code>/thay-doi/", catalogue.procedure_history, name="procedure_history"),
    path("thu-tuc/<str:code>/bat-dau/", drafts.start, name="start"),
    path("tra-cuu/", public.follow, name="follow"),
    path("kiem-tra-chu-ky/", public.check_signature, name="check_signature"),
    path("ho-so/", dossiers.mine, name="mine"),
    path("ho-so/soan/<uuid:token>/noi-nop/", drafts.commune, name="commune"),
    path("ho-so/soan/<uuid:token>/trang/<int:number>/", drafts.page, name="page"),
    path("ho-so/soan/<uuid:token>/giay-to/<int:paper_id>/", drafts.paper, name="draft_paper"),
    path("ho-so/soan/<uuid:token>/kiem-tra/", drafts.check, name="check"),
    path("ho-so/<str:code>/", dossiers.dossier, name="dossier"),
    path("ho-so/<str:code>/da-nop/", dossiers.filed, name="filed"),
    path("ho-so/<str:code>/phieu-tiep-nhan.pdf", dossiers.receipt, name="receipt"),
    path("ho-so/<str:code>/mau/<slug:form>.pdf", dossiers.form, name="form"),
    path("ho-so/<str:code>/ket-qua.pdf", dossiers.result, name="result"),
    path("ho-so/<str:code>/giay-to/<int:paper_id>/", dossiers.paper, name="paper"),
    path("ho-so/<str:code>/thanh-toan/", fees.payment, name="payment"),
    path("ho-so/<str:code>/thanh-toan/ma-qr.<slug:form>", fees.payment_code, name="payment_code"),
    path("ho-so/<str:code>/bien-lai.pdf", fees.fee_receipt, name="fee_receipt"),
    path("ho-so/<str:code>/bo-sung/", dossiers.supplement, name="supplement"),
    path("ho-so/<str:code>/bo-sung/trang/<int:number>/", mending.mend, name="mend"),
    path("ho-so/<str:code>/rut/", dossiers.withdraw, name="withdraw"),
]
