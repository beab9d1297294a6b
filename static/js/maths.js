// Typesets formulas the server could not: spans with class "math" that hold TeX instead of a drawing. Loads MathJax's
// own files from this site only when there is such a span, and needs no inline style (script-src and style-src 'self').
// `typeset(root)` may be called again for content that arrives later.

const NPM = new URL(document.querySelector("script[data-npm]")?.dataset.npm ?? "../npm/", import.meta.url).href;
const PACKAGES = ["ams", "amscd", "bbox", "boldsymbol", "braket", "bussproofs", "cancel", "centernot", "color", "enclose",
  "extpfeil", "gensymb", "html", "newcommand", "textcomp", "textmacros", "unicode", "upgreek", "verb"];
const BUILT_IN = ["ams", "newcommand", "textmacros"];     // part of input/tex
const LONGEST = 4000;                                     // characters; the server's limit
const WIDEST = 200;                                       // ex; the server's limit

let engine = null;

/** Typeset every waiting formula under `root`, post by post. */
export async function typeset(root = document) {
  const waiting = [...root.querySelectorAll("span.math[data-tex]")].filter((span) => !span.querySelector("svg"));
  if (!waiting.length) return;
  engine ??= load();
  const mathjax = await engine;
  const posts = Map.groupBy(waiting, (span) => span.closest(".post-body, article, li") ?? document.body);
  for (const spans of posts.values()) {
    forget(mathjax);
    const later = [];                     // they refer to equations further down
    for (const span of spans) await show(mathjax, span, new Item(mathjax, span), later);
    for (const [span, item] of later) await show(mathjax, span, item);
  }
}

function load() {
  return new Promise((resolve, reject) => {
    window.MathJax = {
      loader: {
        paths: {mathjax: `${NPM}mathjax`, fonts: `${NPM}@mathjax`, "mathjax-tex": `${NPM}@mathjax/mathjax-tex-font`,
          "mathjax-mhchem-extension": `${NPM}@mathjax/mathjax-mhchem-font-extension`},
        load: ["input/tex", "output/svg", "ui/safe",
          ...[...PACKAGES, "begingroup"].filter((name) => !BUILT_IN.includes(name)).map((name) => `[tex]/${name}`)],
        source: {"[tex]/AMScd": "[tex]/amscd", "[tex]/AMSmath": "[tex]/ams", "[tex]/AMSsymbols": "[tex]/ams", "[tex]/HTML": "[tex]/html"},
        versionWarnings: false,
      },
      startup: {typeset: false, ready: () => ready(window.MathJax).then(resolve, reject)},
      options: {safeOptions: {safeProtocols: {file: false}}},
      svg: {font: "mathjax-tex", fontCache: "none", linebreaks: {inline: false}},
      tex: {
        packages: ["base", ...PACKAGES, "mhchem", "noundefined", "begingroup"],
        maxMacros: 1000,
        formatError: (jax, error) => { jax.lastProblem = error.message; return jax.formatError(error); },
      },
    };
    const script = document.createElement("script");
    script.src = `${NPM}mathjax/startup.js`;
    script.onerror = () => reject(new Error("MathJax's files are not there"));
    document.head.append(script);
  });
}

/** Macros and labels of one post never reach the next one. */
function forget(mathjax) {
  const jax = mathjax.startup.document.inputJax[0];
  jax.reset();
  const {stack} = jax.parseOptions.packageData.get("begingroup");
  stack.sandbox();
  stack.finish();
}

async function ready(mathjax) {
  await mathjax.loader.load("[tex]/mhchem");      // last, because its font builds on the other one
  mathjax.startup.defaultReady();
  // A style attribute written as text breaks the policy; the same through the style object does not.
  mathjax.startup.adaptor.setAttribute = (node, name, value, namespace) => {
    if (name === "style") node.style.cssText = value;
    else if (namespace) node.setAttributeNS(namespace, name, value);
    else node.setAttribute(name, value);
  };
  return mathjax;
}

/** One formula on its way through MathJax. */
class Item {
  constructor(mathjax, span) {
    this.document = mathjax.startup.document;
    this.display = span.classList.contains("math-display");
    this.tex = span.dataset.tex;
    this.jax = this.document.inputJax[0];
    this.math = new this.document.options.MathItem(this.tex, this.jax, this.display);
    this.math.start.node = document.body;
    this.math.setMetrics(16, 8, 80 * 16, 1);
    this.retrying = (step) => mathjax._.mathjax.mathjax.handleRetriesFor(step);
    this.spoken = () => mathjax.startup.toMML(this.math.root);
  }

  /** "" or what is wrong. */
  async compile() {
    if (/\\begingroup(Sandbox|Reset)/.test(this.tex)) return "This command is not allowed here";
    if (this.tex.length > LONGEST) return `This formula has more than ${LONGEST} characters`;
    this.jax.lastProblem = "";
    await this.retrying(() => this.math.compile(this.document));
    return this.jax.lastProblem;
  }

  /** True when it waits for labels that may come later; then it starts over. */
  waits() {
    const forward = this.math.inputData.recompile;
    if (forward) this.math.state(forward.state);
    return Boolean(forward);
  }

  async draw() {
    await this.retrying(() => this.math.typeset(this.document));
    return clean(this.math.typesetRoot.querySelector("svg"));
  }
}

async function show(mathjax, span, item, later) {
  try {
    const problem = await item.compile();
    if (problem) return fail(span, item.tex, problem);
    if (later && item.waits()) return void later.push([span, item]);
    const spoken = item.spoken();
    const drawing = await item.draw();
    if (drawing) put(span, drawing, spoken);
    else fail(span, item.tex, "This formula is too large");
  } catch (error) {
    fail(span, item.tex, error.message);
  }
}

function put(span, drawing, spoken) {
  const hidden = document.createElement("span");
  hidden.className = "math-mathml";
  const parsed = new DOMParser().parseFromString(spoken.replace(/ (?:style|data-[\w-]+)="[^"]*"/g, ""), "application/xml").documentElement;
  for (const node of [parsed, ...parsed.querySelectorAll("*")]) {
    for (const name of node.getAttributeNames()) {
      if (!["display", "mathvariant", "linethickness", "notation", "accent", "accentunder"].includes(name)) node.removeAttribute(name);
    }
  }
  hidden.append(document.importNode(parsed, true));
  span.replaceChildren(drawing, hidden);
}

function fail(span, tex, problem) {
  const code = document.createElement("code");
  code.className = "math-error";
  code.dataset.tex = tex;
  code.title = problem || "MathJax cannot typeset this formula";
  code.textContent = tex;
  span.replaceWith(code);
}

/** The drawing without what a strict policy, the page's other ids or a screen reader would stumble over. */
function clean(drawing) {
  if (!drawing) return null;
  const size = ["width", "height"].map((name) => Number.parseFloat(drawing.getAttribute(name)) || 0);
  if (drawing.getAttribute("width") !== "100%" && Math.max(...size) > WIDEST) return null;
  for (const line of drawing.querySelectorAll("[data-line], [data-frame]")) {
    line.setAttribute("stroke-width", line.getAttribute("stroke-thickness") ?? "70");
    line.setAttribute("fill", "none");
    if (line.classList.contains("mjx-dashed")) line.setAttribute("stroke-dasharray", "140");
    if (line.classList.contains("mjx-dotted")) line.setAttribute("stroke-dasharray", "0,140");
  }
  for (const node of [drawing, ...drawing.querySelectorAll("*")]) {
    for (const name of node.getAttributeNames()) {
      if (name.startsWith("data-") || name === "id" || name === "role") node.removeAttribute(name);
    }
    if (node.localName === "svg" && node.hasAttribute("preserveAspectRatio")) node.setAttribute("overflow", "visible");
    if (node.localName === "a") {
      node.setAttribute("tabindex", "-1");
      node.setAttribute("rel", "nofollow ugc noopener");
      if (!/^https?:/i.test(node.getAttribute("href") ?? "")) node.removeAttribute("href");
    }
  }
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("focusable", "false");
  return drawing;
}

typeset().catch((error) => console.warn(`Formulas stay as TeX: ${error.message}`));
