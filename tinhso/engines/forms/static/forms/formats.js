// The formats our forms may ask for; formats.py gives the same answers on the server.
const EMAIL = /^[A-Za-z0-9!#$%&'*+\/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+\/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

/** Whether `text` has the format; a format we do not know says nothing. */
export function isFormat(name, text) {
  if (name === "date") return isDay(text);
  return name === "email" ? isEmail(text) : true;
}

export function isDay(text) {
  const found = DAY.exec(text);
  if (!found) return false;
  const [year, month, day] = found.slice(1).map(Number);
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(month, year);
}

function daysIn(month, year) {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** name@host.vn: letters of the ASCII table only, no quotes, no addresses in brackets. */
export function isEmail(text) {
  if (text.length > 254 || !EMAIL.test(text)) return false;
  const at = text.lastIndexOf("@");
  return at <= 64 && text.slice(at + 1).split(".").every((label) => label.length <= 63);
}
