from django.urls import URLPattern, path

from tinhso.faces.wall import views, views_admin

app_name = "wall"
urlpatterns: list[URLPattern] = [
    path("wall/", views.show, name="show"),
    path("wall/vao/<str:secret>/", views.enter, name="enter"),
    path("wall/the-nghe/", views.listening_pass, name="pass"),
    path("wall/xem-thu/<int:pk>/", views.preview, name="preview"),
    path("wall/xem-thu/<int:pk>/the-nghe/", views.preview_pass, name="preview_pass"),
    path("quan-tri/man-hinh/", views_admin.walls, name="walls"),
    path("quan-tri/man-hinh/<int:pk>/", views_admin.wall, name="wall"),
]
