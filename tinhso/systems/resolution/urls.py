from django.urls import URLPattern, path

from tinhso.systems.resolution import views_heads, views_mine, views_plan, views_remedies

app_name = "resolution"
urlpatterns: list[URLPattern] = [
    path("phan-viec/", views_mine.mine, name="mine"),
    path("phan-viec/<int:pk>/", views_mine.head, name="head"),
    path("nhiem-vu/", views_plan.plan, name="plan"),
    path("nhiem-vu/<str:code>/", views_plan.task, name="task"),
    path("viec-khac-phuc/", views_remedies.remedies, name="remedies"),
    path("viec-khac-phuc/<int:pk>/", views_remedies.remedy, name="remedy"),
    path("nguoi-chiu-trach-nhiem/", views_heads.heads, name="heads"),
    path("minh-chung/<int:pk>/", views_remedies.evidence, name="evidence"),
]
