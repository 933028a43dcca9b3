from django.urls import URLPattern, URLResolver, path, register_converter

from tinhso.engines.indicators.rules import Period
from tinhso.faces.command import views, views_entering, views_map, views_pivot, views_records, views_scorecards


class MonthConverter:
    """2026-11 in an address."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> Period:
        return Period.parse(value)

    def to_url(self, value: Period | str) -> str:
        return str(value)


register_converter(MonthConverter, "month")

app_name = "command"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("phan-tich/", views_pivot.analysis, name="analysis"),
    path("ban-do/don-vi.geojson", views_map.shapes, name="shapes"),
    path("the-nghe/", views.listening_pass, name="pass"),
    path("nhap-so/", views_entering.entering, name="entering"),
    path("nhap-so/minh-chung/<int:entry_id>/<int:file_id>/", views_entering.evidence, name="evidence"),
    path("nhap-so/<slug:code>/", views_entering.enter, name="enter"),
    path("bang-diem/", views_scorecards.scorecards, name="scorecards"),
    path("bang-diem/muc/<int:row_id>/", views_scorecards.assess, name="assess"),
    path("bang-diem/minh-chung/<int:score_id>/<int:file_id>/", views_scorecards.score_evidence, name="score_evidence"),
    path("bang-diem/<slug:code>/", views_scorecards.scorecard, name="scorecard"),
    path("bang-diem/<slug:code>/ban-hanh/", views_scorecards.publish_scorecard, name="publish_scorecard"),
    path("chi-tieu/<slug:code>/", views.target, name="target"),
    path("chi-tieu/<slug:code>/<int:unit_id>/", views.unit, name="unit"),
    path("chi-tieu/<slug:code>/<int:unit_id>/<month:period>/", views_records.records, name="records"),
]
