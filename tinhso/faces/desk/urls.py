from django.urls import URLPattern, URLResolver, path

from tinhso.faces.desk import views, views_acts, views_fees, views_finance, views_walk_in

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("nhan-truc-tiep/", views_walk_in.walk_in, name="walk_in"),
    path("nhan-truc-tiep/doc-the/", views_walk_in.read_code, name="read_code"),
    path("nhan-truc-tiep/thu-tuc/", views_walk_in.find_procedure, name="find_procedure"),
    path("nhan-truc-tiep/giay-to/", views_walk_in.papers, name="walk_in_papers"),
    path("nhan-truc-tiep/<int:pk>/xong/", views_walk_in.done, name="walk_in_done"),
    path("thu-phi/", views_finance.bills, name="bills"),
    path("thu-phi/phieu/<slug:reference>/", views_finance.bill, name="bill"),
    path("thu-phi/chenh-lech/", views_finance.discrepancies, name="discrepancies"),
    path("thu-phi/chenh-lech/<int:pk>/", views_finance.discrepancy, name="discrepancy"),
    path("thu-phi/doi-soat/", views_finance.day, name="day"),
    path("thu-phi/hoan-tra/", views_finance.refunds, name="refunds"),
    path("thu-phi/hoan-tra/<int:pk>/", views_finance.refund, name="refund"),
    path("thu-phi/kho-bac/", views_finance.remittances, name="remittances"),
    path("thu-phi/kho-bac/<int:pk>/", views_finance.remittance, name="remittance"),
    path("thu-phi/kho-bac/<int:pk>/bang-ke.csv", views_finance.remittance_csv, name="remittance_csv"),
    path("tim/", views.find, name="find"),
    path("ho-so/<int:pk>/", views.dossier, name="dossier"),
    path("ho-so/<int:pk>/giay-tiep-nhan.pdf", views.receipt, name="receipt"),
    path("ho-so/<int:pk>/mau/<slug:form>.pdf", views.form, name="form"),
    path("ho-so/<int:pk>/ket-qua.pdf", views.result, name="result"),
    path("ho-so/<int:pk>/du-thao.pdf", views.draft_preview, name="draft_preview"),
    path("ho-so/<int:pk>/giay-to/<int:paper>/", views.paper, name="paper"),
    path("ho-so/<int:pk>/phi/", views_fees.fee, name="fee"),
    path("ho-so/<int:pk>/bien-lai.pdf", views_fees.fee_receipt, name="fee_receipt"),
    path("ho-so/<int:pk>/<slug:act>/", views_acts.act, name="act"),
]
