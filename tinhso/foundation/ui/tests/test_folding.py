"""Folded templates and stencils draw what the plain templates draw, in both languages, and escape what they must."""

from __future__ import annotations

import pytest
from django.template import Context, Engine, Template, TemplateDoesNotExist, engines
from django.template.base import TextNode
from django.utils.translation import override

from tinhso.foundation.ui.folding import Loader, fold
from tinhso.foundation.ui.stencils import Stencil

SOURCE = """{% load i18n ui static %}
{% translate "Tìm" %} {% translate "Tìm" as word %}{{ word }} {% translate given %}
{% blocktranslate %}Đến nội dung chính{% endblocktranslate %} {% blocktranslate with who=name %}Chọn {{ who }}{% endblocktranslate %}
{% url 'ui:palette' %} {% url 'ui:palette' as there %}{{ there }} {% static 'ui/css/base.css' %} {% icon "search" %} {% icon kind %}
{% if name %}{% translate "Đóng" %} & {{ name }}{% else %}{% icon "bell" "Thông báo" %}{% endif %}
{% for one in many %}{% simulated_mark %}{{ one }}{% translate "Tìm" %}{% empty %}{% translate "Đóng" %}{% endfor %}
{% with x=name %}{% url 'ui:palette' %}{{ x }}{% endwith %}{% autoescape off %}{{ name }}{% translate "Tìm" %}{% endautoescape %}
{% get_available_languages as LANGUAGES %}{% for code, said in LANGUAGES %}{{ code }}{{ said }}{% endfor %}
{% block inner %}{% badge "Đã trả" "ok" %}{% translate "Tìm"|upper %}{% endblock %}"""  # noqa: E501


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ["", "<b>An & Bình</b>"])
def test_a_folded_template_draws_the_same(language: str, name: str) -> None:
    given = {"name": name, "given": "Tìm", "kind": "check", "many": [1, "<i>"] if name else []}
    with override(language):
        folded = Template(SOURCE)
        fold(folded.nodelist)
        drawn = folded.render(Context(given))
        assert drawn == Template(SOURCE).render(Context(given))
        assert drawn == folded.render(Context(given)), "the second time as the first"
    assert "<b>An" not in drawn.replace("<b>An & Bình</b>" + ("Search" if language == "en" else "Tìm"), "", 1)


def test_fixed_text_is_one_piece() -> None:
    with override("vi"):
        template = Template('{% load i18n ui %}<p>{% translate "Tìm" %} {% icon "search" %}</p>{{ x }}')
        fold(template.nodelist)
    texts = [node for node in template.nodelist if isinstance(node, TextNode)]
    assert len(texts) == 1 and texts[0].s.startswith("<p>Tìm <svg")


def test_each_language_has_its_own_copy_and_what_is_missing_is_said() -> None:
    loader = engines["django"].engine.template_loaders[0]  # type: ignore[attr-defined]
    assert isinstance(loader, Loader)
    with override("vi"):
        ours = loader.get_template("ui/components/empty.html")
        assert loader.get_template("ui/components/empty.html") is ours
    with override("en"):
        assert loader.get_template("ui/components/empty.html") is not ours
    for _again in range(2):
        with pytest.raises(TemplateDoesNotExist):
            loader.get_template("ui/no-such-template.html")


def test_while_debugging_nothing_is_folded() -> None:
    options = {"loaders": [("tinhso.foundation.ui.folding.Loader", [])], "debug": True}
    assert Engine(**options).template_loaders[0].engine.debug  # type: ignore[arg-type]


ROWS = [
    {"id": 1, "code": "A%1", "href": "/a/1/", "clock": "", "version__plain_name": "<script>x</script>", "holder": "Mai",
     "applicant__full_name": "An & Bình", "channel_name": "trực tuyến", "state_name": "Mới", "is_simulated": False,
     "stands_in": True},
    {"id": 2, "code": "%s %(code)s", "href": "/a/2/", "clock": "", "version__plain_name": "\ue0f0code\ue0f1",
     "holder": None, "applicant__full_name": 'O"x', "channel_name": "trực tiếp", "state_name": "Mới",
     "is_simulated": True, "stands_in": False},
]  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("picks", [True, False])
def test_a_stencil_draws_what_the_row_template_draws(language: str, picks: bool) -> None:
    from django.template.loader import render_to_string

    path = "desk/parts/queue_row.html"
    stencil = Stencil(path, ("may_pick", "is_simulated", "stands_in", "shows_state"))
    with override(language):
        plain = [render_to_string(path, {"row": {**row, "may_pick": picks, "shows_state": True}}) for row in ROWS]
        drawn = stencil.draw(ROWS, may_pick=picks, shows_state=True)
        assert drawn == "".join(plain) and stencil.draw(ROWS, may_pick=picks, shows_state=True) == drawn
    assert "<script>" not in drawn and "An &amp; Bình" in drawn
