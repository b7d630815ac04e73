// Drafts: what is typed in form[data-draft] is kept on the server, sealed, every three seconds, and brought back when the
// form is opened again. Nothing of it is stored in this browser.

const EVERY = 3000;
const SOON = 600;

function keep(form) {
  const { draft: name, draftReference: reference, draftUrl: url, draftFailed: failed, draftOut: out } = form.dataset;
  const status = form.querySelector("[data-draft-status]");
  const notice = form.querySelector("[data-draft-notice]");
  let version = Number(form.dataset.draftVersion);
  let sentAt = 0;
  let timer = 0;
  let sending = null;
  let over = false;
  const unanswered = []; // what was sent and got no answer: it may have arrived

  const isBox = (each) => each.matches("[type=checkbox], [type=radio]");
  const fields = () => [...form.elements].filter((each) =>
    each.name && !each.matches("button, fieldset, [type=hidden]:not([name=version])"));
  const written = () => fields().filter((each) => !isBox(each) || each.checked).map((each) => [each.name, each.value]);

  function fill(pairs) {
    for (const each of fields()) {
      const values = pairs.filter(([field]) => field === each.name).map(([, value]) => value);
      if (isBox(each)) each.checked = values.includes(each.value);
      else if (values.length) [each.value] = values;
      if ((isBox(each) ? each.checked : each.value) && each.closest("details")) each.closest("details").open = true;
    }
  }

  function post(action, more = {}) {
    const body = new FormData();
    for (const [field, value] of Object.entries({ form: name, reference, ...more })) body.append(field, value);
    const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "X-Background": "1" };
    return fetch(`${url}${action}/`, { method: "POST", body, headers, redirect: "manual" });
  }

  function say(text, isTrouble = false) {
    status.toggleAttribute("data-trouble", isTrouble);
    if (isTrouble) status.setAttribute("role", "alert");
    else status.removeAttribute("role");
    if (status.textContent !== text) status.textContent = text;
  }

  async function isOurs() {
    if (!unanswered.length) return false;
    const found = await (await post("restore")).json();
    if (unanswered.includes(found.body)) ({ version } = found);
    return unanswered.includes(found.body);
  }

  async function save() {
    timer = 0;
    sentAt = Date.now();
    const body = JSON.stringify(written());
    try {
      let answer = await post("save", { version, body });
      if (answer.status === 409 && await isOurs()) answer = await post("save", { version, body });
      if (answer.type === "opaqueredirect" || answer.status === 403) return say(out, true);
      if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
      const told = await answer.json();
      over ||= !answer.ok;
      unanswered.length = 0;
      version = told.version ?? version;
      return say(told.said, !answer.ok);
    } catch {
      unanswered.push(body);
      say(failed, true);
      return later();
    }
  }

  function later() {
    if (over || timer) return;
    const run = async () => {
      await sending;
      const mine = save();
      sending = mine;
      await mine;
      if (sending === mine) sending = null;
    };
    timer = setTimeout(run, Math.max(SOON, sentAt + EVERY - Date.now()));
  }

  async function restore() {
    const answer = await post("restore");
    if (!answer.ok) return;
    const found = await answer.json();
    version = found.version;
    fill(JSON.parse(found.body));
    notice.hidden = false;
  }

  async function discard() {
    clearTimeout(timer);
    timer = 0;
    await sending;
    if (!(await post("discard")).ok) return say(failed, true);
    version = 0;
    form.reset();
    notice.hidden = true;
    fields()[0].focus();
    return say("");
  }

  form.addEventListener("input", later);
  form.querySelector("[data-draft-discard]").addEventListener("click", discard);
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    over = true;
    if (!sending) return;
    // A draft that is on its way is waited for, or it would arrive after the form and stay.
    event.preventDefault();
    event.stopPropagation();
    await sending;
    sending = null;
    // As a task of its own: a form that is still being told of its submission ignores a second one.
    setTimeout(() => form.requestSubmit(event.submitter));
  });
  if ("draftOffered" in form.dataset) restore().catch(() => say(failed, true));
}

document.querySelectorAll("form[data-draft]").forEach(keep);
