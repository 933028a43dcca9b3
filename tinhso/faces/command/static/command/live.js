// Figures that move by themselves. The stream only says that something changed; the page then asks the site again and
// takes over the regions that differ. Without scripts, or without the stream, the reload link does the same.
const root = document.querySelector("[data-live]");

const QUIET = 250;
const BACK_OFF = [1000, 2000, 5000, 15000, 60000];

let source = null;
let lastSeen = "";
let failures = 0;
let timer = 0;
let busy = false;
let again = false;

function status(name) {
  const place = root.querySelector("[data-live-status]");
  if (place) place.textContent = root.dataset[name] ?? "";
  root.dataset.state = name;
}

// What the server sent for each region: scripts draw into regions, so the page itself cannot be compared with.
const given = new Map([...document.querySelectorAll("[data-live-region]")].map((region) => [region.id, region.innerHTML]));

export function takeOver(from, into) {
  let changed = 0;
  for (const region of into.querySelectorAll("[data-live-region]")) {
    const fresh = from.getElementById(region.id);
    if (!fresh || fresh.innerHTML === given.get(region.id)) continue;
    given.set(region.id, fresh.innerHTML);
    const before = new Map([...region.querySelectorAll("[data-figure]")].map((cell) => [cell.dataset.figure, cell.textContent]));
    const open = new Set([...region.querySelectorAll("details[open][id]")].map((part) => part.id));
    const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    region.replaceChildren(...fresh.cloneNode(true).childNodes);
    for (const part of region.querySelectorAll("details[id]")) if (open.has(part.id)) part.open = true;
    for (const cell of region.querySelectorAll("[data-figure]")) {
      if (before.get(cell.dataset.figure) !== cell.textContent) cell.classList.add("flash");
    }
    document.dispatchEvent(new CustomEvent("ui:load", { detail: { elt: region } }));
    if (focused) region.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    changed += 1;
  }
  return changed;
}

async function refresh() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "live" }, credentials: "same-origin" });
    if (answer.redirected) { location.reload(); return; }
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (takeOver(fresh, document)) status("changed");
    }
  } catch {
    // The next message, or the reader's own reload, tries again.
  } finally {
    busy = false;
    if (again) { again = false; soon(); }
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, QUIET);
}

function heard(event) {
  lastSeen = event.lastEventId || lastSeen;
  soon();
}

async function listen() {
  source?.close();
  let pass;
  try {
    const answer = await fetch(root.dataset.livePass, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    pass = (await answer.json()).pass;
  } catch {
    retry();
    return;
  }
  const query = new URLSearchParams({ the: pass });
  if (lastSeen) query.set("tu", lastSeen);
  source = new EventSource(`${root.dataset.live}?${query}`);
  source.addEventListener("open", () => {
    // What changed while nobody listened is fetched at once.
    if (failures) soon();
    failures = 0;
    status("listening");
  });
  source.addEventListener("figures", heard);
  source.addEventListener("resync", heard);
  source.addEventListener("error", () => {
    // A pass serves to open a stream once; every new opening brings a new one.
    source.close();
    retry();
  });
}

function retry() {
  status("apart");
  setTimeout(listen, BACK_OFF[Math.min(failures, BACK_OFF.length - 1)]);
  failures += 1;
}

if (root?.dataset.live) {
  listen();
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
}
