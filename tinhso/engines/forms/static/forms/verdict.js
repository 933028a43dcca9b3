// The verdict on a page as the server would give it: what was typed → answers → what counts → what is wrong.
import { isMet } from "./conditions.js";
import { check } from "./evaluate.js";
import { isDay } from "./formats.js";
import { filledKeys, readFields } from "./reading.js";

// Which of several faults of one answer is told: the first of these (validation.PRIORITY).
const PRIORITY = [
  "required", "type", "const", "enum", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern",
  "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
];

/** {values, errors}: the page's answers that count, and [{path, id, message, where}] in the order of the page. */
export function judge(page, get) {
  const unread = new Map();
  const read = readFields(page.fields, get, [], unread);
  const { kept, names } = visible(page.fields, read, page.known);
  const found = new Map();
  for (const error of check(schemaOf(page.fields, names), kept)) take(found, page, names, kept, error);
  for (const field of page.fields) addLimits(found, field, kept[field.name], [field.name], "", { ...page.known, ...kept });
  for (const [path, message] of unread) {
    const spot = spotOf(page, names, kept, path.split("-"));
    if (spot) found.set(path, { ...spot, message, rank: -1 });
  }
  return { values: kept, errors: ordered(page, [...found.values()]).map((one) => withId(page, get, one)) };
}

/** The answers that count among `fields`, and the names asked. `around` holds answers from outside. */
export function visible(fields, data, around) {
  const kept = {};
  const names = new Set();
  for (const field of fields) {
    if (field.widget === "note" || !isMet(field.when, lookUp({ ...around, ...kept }))) continue;
    names.add(field.name);
    if (Object.hasOwn(data, field.name)) kept[field.name] = counting(field, data[field.name], { ...around, ...kept });
  }
  return { kept, names };
}

export function lookUp(data) {
  return (name) => (Object.hasOwn(data, name) ? data[name] : null);
}

function counting(field, value, around) {
  if (field.widget !== "group" || !Array.isArray(value)) return value;
  return value.map((row) => visible(field.children, row, around).kept);
}

// Files travel with the form and are judged where they arrive.
function schemaOf(fields, names) {
  const asked = fields.filter((field) => names.has(field.name) && field.widget !== "file");
  return {
    type: "object",
    properties: Object.fromEntries(asked.map((field) => [field.name, field.schema])),
    required: asked.filter((field) => field.required).map((field) => field.name),
  };
}

function take(found, page, names, kept, error) {
  const spot = spotOf(page, names, kept, error.path);
  if (!spot) return;
  const key = spot.path.join("-");
  const rank = rankOf(error.keyword);
  if (found.has(key) && found.get(key).rank <= rank) return;
  found.set(key, { ...spot, rank, message: spot.field.say[error.keyword] ?? spot.field.say.other });
}

function rankOf(keyword) {
  const at = PRIORITY.indexOf(keyword);
  return at < 0 ? PRIORITY.length : at;
}

/** The field at a place among the answers; null when it is hidden there. */
function spotOf(page, names, kept, place) {
  let field = page.fields.find((one) => one.name === place[0]);
  if (!field || !names.has(field.name)) return null;
  let [path, rest, around, value, where] = [[place[0]], place.slice(1), { ...page.known, ...kept }, kept[place[0]], ""];
  while (field.widget === "group" && rest.length >= 2) {
    const [number, name] = rest;
    const row = value?.[Number(number)] ?? {};
    const child = field.children.find((one) => one.name === name);
    if (!child || !visible(field.children, row, around).names.has(name)) return null;
    where = rowName(field, Number(number), row);
    [around, value, rest, path, field] = [{ ...around, ...row }, row[name], rest.slice(2), [...path, number, name], child];
  }
  return { path, field, where };
}

function rowName(group, number, row) {
  const name = group.say.row.replace("{number}", String(number + 1));
  const title = group.row_title && row[group.row_title] ? String(row[group.row_title]) : "";
  return title ? `${name} (${[...title].slice(0, 60).join("")})` : name;
}

function addLimits(found, field, value, path, where, around) {
  if (field.widget === "group") {
    (Array.isArray(value) ? value : []).forEach((row, at) => {
      for (const child of field.children) {
        const place = [...path, String(at), child.name];
        addLimits(found, child, row[child.name], place, rowName(field, at, row), { ...around, ...row });
      }
    });
    return;
  }
  if (typeof value !== "string" || !isDay(value) || found.has(path.join("-"))) return;
  // ISO days compare as texts. "Today" came from the server.
  const isBeyond = (side, day) => (side === "min" ? value < day : value > day);
  const isDayOf = (name) => typeof around[name] === "string" && isDay(around[name]);
  const broken = field.limits.find(({ side, day }) => isBeyond(side, day))
    ?? field.others.find(({ side, name }) => isDayOf(name) && isBeyond(side, around[name]));
  if (broken) found.set(path.join("-"), { path, field, where, message: broken.message, rank: 0 });
}

function ordered(page, errors) {
  const order = new Map(everyName(page.fields).map((name, at) => [name, at]));
  const ranks = (error) => error.path.map((part) => (/^[0-9]+$/.test(part) ? Number(part) : order.get(part)));
  return errors.sort((one, other) => compare(ranks(one), ranks(other)));
}

const everyName = (fields) => fields.flatMap((field) => [field.name, ...everyName(field.children ?? [])]);

function compare(one, other) {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    if (one[at] !== other[at]) return one[at] - other[at];
  }
  return one.length - other.length;
}

/** Adds the id on the page, whose row numbers may have gaps where blank rows stand. */
function withId(page, get, error) {
  const id = [error.path[0]];
  let field = page.fields.find((one) => one.name === error.path[0]);
  for (let at = 1; at < error.path.length; at += 2) {
    const keys = filledKeys(field, get, id);
    id.push(keys[Number(error.path[at])] ?? error.path[at], error.path[at + 1]);
    field = field.children.find((one) => one.name === error.path[at + 1]);
  }
  return { path: error.path, id: id.join("-"), message: error.message, where: error.where, widget: error.field.widget };
}
