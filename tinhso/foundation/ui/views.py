"""The component page, the remembered switches, the province's hues, and the error pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from tinhso.foundation.access.gates import public
from tinhso.foundation.text.problems import wants_problem
from tinhso.foundation.ui import context, gallery, palette, profile

YEAR = 365 * 24 * 3600


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Django's language switch, with a gate."""
    return django_set_language(request)


def _back(request: HttpRequest) -> str:
    """Where the switch was pressed, when that is one of our own addresses."""
    wanted = request.POST.get("next") or request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "/"


@public
@require_POST
def set_look(request: HttpRequest) -> HttpResponse:
    """Remembers theme or density in a cookie; works with scripts off."""
    answer = HttpResponseRedirect(_back(request))
    for name, cookie, known in (
        ("theme", context.THEME_COOKIE, context.THEMES),
        ("density", context.DENSITY_COOKIE, context.DENSITIES),
    ):
        value = request.POST.get(name, "")
        if value in known:
            answer.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return answer


@public
@require_safe
def province_hues(request: HttpRequest) -> HttpResponse:
    """The province's two hues as a style sheet; linked only when they differ from our own."""
    hues = profile.province()["hues"]
    css = f"@layer tokens{{:root{{--hue-lam:{hues['lam']:g};--hue-hong:{hues['hong']:g}}}}}"
    answer = HttpResponse(css, content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = "max-age=3600"
    return answer


def _problem(request: HttpRequest, status: int, title: str, detail: str, template: str) -> HttpResponse:
    """RFC 9457 for machines, a page for people."""
    if wants_problem(request):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, template, {"title": title, "detail": detail, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    detail = _("Địa chỉ hoặc biểu mẫu gửi lên bị hỏng giữa đường. Hãy quay lại trang trước và thử lại.")
    return _problem(request, 400, _("Yêu cầu này không đọc được"), detail, "400.html")


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    detail = str(exception or "") or _("Tài khoản của bạn không có quyền mở trang này.")
    return _problem(request, 403, _("Bạn không vào được trang này"), detail, "403.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    detail = _("Địa chỉ gõ sai, hoặc trang đã chuyển chỗ. Hồ sơ của bạn không bị ảnh hưởng.")
    return _problem(request, 404, _("Không tìm thấy trang này"), detail, "404.html")


def broken(request: HttpRequest) -> HttpResponse:
    """The last resort: a template that asks nothing of the database."""
    title = _("Hệ thống đang gặp sự cố")
    detail = _("Việc bạn vừa làm có thể chưa được ghi. Hãy thử lại sau ít phút; phần đã lưu trước đó vẫn còn.")
    if request.path.startswith("/api/"):
        return _problem(request, 500, title, detail, "500.html")
    return HttpResponse(render_to_string("500.html", {"title": title, "detail": detail}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    detail = _("Trang đã mở quá lâu hoặc trình duyệt chặn cookie. Hãy quay lại, tải lại trang rồi gửi lần nữa.")
    return _problem(request, 403, _("Biểu mẫu đã hết hạn"), detail, "csrf.html")


@public
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The palette: JSON for its dialog, a page with a form when scripts are off."""
    query = request.GET.get("q", "")[:100]
    items = palette.find(request, query)
    if "text/html" in request.headers.get("accept", ""):
        return render(request, "ui/palette.html", {"items": items, "query": query})
    return JsonResponse(palette.as_json(items))


@public
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    return render(request, "ui/gallery.html", gallery.context())
