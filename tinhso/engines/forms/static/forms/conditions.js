// Hides questions whose condition does not hold yet. Without this script they are all on the page, with a hint.

/** Whether answers meet a condition (the same shapes as rules.is_met on the server). */
export function isMet(condition, answer) {
  if (!condition) return true;
  if (typeof condition === "string") {
    const at = condition.indexOf("=");
    if (at < 0) return isFilled(answer(condition));
    return asText(answer(condition.slice(0, at))) === condition.slice(at + 1);
  }
  if ("all" in condition) return condition.all.every((part) => isMet(part, answer));
  if ("any" in condition) return condition.any.some((part) => isMet(part, answer));
  if ("not" in condition) return !isMet(condition.not, answer);
  const given = answer(condition.field);
  if ("equals" in condition) return isSame(given, condition.equals);
  if ("in" in condition) return condition.in.some((one) => isSame(given, one));
  if ("has" in condition) return Array.isArray(given) && given.some((one) => isSame(one, condition.has));
  return isFilled(given) === Boolean(condition.filled ?? true);
}

/** An answer was given: not absent, empty or an unticked box. Zero is an answer. */
export function isFilled(value) {
  if (value === undefined || value === null || value === false || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** Equality as the server's: by kind and value, lists and tables by their parts. */
export function isSame(one, other) {
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]));
}

// "field=value" compares as text; a list or a tick is never equal to a text.
function asText(value) {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
