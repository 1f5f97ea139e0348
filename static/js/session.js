/* The session: its end is told five minutes before, and who is signed out signs in again over the untouched page. */
import { close, open } from "./dialogs.js";
import { byId, on, onPress, ours, seconds } from "./page.js";
import { again, isPoll } from "./requests.js";
import { ERRORS } from "./said.js";

const WRONG = "Brugernavn eller adgangskode passer ikke.";
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
let lastSeen = Date.now();
let blocked = [];                         // requests that wait for someone to sign in

/** Something was asked of the server; polls do not prolong a session. */
export function sessionProlonged(fromThisTab = true) {
  lastSeen = Date.now();
  close("sk-session");
  if (fromThisTab) tabs?.postMessage({ prolonged: true });
}

async function stay() {
  try {
    const answer = await fetch("/session/forlaeng", { method: "POST", headers: ours() });
    if (answer.ok) sessionProlonged(); else askToSignIn();
  } catch {
    byId("sk-session").querySelector("[role=alert]").textContent = "Det lykkedes ikke. Prøv igen om lidt.";
  }
}

function watch() {
  const idle = seconds("idleSeconds", 0);
  if (!idle || byId("sk-sign-in")?.open) return;
  const left = idle - (Date.now() - lastSeen) / 1000;
  if (left <= 0) return askToSignIn();
  if (left > Math.min(300, idle / 2)) return;
  const minutes = Math.ceil(left / 60);
  const sentence = minutes > 1 ? `${minutes} minutter` : "under 1 minut";
  const shown = open("sk-session")?.querySelector("[data-left]");
  if (shown && shown.textContent !== sentence) shown.textContent = sentence;
}

export function askToSignIn(ctx) {
  if (ctx && !isPoll(ctx)) blocked.push(ctx);
  close("sk-session");
  delete byId("sk-sign-in")?.dataset.done;
  open("sk-sign-in");
}

function signedIn(token) {
  document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token; });
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRF-Token": token }));
  const dialog = byId("sk-sign-in");
  if (dialog?.open) dialog.dataset.done = "";
  close("sk-sign-in");
  sessionProlonged();
  const requests = blocked;
  blocked = [];
  requests.forEach(again);
}

/** What stands beside the password is shown in a tab of its own, which tells this one when that is done. */
function askForFactor(form, address) {
  const link = form.querySelector("[data-factor]");
  link.hidden = false;
  link.querySelector("a").href = address;
  link.querySelector("a").focus();
}

async function signIn(form) {
  const problem = form.querySelector("[role=alert]");
  problem.textContent = "";
  try {
    const response = await fetch(form.action, {
      method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)),
    });
    const answer = await response.json().catch(() => ({}));
    form.elements.password.value = "";
    if (response.ok && answer.reload) return location.reload();
    if (response.ok && answer.factor) return askForFactor(form, answer.factor);
    if (!response.ok) throw answer.error ?? (response.status === 422 ? WRONG : ERRORS[response.status]);
    signedIn(answer.csrf_token);
    tabs?.postMessage({ token: answer.csrf_token });
  } catch (error) {
    problem.textContent = typeof error === "string" ? error : "Det lykkedes ikke at logge ind. Prøv igen om lidt.";
    form.elements.password.focus();
  }
}

on("submit", (event) => {
  if (!event.target.closest("#sk-sign-in")) return;
  event.preventDefault();
  signIn(event.target);
}, true);

/** The page behind is hidden until someone has signed in; a browser lets a second Escape past `cancel`. */
on("close", ({ target }) => {
  if (target.id === "sk-sign-in" && !("done" in target.dataset)) target.showModal();
}, true);

on("htmx:after:request", ({ detail: { ctx } }) => { if (!isPoll(ctx)) sessionProlonged(); });
on("htmx:response:error", ({ detail: { ctx } }) => { if (ctx.response.status === 401) askToSignIn(ctx); });
tabs?.addEventListener("message", ({ data }) => {
  if (data.another) location.reload(); else if (data.token) signedIn(data.token); else sessionProlonged(false);
});
onPress("[data-stay]", stay);
setInterval(watch, 1000);
/** A tab that came back from the municipality's sign-in tells those that wait; the page of another person is read anew. */
const back = document.querySelector("[data-signed-in]")?.dataset.signedIn;
if (back !== undefined) tabs?.postMessage(back ? { token: back } : { another: true });
if (document.body.dataset.idleSeconds) sessionProlonged();
