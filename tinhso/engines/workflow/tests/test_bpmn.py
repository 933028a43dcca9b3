"""BPMN out and in: what a process can express comes back equal, the rest is refused by element and reason."""

import os
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.engines.workflow import bpmn, rules
from tinhso.engines.workflow.bpmn import BPMN, DC, DI
from tinhso.engines.workflow.errors import CannotBeRead
from tinhso.engines.workflow.tests import test_branches
from tinhso.engines.workflow.tests.random_processes import processes

HEAD = f'<definitions xmlns="{BPMN}" id="d" targetNamespace="x">'


def model(inside: str, head: str = HEAD) -> str:
    return f'<?xml version="1.0"?>{head}<process id="p" name="Thử">{inside}</process></definitions>'


def flow(source: str, target: str, name: str = "", more: str = "") -> str:
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}" name="{name}" {more}/>'


LINE = '<startEvent id="s"/><task id="t" name="Việc"/><endEvent id="e"/>' + flow("s", "t") + flow("t", "e")


def normal(definition: dict[str, Any]) -> dict[str, Any]:
    return rules.written(rules.read(definition))


@pytest.mark.parametrize(
    "raw", [test_branches.definition(), test_branches.definition(theirs=True), test_branches.nested()]
)
def test_what_goes_out_comes_back_equal(raw: dict[str, Any]) -> None:
    read = bpmn.load(bpmn.export(raw, code="QT.01", title="Quy trình <thử> & “dấu”"))
    assert read.definition == normal(raw)
    assert (read.code, read.title) == ("QT.01", "Quy trình <thử> & “dấu”")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(processes())
def test_any_accepted_process_comes_back_equal(raw: dict[str, Any]) -> None:
    assert bpmn.load(bpmn.export(raw)).definition == normal(raw)


def test_every_part_of_an_export_is_drawn_and_connected() -> None:
    root = fromstring(bpmn.export(test_branches.nested()))
    process = root.find(f"{{{BPMN}}}process")
    assert process is not None
    ids = {e.get("id") for e in process if e.get("id")}
    shown = {e.get("bpmnElement") for e in root.iter() if e.tag in (f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge")}
    assert ids == shown
    refs = {e.get(name) for e in process.iter(f"{{{BPMN}}}sequenceFlow") for name in ("sourceRef", "targetRef")}
    assert refs <= ids
    for tag in ("incoming", "outgoing"):
        assert {e.text for e in process.iter(f"{{{BPMN}}}{tag}")} <= ids
    boxes = [tuple(float(e.get(n, "")) for n in ("x", "y", "width", "height")) for e in root.iter(f"{{{DC}}}Bounds")]
    for n, (x, y, w, h) in enumerate(boxes):
        for a, b, c, d in boxes[n + 1 :]:
            assert x + w <= a or a + c <= x or y + h <= b or b + d <= y


def test_codes_that_are_no_xml_names_survive() -> None:
    raw = test_branches.definition()
    raw["start"] = raw["steps"][0]["code"] = "bước 1/ tiếp nhận <&>"
    assert bpmn.load(bpmn.export(raw)).definition == normal(raw)


def test_a_plain_model_of_another_tool_is_read() -> None:
    read = bpmn.load(model(LINE))
    assert [step["code"] for step in read.definition["steps"]] == ["t", "e"]
    assert read.definition["start"] == "t" and read.title == "Thử"


def test_a_choice_after_a_step_becomes_its_ways_and_a_merge_vanishes() -> None:
    inside = (
        '<startEvent id="s"/><userTask id="a"/><userTask id="b"/><userTask id="c"/><endEvent id="e"/>'
        '<exclusiveGateway id="g"/><exclusiveGateway id="m"/>'
        + flow("s", "a")
        + flow("a", "g")
        + flow("g", "b", "Đủ")
        + flow("g", "c", "Thiếu")
        + flow("b", "m")
        + flow("c", "m")
        + flow("m", "e")
    )
    process = rules.read(bpmn.load(model(inside)).definition)
    assert [(way.title, way.to) for way in process.steps["a"].transitions.values()] == [("Đủ", "b"), ("Thiếu", "c")]
    assert [way.to for way in process.steps["b"].transitions.values()] == ["e"]


def test_a_loop_of_another_tool_is_marked_as_a_return() -> None:
    inside = (
        '<startEvent id="s"/><task id="a"/><task id="b"/><endEvent id="e"/><exclusiveGateway id="g"/>'
        + flow("s", "a")
        + flow("a", "b")
        + flow("b", "g")
        + flow("g", "a", "Làm lại")
        + flow("g", "e", "Xong")
    )
    process = rules.read(bpmn.load(model(inside)).definition)
    assert [way.back for way in process.steps["b"].transitions.values()] == [True, False]


PARALLEL = '<startEvent id="s"/><parallelGateway id="f"/><task id="a"/><task id="b"/><endEvent id="e"/>' + "".join(
    flow(*pair) for pair in (("s", "f"), ("f", "a"), ("f", "b"))
)


@pytest.mark.parametrize(
    ("inside", "element", "reason"),
    [
        (LINE.replace("<task", "<serviceTask").replace("</task", "</serviceTask"), "t", "máy tự làm"),
        (LINE.replace("<task", "<subProcess"), "t", "lồng"),
        (LINE.replace("<task", "<callActivity"), "t", "lồng"),
        (LINE + '<boundaryEvent id="x" attachedToRef="t"/>', "x", "sự kiện giữa chừng"),
        (LINE.replace("<task", "<inclusiveGateway"), "t", "bao hàm"),
        (LINE.replace('<endEvent id="e"/>', '<endEvent id="e"><errorEventDefinition/></endEvent>'), "e", "error"),
        (LINE.replace('name="Việc"/>', "><standardLoopCharacteristics/></task>"), "t", "lặp"),
        (LINE + '<startEvent id="s2"/>' + flow("s2", "t"), "s2", "nhiều điểm bắt đầu"),
        (LINE + '<task id="u"/>' + flow("t", "u") + flow("u", "e"), "t", "chia nhánh ngầm"),
        (LINE.replace(flow("t", "e"), ""), "t", "không có lối đi tiếp"),
        (LINE + flow("t", "nowhere"), "t-nowhere", "không đọc được"),
        (PARALLEL + flow("a", "e") + flow("b", "e"), "f", "không gặp lại"),
        (
            PARALLEL
            + '<parallelGateway id="j"/><endEvent id="e2"/>'
            + flow("a", "j")
            + flow("b", "e2")
            + flow("j", "e"),
            "f",
            "không gặp lại",
        ),
        (LINE.replace('id="t"', 'id="t" isForCompensation="true"'), "t", "bù trừ"),
        (LINE + "<subChoreography id='c'/>", "c", "lồng"),
        (LINE + "<frobnicate id='c'/>", "c", "không diễn tả"),
        (LINE.replace("<task", "<task xmlns:o='urn:tinhso:workflow:1' o:hours='-4'"), "t", "số giờ"),
        (LINE.replace("<task", "<task xmlns:o='urn:tinhso:workflow:1' o:hours='nan'"), "t", "số giờ"),
    ],
)
def test_what_cannot_be_expressed_is_refused_by_element_and_reason(inside: str, element: str, reason: str) -> None:
    with pytest.raises(CannotBeRead, match=reason) as caught:
        bpmn.load(model(inside))
    assert element in [refusal.element_id for refusal in caught.value.refusals]  # type: ignore[attr-defined]


def test_two_processes_or_messages_between_pools_are_refused() -> None:
    two = model(LINE).replace("</definitions>", f'<process id="q">{LINE}</process></definitions>')
    with pytest.raises(CannotBeRead, match="nhiều quy trình"):
        bpmn.load(two)
    talk = (
        '<collaboration id="c"><participant id="x"/><messageFlow id="m" sourceRef="x" targetRef="t"/></collaboration>'
    )
    with pytest.raises(CannotBeRead, match="thông điệp"):
        bpmn.load(model(LINE).replace("<process", talk + "<process", 1))


BOMB = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"\x00\xff\xfe",
        b"<",
        b"<a/>",
        "không phải xml",
        model(LINE).replace('<?xml version="1.0"?>', '<?xml version="1.0"?>' + BOMB),
        model(LINE).replace('<?xml version="1.0"?>', '<!DOCTYPE d SYSTEM "file:///etc/passwd">'),
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        model(""),
        model("<task/>"),
        HEAD + "</definitions>",
        b"<a>" * 5000,
        b" " * (bpmn.MOST_BYTES + 1),
        model('<startEvent id="s"/>' + "<task id='t'/>" * 2),
        model(
            '<startEvent id="s"/><exclusiveGateway id="g"/><exclusiveGateway id="h"/>'
            + flow("s", "g")
            + flow("g", "h")
            + flow("h", "g")
        ),
    ],
)
def test_hostile_files_are_refused_with_a_sentence(xml: bytes | str) -> None:
    with pytest.raises(CannotBeRead) as caught:
        bpmn.load(xml)
    assert str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_file_damaged_anywhere_never_raises_anything_else(data: st.DataObject) -> None:
    text = bpmn.export(test_branches.nested())
    at = data.draw(st.integers(0, len(text) - 1))
    until = data.draw(st.integers(at, min(at + 200, len(text))))
    put = data.draw(st.sampled_from(["", "<", "/>", "task", '"', "step_ours", "&x;", "\x00"]))
    try:
        bpmn.load(text[:at] + put + text[until:])
    except CannotBeRead as refused:
        assert str(refused)


FOLDER = os.environ.get("TINHSO_BPMN_MIWG", "")


@pytest.mark.skipif(
    not FOLDER or not Path(FOLDER).is_dir(),
    reason="NOT RUN: TINHSO_BPMN_MIWG does not name a folder with the BPMN MIWG reference models",
)
def test_the_reference_models_are_read_or_refused_with_the_reason() -> None:
    files = sorted(Path(FOLDER).glob("*.bpmn"))
    assert files, "NOT RUN: no model in the folder"
    read = 0
    for file in files:
        try:
            found = bpmn.load(file.read_bytes())
        except CannotBeRead as refused:
            assert refused.refusals and all(refusal.element_id != "?" for refusal in refused.refusals), file.name  # type: ignore[attr-defined]
            continue
        read += 1
        assert bpmn.load(bpmn.export(found.definition)).definition == found.definition, file.name
    assert read >= 2
