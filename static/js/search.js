// The search box completes what is typed: titles, tags and people in a list that arrow keys walk (the ARIA 1.2
// combobox pattern), and typesets the formulas of the query. On a page reached from a formula search, `?hl=` marks
// the formula that was found. Without scripts the box is a plain form.

const DELAY = 140; // milliseconds after the last key
const KINDS = [["titles", "Questions and articles"], ["tags", "Tags"], ["people", "People"]];

for (const form of document.querySelectorAll("form[data-suggestions]")) complete(form);
markFound(new URLSearchParams(location.search).getAll("hl").slice(0, 8));

function complete(form) {
  const input = form.elements.q;
  const panel = element("div", { className: "suggestions", hidden: true });
  const drawn = element("div", { className: "suggestions-formulas", hidden: true });
  const list = element("div", { id: "suggestions-list", role: "listbox" });
  list.setAttribute("aria-label", "Suggestions");
  panel.append(drawn, list);
  form.append(panel);
  set(input, { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
    "aria-haspopup": "listbox" });

  const known = new Map();
  let timer = 0;
  let request = null;
  let options = [];
  let active = -1;

  async function ask() {
    const q = input.value.trimStart();
    request?.abort();
    if (!q.trim()) return close();
    request = new AbortController();
    try {
      if (!known.has(q)) {
        const answer = await fetch(`${form.dataset.suggestions}?q=${encodeURIComponent(q)}`, { signal: request.signal });
        if (!answer.ok) return;
        known.set(q, await answer.json());
      }
      if (document.activeElement === input && input.value.trimStart() === q) show(known.get(q));
    } catch {
      // The search itself still works.
    }
  }

  function show(found) {
    drawn.innerHTML = found.formulas.map((html) => `<span>${html}</span>`).join("");
    drawn.hidden = !found.formulas.length;
    list.replaceChildren(...KINDS.filter(([name]) => found[name].length).map(([name, label]) => group(name, label, found)));
    options = [...list.querySelectorAll("[role=option]")];
    options.forEach((option, number) => { option.id = `suggestion-${number}`; });
    list.hidden = !options.length;
    move(-1);
    panel.hidden = !options.length && drawn.hidden;
    input.setAttribute("aria-expanded", String(options.length > 0));
  }

  function group(name, label, found) {
    const head = element("p", { className: "label", id: `suggestions-${name}`, textContent: label });
    const whole = element("div", { role: "group" });
    whole.setAttribute("aria-labelledby", head.id);
    whole.append(head, ...found[name].map((one) => option(name, one)));
    return whole;
  }

  function option(name, one) {
    const line = element("div", { role: "option", className: `suggestion ${name}` });
    line.setAttribute("aria-selected", "false");
    if (name === "titles") line.innerHTML = one.title_html;
    else line.append(element("span", { className: name === "tags" ? "tag" : "", textContent: one.name }),
      element("span", { className: "meta", textContent: String(one.count ?? one.reputation) }));
    line.choose = () => (one.query ? fill(one.query) : location.assign(one.url));
    return line;
  }

  function fill(query) {
    close(); // the old list must not answer the next Enter while the new one is on its way, or never comes
    input.value = query;
    input.focus();
    ask();
  }

  function move(to) {
    options[active]?.setAttribute("aria-selected", "false");
    active = to;
    const chosen = options[active];
    if (!chosen) return input.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", chosen.id);
  }

  function close() {
    clearTimeout(timer);
    request?.abort();
    panel.hidden = true;
    options = [];
    move(-1);
    input.setAttribute("aria-expanded", "false");
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, DELAY);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (panel.hidden) return void ask();
      const places = options.length + 1; // the box itself is one of them
      const step = event.key === "ArrowDown" ? 1 : -1;
      move(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && options[active]) {
      event.preventDefault();
      options[active].choose();
    } else if (event.key === "Escape" && !panel.hidden) {
      event.preventDefault(); // else the browser would empty the box
      close();
    }
  });
  // The box keeps the focus while a suggestion is pressed, so that leaving it can close the list.
  panel.addEventListener("mousedown", (event) => event.preventDefault());
  panel.addEventListener("click", (event) => event.target.closest("[role=option]")?.choose());
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
}

function markFound(sources) {
  if (!sources.length) return;
  const wanted = new Set(sources.map(plain));
  const found = [...document.querySelectorAll(".math[data-tex]")].filter((math) => wanted.has(plain(math.dataset.tex)));
  for (const math of found) math.classList.add("math-hit");
  if (!location.hash) found[0]?.scrollIntoView({ block: "center" });
}

function plain(tex) {
  return tex.replace(/\s+/g, "");
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}
