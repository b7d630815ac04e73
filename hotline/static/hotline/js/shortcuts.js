// Keyboard shortcuts: every element with data-shortcut="n" or "g d" is pressed (a field: focused) by those keys.
// They can be turned off (WCAG 2.1.4); that choice stays in this browser.

const STORED = "shortcuts";
const PATIENCE = 1200;
let typed = [];
let typedAt = 0;

function areOn() {
  return localStorage.getItem(STORED) !== "off";
}

function show() {
  document.documentElement.dataset.shortcuts = areOn() ? "on" : "off";
}

function isWriting(target) {
  return target.isContentEditable || target.closest("input, textarea, select, dialog[open]") !== null;
}

function visible(selector) {
  return [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
}

function press(element) {
  element.focus();
  if (!element.matches("input, textarea, select")) element.click();
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (!areOn() || isWriting(event.target)) return;
  typed = event.timeStamp - typedAt > PATIENCE ? [event.key] : [...typed, event.key].slice(-2);
  typedAt = event.timeStamp;
  for (const keys of [typed.join(" "), event.key]) {
    const [found] = visible(`[data-shortcut="${CSS.escape(keys)}"]`);
    if (found) {
      event.preventDefault();
      typed = [];
      press(found);
      return;
    }
  }
}

function describe(element) {
  const text = element.dataset.shortcutLabel || element.getAttribute("aria-label") || element.labels?.[0]?.textContent;
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, svg").forEach((each) => each.remove());
  return (text || copy.textContent).trim();
}

function list(dialog) {
  const rows = visible("[data-shortcut]").map((element) => {
    const row = document.createElement("tr");
    row.append(document.createElement("td"), document.createElement("td"));
    row.firstChild.textContent = describe(element);
    for (const key of element.dataset.shortcut.split(" ")) {
      row.lastChild.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
    }
    return row;
  });
  dialog.querySelector("tbody").replaceChildren(...rows);
}

const dialog = document.getElementById("shortcuts");
if (dialog) {
  const toggle = dialog.querySelector("input");
  toggle.checked = areOn();
  toggle.addEventListener("change", () => {
    localStorage.setItem(STORED, toggle.checked ? "on" : "off");
    show();
  });
  document.querySelector("[data-opens='shortcuts']").addEventListener("click", () => {
    list(dialog);
    dialog.showModal();
  });
}

show();
document.addEventListener("keydown", onKey);
