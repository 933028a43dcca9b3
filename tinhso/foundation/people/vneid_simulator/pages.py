"""The simulator's screens: small, without scripts, marked MÔ PHỎNG on every one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

STYLE = """
*{box-sizing:border-box}
body{margin:0;font:17px/1.55 "Be Vietnam Pro",system-ui,sans-serif;color:#1b2440;background:#f4f5fa}
.mark{background:#8a1538;color:#fff;text-align:center;padding:10px 16px;font-weight:600}
main{max-width:520px;margin:0 auto;padding:24px 16px}h1{font-size:24px;line-height:1.3;margin:0 0 8px}
fieldset{border:1px solid #c9cede;border-radius:8px;background:#fff;margin:16px 0;padding:8px 16px}
legend{font-weight:600}
label{display:flex;gap:12px;padding:12px 0;align-items:flex-start}label+label{border-top:1px solid #e4e7f1}
input{width:22px;height:22px;margin:2px 0 0;flex:none}small{display:block;color:#515b7a}
button{font:inherit;font-weight:600;min-height:48px;width:100%}
button{border-radius:8px;border:1px solid #26427f;padding:8px 16px}
.yes{background:#26427f;color:#fff;margin-bottom:12px}.no{background:#fff;color:#26427f}
:focus-visible{outline:3px solid #b3541e;outline-offset:2px}
@media (prefers-color-scheme:dark){body{background:#10131f;color:#e8ebf7}
fieldset{background:#181d2e;border-color:#3a4363}
label+label{border-color:#2b3350}small{color:#aab3d0}.no{background:#181d2e;color:#b9c9ff}.yes{background:#3b5fb0}}
"""


def page(title: str, body: str) -> str:
    """One screen, with the mark on top."""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · VNeID mô phỏng</title><link rel="stylesheet" href="/style.css"></head><body>'
        '<p class="mark" role="note">MÔ PHỎNG: đây không phải VNeID thật. Người và số định danh đều là giả.</p>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def choose(request_key: str, persons: Iterable[dict[str, Any]], client: str) -> str:
    """Who signs in, at which level, and what is shared."""
    rows = "".join(_person(person, index == 0) for index, person in enumerate(persons))
    body = (
        f"<p>{escape(client)} xin biết: họ tên, số định danh, ngày sinh, giới tính, nơi cư trú, số điện thoại.</p>"
        f'<form method="post" action="/authorize"><input type="hidden" name="request" value="{escape(request_key)}">'
        f"<fieldset><legend>Đăng nhập với tư cách</legend>{rows}</fieldset>"
        "<fieldset><legend>Mức độ định danh</legend>"
        '<label><input type="radio" name="level" value="" checked><span>Theo người đã chọn</span></label>'
        '<label><input type="radio" name="level" value="1">'
        "<span>Mức độ 1<small>chưa đối chiếu sinh trắc</small></span></label>"
        "</fieldset>"
        '<button class="yes" name="answer" value="yes">Đồng ý và đăng nhập</button>'
        '<button class="no" name="answer" value="no">Từ chối</button></form>'
    )
    return page("Đăng nhập bằng định danh điện tử", body)


def _person(person: dict[str, Any], is_first: bool) -> str:
    number = str(person["personal_number"])
    checked = " checked" if is_first else ""
    return (
        f'<label><input type="radio" name="number" value="{escape(number)}"{checked}>'
        f"<span>{escape(str(person['name']))}<small>{escape(number[:4])}••••••{escape(number[-2:])} · "
        f"mức độ {escape(str(person.get('level', '2')))}</small></span></label>"
    )


def refused(sentence: str) -> str:
    """A request that cannot be answered."""
    return page("Không thể đăng nhập", f"<p>{escape(sentence)}</p>")
