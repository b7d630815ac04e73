// Small courtesies of every page: errors get the focus, a form is sent once, dialogs close.

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
