// Small courtesies of every page: errors get the focus, a form is sent once, a menu closes when one leaves it.

document.querySelector("[data-focus-first]")?.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

document.addEventListener("htmx:responseError", (event) => {
  const place = document.getElementById("page-errors");
  if (!place) return;
  place.hidden = false;
  place.querySelector("p").textContent = event.detail.xhr.status === 403 ? place.dataset.refused : place.dataset.failed;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A button that puts its text into a field, at the cursor and on lines of its own; nothing written there is lost.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-puts-in]");
  const field = button && document.getElementById(button.dataset.putsInto);
  if (!field) return;
  event.preventDefault();
  const { value, selectionEnd: at } = field;
  const [before, after] = [value.slice(0, at), value.slice(at)];
  const above = before.trim() && !before.endsWith("\n") ? "\n\n" : "";
  const below = after.trim() && !after.startsWith("\n") ? "\n\n" : "";
  field.setRangeText(above + button.dataset.putsIn + below, at, at, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

function closeMenus(except) {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(except)) menu.open = false;
  });
}

document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
