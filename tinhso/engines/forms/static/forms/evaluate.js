// JSON Schema 2020-12 for the keywords our forms may use (keywords.py), with the verdict of the server's validator.
// No eval, no generated code. Lengths count code points; multipleOf counts in whole decimals, not in binary fractions.
import { isSame } from "./conditions.js";
import { isFormat } from "./formats.js";

const patterns = new Map();

/** Everything wrong with `value`: [{path, keyword, limit}], in no particular order. An empty list means it is right. */
export function check(schema, value, path = []) {
  if (schema === true) return [];
  if (schema === false) return [{ path, keyword: "false" }];
  const errors = [];
  for (const [keyword, rule] of Object.entries(schema)) {
    const judge = Object.hasOwn(JUDGES, keyword) ? JUDGES[keyword] : null;
    if (judge) errors.push(...judge(rule, value, path, schema));
  }
  return errors;
}

export function isValid(schema, value) {
  return check(schema, value).length === 0;
}

const isNumber = (value) => typeof value === "number";
const isText = (value) => typeof value === "string";
const isList = Array.isArray;
const isTable = (value) => typeof value === "object" && value !== null && !isList(value);
const length = (text) => [...text].length;

/** A judge that says one thing of one kind of value: wrong when `holds` is false. */
function simple(keyword, applies, holds) {
  return (rule, value, path) => (applies(value) && !holds(value, rule) ? [{ path, keyword, limit: rule }] : []);
}

const TYPES = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  object: isTable,
  array: isList,
  number: isNumber,
  string: isText,
  integer: (value) => Number.isInteger(value),
};

const JUDGES = {
  type: simple("type", () => true, (value, rule) => [rule].flat().some((name) => TYPES[name](value))),
  enum: simple("enum", () => true, (value, rule) => rule.some((one) => isSame(one, value))),
  const: simple("const", () => true, (value, rule) => isSame(rule, value)),
  minLength: simple("minLength", isText, (value, rule) => length(value) >= rule),
  maxLength: simple("maxLength", isText, (value, rule) => length(value) <= rule),
  pattern: simple("pattern", isText, (value, rule) => compiled(rule).test(value)),
  format: simple("format", isText, (value, rule) => isFormat(rule, value)),
  minimum: simple("minimum", isNumber, (value, rule) => value >= rule),
  maximum: simple("maximum", isNumber, (value, rule) => value <= rule),
  exclusiveMinimum: simple("exclusiveMinimum", isNumber, (value, rule) => value > rule),
  exclusiveMaximum: simple("exclusiveMaximum", isNumber, (value, rule) => value < rule),
  multipleOf: simple("multipleOf", isNumber, isMultiple),
  minItems: simple("minItems", isList, (value, rule) => value.length >= rule),
  maxItems: simple("maxItems", isList, (value, rule) => value.length <= rule),
  uniqueItems: simple("uniqueItems", isList, (value, rule) => !rule || areUnique(value)),
  required: (names, value, path) =>
    isTable(value)
      ? names.filter((name) => !Object.hasOwn(value, name)).map((name) => ({ path: [...path, name], keyword: "required" }))
      : [],
  dependentRequired: (table, value, path) =>
    isTable(value)
      ? Object.entries(table)
          .filter(([name]) => Object.hasOwn(value, name))
          .flatMap(([, names]) => JUDGES.required(names, value, path))
      : [],
  properties: (table, value, path) =>
    isTable(value)
      ? Object.entries(table).flatMap(([name, part]) =>
          Object.hasOwn(value, name) ? check(part, value[name], [...path, name]) : [])
      : [],
  additionalProperties: (rule, value, path, schema) =>
    isTable(value)
      ? Object.keys(value)
          .filter((name) => !Object.hasOwn(schema.properties ?? {}, name))
          .flatMap((name) => (rule === false ? [{ path, keyword: "additionalProperties" }] : check(rule, value[name], [...path, name])))
      : [],
  items: (part, value, path) =>
    isList(value) ? value.flatMap((one, at) => check(part, one, [...path, String(at)])) : [],
  allOf: (parts, value, path) => parts.flatMap((part) => check(part, value, path)),
  anyOf: (parts, value, path) => (parts.some((part) => isValid(part, value)) ? [] : [{ path, keyword: "anyOf" }]),
  oneOf: (parts, value, path) =>
    parts.filter((part) => isValid(part, value)).length === 1 ? [] : [{ path, keyword: "oneOf" }],
  not: (part, value, path) => (isValid(part, value) ? [{ path, keyword: "not" }] : []),
  if: (part, value, path, schema) => {
    const branch = isValid(part, value) ? schema.then : schema.else;
    return branch === undefined ? [] : check(branch, value, path);
  },
};

function compiled(source) {
  if (!patterns.has(source)) patterns.set(source, new RegExp(source, "u"));
  return patterns.get(source);
}

function areUnique(values) {
  return values.every((one, at) => !values.slice(0, at).some((other) => isSame(one, other)));
}

/** Whether `value` is a whole number of `step`, both taken as the decimals they are written as. */
function isMultiple(value, step) {
  const [top, topScale] = decimal(value);
  const [bottom, bottomScale] = decimal(step);
  const scale = Math.max(topScale, bottomScale);
  return (top * 10n ** BigInt(scale - topScale)) % (bottom * 10n ** BigInt(scale - bottomScale)) === 0n;
}

/** A number as [digits, places]: 1.25 is [125n, 2], 3e5 is [300000n, 0]. */
function decimal(number) {
  const [mantissa, exponent = "0"] = String(number).split("e");
  const [whole, rest = ""] = mantissa.split(".");
  const places = rest.length - Number(exponent);
  const digits = BigInt(whole + rest);
  return places >= 0 ? [digits, places] : [digits * 10n ** BigInt(-places), 0];
}
