"""The simulated portal's screens: small, without scripts, marked MÔ PHỎNG on every one."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from starlette.responses import HTMLResponse

from tinhso.systems.procedures.national.shapes import STATUS_NAMES, moment
from tinhso.systems.procedures.national.simulator.faults import WAYS, Fault
from tinhso.systems.procedures.national.simulator.store import Store

STYLE = """
*{box-sizing:border-box}
body{margin:0;font:16px/1.55 "Be Vietnam Pro",system-ui,sans-serif;color:#16263a;background:#f3f5f9}
.mark{background:#8a1538;color:#fff;text-align:center;padding:10px 16px;font-weight:600;margin:0}
main{max-width:960px;margin:0 auto;padding:24px 16px}h1{font-size:24px;line-height:1.3;margin:0 0 8px}
h2{font-size:18px;margin:28px 0 8px}a{color:#0b4f8a}
label{display:block;font-weight:600;margin:12px 0 4px}small,.muted{color:#4a5b70}
textarea,input,select{width:100%;font:inherit;padding:10px;border:1px solid #7f90a5;border-radius:8px;background:#fff;
color:inherit}
textarea{min-height:220px;font:14px/1.5 ui-monospace,monospace}
button{font:inherit;font-weight:600;min-height:44px;margin-top:12px;padding:0 20px;border-radius:8px;
border:1px solid #0b4f8a;background:#0b4f8a;color:#fff}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:8px;border-bottom:1px solid #c4cedb;
vertical-align:top;overflow-wrap:anywhere}.wide{overflow-x:auto}
dl{display:grid;grid-template-columns:minmax(9rem,auto) 1fr;gap:4px 16px}dt{color:#4a5b70}dd{margin:0;
overflow-wrap:anywhere}
:focus-visible{outline:3px solid #b3541e;outline-offset:2px}
@media (prefers-color-scheme:dark){body{background:#0f151d;color:#e4ebf3}textarea,input,select{background:#18212c;
border-color:#62748a}small,.muted,dt{color:#a4b4c6}a{color:#8cc4f5}th,td{border-color:#34465a}}
"""


def answer(body: str, status: int = 200) -> HTMLResponse:
    """A page that nothing may be loaded into."""
    policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    return HTMLResponse(body, status, {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"})


def page(title: str, body: str) -> str:
    """One screen, with the mark on top."""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · Cổng quốc gia mô phỏng</title><link rel="stylesheet" href="/style.css"></head><body>'
        '<p class="mark" role="note">MÔ PHỎNG: không phải Cổng Dịch vụ công quốc gia, không có người thật.</p>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def when(text: str) -> str:
    at = moment(text)
    return f"{at:%H:%M:%S %d/%m/%Y}" if at else ""


def home(store: Store, fault: Fault, procedures: list[dict[str, Any]]) -> str:
    """What it holds, what it refused, how it is told to fail, and the way to file."""
    newest = list(store.dossiers.items())[::-1][:50]
    rows = "".join(
        f'<tr><td><a href="/ho-so?ma={escape(code)}">{escape(code)}</a></td>'
        f"<td>{escape(one.get('TrichYeuHoSo', ''))}</td>"
        f"<td>{status(one)}</td><td>{when(one.get('NgayHenTra', ''))}</td></tr>"
        for code, one in newest
    )
    bad = "".join(
        f"<tr><td>{escape(one['service'])}</td><td>{escape(one['dossier'])}</td><td>{escape(one['code'])}: "
        f"{escape(one['why'])}</td></tr>"
        for one in store.refused[::-1][:20]
    )
    ways = "".join(
        f'<option value="{name}"{" selected" if name == fault.way else ""}>{escape(label)}</option>'
        for name, label in WAYS
    )
    offers = "".join(
        f'<option value="{escape(one["MATTHC"])}">{escape(one["MATTHC"])} · {escape(one["TENTTHC"])}</option>'
        for one in procedures
    )
    return page(
        "Cổng Dịch vụ công quốc gia (mô phỏng)",
        f"<p>Đang giữ {len(store.dossiers)} hồ sơ; đã nhận {store.taken} tin, "
        f"trả lời lại {store.repeated} tin gửi lặp, "
        f"từ chối {len(store.refused)} tin gần đây.</p>"
        '<h2>Nộp một hồ sơ như người dân</h2><form action="/nop"><label for="ma">Thủ tục</label>'
        f'<select id="ma" name="ma">{offers or "<option value=>Chưa hỏi được danh mục của tỉnh</option>"}</select>'
        "<button>Điền tờ khai</button></form>"
        '<h2>Cho Cổng gặp sự cố</h2><form method="post" action="/su-co"><label for="cach">Sự cố</label>'
        f'<select id="cach" name="cach">{ways}</select><label for="lan">Số lần (-1: đến khi đổi)</label>'
        f'<input id="lan" name="lan" value="{fault.times}" inputmode="numeric"><button>Đặt</button></form>'
        "<h2>Hồ sơ đang giữ</h2><div class=wide><table><thead><tr><th>Mã hồ sơ</th><th>Thủ tục</th><th>Trạng thái</th>"
        f"<th>Hẹn trả</th></tr></thead><tbody>{rows}</tbody></table></div>"
        "<h2>Tin đã từ chối</h2><div class=wide><table><thead><tr><th>Tin</th><th>Hồ sơ</th><th>Vì sao</th></tr>"
        "</thead>"
        f"<tbody>{bad}</tbody></table></div>",
    )


def status(held: dict[str, Any]) -> str:
    number = held.get("TrangThaiHoSo", 0)
    return f"{number} {STATUS_NAMES.get(number, '')}"


def dossier(code: str, held: dict[str, Any]) -> str:
    """One dossier as a citizen of the portal sees it, and what they may do."""
    facts = (
        ("Trạng thái", status(held)),
        ("Thủ tục", held.get("TenTTHC", "")),
        ("Nơi giải quyết", held.get("DonViXuLy", "")),
        ("Tiếp nhận", when(held.get("NgayTiepNhan", ""))),
        ("Hẹn trả", when(held.get("NgayHenTra", ""))),
        ("Kết quả", ", ".join(one["TenGiayTo"] for one in held.get("DanhSachGiayToKetQua", []))),
    )
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in facts)
    course = "".join(
        f"<tr><td>{when(one['ThoiDiemXuLy'])}</td><td>{one['TrangThai']} {STATUS_NAMES[one['TrangThai']]}</td>"
        f"<td>{escape(one['NoiDungXuLy'])}</td><td>{escape(one.get('PhongBanXuLy', ''))}</td></tr>"
        for one in held["TienDo"]
    )
    asked = next((one for one in held.get("DanhSachHoSoBoSung", []) if not one["TrangThaiBoSung"]), None)
    forms = _withdraw(code)
    if asked:
        forms = (
            f'<h2>Bổ sung: {escape(asked["NoiDungBoSung"])}</h2><form method="post" action="/bo-sung">'
            f'<input type="hidden" name="ma" value="{escape(code)}"><input type="hidden" name="yeu-cau" '
            f'value="{escape(asked["HoSoBoSungId"])}"><label for="loi">Trả lời</label>'
            '<input id="loi" name="loi" value="Tôi đã chụp lại và gửi kèm."><button>Gửi bổ sung</button></form>'
        ) + forms
    return page(
        f"Hồ sơ {code}",
        f"<dl>{listed}</dl><h2>Tiến độ</h2><div class=wide><table><tbody>{course}</tbody></table></div>{forms}"
        '<p><a href="/">Về trang đầu</a></p>',
    )


def _withdraw(code: str) -> str:
    return (
        f'<h2>Rút hồ sơ</h2><form method="post" action="/rut"><input type="hidden" name="ma" value="{escape(code)}">'
        '<label for="ly-do">Lý do</label><input id="ly-do" name="ly-do" value="Không còn nhu cầu">'
        "<button>Rút hồ sơ</button></form>"
    )


def filing(item: dict[str, Any], name: str, places: list[dict[str, str]]) -> str:
    """The filled-in filing, to be changed before it is sent."""
    text = json.dumps(item, ensure_ascii=False, indent=1)
    return page(
        name,
        '<p class="muted">Tờ khai mẫu đã điền; sửa tuỳ ý rồi gửi đến tỉnh.</p><form method="post" action="/nop">'
        '<label for="tin">Nội dung hồ sơ</label>'
        f'<textarea id="tin" name="tin" spellcheck="false">{escape(text)}</textarea>'
        "<button>Nộp hồ sơ</button></form>"
        f"<details><summary>Mã nơi nhận (MaDonViNhan): {len(places)} xã, phường</summary><ul>"
        + "".join(f"<li>{escape(one['MADONVI'])} · {escape(one['TENDONVI'])}</li>" for one in places)
        + "</ul></details>",
    )


def told(title: str, sentence: str, code: str = "") -> str:
    """What the province answered."""
    link = f'<p><a href="/ho-so?ma={escape(code)}">Mở hồ sơ {escape(code)}</a></p>' if code else ""
    return page(title, f'<p>{escape(sentence)}</p>{link}<p><a href="/">Về trang đầu</a></p>')
