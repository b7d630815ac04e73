// Keyboard shortcuts: every element with data-shortcut="n" or "g d" is pressed (a field: focused) by those keys.
// They can be turned off (WCAG 2.1.4); that choice stays in this browser. Ctrl+Enter sends the form one writes in, Escape
// leaves a field, and among boxes to tick a letter leads to the next that begins with it.

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

// What stands in a menu of the header can be pressed while the menu is shut.
function visible(selector) {
  const isThere = (each) => each.checkVisibility() || each.closest("[data-menu]") !== null;
  return [...document.querySelectorAll(selector)].filter(isThere);
}

const FIELDS = "input, textarea, select";

function press(element) {
  const field = element.matches(FIELDS) ? element : element.matches("div") && element.querySelector(FIELDS);
  (field || element).focus();
  if (!field) element.click();
}

function send(form) {
  if (form) form.requestSubmit(form.querySelector("[type=submit]"));
}

function toBox(from, letter) {
  const boxes = [...from.closest(".choices").querySelectorAll("input")];
  const at = boxes.indexOf(from) + 1;
  const begins = (each) => each.labels[0].textContent.trim().toLocaleLowerCase().startsWith(letter);
  [...boxes.slice(at), ...boxes.slice(0, at)].find(begins)?.focus();
}

function onFieldKey(event) {
  const field = event.target;
  if (event.key === "Escape" && !field.closest("dialog[open]")) field.blur();
  else if (event.key.length === 1 && event.key !== " " && field.closest(".choices") && areOn()) toBox(field, event.key);
  else return;
  event.preventDefault();
}

function onKey(event) {
  if (event.defaultPrevented || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "Enter") send(event.target.form ?? document.querySelector("main form.form"));
    return;
  }
  if (isWriting(event.target)) {
    onFieldKey(event);
    return;
  }
  if (event.key.length !== 1 || !areOn()) return;
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
  const first = (element, at, all) => all.findIndex((each) => each.dataset.shortcut === element.dataset.shortcut) === at;
  const rows = visible("[data-shortcut]").filter(first).map((element) => {
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
