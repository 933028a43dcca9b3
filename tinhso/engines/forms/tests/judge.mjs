// The browser's scripts without a browser: reads one question a line (JSON), answers one line each.
import { createInterface } from "node:readline";

const [, , folder] = process.argv;
const load = (name) => import(`file://${folder}/${name}.js`);
const [{ isValid }, { judge }, { isMet }, { isFormat }] =
  await Promise.all(["evaluate", "verdict", "conditions", "formats"].map(load));

const answers = {
  check: ({ schema, values }) => values.map((value) => isValid(schema, value)),
  judge: ({ page, posted }) => {
    const { values, errors } = judge(page, (name) => posted[name] ?? []);
    return { values, errors: errors.map(({ path, message, where, id }) => ({ path, message, where, id })) };
  },
  met: ({ condition, data }) => isMet(condition, (name) => (Object.hasOwn(data, name) ? data[name] : null)),
  format: ({ name, text }) => isFormat(name, text),
  timed: ({ schema, value }) => {
    const began = performance.now();
    isValid(schema, value);
    return performance.now() - began;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    const question = JSON.parse(line);
    said = { answer: answers[question.ask](question) };
  } catch (wrong) {
    said = { failed: String(wrong?.stack ?? wrong) };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
