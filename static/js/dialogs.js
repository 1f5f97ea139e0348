/* What comes up over the page: a question, a dialog of the session, and the cover (Skjul skærm), which comes at once,
   over everything; nothing is lost behind it. */
import { byId, on, onPress, seconds } from "./page.js";

const waiting = new Set();                // dialogs that came while the screen was covered
const NEUTRAL = "Koordinering";
const QUIET = ["Alt", "AltGraph", "Control", "Meta", "CapsLock", "NumLock", "OS"];
let covered = null;
let lastTouch = Date.now();
let shifts = [];

export function open(id) {
  const dialog = byId(id);
  if (!dialog || dialog.open) return dialog;
  if (covered) waiting.add(id); else dialog.showModal();
  return dialog;
}

export function close(id) {
  waiting.delete(id);
  byId(id)?.close();
}

on("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  const dialog = byId("sk-confirm");
  if (!dialog) return;
  event.preventDefault();
  const button = ctx.request.submitter ?? ctx.sourceElement;
  dialog.querySelector("p").textContent = ctx.confirm;
  dialog.querySelector("[value=yes]").textContent = button.matches("button") ? button.innerText : "Fortsæt";
  dialog.returnValue = "";
  dialog.addEventListener("close", () => (dialog.returnValue === "yes" ? issueRequest() : dropRequest()), { once: true });
  dialog.showModal();
});

// ── the cover ──────────────────────────────────────────────────────────────────────────────────────

function cover() {
  const screen = byId("sk-cover");
  if (!screen || covered) return;
  covered = { title: document.title, focus: document.activeElement, at: Date.now() };
  screen.showModal();
  for (const part of document.body.children) if (part !== screen) part.inert = true;
  document.title = NEUTRAL;
}

function uncover() {
  const { title, focus } = covered;
  covered = null;
  for (const part of document.body.children) part.inert = false;
  byId("sk-cover").close();
  document.title = title;
  if (focus?.isConnected) focus.focus({ preventScroll: true });
  waiting.forEach(open);
  waiting.clear();
}

onPress("[data-cover]", cover);

window.addEventListener("keydown", (event) => {
  lastTouch = Date.now();
  if (covered) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const stillPressing = event.key === "Shift" && Date.now() - covered.at < 1000;
    if (!event.repeat && !QUIET.includes(event.key) && !stillPressing) uncover();
    return;
  }
  if (event.key !== "Shift") { shifts = []; return; }
  if (event.repeat) return;
  shifts = [...shifts.filter((at) => event.timeStamp - at < 1000), event.timeStamp];
  if (shifts.length >= 3) { shifts = []; cover(); }
}, true);

window.addEventListener("click", (event) => {
  if (!covered || !event.isTrusted) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  uncover();
}, true);

on("cancel", (event) => { if (event.target.id === "sk-cover") event.preventDefault(); }, true);

on("htmx:finally:swap", () => {
  if (!covered || document.title === NEUTRAL) return;
  covered.title = document.title;
  document.title = NEUTRAL;
});

for (const sign of ["pointermove", "pointerdown", "wheel", "scroll", "input"]) {
  window.addEventListener(sign, () => { lastTouch = Date.now(); }, { capture: true, passive: true });
}

setInterval(() => {
  if (document.body.dataset.idleSeconds && Date.now() - lastTouch > seconds("coverSeconds", 180) * 1000) cover();
}, 1000);
