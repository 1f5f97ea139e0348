/* Forms that open in place, menus, and buttons that need no server. */
import { focusOn, on, onPress } from "./page.js";
import { say } from "./said.js";

const PANEL = "details.sk-inline-form, details.sk-user, details.sk-more, details.sk-menu";
let pressed = null;

function close(details) {
  const opener = details.querySelector("summary");
  details.open = false;
  focusOn(opener.checkVisibility() ? opener : document.querySelector("main .sk-more > summary"));
}

const keepOnScreen = (menu) => menu.classList.toggle("sk-more--end", menu.querySelector("ul").getBoundingClientRect().right > document.documentElement.clientWidth);
const toFirstField = (form) => form.querySelector("input:not([type=hidden]), select, textarea")?.focus();

on("toggle", ({ target }) => {
  if (target.matches?.("details.sk-more") && target.open) keepOnScreen(target);
  if (target.matches?.("details.sk-inline-form") && target.open && pressed === target) toFirstField(target);
}, true);

/** A button or a menu leads to a form, which its address opens: there one goes on typing. */
function openWhatIsNamed() {
  const form = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details.sk-inline-form");
  if (!form || form.querySelector("[aria-invalid=true]")) return;
  form.open = true;
  toFirstField(form);
}

for (const moment of ["load", "hashchange"]) {       // after the browser has gone to what is named, and let go of the focus
  window.addEventListener(moment, () => setTimeout(openWhatIsNamed));
}

on("click", ({ target }) => {
  pressed = target.closest("summary")?.parentElement ?? null;
  document.querySelectorAll("details.sk-user[open], details.sk-more[open]").forEach((menu) => {
    if (!menu.contains(target)) menu.open = false;
  });
});

on("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const found = event.target.closest?.("#fundet");
  if (found) empty(found);
  const panel = event.target.closest?.(PANEL);
  if (panel?.open) { event.preventDefault(); close(panel); }
});

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    say("Kopieret.");
  } catch {
    source.closest("details").open = true;
    getSelection().selectAllChildren(source);
    say("Teksten er markeret. Tryk Ctrl+C for at kopiere.");
  }
}

/** What was found is put away, and the focus is where it was asked for. */
function empty(place) {
  place.replaceChildren();
  focusOn(document.getElementById("find-q"));
}

onPress("[data-empties]", (button) => empty(document.querySelector(button.dataset.empties)));
onPress("[data-close]", (button) => close(button.closest("details")));
onPress("[data-print]", () => window.print());
onPress("[data-copy]", (button) => copy(document.querySelector(button.dataset.copy)));
