// The live board: an event stream says that something changed, and each [data-live-refresh] fetches its own part anew.
// Nothing is replaced while somebody presses or writes in it, so nothing moves under the pointer.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
const CALM = 250;

function say(state) {
  for (const each of document.querySelectorAll("[data-live-status]")) {
    if (each.dataset.liveState === state) continue;
    each.dataset.liveState = state;
    each.textContent = state === "on" ? each.dataset.liveOn : each.dataset.liveOff;
  }
}

function isBusy(part) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  return part.matches(":active") || Boolean(focused?.matches("input, textarea, select"))
    || part.querySelector("details[open]") !== null;
}

function refresh(part) {
  clearTimeout(part.liveTimer);
  part.liveTimer = setTimeout(async () => {
    if (isBusy(part)) return refresh(part);
    const at = part.contains(document.activeElement) ? document.activeElement.id : "";
    const headers = { "X-Background": "1" };
    await window.htmx.ajax("GET", part.dataset.liveRefresh, { target: part, swap: "innerHTML", headers });
    if (at) document.getElementById(at)?.focus({ preventScroll: true });
  }, CALM);
}

function refreshAll() {
  document.querySelectorAll("[data-live-refresh]").forEach(refresh);
}

function listen(url, wait) {
  const source = new EventSource(url);
  source.addEventListener("open", () => {
    wait = FIRST_WAIT;
    say("on");
    refreshAll();
  });
  source.addEventListener("board", refreshAll);
  source.addEventListener("message", refreshAll);
  source.addEventListener("error", () => {
    say("off");
    if (source.readyState !== EventSource.CLOSED) return;
    source.close();
    setTimeout(() => listen(url, Math.min(wait * 2, LONGEST_WAIT)), wait * (0.5 + Math.random()));
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}

const board = document.querySelector("[data-live-url]");
if (board) listen(board.dataset.liveUrl, FIRST_WAIT);
