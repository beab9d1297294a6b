// The Markdown editor: preview from the server, formula buttons, images by paste, drop or choice, kept drafts.
// It only adds to a plain textarea; posting works without it.

const PREVIEW_DELAY = 300; // milliseconds after the last key

for (const editor of document.querySelectorAll(".editor")) start(editor);

function start(editor) {
  const textarea = editor.querySelector("textarea");
  keepDraft(editor, textarea);
  preview(editor, textarea);
  formulas(editor, textarea);
  uploads(editor, textarea);
  // Tables and links pasted as Markdown: fetched when somebody begins to write.
  textarea.addEventListener("focus", () => {
    import(editor.dataset.paste).then(({ subscribe }) => subscribe(textarea)).catch(() => {});
  }, { once: true });
}

function preview(editor, textarea) {
  const shown = document.querySelector(`[data-preview-of="${textarea.id}"]`);
  let timer = 0;
  let request = null;
  let last = null;
  const refresh = async () => {
    const markdown = textarea.value;
    if (markdown === last) return;
    last = markdown;
    request?.abort();
    request = new AbortController();
    if (!markdown.trim()) {
      shown.replaceChildren();
      return say(editor, "");
    }
    try {
      const response = await fetch(editor.dataset.preview, {
        method: "POST",
        headers: { "X-CSRFToken": token(editor) },
        body: new URLSearchParams({ markdown }),
        signal: request.signal,
      });
      const text = await response.text();
      if (!response.ok) return say(editor, sentence(response, text, "The preview cannot be shown just now."), true);
      shown.innerHTML = text;
      say(editor, "");
    } catch (error) {
      if (error.name !== "AbortError") {
        last = null;
        say(editor, "The preview cannot be reached. What you write is kept here.", true);
      }
    }
  };
  textarea.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PREVIEW_DELAY);
  });
  refresh();
}

function formulas(editor, textarea) {
  const wrap = (display) => {
    const [before, after] = display ? ["$$\n", "\n$$"] : ["$", "$"];
    const chosen = textarea.value.slice(textarea.selectionStart, textarea.selectionEnd);
    const start = textarea.selectionStart + before.length;
    insert(textarea, before + chosen + after);
    textarea.setSelectionRange(start, start + chosen.length);
  };
  editor.addEventListener("click", (event) => {
    const button = event.target.closest("[data-maths]");
    if (button) wrap(button.dataset.maths === "display");
  });
  textarea.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const tag = { b: "md-bold", i: "md-italic", e: "md-code", k: "md-link" }[key];
    if (key === "m") wrap(event.shiftKey);
    else if (tag && !event.shiftKey) editor.querySelector(tag)?.click();
    else return;
    event.preventDefault();
  });
}

function uploads(editor, textarea) {
  const chooser = editor.querySelector("input[type=file]");
  editor.querySelector("[data-upload]").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    send(editor, textarea, chooser.files);
    chooser.value = "";
  });
  textarea.addEventListener("paste", (event) => {
    const images = imagesOf(event.clipboardData);
    if (!images.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    send(editor, textarea, images);
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    textarea.addEventListener(name, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      editor.classList.toggle("is-over", name === "dragover");
      if (name === "drop") send(editor, textarea, imagesOf(event.dataTransfer));
    });
  }
}

function imagesOf(transfer) {
  return [...transfer.files].filter((file) => file.type.startsWith("image/"));
}

// The server answers {"url"} or {"error"}.
async function send(editor, textarea, files) {
  for (const file of files) {
    say(editor, `Uploading ${file.name}…`);
    const body = new FormData();
    body.append("image", file);
    try {
      const response = await fetch(editor.dataset.uploads, {
        method: "POST", body, headers: { "X-CSRFToken": token(editor), Accept: "application/json" },
      });
      const text = await response.text();
      if (!response.ok) {
        say(editor, sentence(response, text, "This image was not taken."), true);
        continue;
      }
      const words = "what the image shows";
      insert(textarea, `![${words}](${JSON.parse(text).url})`);
      const start = textarea.value.lastIndexOf(words, textarea.selectionEnd);
      textarea.setSelectionRange(start, start + words.length);
      say(editor, "");
    } catch {
      say(editor, "The image could not be sent. Please try again.", true);
    }
  }
}

// Drafts live in this tab until the form has been posted. Who had to sign in first, because the session had ended, finds
// the text again on coming back.
function keepDraft(editor, textarea) {
  const name = editor.dataset.draft && `draft:${editor.dataset.draft}`;
  if (!name) return;
  try {
    const signedIn = document.referrer && new URL(document.referrer).pathname.startsWith("/accounts/");
    const sent = `${name}:sent`;
    if (sessionStorage.getItem(sent) && !signedIn) sessionStorage.removeItem(name);
    sessionStorage.removeItem(sent);
    const kept = sessionStorage.getItem(name);
    if (kept && !textarea.value) textarea.value = kept;
    textarea.addEventListener("input", () => sessionStorage.setItem(name, textarea.value));
    textarea.form.addEventListener("submit", () => sessionStorage.setItem(sent, "1"));
  } catch {
    // Storage may be switched off; the browser's own form memory remains.
  }
}

function insert(textarea, text) {
  textarea.focus();
  // execCommand keeps the browser's undo; setRangeText is the fallback.
  if (!document.execCommand("insertText", false, text)) {
    textarea.setRangeText(text, textarea.selectionStart, textarea.selectionEnd, "end");
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function sentence(response, text, otherwise) {
  const kind = response.headers.get("Content-Type") ?? "";
  if (kind.includes("json")) return JSON.parse(text).error ?? otherwise;
  return kind.includes("plain") && text.length < 500 ? text : otherwise;
}

function token(editor) {
  return editor.closest("form").querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

function say(editor, text, bad = false) {
  const status = editor.querySelector(".editor-status");
  status.textContent = text;
  status.classList.toggle("bad", bad);
}
