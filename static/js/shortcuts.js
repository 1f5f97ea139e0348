/* Single keys that open a page, for who has turned them on: never in a field, never together with another key. */
import { on } from "./page.js";

const TYPED_IN = "input, select, textarea, [contenteditable], dialog";

on("keydown", (event) => {
  const pages = document.body.dataset.shortcuts;
  if (!pages || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.(TYPED_IN) || document.querySelector("dialog[open]")) return;
  const to = JSON.parse(pages)[event.key];
  if (!to) return;
  event.preventDefault();
  location.assign(to);
});
