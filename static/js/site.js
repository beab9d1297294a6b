// Conveniences for every page: the theme button, votes without a reload, short links to copy, a few keys.
// Each has a plain form or link beneath it that works without scripts.

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-theme-button]")) toggleTheme();
  const share = target?.closest("[data-share]");
  if (share && navigator.clipboard) copyLink(event, share);
  for (const menu of document.querySelectorAll(".post-menu details[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-vote]")) vote(event, form);
  else if (form.matches("form[data-bookmark]")) bookmark(event, form);
  else if (form.method === "post") refuseSecondPress(event, form);
});

document.addEventListener("toggle", (event) => {
  if (event.target.open) event.target.querySelector("form :is(textarea, input:not([type=hidden]), select)")?.focus();
}, true);

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.querySelector("[data-shortcut='/']")?.focus();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form?.method === "post") {
    event.target.form.requestSubmit();
  }
  if (event.key === "Escape") event.target.closest?.("details[open]")?.removeAttribute("open");
});

// What scrolls sideways must be reachable by keyboard (browsers are beginning to do this themselves).
for (const wide of document.querySelectorAll(".post-body :is(pre, table, .math-display)")) {
  if (wide.scrollWidth > wide.clientWidth && !wide.closest(".preview")) wide.tabIndex = 0;
}

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // The choice then lasts for this page only.
  }
}

async function copyLink(event, link) {
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
    const label = link.textContent;
    link.textContent = "Link copied";
    setTimeout(() => { link.textContent = label; }, 1500);
  } catch {
    location.href = link.href;
  }
}

// The server answers {"score", "value"} or {"error"} when asked for JSON; anything else ends in a plain submit.
async function vote(event, form) {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  const body = new FormData(form, button);
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!response.headers.get("Content-Type")?.includes("json")) throw new Error("not JSON");
    const answer = await response.json();
    if (response.ok) showVote(form, answer.score, answer.value);
    else say(form, answer.error);
  } catch {
    const value = document.createElement("input");
    Object.assign(value, { type: "hidden", name: "value", value: button.value });
    form.append(value);
    form.submit();
  }
}

function showVote(form, score, mine) {
  form.querySelector("[data-score]").textContent = score;
  const [up, down] = form.querySelectorAll("button.vote");
  for (const [button, value] of [[up, 1], [down, -1]]) {
    button.setAttribute("aria-pressed", String(mine === value));
    button.value = mine === value ? 0 : value;
  }
  say(form, "");
}

// Kept or dropped in place; the button says which. Anything unexpected ends in a plain submit.
async function bookmark(event, form) {
  const button = form.elements.value;
  event.preventDefault();
  try {
    const body = new FormData(form, button);
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error("not done");
    const { value } = await response.json();
    button.setAttribute("aria-pressed", String(value === 1));
    button.value = 1 - value;
  } catch {
    const value = document.createElement("input");
    Object.assign(value, { type: "hidden", name: "value", value: button.value });
    form.append(value);
    form.submit();
  }
}

function say(form, sentence) {
  const place = form.closest(".post-votes");
  let notice = place.querySelector(".vote-answer");
  if (!notice) {
    notice = document.createElement("p");
    notice.className = "vote-answer";
    notice.setAttribute("role", "status");
    place.append(notice);
  }
  notice.textContent = sentence || "";
}

// A second press on a slow line would post twice.
function refuseSecondPress(event, form) {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
}
