"""Words of the European vocabularies that DCAT-AP asks for, and what a file format is called in each family."""

from __future__ import annotations

from tinhso.systems.opendata.rules.record import Cycle, Kind

AUTHORITY = "http://publications.europa.eu/resource/authority/"
FREQUENCY = {
    Cycle.CONTINUAL: "CONT",
    Cycle.DAILY: "DAILY",
    Cycle.WEEKLY: "WEEKLY",
    Cycle.MONTHLY: "MONTHLY",
    Cycle.QUARTERLY: "QUARTERLY",
    Cycle.YEARLY: "ANNUAL",
    Cycle.IRREGULAR: "IRREG",
    Cycle.NEVER: "NEVER",
}
# The list of data themes, with how each is called here and in English.
THEMES = {
    "AGRI": ("Nông, lâm, ngư nghiệp và thực phẩm", "Agriculture, fisheries, forestry and food"),
    "ECON": ("Kinh tế và tài chính", "Economy and finance"),
    "EDUC": ("Giáo dục, văn hoá và thể thao", "Education, culture and sport"),
    "ENER": ("Năng lượng", "Energy"),
    "ENVI": ("Môi trường", "Environment"),
    "GOVE": ("Chính quyền và khu vực công", "Government and public sector"),
    "HEAL": ("Y tế", "Health"),
    "INTR": ("Quốc tế", "International issues"),
    "JUST": ("Tư pháp, pháp luật và an toàn", "Justice, legal system and public safety"),
    "OP_DATPRO": ("Dữ liệu tạm thời", "Provisional data"),
    "REGI": ("Vùng và đô thị", "Regions and cities"),
    "SOCI": ("Dân số và xã hội", "Population and society"),
    "TECH": ("Khoa học và công nghệ", "Science and technology"),
    "TRAN": ("Giao thông", "Transport"),
}
FILE_TYPES = {
    "CSV": "CSV",
    "XLSX": "XLSX",
    "XLS": "XLS",
    "JSON": "JSON",
    "GEOJSON": "GEOJSON",
    "PARQUET": "PARQUET",
    "XML": "XML",
    "PDF": "PDF",
    "ZIP": "ZIP",
    "RDF": "RDF_XML",
    "TTL": "RDF_TURTLE",
    "HTML": "HTML",
    "TXT": "TXT",
    "KML": "KML",
    "SHP": "SHP",
}
LANGUAGES = {"vi": "VIE", "en": "ENG"}
TABLE_TYPES = {kind: kind.value for kind in Kind} | {Kind.GEOMETRY: "geojson"}
CSVW_TYPES = {kind: kind.value for kind in Kind} | {
    Kind.YEAR: "gYear",
    Kind.DATETIME: "datetime",
    Kind.GEOMETRY: "json",
}
CROISSANT_TYPES = {
    Kind.STRING: "sc:Text",
    Kind.INTEGER: "sc:Integer",
    Kind.NUMBER: "sc:Float",
    Kind.BOOLEAN: "sc:Boolean",
    Kind.DATE: "sc:Date",
    Kind.DATETIME: "sc:DateTime",
    Kind.YEAR: "sc:Integer",
    Kind.GEOMETRY: "sc:Text",
}
JSON_TYPES: dict[Kind, dict[str, str]] = {
    Kind.STRING: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.DATETIME: {"type": "string", "format": "date-time"},
    Kind.YEAR: {"type": "integer"},
    Kind.GEOMETRY: {"type": "object", "format": "geometry-any"},
}


def frequency(cycle: Cycle) -> str:
    return f"{AUTHORITY}frequency/{FREQUENCY[cycle]}"


def file_type(name: str) -> str:
    """The vocabulary's file type; what it does not list is said to be data of an unknown kind."""
    return f"{AUTHORITY}file-type/{FILE_TYPES.get(name.upper(), 'OCTET')}"
