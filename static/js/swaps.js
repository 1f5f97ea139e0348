/* What has been replaced: where focus goes, and what the title says. */
import { byId, focusOn, on } from "./page.js";
import { isWrite } from "./requests.js";
import "./said.js";                       // repeats what was said before a refusal takes it away

const FOCUSABLE = "[data-focus], .sk-undo button, button:not([disabled]), a[href], summary, input:not([type=hidden]), select, textarea";

let leaving = null;                       // where focus was, when what it stands in is replaced

on("htmx:before:swap", ({ detail: { tasks } }) => {
  const main = tasks.find((task) => task.type === "main" && task.target?.contains?.(document.activeElement));
  const target = main?.target;
  leaving = target && target !== document.body ? { id: target.id, next: target.nextElementSibling, from: target.parentElement } : null;
});

/** Focus goes to what took the place, else to the next in the list, else to the heading above. */
function keepFocus() {
  if (!leaving || document.activeElement !== document.body) return;
  const place = (leaving.id && byId(leaving.id)) || (leaving.next?.isConnected && leaving.next);
  if (place) focusOn(place.querySelector("[data-focus]") ?? place.querySelector(FOCUSABLE) ?? place);
  else focusOn(leaving.from?.closest("section, main")?.querySelector("h1, h2, h3"));
}

export function markTitle(failed) {
  const bare = document.title.replace(/^Fejl: /, "");
  document.title = failed ? `Fejl: ${bare}` : bare;
}

/** What was refused is shown in the card it came from, else in place of the page: there the first fault has focus. */
function focusOnFault(ctx) {
  const place = ctx.sourceElement.closest?.(".sk-task, .sk-item") ?? byId("main");
  byId("status")?.replaceChildren();
  focusOn([".sk-error-summary", "[aria-invalid=true]", "[data-fault]", "h1"].map((one) => place.querySelector(one)).find(Boolean));
}

on("htmx:after:swap", ({ detail: { ctx } }) => {
  const status = ctx.response?.status;
  if (isWrite(ctx)) setTimeout(() => markTitle(status === 422));
  if (status === 409 || status === 422) return focusOnFault(ctx);
  const stays = document.activeElement?.matches("[data-stays]");       // a filter, which is told of by its count
  const heading = (ctx.request.headers["HX-Boosted"] || ctx.push) && !stays && document.querySelector("main h1");
  if (heading) focusOn(heading); else keepFocus();
});
