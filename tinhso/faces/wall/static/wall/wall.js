// A wall nobody touches: scenes in turn, figures that move by themselves, and a plain sign when the line is lost.
// Every message of the stream, and every minute without one, the page asks the site again and takes over what differs.
const root = document.querySelector("[data-wall]");

const EVERY = 60000;
const QUIET = 250;
const BACK_OFF = [1000, 2000, 5000, 10000, 15000];
// Without a good answer for so long the figures may be old: the sign comes on.
const TRUSTED = 100000;

// The province's own time, wherever the device believes itself to be.
const HOUR = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: root?.dataset.zone || undefined });

let source = null;
let lastSeen = "";
let streamFailures = 0;
let failures = 0;
let lastGood = Date.now();
let current = Math.max(0, scenes().findIndex((scene) => scene.classList.contains("is-on")));
let turnTimer = 0;
let askTimer = 0;
let asking = false;
let again = false;

function scenes() {
  return [...document.querySelectorAll("[data-scene]")];
}

function show(index) {
  const all = scenes();
  if (!all.length) return;
  current = index % all.length;
  all.forEach((scene, number) => scene.classList.toggle("is-on", number === current));
  document.querySelectorAll("[data-dot]").forEach((dot, number) => dot.classList.toggle("is-on", number === current));
  clearTimeout(turnTimer);
  turnTimer = setTimeout(() => show(current + 1), Number(all[current].dataset.seconds || 20) * 1000);
}

function ageWords(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const words = root.dataset;
  if (seconds < 60) return `${seconds} ${words.second} ${words.old}`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} ${words.minute} ${words.old}`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} ${words.hour} ${words.old}`;
  return `${Math.floor(seconds / 86400)} ${words.day} ${words.old}`;
}

function tick() {
  const now = new Date();
  const clock = root.querySelector("[data-clock]");
  clock.textContent = HOUR.format(now);
  clock.dateTime = now.toISOString();
  for (const age of root.querySelectorAll("[data-age]")) {
    age.dataset.at ??= age.textContent;
    age.textContent = `${age.dataset.at} (${ageWords(now - new Date(age.dateTime))})`;
  }
  sign(now);
}

function sign(now) {
  const place = root.querySelector("[data-sign]");
  const lost = failures > 1 || now - lastGood > TRUSTED;
  root.dataset.line = lost ? "lost" : source?.readyState === EventSource.OPEN ? "live" : "asked";
  place.hidden = !lost;
  if (!lost) return;
  const since = new Date(lastGood);
  const text = `${root.dataset.lost} ${HOUR.format(since)} (${ageWords(now - since)}). ${root.dataset.lostHelp}`;
  if (place.textContent !== text) place.textContent = text;
}

function takeOver(fresh) {
  const body = fresh.querySelector("[data-wall]");
  if (!body || body.dataset.build !== root.dataset.build) {
    location.reload();
    return;
  }
  for (const region of document.querySelectorAll("[data-live-region]")) {
    const other = fresh.getElementById(region.id);
    if (!other || other.innerHTML === region.dataset.last) continue;
    const kept = scenes()[current]?.id;
    region.dataset.last = other.innerHTML;
    region.replaceChildren(...other.cloneNode(true).childNodes);
    const place = scenes().findIndex((scene) => scene.id === kept);
    const dots = fresh.querySelector(".wall-dots");
    if (dots) root.querySelector(".wall-dots").innerHTML = dots.innerHTML;
    if (place >= 0) {
      scenes().forEach((scene, number) => scene.classList.toggle("is-on", number === place));
      current = place;
      document.querySelectorAll("[data-dot]").forEach((dot, number) => dot.classList.toggle("is-on", number === place));
    } else show(0);
  }
  const state = fresh.querySelector("[data-state]");
  if (state) root.querySelector("[data-state]").textContent = state.textContent;
}

async function ask() {
  if (asking) { again = true; return; }
  asking = true;
  clearTimeout(askTimer);
  try {
    const answer = await fetch(location.pathname, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(15000) });
    if (answer.status === 403 || answer.redirected) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
    failures = 0;
    lastGood = Date.now();
  } catch {
    failures += 1;
  } finally {
    asking = false;
    const wait = failures ? BACK_OFF[Math.min(failures, BACK_OFF.length) - 1] : EVERY;
    askTimer = setTimeout(ask, again ? QUIET : wait);
    again = false;
    tick();
  }
}

function soon() {
  clearTimeout(askTimer);
  askTimer = setTimeout(ask, QUIET);
}

async function listen() {
  source?.close();
  try {
    const answer = await fetch(root.dataset.pass, { credentials: "same-origin", signal: AbortSignal.timeout(15000) });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const query = new URLSearchParams({ the: (await answer.json()).pass });
    if (lastSeen) query.set("tu", lastSeen);
    source = new EventSource(`${root.dataset.stream}?${query}`);
  } catch {
    listenLater();
    return;
  }
  source.addEventListener("open", () => {
    if (streamFailures) soon();
    streamFailures = 0;
    tick();
  });
  for (const name of ["figures", "resync"]) {
    source.addEventListener(name, (event) => {
      lastSeen = event.lastEventId || lastSeen;
      soon();
    });
  }
  source.addEventListener("error", () => {
    source.close();
    listenLater();
  });
}

function listenLater() {
  setTimeout(listen, BACK_OFF[Math.min(streamFailures, BACK_OFF.length - 1)]);
  streamFailures += 1;
}

if (root) {
  show(current);
  setInterval(tick, 1000);
  tick();
  askTimer = setTimeout(ask, EVERY);
  listen();
  addEventListener("online", soon);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { listen(); soon(); } });
}
