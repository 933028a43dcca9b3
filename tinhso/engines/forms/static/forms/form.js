// What a page of a form does more with scripts on: hides questions that do not apply, adds and removes rows at once,
// says what is wrong while one is still there. The server decides all of it again; without this file nothing is lost.
import { showErrors, showSummary } from "./errors.js";
import { bindRows } from "./rows.js";
import { judge, visible } from "./verdict.js";
import { readFields } from "./reading.js";

/** The posted texts of each name, as the server would get them. */
export function postedBy(form) {
  const all = new Map();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") all.set(name, [...(all.get(name) ?? []), value]);
  }
  return (name) => all.get(name) ?? [];
}

/** Whether the question `name` applies; `scope` is "" or the place of its row, "thanh_vien-0-". */
function applies(page, get, scope, name) {
  const top = visible(page.fields, readFields(page.fields, get, [], new Map()), page.known);
  let [fields, around, names] = [page.fields, { ...page.known, ...top.kept }, top.names];
  const parts = scope.split("-").filter(Boolean);
  for (let at = 0; at < parts.length; at += 2) {
    fields = fields.find((field) => field.name === parts[at])?.children ?? [];
    const row = visible(fields, readFields(fields, get, parts.slice(0, at + 2), new Map()), around);
    [around, names] = [{ ...around, ...row.kept }, row.names];
  }
  return names.has(name);
}

function bind(form) {
  const source = form.querySelector("#form-rules");
  if (!source) return;
  const page = JSON.parse(source.textContent);
  const touched = new Set();
  let warnedOf = "";

  function refresh() {
    const get = postedBy(form);
    for (const part of form.querySelectorAll("[data-depends]")) {
      part.hidden = !applies(page, get, part.dataset.scope, part.dataset.depends);
    }
    for (const hint of form.querySelectorAll("[data-depends-hint]")) hint.hidden = true;
  }

  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  bindRows(form, refresh);
  refresh();

  // A question is judged once it has been left; while it is wrong, every change is judged again.
  form.addEventListener("focusout", (event) => {
    const box = event.target.closest(".field:not(.form-group)");
    if (!box || box.contains(event.relatedTarget) || !event.target.name) return;
    touched.add(nameOf(event.target));
    showErrors(form, judge(page, postedBy(form)).errors.filter((error) => touched.has(error.id)), touched);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name && touched.has(nameOf(event.target))) {
      showErrors(form, judge(page, postedBy(form)).errors.filter((error) => touched.has(error.id)), touched);
    }
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name) return;
    const { errors } = judge(page, postedBy(form));
    const said = JSON.stringify(errors.map((error) => [error.id, error.message]));
    // The same press again goes to the server: it alone decides.
    if (!errors.length || said === warnedOf) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    warnedOf = said;
    for (const error of errors) touched.add(error.id);
    showErrors(form, errors, touched);
    showSummary(form, errors);
  }, { capture: true });
}

/** The question an input belongs to: the three boxes of a date are one. */
function nameOf(input) {
  return input.closest("[data-ui~='date-boxes']") ? input.name.replace(/_(day|month|year)$/, "") : input.name;
}

if (typeof document !== "undefined") document.querySelectorAll("form").forEach(bind);
