// The calling screen: asks for news every few seconds, changes only what changed, says when the line is down and
// tries again ever more slowly, never louder than once a minute. The page itself is never reloaded.
const place = document.querySelector("[data-calling]");
const said = document.querySelector("[data-said]");
const lost = document.querySelector("[data-lost]");
const EVERY = 2000;
const SLOWEST = 60000;
let tag = "";
let failed = 0;
let heard = place?.querySelector("[data-call]")?.dataset.call ?? "";

async function ask() {
  const stop = AbortSignal.timeout(8000);
  const answer = await fetch(place.dataset.calling, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store", signal: stop });
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(String(answer.status));
  tag = answer.headers.get("ETag") ?? "";
  place.innerHTML = await answer.text();
  const first = place.querySelector("[data-call]");
  if (first && first.dataset.call !== heard) {
    heard = first.dataset.call;
    said.textContent = first.dataset.sentence;
  }
}

async function round() {
  try {
    await ask();
    failed = 0;
    lost.textContent = "";
  } catch {
    failed += 1;
    lost.textContent = lost.dataset.lost;
  }
  setTimeout(round, Math.min(EVERY * 2 ** Math.min(failed, 5), SLOWEST));
}

if (place) setTimeout(round, EVERY);
