/* What is on its way, by htmx or as a plain form: its button says so, and nothing is sent twice. */
import htmx from "./htmx.esm.min.js";
import { on } from "./page.js";

export const isPoll = (ctx) => ["every", "load"].includes(ctx.sourceEvent?.type);
export const isWrite = (ctx) => ctx.request.method !== "GET";
export const swapped = (status) => status < 400 || status === 409 || status === 422;

/** Send a request anew, read afresh from its form, so that text typed since goes with it. */
export function again(ctx) {
  if (ctx.again) return ctx.again();
  if (!ctx.sourceElement.isConnected) return;
  const { method, action } = ctx.request;
  htmx.ajax(method, action, { source: ctx.sourceElement, event: ctx.sourceEvent, confirm: null });
}

function busyAfterAMoment(button) {
  if (!button?.matches?.("button")) return () => {};
  let before = null;
  const timer = setTimeout(() => {
    before = [...button.childNodes];
    button.setAttribute("aria-busy", "true");
    button.replaceChildren("Gemmer …");
  }, 300);
  return () => {
    clearTimeout(timer);
    if (!before) return;
    button.removeAttribute("aria-busy");
    button.replaceChildren(...before);
  };
}

const underWay = new WeakMap();           // what htmx sends: its element → how its button becomes idle
const sending = new Map();                // plain forms, in the same way

export const isSentPlainly = (form) => sending.has(form);
export const isOnItsWay = (form) => sending.has(form) || underWay.has(form);

/** A plain form has been answered without leaving the page. */
export function arrived(form) {
  sending.get(form)?.();
  sending.delete(form);
}

on("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (isWrite(ctx) && underWay.has(ctx.sourceElement)) event.preventDefault();
});

on("htmx:before:request", ({ detail: { ctx } }) => {
  if (isWrite(ctx)) underWay.set(ctx.sourceElement, busyAfterAMoment(ctx.request.submitter ?? ctx.sourceElement));
});

on("htmx:finally:request", ({ detail: { ctx } }) => {
  underWay.get(ctx.sourceElement)?.();
  underWay.delete(ctx.sourceElement);
});

on("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-htmx-powered]")) return;
  if (sending.has(form)) return event.preventDefault();
  sending.set(form, busyAfterAMoment(event.submitter));
  if (!form.matches("[data-progress]")) setTimeout(arrived, 15000, form);
});

window.addEventListener("pageshow", () => { [...sending.keys()].forEach(arrived); });

/** Ctrl+Enter sends the form that one types in, also from a field of several lines. */
on("keydown", (event) => {
  const form = event.target.matches?.("input, select, textarea") && event.target.form;
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat || !form || form.method !== "post") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button:not([type=button])"));
});
