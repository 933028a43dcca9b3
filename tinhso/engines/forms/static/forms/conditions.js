// Hides questions whose condition does not hold yet. Without this script they are all on the page, with a hint.

/** Whether a form's answers meet a condition (the same shapes as rules.is_met on the server). */
export function isMet(condition, answer) {
  if (!condition) return true;
  if (typeof condition === "string") {
    const [name, ...value] = condition.split("=");
    return value.length ? answer(name) === value.join("=") : Boolean(answer(name));
  }
  if (condition.all) return condition.all.every((part) => isMet(part, answer));
  if (condition.any) return condition.any.some((part) => isMet(part, answer));
  if (condition.not) return !isMet(condition.not, answer);
  const given = answer(condition.field);
  if ("equals" in condition) {
    return typeof condition.equals === "boolean" ? Boolean(given) === condition.equals : given === String(condition.equals);
  }
  if (condition.in) return condition.in.map(String).includes(given);
  return Boolean(given) === (condition.filled ?? true);
}

function bind(form) {
  const parts = [...form.querySelectorAll("[data-depends]")];
  if (!parts.length) return;
  // A question of an earlier page is not here; the server drew this one because that answer already allows it.
  const answer = (name) => (form.elements.namedItem(name) ? new FormData(form).get(name) ?? "" : "");
  const show = () => {
    for (const part of parts) part.hidden = !isMet(JSON.parse(part.dataset.depends), answer);
  };
  for (const hint of form.querySelectorAll("[data-depends-hint]")) hint.hidden = true;
  form.addEventListener("change", show);
  form.addEventListener("input", show);
  show();
}

document.querySelectorAll("form").forEach(bind);
