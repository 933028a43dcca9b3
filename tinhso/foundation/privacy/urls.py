"""Addresses of personal-data duties: a person's own, the counter's, the data protection officer's."""

from django.urls import path

from tinhso.foundation.privacy import views_breaches, views_desk, views_own, views_queue, views_register

OWN = "tai-khoan/du-lieu/"
DESK = "can-bo/yeu-cau-du-lieu/"
OFFICER = "quan-tri/du-lieu-ca-nhan/"

app_name = "privacy"
urlpatterns = [
    path(OWN, views_own.mine, name="mine"),
    path(f"{OWN}y-kien/", views_own.decide, name="decide"),
    path(f"{OWN}bang-chung.json", views_own.proof, name="proof"),
    path(f"{OWN}yeu-cau/moi/", views_own.choose, name="choose"),
    path(f"{OWN}yeu-cau/moi/<slug:kind>/", views_own.file, name="file"),
    path(f"{OWN}yeu-cau/<slug:code>/", views_own.request_one, name="request"),
    path(f"{OWN}yeu-cau/<slug:code>/ban-sao.<slug:form>", views_own.copy, name="copy"),
    path(f"{OFFICER}yeu-cau/", views_queue.queue, name="queue"),
    path(f"{OFFICER}duyet/", views_queue.to_check, name="to_check"),
    path(f"{OFFICER}duyet/<int:pk>/", views_queue.check_one, name="check_one"),
    path(f"{OFFICER}yeu-cau/so.csv", views_queue.export, name="export"),
    path(f"{OFFICER}yeu-cau/<int:pk>/", views_queue.one, name="one"),
    path(f"{OFFICER}yeu-cau/<int:pk>/ban-sao.<slug:form>", views_queue.copy, name="officer_copy"),
    path(f"{OFFICER}vi-pham/", views_breaches.breaches, name="breaches"),
    path(f"{OFFICER}vi-pham/<int:pk>/", views_breaches.breach, name="breach"),
    path(f"{OFFICER}vi-pham/<int:pk>/thong-bao/<int:notice>.pdf", views_breaches.notice_paper, name="notice_paper"),
    path(f"{OFFICER}muc-dich/", views_register.register, name="register"),
    path(f"{OFFICER}danh-gia/", views_register.assessments, name="assessments"),
    path(f"{OFFICER}danh-gia/<int:pk>/", views_register.assessment, name="assessment"),
    path(DESK, views_desk.at_desk, name="at_desk"),
    path(f"{DESK}moi/<slug:kind>/", views_desk.take, name="take"),
    path(f"{DESK}y-kien/", views_desk.word, name="word"),
    path(f"{DESK}<int:pk>/", views_desk.slip, name="slip"),
]
