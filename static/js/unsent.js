/* Text that is not sent yet: it is not left unasked, and long texts are kept on the server while they are typed. */
import { on, ours } from "./page.js";
import { isOnItsWay, isSentPlainly } from "./requests.js";

const OURS = ["csrf_token", "key", "version", "kladde"];
const saved = new WeakMap();              // form → what it held when it was first typed in, or last sent

const content = (form) => JSON.stringify(
  [...new FormData(form)].filter(([name]) => !OURS.includes(name)).map(([name, value]) => [name, value.name ?? value]),
);
const isGuarded = (form) => form.method === "post" && !form.matches("[data-unguarded]") && !form.querySelector("[type=password]");
const isUnsent = (form) => isGuarded(form) && !isSentPlainly(form)
  && (form.querySelector("[aria-invalid=true]") || (saved.has(form) && saved.get(form) !== content(form)));

on("focusin", ({ target }) => {
  if (target.form && !saved.has(target.form)) saved.set(target.form, content(target.form));
});

on("htmx:before:request", ({ detail: { ctx } }) => { ctx.sent = ctx.request.form && content(ctx.request.form); });

on("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.response.status < 400 && ctx.sent) saved.set(ctx.request.form, ctx.sent);
});

window.addEventListener("beforeunload", (event) => {
  if ([...document.forms].some(isUnsent)) event.preventDefault();
});

// ── drafts ─────────────────────────────────────────────────────────────────────────────────────────

const FIRST_MS = 2000;
const EVERY_MS = 10000;
const drafts = new Map();                 // form → what of it is kept, when that was, and the timer of the next time

/** A draft is named by its form, so that the same sending that takes the form lets go of the draft. */
function nameDraft(form, anew) {
  const field = form.querySelector("input[name=kladde]") ?? Object.assign(document.createElement("input"), { type: "hidden", name: "kladde" });
  const letters = crypto.getRandomValues(new Uint8Array(26));
  if (!field.value || anew) field.value = Array.from(letters, (one) => "abcdefghijklmnopqrstuvwxyz234567"[one % 32]).join("");
  if (!field.isConnected) form.prepend(field);
}

function tellOfDraft(form, sentence) {
  const line = form.querySelector("[data-kept]") ?? form.appendChild(document.createElement("p"));
  line.className = "sk-meta";
  line.dataset.kept = "";
  if (line.textContent !== sentence) line.textContent = sentence;
}

function keepSoon(form) {
  const draft = drafts.get(form);
  draft.timer ??= setTimeout(keep, Math.max(FIRST_MS, draft.at + EVERY_MS - Date.now()), form);
}

async function keep(form) {
  const draft = drafts.get(form);
  const typed = content(form);
  clearTimeout(draft.timer);
  draft.timer = null;
  if (!form.isConnected || isOnItsWay(form) || (draft.typed ?? saved.get(form)) === typed) return;
  draft.at = Date.now();
  nameDraft(form);
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  body.set("kladde_til", new URL(form.getAttribute("action"), location.href).pathname);
  body.set("kladde_side", location.pathname);
  try {
    const answer = await fetch("/kladder", { method: "POST", headers: ours(), body, keepalive: `${body}`.length < 60000 });
    if (answer.status === 409) nameDraft(form, true);
    if (!answer.ok) throw answer.status;
    draft.typed = typed;
    tellOfDraft(form, `Kladde gemt kl. ${(await answer.json()).at}`);
  } catch (status) {
    if (status !== 409) tellOfDraft(form, "Kladden er ikke gemt. Din tekst står her stadig.");
    keepSoon(form);
  }
}

on("input", ({ target }) => {
  const form = target.form;
  if (!form?.matches("[data-draft]")) return;
  if (!drafts.has(form)) drafts.set(form, { at: -Infinity });
  keepSoon(form);
});

on("visibilitychange", () => {
  if (document.hidden) drafts.forEach((draft, form) => { if (draft.timer) keep(form); });
});
