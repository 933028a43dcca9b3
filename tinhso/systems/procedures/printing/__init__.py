"""The papers that procedures print, and the data each needs.

`procedures.receipt`, form 01 of Circular 03/2025/TT-VPCP (giấy tiếp nhận hồ sơ và hẹn trả kết quả), A5:

    agency_upper  "UBND XÃ AN BÌNH"                     agency   "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG" (as printed)
    agency_named  "Trung tâm Phục vụ hành chính công xã An Bình" (first line of the text)
    code          dossier code                           place    "An Bình"
    received, due "2026-11-22T10:30" local time, or "2026-11-22"
    applicant, id_number (personal number or tax number; mask it for a copy that travels), phone, procedure
    papers        [{"name": str, "kind": "Bản chính" | "Bản sao" | "Bản điện tử", "quantity": int}]
    sets          int, 1 when not given                  result_at "Trung tâm …" | "trực tuyến" | "qua bưu chính"
    fees          [{"name": str, "amount": int đồng}]; empty prints "không thu"
    register_book, register_number                       empty leaves dotted lines
    submitter, receiver  names under the signatures      submitter_note, receiver_note  "(Ký, ghi rõ họ tên)"
    lookup        the address as text                    qr       the text of the QR code
    expected      True adds "dự kiến": the appointment before the desk has received
    paper         "a5" (default) | "a4"                  is_demo  True prints the mark "BẢN MÔ PHỎNG"

`procedures.result`, an administrative document by Decree 30/2020/NĐ-CP, Annex I, A4:

    agency_upper, agency, place                          number   "15/QĐ-UBND"
    date          "2026-11-22"                           title    "Quyết định", abstract "Về việc …"
    authority     "Chủ tịch Uỷ ban nhân dân xã An Bình" (decisions only)
    grounds       ["Căn cứ …;", …]                       body, closing  [paragraph, …]
    facts         [{"label": str, "value": str}]         recipients     ["Như trên;", "Lưu: VT."]
    signer_authority "TM. UỶ BAN NHÂN DÂN"               signer_title "CHỦ TỊCH", signer
    kind          decision | certificate | extract | notice (`layouts.KINDS`); articles ["…"] (decisions), to (notices)
    qr, is_demo   as above

A version's `result_layout` is the data behind it, edited without code: `layouts.filled` puts the facts in, and
`layouts.problems(layout, fields)` says why one may not be published.

`procedures.slip`, forms 02 to 05: data made by `data.form_data` from the facts of the dossier (`facts.facts_of`) and
the form set of the day (`sets`, `form_sets.json`). What an act may state itself in `facts`:

    supplement  items ["Giấy A", …] or [{"name", "why"}], reason, guidance, by (date)
    refusal     reason, guidance
    apology     doc_number "12/UBND-VP", reason, promised, new_due (instants), signer, signer_title
    stop        requested_at, stopped_at (instants), reason, stage, finance
    all         issuer (the actor's name unless given)

`procedures.control` (06, 05 of the 2018 set) and `procedures.register` (07, 06) build themselves (`flow.py`): the
one from the log of the case, the other from the dossiers that a desk received in a period.

Circular 03/2025 is not at hand as a full text; the fields are those of one land office's template of the 2025 set.
"""

from pathlib import Path

from tinhso.engines.printing.services import register_template
from tinhso.systems.procedures.printing import bench as bench

HERE = Path(__file__).resolve().parent


def register() -> None:
    """Called once from the app's ready()."""
    register_template(
        "procedures.receipt",
        HERE / "receipt.typ",
        needs=("agency", "code", "place", "received", "due", "applicant", "procedure", "papers"),
    )
    register_template("procedures.control", HERE / "control.typ", needs=("agency", "title", "paper", "code", "rows"))
    register_template("procedures.register", HERE / "register.typ", needs=("agency", "title", "first", "last", "rows"))
    register_template(
        "procedures.slip", HERE / "slip.typ", needs=("agency", "title", "paper", "date", "parts", "signatures")
    )
    register_template(
        "procedures.result",
        HERE / "result.typ",
        needs=("agency", "number", "date", "place", "title", "signer", "signer_title"),
    )
