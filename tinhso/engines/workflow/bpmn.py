"""BPMN 2.0 XML out of a definition, with diagram interchange laid out by us, and in again.

What BPMN has no word for (permission, place, hours, marks of a way) stands in attributes of our own namespace, which
other tools keep or ignore. Reading takes what a process can express; anything else is refused with its element and
the reason, never guessed. No document type, no entities, nothing fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from django.utils.translation import gettext as _

from tinhso.engines.workflow import rules
from tinhso.engines.workflow.errors import CannotBeRead
from tinhso.engines.workflow.layout import Spot, lay_out
from tinhso.engines.workflow.shape import Branch, Process, Step, Transition

if TYPE_CHECKING:
    from collections.abc import Mapping

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DDI = "http://www.omg.org/spec/DD/20100524/DI"
OURS = "urn:tinhso:workflow:1"
for _prefix, _uri in (("bpmn", BPMN), ("bpmndi", DI), ("dc", DC), ("di", DDI), ("tinhso", OURS)):
    register_namespace(_prefix, _uri)

MOST_BYTES = 2_000_000
MOST_ELEMENTS = 20_000
NAME = re.compile(r"[^A-Za-z0-9_.-]")

# Sizes on paper, in the units that modelling tools use.
SIZES = {"task": (120, 80), "event": (36, 36), "gateway": (50, 50)}
COLUMN, ROW, LEFT, TOP = 190, 130, 160, 120


def _b(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def _o(name: str) -> str:
    return f"{{{OURS}}}{name}"


# ---------------------------------------------------------------------------------------------------------- out


@dataclass
class _Node:
    """One flow node on the way out: its element, and its shape on paper."""

    id: str
    element: Element
    shape: str


@dataclass
class _Flow:
    id: str
    source: str
    target: str
    back: bool


@dataclass
class _Drawn:
    nodes: dict[str, _Node] = field(default_factory=dict)
    flows: list[_Flow] = field(default_factory=list)


def export(definition: Mapping[str, Any], *, code: str = "process", title: str = "") -> str:
    """The definition as BPMN 2.0 XML. Raises shape.Malformed for what is no process."""
    process = rules.read(definition)
    root = Element(_b("definitions"), {"id": f"definitions_{_id(code)}", "targetNamespace": OURS})
    parent = SubElement(
        root, _b("process"), {"id": f"process_{_id(code)}", "name": title or code, "isExecutable": "false"}
    )
    parent.set(_o("code"), code)
    drawn = _draw(parent, process)
    _diagram(root, parent.get("id", ""), drawn)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _id(code: str) -> str:
    return NAME.sub(lambda at: f"-{ord(at.group()):x}-", code)


def _ids(process: Process) -> dict[str, str]:
    return {code: f"step_{_id(code)}" for code in process.steps}


def _draw(parent: Element, process: Process) -> _Drawn:
    drawn, ids = _Drawn(), _ids(process)
    start = SubElement(parent, _b("startEvent"), {"id": "start"})
    drawn.nodes["start"] = _Node("start", start, "event")
    for step in process.steps.values():
        _draw_step(parent, drawn, ids[step.code], step)
    _flow(parent, drawn, "start", ids.get(process.start, "start"), "flow_start")
    for step in process.steps.values():
        _draw_ways(parent, drawn, ids, step)
    for flow in drawn.flows:
        SubElement(drawn.nodes[flow.source].element, _b("outgoing")).text = flow.id
        SubElement(drawn.nodes[flow.target].element, _b("incoming")).text = flow.id
    for node in drawn.nodes.values():
        # The schema wants incoming before outgoing.
        node.element[:] = sorted(node.element, key=lambda e: e.tag != _b("incoming"))
    return drawn


def _draw_step(parent: Element, drawn: _Drawn, node_id: str, step: Step) -> None:
    tag, shape = _tag(step)
    element = SubElement(parent, _b(tag), {"id": node_id, "name": step.title})
    told = {
        "code": step.code,
        "role": step.role,
        "permission": step.permission,
        "place": step.place,
        "hours": f"{step.hours:g}" if step.hours else "",
        "remind": f"{step.remind:g}" if step.remind is not None else "",
        "outside": "true" if step.outside else "",
        "note": step.note,
    }
    for name, value in told.items():
        if value:
            element.set(_o(name), value)
    if tag in ("parallelGateway",):
        element.set("gatewayDirection", "Diverging" if step.fork else "Converging")
    drawn.nodes[node_id] = _Node(node_id, element, shape)


def _tag(step: Step) -> tuple[str, str]:
    if step.is_end:
        return "endEvent", "event"
    if step.fork or step.join:
        return "parallelGateway", "gateway"
    return ("receiveTask" if step.waits else "userTask"), "task"


def _draw_ways(parent: Element, drawn: _Drawn, ids: dict[str, str], step: Step) -> None:
    """Ways out: one flow from the step, or through an exclusive gateway when there are several to choose from.

    A fork's own ways (they leave the whole) hang on a gateway of their own beside it, marked as such.
    """
    source = ids[step.code]
    for branch in step.fork:
        flow = _flow(parent, drawn, source, ids[branch.to], f"branch_{_id(step.code)}_{_id(branch.to)}")
        if branch.optional:
            flow.set(_o("optional"), "true")
    ways = list(step.transitions.values())
    if not ways:
        return
    if step.fork:
        _draw_exits(parent, drawn, ids, step, ways)
        return
    if len(ways) > 1:
        gate = f"choice_{_id(step.code)}"
        element = SubElement(parent, _b("exclusiveGateway"), {"id": gate, "gatewayDirection": "Diverging"})
        drawn.nodes[gate] = _Node(gate, element, "gateway")
        _flow(parent, drawn, source, gate, f"to_{gate}")
        source = gate
    for way in ways:
        _draw_way(parent, drawn, source, ids, step, way)


def _draw_exits(parent: Element, drawn: _Drawn, ids: dict[str, str], step: Step, ways: list[Transition]) -> None:
    """Leaving a split as a whole has no plain picture in BPMN: kept as data on the gateway, shown as a note."""
    holder = SubElement(drawn.nodes[ids[step.code]].element, _b("extensionElements"))
    for way in ways:
        told = SubElement(holder, _o("way"), {"code": way.code, "title": way.title, "to": way.to})
        _mark(told, step, way, ours=False)


def _draw_way(parent: Element, drawn: _Drawn, source: str, ids: dict[str, str], step: Step, way: Transition) -> None:
    flow = _flow(
        parent, drawn, source, ids[way.to], f"way_{_id(step.code)}_{_id(way.code)}", name=way.title, back=way.back
    )
    flow.set(_o("code"), way.code)
    _mark(flow, step, way, ours=True)


def _mark(element: Element, step: Step, way: Transition, *, ours: bool) -> None:
    name = _o if ours else str
    if way.permission != step.permission:
        element.set(name("permission"), way.permission)
    for mark in ("back", "starts_clock", "needs_note", "undo"):
        if getattr(way, mark):
            element.set(name(mark), "true")


def _flow(
    parent: Element, drawn: _Drawn, source: str, target: str, flow_id: str, *, name: str = "", back: bool = False
) -> Element:
    facts = {"id": flow_id, "sourceRef": source, "targetRef": target} | ({"name": name} if name else {})
    drawn.flows.append(_Flow(flow_id, source, target, back))
    return SubElement(parent, _b("sequenceFlow"), facts)


def _diagram(root: Element, process_id: str, drawn: _Drawn) -> None:
    """Shapes and edges: left to right, returns and long ways around the outside."""
    onward = [(flow.source, flow.target) for flow in drawn.flows if not flow.back and flow.source != flow.target]
    spots = lay_out(list(drawn.nodes), onward)
    diagram = SubElement(root, f"{{{DI}}}BPMNDiagram", {"id": "diagram"})
    plane = SubElement(diagram, f"{{{DI}}}BPMNPlane", {"id": "plane", "bpmnElement": process_id})
    boxes = {node.id: _box(node, spots[node.id]) for node in drawn.nodes.values()}
    lowest = max((y + h for _x, y, _w, h in boxes.values()), default=TOP)
    for node_id, (x, y, w, h) in boxes.items():
        shape = SubElement(plane, f"{{{DI}}}BPMNShape", {"id": f"shape_{node_id}", "bpmnElement": node_id})
        SubElement(shape, f"{{{DC}}}Bounds", {"x": f"{x}", "y": f"{y}", "width": f"{w}", "height": f"{h}"})
    around = 0
    for flow in drawn.flows:
        edge = SubElement(plane, f"{{{DI}}}BPMNEdge", {"id": f"edge_{flow.id}", "bpmnElement": flow.id})
        straight = spots[flow.target].rank - spots[flow.source].rank == 1
        around += 0 if straight else 1
        for x, y in _waypoints(boxes[flow.source], boxes[flow.target], straight, lowest + 20 + 12 * around):
            SubElement(edge, f"{{{DDI}}}waypoint", {"x": f"{x}", "y": f"{y}"})


def _box(node: _Node, spot: Spot) -> tuple[int, int, int, int]:
    width, height = SIZES[node.shape]
    return LEFT + spot.rank * COLUMN - width // 2, TOP + spot.slot * ROW - height // 2, width, height


def _waypoints(
    source: tuple[int, int, int, int], target: tuple[int, int, int, int], straight: bool, below: int
) -> list[tuple[int, int]]:
    (sx, sy, sw, sh), (tx, ty, tw, th) = source, target
    if straight:
        start, end = (sx + sw, sy + sh // 2), (tx, ty + th // 2)
        middle = (start[0] + end[0]) // 2
        return [start, end] if start[1] == end[1] else [start, (middle, start[1]), (middle, end[1]), end]
    return [(sx + sw // 2, sy + sh), (sx + sw // 2, below), (tx + tw // 2, below), (tx + tw // 2, ty + th)]


# ----------------------------------------------------------------------------------------------------------- in


@dataclass(frozen=True)
class Refusal:
    """One element that a process cannot express: which, and why."""

    element_id: str
    tag: str
    reason: str

    def __str__(self) -> str:
        return f"{self.tag} “{self.element_id}”: {self.reason}"


@dataclass(frozen=True)
class Read:
    """What was read: a definition, its name, and what was left aside without changing the way (notes, data)."""

    definition: dict[str, Any]
    code: str
    title: str
    left_aside: tuple[str, ...] = ()


STEP_TAGS = {"task", "userTask", "manualTask", "receiveTask"}
# They say nothing about the way.
ASIDE = {
    "association",
    "category",
    "dataInput",
    "dataObject",
    "dataObjectReference",
    "dataOutput",
    "dataStoreReference",
    "documentation",
    "extensionElements",
    "group",
    "ioSpecification",
    "laneSet",
    "property",
    "textAnnotation",
    "auditing",
    "monitoring",
    "resourceRole",
    "performer",
    "potentialOwner",
    "humanPerformer",
    "supports",
    "correlationSubscription",
}
IN_A_NODE = {
    "incoming",
    "outgoing",
    "documentation",
    "extensionElements",
    "ioSpecification",
    "property",
    "dataInputAssociation",
    "dataOutputAssociation",
    "dataInput",
    "dataOutput",
    "inputSet",
    "outputSet",
    "resourceRole",
    "performer",
    "potentialOwner",
    "humanPerformer",
    "rendering",
    "auditing",
    "monitoring",
    "categoryValueRef",
}


def load(xml: bytes | str) -> Read:
    """Reads BPMN 2.0 XML. CannotBeRead names every element that cannot be expressed; nothing else is ever raised."""
    return _Reader(_parse(xml)).read()


def _parse(xml: bytes | str) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    raw = xml.encode() if isinstance(xml, str) else xml
    if len(raw) > MOST_BYTES:
        raise CannotBeRead(_("Tệp quá lớn: nhiều nhất %(most)s MB.") % {"most": MOST_BYTES // 1_000_000})
    try:
        root: Element = fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as wrong:
        raise CannotBeRead(_("Tệp có khai báo DTD hoặc thực thể nên không được đọc.")) from wrong
    except (ParseError, ValueError, LookupError) as wrong:
        raise CannotBeRead(_("Tệp không phải XML đúng: %(why)s.") % {"why": wrong}) from wrong
    if root.tag != _b("definitions"):
        raise CannotBeRead(_("Tệp không phải BPMN 2.0 (phần tử gốc là %(tag)s).") % {"tag": _local(root)[:80]})
    if sum(1 for _e in root.iter()) > MOST_ELEMENTS:
        raise CannotBeRead(_("Tệp có quá nhiều phần tử."))
    return root


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "?"


def _children(element: Element) -> Iterable[Element]:
    return (child for child in element if isinstance(child.tag, str) and child.tag.startswith(f"{{{BPMN}}}"))


@dataclass
class _In:
    """A flow node on the way in."""

    id: str
    tag: str
    element: Element
    into: list[Element] = field(default_factory=list)
    out: list[Element] = field(default_factory=list)


class _Reader:
    """Reads one process; collects every refusal before it gives up."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.refused: list[Refusal] = []
        self.aside: list[str] = []
        self.nodes: dict[str, _In] = {}
        self.steps: dict[str, Step] = {}
        self.codes: dict[str, str] = {}
        self.lanes: dict[str, str] = {}

    def read(self) -> Read:
        process = self._one_process()
        self._collect(process)
        self._stop_if_refused()
        self._read_steps()
        self._stop_if_refused()
        start = self._start()
        self._pair_joins()
        self._stop_if_refused()
        ordered = {code: self.steps[code] for code in self._order()}
        marked = _mark_returns(Process(start, ordered))
        code = process.get(_o("code")) or process.get("id") or "process"
        return Read(rules.written(marked), code, process.get("name") or code, tuple(self.aside))

    def _refuse(self, element: Element, reason: str) -> None:
        self.refused.append(Refusal(element.get("id") or "?", _local(element), reason))

    def _stop_if_refused(self) -> None:
        if self.refused:
            told = "; ".join(str(refusal) for refusal in self.refused[:20])
            more = len(self.refused) - 20
            raise CannotBeRead(
                _("Không đọc được mô hình này: %(why)s%(more)s.")
                % {"why": told, "more": _(" và %(count)s chỗ khác") % {"count": more} if more > 0 else ""},
                tuple(self.refused),
            )

    def _one_process(self) -> Element:
        found = [child for child in _children(self.root) if _local(child) == "process"]
        full = [process for process in found if any(_local(e) in FLOW_NODES for e in _children(process))]
        for child in _children(self.root):
            if _local(child) in ("choreography", "globalChoreographyTask"):
                self._refuse(child, _("biểu đồ phối hợp (choreography) không phải quy trình"))
            if _local(child) == "collaboration":
                self._read_collaboration(child)
        for other in full[1:]:
            self._refuse(other, _("tệp có nhiều quy trình; mỗi quy trình phải ở một tệp"))
        if not full:
            if self.refused:
                self._stop_if_refused()
            raise CannotBeRead(_("Tệp không có quy trình nào có bước."))
        return full[0]

    def _read_collaboration(self, collaboration: Element) -> None:
        for part in _children(collaboration):
            if _local(part) == "messageFlow":
                self._refuse(part, _("thông điệp giữa các bên không diễn tả được; hãy thay bằng bước chờ"))
            elif _local(part) == "participant" and any(_local(e) == "participantMultiplicity" for e in _children(part)):
                self._refuse(part, _("một bên có nhiều bản không diễn tả được"))
            elif _local(part) not in ("participant",):
                self.aside.append(f"{_local(part)} {part.get('id', '?')}")

    def _collect(self, process: Element) -> None:
        flows: list[Element] = []
        for element in _children(process):
            tag = _local(element)
            if tag in FLOW_NODES:
                self._collect_node(element, tag)
            elif tag == "sequenceFlow":
                flows.append(element)
            elif tag in ASIDE:
                self._set_aside(element, tag)
            else:
                self._refuse(element, _("phần tử này không diễn tả được"))
        for flow in flows:
            source, target = self.nodes.get(flow.get("sourceRef", "")), self.nodes.get(flow.get("targetRef", ""))
            if source is None or target is None:
                self._refuse(flow, _("nối với phần tử không đọc được"))
                continue
            source.out.append(flow)
            target.into.append(flow)
        self._default_flows()

    def _default_flows(self) -> None:
        for node in self.nodes.values():
            if node.tag in STEP_TAGS and node.element.get("default"):
                self._refuse(node.element, _("lối mặc định theo điều kiện không diễn tả được; hãy dùng cổng loại trừ"))

    def _set_aside(self, element: Element, tag: str) -> None:
        if tag == "laneSet":
            self._read_lanes(element)
        elif tag not in ("documentation", "extensionElements"):
            self.aside.append(f"{tag} {element.get('id', '?')}")

    def _read_lanes(self, lanes: Element) -> None:
        for lane in lanes.iter(_b("lane")):
            for ref in lane.findall(_b("flowNodeRef")):
                self.lanes[(ref.text or "").strip()] = lane.get("name") or lane.get("id") or ""

    def _collect_node(self, element: Element, tag: str) -> None:
        node_id = element.get("id") or ""
        if not node_id or node_id in self.nodes:
            self._refuse(element, _("thiếu mã hoặc trùng mã"))
            return
        reason = REFUSED_NODES.get(tag)
        if reason:
            self._refuse(element, str(reason()))
        self._refuse_insides(element, tag)
        self.nodes[node_id] = _In(node_id, tag, element)

    def _refuse_insides(self, element: Element, tag: str) -> None:
        for inside in _children(element):
            name = _local(inside)
            if name == "terminateEventDefinition" and tag == "endEvent":
                continue
            if name.endswith("EventDefinition") or name == "eventDefinitionRef":
                self._refuse(element, _("sự kiện loại %(kind)s không diễn tả được") % {"kind": name})
            elif name in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
                self._refuse(element, _("bước lặp nhiều lần không diễn tả được"))
            elif name not in IN_A_NODE and tag in (*STEP_TAGS, *EVENT_TAGS, *GATEWAY_TAGS):
                self._refuse(element, _("phần %(name)s không diễn tả được") % {"name": name})
        if element.get("isForCompensation") == "true":
            self._refuse(element, _("bước bù trừ không diễn tả được"))

    # Steps

    def _read_steps(self) -> None:
        for node in self.nodes.values():
            self.codes[node.id] = self._code_of(node)
        for node in self.nodes.values():
            if node.tag == "exclusiveGateway" and self._is_choice_of_step(node):
                continue
            if node.tag in ("startEvent",) or (node.tag in GATEWAY_TAGS and len(node.out) == 1 and len(node.into) < 2):
                continue
            if node.tag == "exclusiveGateway" and len(node.out) == 1:
                continue
            self._read_step(node)

    def _code_of(self, node: _In) -> str:
        code = node.element.get(_o("code")) or node.id
        if code in self.codes.values():
            self._refuse(node.element, _("trùng mã bước “%(code)s”") % {"code": code})
        return code

    def _is_choice_of_step(self, node: _In) -> bool:
        """A gateway that only parts the ways out of one step: its ways are that step's transitions."""
        if len(node.into) != 1 or not node.out:
            return False
        source = self.nodes[node.into[0].get("sourceRef", "")]
        return source.tag in STEP_TAGS and len(source.out) == 1

    def _read_step(self, node: _In) -> None:
        element, code = node.element, self.codes[node.id]
        title = element.get("name") or ""
        if node.tag == "endEvent":
            if node.out:
                self._refuse(element, _("điểm kết thúc vẫn còn lối đi tiếp"))
            self.steps[code] = Step(code, title or _("Kết thúc"), is_end=True, **self._told(element, node))
        elif node.tag == "parallelGateway":
            self._read_parallel(node, title)
        else:
            self._read_task(node, title)

    def _told(self, element: Element, node: _In) -> dict[str, Any]:
        told: dict[str, Any] = {name: element.get(_o(name), "") for name in ("role", "permission", "place", "note")}
        if element.get(_o("outside")) == "true":
            told["outside"] = True
        told["place"] = told["place"] or (self.lanes.get(node.id, "") if node.tag in STEP_TAGS else "")
        for name in ("hours", "remind"):
            value = element.get(_o(name))
            if value is not None:
                told[name] = self._number(element, value)
        return told

    def _number(self, element: Element, value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0 <= number < 100_000:
            self._refuse(element, _("số giờ “%(value)s” không đúng") % {"value": value[:20]})
        return number

    def _read_task(self, node: _In, title: str) -> None:
        told = self._told(node.element, node)
        flows = node.out
        if node.tag in STEP_TAGS and len(flows) == 1:
            gate = self.nodes[flows[0].get("targetRef", "")]
            if gate.tag == "exclusiveGateway" and self._is_choice_of_step(gate):
                flows = gate.out
        elif node.tag in STEP_TAGS and len(flows) > 1:
            self._refuse(node.element, _("nhiều lối ra không qua cổng là chia nhánh ngầm; hãy dùng cổng song song"))
            return
        if not flows:
            self._refuse(node.element, _("không có lối đi tiếp; hãy nối đến một điểm kết thúc"))
            return
        ways = [way for flow in flows for way in self._ways(flow, told["permission"])]
        code = self.codes[node.id]
        self.steps[code] = Step(
            code,
            title or _("Chọn hướng") if node.tag in GATEWAY_TAGS else title or code,
            waits=node.tag == "receiveTask",
            transitions=self._by_code(node.element, ways),
            **told,
        )

    def _by_code(self, element: Element, ways: list[Transition]) -> dict[str, Transition]:
        found: dict[str, Transition] = {}
        for way in ways:
            if way.code in found:
                self._refuse(element, _("trùng mã lối chuyển “%(code)s”") % {"code": way.code})
            found[way.code] = way
        return found

    def _ways(self, flow: Element, permission: str) -> list[Transition]:
        target, names = self._through(flow)
        if target is None:
            return []
        marks = {name: flow.get(_o(name)) == "true" for name in ("back", "starts_clock", "needs_note", "undo")}
        to = self.codes[target.id]
        told = self.steps.get(to)
        title = ", ".join(names) or target.element.get("name") or (told.title if told else to)
        code = flow.get(_o("code")) or flow.get("id") or to
        return [Transition(code, title, to, flow.get(_o("permission")) or permission, **marks)]

    def _through(self, flow: Element) -> tuple[_In | None, list[str]]:
        """The step that a flow leads to, through gateways that only bring ways together."""
        names, seen = [flow.get("name", "")], set[str]()
        node = self.nodes[flow.get("targetRef", "")]
        while node.tag in GATEWAY_TAGS and len(node.out) == 1 and (node.tag != "parallelGateway" or len(node.into) < 2):
            if node.id in seen:
                self._refuse(node.element, _("các cổng nối vòng vào nhau"))
                return None, []
            seen.add(node.id)
            names.append(node.out[0].get("name", ""))
            node = self.nodes[node.out[0].get("targetRef", "")]
        return node, [name for name in names if name]

    def _read_parallel(self, node: _In, title: str) -> None:
        code, told = self.codes[node.id], self._told(node.element, node)
        if len(node.out) > 1 and len(node.into) > 1:
            self._refuse(node.element, _("cổng vừa gom vừa chia nhánh; hãy tách làm hai"))
        elif len(node.out) > 1:
            branches = []
            for flow in node.out:
                target, _names = self._through(flow)
                if target is not None:
                    branches.append(Branch(self.codes[target.id], flow.get(_o("optional")) == "true"))
            exits = self._exits(node.element, told["permission"])
            self.steps[code] = Step(
                code, title or _("Xử lý song song"), fork=tuple(branches), transitions=exits, **told
            )
        elif node.out:
            ways = self._ways(node.out[0], told["permission"])
            self.steps[code] = Step(
                code, title or _("Các nhánh đã xong"), join="?", transitions={way.code: way for way in ways}, **told
            )
        else:
            self._refuse(node.element, _("không có lối đi tiếp; hãy nối đến một điểm kết thúc"))

    def _exits(self, element: Element, permission: str) -> dict[str, Transition]:
        ways = [
            Transition(
                way.get("code", ""),
                way.get("title", ""),
                way.get("to", ""),
                way.get("permission") or permission,
                **{name: way.get(name) == "true" for name in ("back", "starts_clock", "needs_note", "undo")},
            )
            for way in element.iter(_o("way"))
        ]
        known = set(self.codes.values())
        for way in ways:
            if not way.code or way.to not in known:
                self._refuse(element, _("lối ra của cổng dẫn đến bước “%(to)s” không có") % {"to": way.to})
        return self._by_code(element, ways)

    def _start(self) -> str:
        starts = [node for node in self.nodes.values() if node.tag == "startEvent"]
        for node in starts[1:]:
            self._refuse(node.element, _("nhiều điểm bắt đầu; quy trình chỉ có một"))
        if not starts:
            return self._implied_start()
        if len(starts[0].out) != 1:
            self._refuse(starts[0].element, _("điểm bắt đầu phải có đúng một lối ra"))
            return ""
        first, _names = self._through(starts[0].out[0])
        return self.codes[first.id] if first is not None else ""

    def _implied_start(self) -> str:
        """Without a start event the one step that nothing leads to begins (BPMN 2.0, 10.5.2)."""
        first = [node for node in self.nodes.values() if not node.into and self.codes[node.id] in self.steps]
        if len(first) != 1:
            element = first[1].element if len(first) > 1 else next(iter(self.nodes.values())).element
            self._refuse(element, _("không có điểm bắt đầu"))
            return ""
        return self.codes[first[0].id]

    def _pair_joins(self) -> None:
        """Each fork's branches are followed to the join where they meet, forks within counted off."""
        if self.refused:
            return
        elements = {self.codes[node.id]: node.element for node in self.nodes.values()}
        for step in list(self.steps.values()):
            for branch in (*step.fork, *(Branch(way.to) for way in step.transitions.values())):
                if branch.to not in self.steps:
                    self._refuse(elements[step.code], _("lối đi tiếp không dẫn đến bước nào"))
                    return
        for fork in list(self.steps.values()):
            if fork.fork:
                self._pair(fork, elements)
        for step in self.steps.values():
            if step.join == "?":
                self._refuse(elements[step.code], _("cổng gom không có cổng chia nhánh tương ứng"))

    def _pair(self, fork: Step, elements: dict[str, Element]) -> None:
        joins = {join for branch in fork.fork for join in self._meets(branch.to)}
        if len(joins) != 1 or "" in joins:
            self._refuse(elements[fork.code], _("các nhánh của cổng này không gặp lại ở đúng một cổng gom"))
            return
        join = self.steps[joins.pop()]
        if join.join not in ("?", fork.code):
            self._refuse(elements[join.code], _("cổng gom nhánh của nhiều cổng chia"))
            return
        self.steps[join.code] = Step(**{**join.__dict__, "join": fork.code})

    def _meets(self, first: str) -> set[str]:
        """The joins, at this level, that a branch may come to; "" when it may end instead."""
        found: set[str] = set()
        seen: set[tuple[str, int]] = set()
        ahead = [(first, 0)]
        while ahead:
            code, depth = ahead.pop()
            if (code, depth) in seen or depth > len(self.steps):
                continue
            seen.add((code, depth))
            step = self.steps[code]
            if step.is_end:
                found |= {""}
            elif step.join and depth == 0:
                found.add(code)
            elif step.fork:
                ahead += [(branch.to, depth + 1) for branch in step.fork]
            else:
                ahead += [(way.to, depth - (1 if step.join else 0)) for way in step.transitions.values()]
        return found

    def _order(self) -> list[str]:
        """As the file lists them."""
        return [self.codes[node.id] for node in self.nodes.values() if self.codes[node.id] in self.steps]


def _mark_returns(process: Process) -> Process:
    """Marks as returns the ways that close a loop, when the file (of another tool) marks none of the loop's ways."""
    colour: dict[str, int] = {}
    returns: set[tuple[str, str]] = set()

    def ways(code: str) -> Iterable[tuple[str, str]]:
        step = process.steps[code]
        yield from ((way.code, way.to) for way in step.transitions.values() if not way.back)
        yield from (("", branch.to) for branch in step.fork)

    stack = [(process.start, iter(list(ways(process.start))))]
    colour[process.start] = 1
    while stack:
        code, left = stack[-1]
        following = next(left, None)
        if following is None:
            colour[code] = 2
            stack.pop()
        elif colour.get(following[1]) == 1:
            returns.add((code, following[0]))
        elif following[1] not in colour:
            colour[following[1]] = 1
            stack.append((following[1], iter(list(ways(following[1])))))
    steps = {
        step.code: Step(
            **{
                **step.__dict__,
                "transitions": {
                    way.code: Transition(**{**way.__dict__, "back": way.back or (step.code, way.code) in returns})
                    for way in step.transitions.values()
                },
            }
        )
        for step in process.steps.values()
    }
    return Process(process.start, steps)


def _refused_nodes() -> dict[str, Any]:
    automatic = lambda: _("việc máy tự làm không diễn tả được; chỉ có bước do người làm")  # noqa: E731
    inside = lambda: _("quy trình lồng trong quy trình không diễn tả được; hãy trải các bước ra")  # noqa: E731
    event = lambda: _("sự kiện giữa chừng không diễn tả được; hãy dùng bước chờ")  # noqa: E731
    return {
        **dict.fromkeys(("serviceTask", "scriptTask", "businessRuleTask", "sendTask"), automatic),
        **dict.fromkeys(("subProcess", "transaction", "adHocSubProcess", "callActivity", "subChoreography"), inside),
        **dict.fromkeys(
            ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "implicitThrowEvent"), event
        ),
        "inclusiveGateway": lambda: _("cổng bao hàm không diễn tả được; hãy dùng cổng loại trừ hoặc song song"),
        "complexGateway": lambda: _("cổng phức hợp không diễn tả được"),
        "eventBasedGateway": lambda: _("cổng theo sự kiện không diễn tả được; hãy dùng bước chờ"),
    }


REFUSED_NODES = _refused_nodes()
EVENT_TAGS = {"startEvent", "endEvent"}
GATEWAY_TAGS = {"exclusiveGateway", "parallelGateway"}
FLOW_NODES = {*STEP_TAGS, *EVENT_TAGS, *GATEWAY_TAGS, *REFUSED_NODES}
