// Similar questions while asking: the server's list under the title, renewed as one writes. What it answers to is
// announced politely; without scripts the place stays hidden.

const DELAY = 600; // milliseconds after the last key
const place = document.querySelector("[data-similar]");
const form = place?.closest("form");
const status = place?.querySelector("[role=status]");
const list = place?.querySelector(".similar-list");
let timer = 0;
let request = null;
let last = "";

async function refresh() {
  const title = form.elements.title.value.trim();
  const body = form.elements.body.value.slice(0, 5000);
  const draft = `${title}\n${body}`;
  if (draft === last) return;
  last = draft;
  request?.abort();
  if (title.length < 8) return show("");
  request = new AbortController();
  try {
    const answer = await fetch(place.dataset.similar, {
      method: "POST", body: new URLSearchParams({ title, body }), signal: request.signal,
    });
    if (answer.ok) show(await answer.text());
  } catch {
    // Nothing is lost: the question can be asked without it.
  }
}

function show(html) {
  if (html.trim() === list.innerHTML.trim()) return;
  list.innerHTML = html;
  const count = list.querySelectorAll("li").length;
  place.classList.toggle("some", count > 0);
  status.textContent = count ? `${count} similar ${count === 1 ? "question" : "questions"} below the title.` : "";
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(refresh, DELAY);
}

if (form) {
  for (const name of ["title", "body"]) form.elements[name].addEventListener("input", later);
  if (form.elements.title.value) later();
}
