"""What people are told of registers."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.engines.registers.rules.quality import Fault
from tinhso.engines.registers.rules.schema import FieldType, RuleKind, Sensitivity, Shape, Trouble
from tinhso.engines.registers.rules.tables import BadFile, Broken
from tinhso.engines.registers.rules.values import Wrong

TYPES = {
    FieldType.TEXT: gettext_lazy("chữ"),
    FieldType.NAME: gettext_lazy("họ và tên"),
    FieldType.INTEGER: gettext_lazy("số nguyên"),
    FieldType.NUMBER: gettext_lazy("số"),
    FieldType.DATE: gettext_lazy("ngày"),
    FieldType.BOOLEAN: gettext_lazy("có hoặc không"),
    FieldType.CHOICE: gettext_lazy("chọn trong danh sách"),
    FieldType.PERSONAL_NUMBER: gettext_lazy("số định danh cá nhân"),
    FieldType.TAX_CODE: gettext_lazy("mã số thuế"),
    FieldType.PHONE: gettext_lazy("số điện thoại"),
    FieldType.EMAIL: gettext_lazy("thư điện tử"),
    FieldType.ADDRESS: gettext_lazy("địa chỉ"),
}
SENSITIVITIES = {
    Sensitivity.OPEN: gettext_lazy("mở"),
    Sensitivity.SHARED: gettext_lazy("dùng chung trong cơ quan nhà nước"),
    Sensitivity.RESTRICTED: gettext_lazy("hạn chế"),
    Sensitivity.PERSONAL: gettext_lazy("dữ liệu cá nhân"),
}
RULES = {
    RuleKind.PATTERN: gettext_lazy("đúng mẫu"),
    RuleKind.RANGE: gettext_lazy("trong khoảng"),
    RuleKind.NOT_BEFORE: gettext_lazy("không trước trường khác"),
    RuleKind.REQUIRED_IF: gettext_lazy("bắt buộc khi trường khác có giá trị"),
    RuleKind.UNIQUE: gettext_lazy("không trùng bản ghi khác"),
}
_FAULTS = {
    Wrong.MISSING: gettext_lazy("còn trống mà trường này bắt buộc."),
    Wrong.LONG: gettext_lazy("dài quá mức cho phép."),
    Wrong.NO_SUCH_DAY: gettext_lazy("không có ngày này trong lịch."),
    Wrong.NOT_A_DATE: gettext_lazy("chưa phải ngày. Hãy ghi ngày/tháng/năm đủ bốn chữ số năm, ví dụ 23/11/2026."),
    Wrong.NOT_A_NUMBER: gettext_lazy("chưa phải số. Hãy ghi kiểu Việt Nam, ví dụ 1.234,5."),
    Wrong.NOT_WHOLE: gettext_lazy("phải là số nguyên."),
    Wrong.NOT_A_CHOICE: gettext_lazy("không có trong danh sách được chọn."),
    Wrong.NOT_YES_OR_NO: gettext_lazy("hãy ghi “Có” hoặc “Không”."),
    Wrong.NOT_12_DIGITS: gettext_lazy("số định danh phải đủ 12 chữ số."),
    Wrong.NOT_A_TAX_CODE: gettext_lazy("mã số thuế phải có 10 hoặc 13 chữ số."),
    Wrong.NOT_A_PHONE: gettext_lazy("chưa phải số điện thoại Việt Nam."),
    Wrong.NOT_AN_EMAIL: gettext_lazy("chưa phải địa chỉ thư điện tử."),
    Wrong.FORMULA: gettext_lazy("bắt đầu như một công thức. Hãy ghi giá trị, không ghi công thức."),
    RuleKind.PATTERN: gettext_lazy("không đúng mẫu quy định."),
    RuleKind.RANGE: gettext_lazy("ngoài khoảng cho phép."),
    RuleKind.NOT_BEFORE: gettext_lazy("sớm hơn ngày phải có trước nó."),
    RuleKind.REQUIRED_IF: gettext_lazy("phải có trong trường hợp này."),
    RuleKind.UNIQUE: gettext_lazy("đã có ở bản ghi khác."),
    "ragged": gettext_lazy("số ô không khớp dòng tiêu đề; có thể thừa hoặc thiếu dấu ngăn cột."),
    "unreadable": gettext_lazy("không đọc được; có thể thiếu dấu ngoặc kép."),
    "key_twice": gettext_lazy("khóa này đã có ở dòng khác của tệp."),
    "closed": gettext_lazy("bản ghi đã đóng; muốn dùng lại hãy lập yêu cầu."),
    "long_key": gettext_lazy("khóa dài quá 300 ký tự."),
}
_TROUBLES = {
    Trouble.NO_FIELDS: gettext_lazy("Chưa có trường nào."),
    Trouble.TOO_MANY: gettext_lazy("Nhiều hơn 200 trường."),
    Trouble.NAME: gettext_lazy("Tên máy chỉ gồm chữ không dấu, số, gạch dưới, bắt đầu bằng chữ:"),
    Trouble.TWICE: gettext_lazy("Hai trường cùng tên:"),
    Trouble.LABEL: gettext_lazy("Trường chưa có tên gọi:"),
    Trouble.TYPE: gettext_lazy("Kiểu hoặc độ dài của trường chưa đúng:"),
    Trouble.SENSITIVITY: gettext_lazy("Mức nhạy cảm của trường chưa đúng:"),
    Trouble.STATE_SECRET: gettext_lazy("Bí mật nhà nước không được lưu trên hệ thống này:"),
    Trouble.NO_OPTIONS: gettext_lazy("Trường chọn chưa có danh sách:"),
    Trouble.NO_KEY: gettext_lazy("Chưa chọn khóa của bản ghi."),
    Trouble.KEY_UNKNOWN: gettext_lazy("Khóa không phải một trường:"),
    Trouble.KEY_OPTIONAL: gettext_lazy("Trường làm khóa phải bắt buộc:"),
    Trouble.RULE: gettext_lazy("Quy tắc chất lượng chưa dùng được:"),
    Trouble.CONCEPT: gettext_lazy("Khái niệm không có trong từ điển dùng chung, hoặc hai trường cùng một khái niệm:"),
    Trouble.SUBJECT: gettext_lazy("Trường chỉ người hoặc tên bản ghi không có:"),
}
_FILES = {
    Broken.EMPTY: gettext_lazy("Tệp trống. Hãy chọn tệp có dòng tiêu đề và ít nhất một dòng dữ liệu."),
    Broken.NOT_TEXT: gettext_lazy("Không đọc được chữ trong tệp. Hãy lưu lại bằng CSV UTF-8 hoặc XLSX."),
    Broken.NOT_A_WORKBOOK: gettext_lazy("Tệp không phải bảng tính XLSX hoặc đã hỏng. Hãy lưu lại bằng XLSX hoặc CSV."),
    Broken.TOO_BIG: gettext_lazy("Tệp quá lớn: nhiều nhất 3 triệu dòng. Hãy chia nhỏ tệp."),
    Broken.NO_KEY_COLUMN: gettext_lazy("Tệp thiếu cột làm khóa: %(about)s. Dòng đầu phải là tên các cột."),
    Broken.COLUMN_TWICE: gettext_lazy("Hai cột cùng là “%(about)s”. Hãy bỏ một cột."),
}
ACTS = {
    "registers.register.defined": gettext_lazy("lập cơ sở dữ liệu"),
    "registers.register.ended": gettext_lazy("thôi dùng cơ sở dữ liệu"),
    "registers.register.fills_forms": gettext_lazy("cho hoặc thôi cho cơ sở dữ liệu điền sẵn tờ khai"),
    "registers.definition.drafted": gettext_lazy("soạn cấu trúc cơ sở dữ liệu"),
    "registers.definition.published": gettext_lazy("ban hành cấu trúc cơ sở dữ liệu"),
    "registers.file.imported": gettext_lazy("nhập tệp vào cơ sở dữ liệu"),
    "registers.file.refused": gettext_lazy("không ghi tệp có dòng sai"),
    "registers.record.written": gettext_lazy("ghi bản ghi"),
    "registers.change.asked": gettext_lazy("đề nghị sửa bản ghi"),
    "registers.change.approved": gettext_lazy("duyệt sửa bản ghi"),
    "registers.change.refused": gettext_lazy("không duyệt sửa bản ghi"),
    "registers.change.withdrawn": gettext_lazy("rút yêu cầu sửa bản ghi"),
    "registers.duplicates.found": gettext_lazy("tìm bản ghi nghi trùng"),
    "registers.duplicate.decided": gettext_lazy("kết luận bản ghi nghi trùng"),
    "registers.record.looked_up": gettext_lazy("tra cứu bản ghi"),
}


def of_fault(shape: Shape, fault: Fault) -> str:
    """Họ và tên: còn trống mà trường này bắt buộc."""
    said = fault.sentence or str(_FAULTS.get(fault.code, _("chưa đúng.")))
    field = shape.by_name.get(fault.field)
    return f"{field.label}: {said}" if field else said[:1].upper() + said[1:]


def of_troubles(found: list[tuple[Trouble, str]]) -> tuple[str, ...]:
    """Each trouble of a definition as a sentence."""
    return tuple(f"{_TROUBLES[trouble]} {about}".strip() for trouble, about in found)


def of_file(bad: BadFile) -> str:
    """Why a file cannot be read."""
    text = str(_FILES[bad.broken])
    return text % {"about": bad.about} if "%(about)s" in text else text
