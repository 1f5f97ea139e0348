/* The page: finding its elements, listening to it, moving in it. Elements are looked up when they are needed: a swap
   may have replaced them. */
import htmx from "./htmx.esm.min.js";

/** Under `require-trusted-types-for 'script'`: answers are HTML, never script. */
if (window.trustedTypes) {
  const policy = trustedTypes.createPolicy("htmx", { createHTML: (html) => html, createScript: () => "" });
  htmx.registerExtension("trusted", { init: (internal) => internal.initSecurity(policy) });
}

/** Who goes back to a form that was refused gets its page, not the question whether to send it once more. */
if (document.body.dataset.page) history.replaceState(null, "", document.body.dataset.page);

export const byId = (id) => document.getElementById(id);
export const on = (name, listener, options) => document.addEventListener(name, listener, options);

/** Do something when what is named by a selector is pressed. */
export const onPress = (selector, act) => on("click", ({ target }) => {
  const pressed = target.closest(selector);
  if (pressed) act(pressed);
});

/** A number of seconds that the server wrote on the page. */
export const seconds = (name, otherwise) => Number(document.body.dataset[name] ?? otherwise);

/** Headers of a request of our own, with the token that htmx sends. */
export const ours = () => ({ ...JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}"), "HX-Request": "true" });

export function focusOn(element) {
  if (!element) return;
  if (!element.matches("button, a[href], summary, input, select, textarea, [tabindex]")) element.tabIndex = -1;
  element.focus();
}
