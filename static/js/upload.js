/* Files, which take a while: how far they have come, and what became of them. */
import htmx from "./htmx.esm.min.js";
import { byId, focusOn, on } from "./page.js";
import { arrived, swapped } from "./requests.js";
import { clearError, showError } from "./said.js";
import { askToSignIn, sessionProlonged } from "./session.js";
import { markTitle } from "./swaps.js";

const TOO_LARGE = "Filerne er for store til at blive sendt på én gang. Send dem i flere omgange.";

/* requests.js has listened before, and has stopped what is on its way already. */
on("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("[data-progress]")) return;
  event.preventDefault();
  send(event.target);
});

function send(form) {
  const body = new FormData(form);
  const bytes = [...body.values()].reduce((sum, value) => sum + (value.size ?? 0), 0);
  const ctx = { request: { method: "POST", submitter: form.querySelector("button:not([type])") }, again: () => form.requestSubmit() };
  clearError();
  if (bytes > Number(form.dataset.largest)) return failed(form, ctx, TOO_LARGE);
  const request = new XMLHttpRequest();
  request.upload.onprogress = ({ loaded, total }) => showProgress(form, loaded / total);
  request.onerror = () => failed(form, ctx);
  request.onload = () => answered(form, request, ctx);
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.responseType = "document";      // parsed by the browser, no script in it runs
  request.send(body);
}

function showProgress(form, part) {
  const shown = form.querySelector(".sk-upload");
  const percent = Math.round(part * 100);
  const sentence = percent < 100 ? `${percent} % er sendt` : "Alt er sendt. Gemmer …";
  shown.hidden = false;
  shown.querySelector("progress").value = percent;
  shown.querySelector("span").textContent = sentence;
  const quarter = Math.floor(percent / 25);
  if (form.dataset.quarter === String(quarter)) return;
  form.dataset.quarter = quarter;
  form.querySelector("[role=status]").textContent = sentence;
}

function answered(form, request, ctx) {
  const address = request.getResponseHeader("HX-Redirect");
  if (address) return location.assign(address);
  ctx.response = { status: request.status, headers: { get: (name) => request.getResponseHeader(name) } };
  const main = request.response?.getElementById("main");
  if (!main || !swapped(request.status)) {
    if (request.status === 401) askToSignIn(ctx);
    return failed(form, ctx);
  }
  const chosen = form.querySelector("[type=file]").files;
  sessionProlonged();
  arrived(form);
  byId("main").replaceWith(document.adoptNode(main));
  htmx.process(byId("main"));
  const files = main.querySelector("form[data-nothing-kept] [type=file]");
  if (files) files.files = chosen;
  markTitle(request.status === 422);
  focusOn(main.querySelector(".sk-error-summary") ?? main.querySelector("h1"));
}

function failed(form, ctx, because) {
  arrived(form);
  form.querySelector(".sk-upload").hidden = true;
  if (ctx.response?.status !== 401) showError(ctx, because);
}
