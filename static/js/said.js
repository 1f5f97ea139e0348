/* What is said: one polite region, and one for what went wrong. */
import { byId, focusOn, on } from "./page.js";
import { again, isPoll, swapped } from "./requests.js";

let said = null;

export function say(sentence) {
  const region = byId("status");
  if (!region) return;
  region.textContent = region.className = "";
  setTimeout(() => { region.textContent = sentence; said = region; }, 100);
}

/** A region that came with its text in it is not read aloud; writing the text again is. */
function repeatWhatTheServerSaid() {
  const region = byId("status");
  if (!region || region === said) return;
  said = region;
  if (region.textContent.trim()) setTimeout(() => { region.textContent = region.textContent.trim(); }, 150);
}

const NOT_FOUND = "Siden findes ikke, eller du har ikke adgang.";
export const ERRORS = {
  400: "Det kunne ikke gemmes. Genindlæs siden, og prøv igen.",
  403: NOT_FOUND,
  404: NOT_FOUND,
  413: "Filen er for stor. Vælg en mindre fil.",
  429: "Du har prøvet mange gange. Vent lidt, og prøv igen.",
  507: "Der er ikke plads på serveren, så det er ikke gemt. Din tekst er ikke væk. Prøv igen om lidt.",
};
const NOT_SAVED = "Det lykkedes ikke at gemme. Din tekst er ikke væk. Prøv igen om lidt.";
const NOT_FETCHED = "Det lykkedes ikke at hente siden. Prøv igen om lidt.";

export function showError(ctx, because) {
  const status = ctx.response?.status ?? 0;
  const reference = ctx.response?.headers.get("X-Request-Id");
  let sentence = because ?? ERRORS[status] ?? (ctx.request.method === "GET" ? NOT_FETCHED : NOT_SAVED);
  if (reference && status >= 500) sentence += ` (Fejl-id ${reference})`;
  const paragraph = Object.assign(document.createElement("p"), { textContent: sentence });
  byId("alert").replaceChildren(paragraph);
  if (because || (status >= 400 && status < 500 && status !== 429)) return;
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "button button-secondary sk-small", textContent: "Prøv igen",
  });
  button.addEventListener("click", () => { clearError(); focusOn(ctx.request.submitter ?? ctx.sourceElement); again(ctx); });
  byId("alert").append(button);
}

export const clearError = () => byId("alert")?.replaceChildren();

on("htmx:after:request", ({ detail: { ctx } }) => {
  if (swapped(ctx.response.status) && !isPoll(ctx)) clearError();
});

on("htmx:response:error", ({ detail: { ctx } }) => {
  const { status } = ctx.response;
  if (status !== 401 && !swapped(status) && !isPoll(ctx)) showError(ctx);
});

on("htmx:error", ({ detail: { ctx } }) => {
  if (ctx && !ctx.response && !isPoll(ctx)) showError(ctx);
});

on("htmx:after:swap", repeatWhatTheServerSaid);
repeatWhatTheServerSaid();
