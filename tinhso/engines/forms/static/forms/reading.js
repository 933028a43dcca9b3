// Reads what people type into the answers of a page, as parsing.py does on the server.
import { isFilled } from "./conditions.js";
import { isDay } from "./formats.js";

/** The answers of `fields`. `get(name)` gives the posted texts of a name; `unread` takes sentences by path. */
export function readFields(fields, get, path, unread) {
  const read = {};
  for (const field of fields) {
    if (field.widget === "file" || field.widget === "note") continue;
    const place = [...path, field.name];
    const value = field.widget === "group" ? readRows(field, get, place, unread) : readOrKeep(field, get, place, unread);
    if (value !== null) read[field.name] = value;
  }
  return read;
}

/** Rows in the order of the page; blank ones are not kept. `unread` learns the places in the kept list. */
function readRows(group, get, place, unread) {
  const rows = [];
  for (const key of rowKeys(get, place.join("-"))) {
    const own = new Map();
    const row = readFields(group.children, get, [...place, key], own);
    if (!Object.values(row).some(isFilled)) continue;
    for (const [path, said] of own) {
      const parts = path.split("-");
      parts[place.length] = String(rows.length);
      unread.set(parts.join("-"), said);
    }
    rows.push(row);
  }
  return rows.length ? rows : null;
}

/** The keys of a group's rows on the page, as the hidden inputs name them. */
export function rowKeys(get, name) {
  return [...new Set(get(`${name}-row`).filter((key) => /^[0-9]{1,4}$/.test(key)))].slice(0, 100);
}

/** The keys of the rows that are not blank, in order: place in the answers → key on the page. */
export function filledKeys(group, get, place) {
  return rowKeys(get, place.join("-")).filter((key) =>
    Object.values(readFields(group.children, get, [...place, key], new Map())).some(isFilled));
}

function readOrKeep(field, get, place, unread) {
  const name = place.join("-");
  try {
    return read(field, get, name);
  } catch (wrong) {
    if (!(wrong instanceof Unreadable)) throw wrong;
    unread.set(name, wrong.message);
    return asTyped(field, get, name);
  }
}

class Unreadable extends Error {}

function read(field, get, name) {
  if (field.widget === "date") return readDay(field, get, name);
  if (field.widget === "checkboxes") {
    const chosen = get(name).map(tidy);
    return chosen.length ? chosen : null;
  }
  const typed = get(name).at(-1) ?? "";
  const text = field.widget === "textarea" ? tidyLines(typed) : tidy(typed);
  if (field.widget === "checkbox") return text !== "";
  if (!text) return null;
  if (field.widget === "number" || field.widget === "money") return readNumber(field, text);
  if (field.widget === "phone") return readPhone(field, text);
  return field.widget === "id12" ? cut(digits(text), 500) : text;
}

function readDay(field, get, name) {
  const parts = ["day", "month", "year"].map((part) => digits(tidy(get(`${name}_${part}`).at(-1) ?? "")));
  if (parts.every((part) => !part)) return null;
  if (parts.some((part) => !part)) throw new Unreadable(field.say.missing);
  const [day, month, year] = parts;
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  if (day.length > 2 || month.length > 2 || !isDay(iso)) {
    throw new Unreadable(field.say.no_such_day.replace("{typed}", () => parts.join("/")));
  }
  return iso;
}

function readNumber(field, text) {
  const bare = decimalText(text.replace(/[ \u00a0]/g, ""));
  if (bare === null || isTooLarge(bare)) throw new Unreadable(field.say.unread);
  return Number(bare);
}

/** 1.234,5 or 1234,5 or 1234.5 as 1234.5; null when it is no number as Vietnamese write it. */
function decimalText(bare) {
  if (/^-?[0-9]+(?:,[0-9]+)?$/.test(bare) || /^-?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?$/.test(bare)) {
    return bare.replaceAll(".", "").replaceAll(",", ".");
  }
  return /^-?[0-9]+\.[0-9]+$/.test(bare) ? bare : null;
}

// Beyond 10^15 no form asks, and numbers are no longer exact.
function isTooLarge(bare) {
  const [whole, rest = ""] = bare.replace("-", "").split(".");
  const size = whole.replace(/^0+/, "");
  if (size.length !== 16) return size.length > 16;
  return size !== "1000000000000000" || /[1-9]/.test(rest);
}

function readPhone(field, text) {
  let bare = text.replace(/[\s.\-()]/g, "");
  if (bare.startsWith("+84")) bare = `0${bare.slice(3)}`;
  else if (bare.startsWith("84") && [...bare].length === 11) bare = `0${bare.slice(2)}`;
  if (!/^0[0-9]{9,10}$/.test(bare)) throw new Unreadable(field.say.unread);
  return bare;
}

function asTyped(field, get, name) {
  if (field.widget !== "date") return cut(tidy(get(name).at(-1) ?? ""), 500);
  return ["day", "month", "year"].map((part) => cut(tidy(get(`${name}_${part}`).at(-1) ?? ""), 10)).join("/");
}

const cut = (text, size) => [...text].slice(0, size).join("");
const digits = (text) => text.replace(/[\s.\-]/g, "");

/** One Unicode form, without control and invisible characters, single spaces: text.rules.normalise on the server. */
export function tidy(text) {
  return clean(text).replace(/\s+/g, " ").trim();
}

function tidyLines(text) {
  const lines = clean(text).split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}

function clean(text) {
  const kept = [...text.replace(/\r\n?/g, "\n")].filter((one) => one === "\n" || one === "\t" || !/\p{C}/u.test(one));
  return kept.join("").normalize("NFC");
}
