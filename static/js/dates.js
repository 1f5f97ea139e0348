/* A date is typed as people say it. Where a field that one stands in takes a date, buttons and the browser's own
   calendar fill it, and the day that was understood stands under it, in full, before anything is sent. */
import { on, ours } from "./page.js";

const SAID = { ahead: ["i dag", "i morgen", "om 1 uge", "om 14 dage"], back: ["i dag", "i går"], "": ["i dag"] };

function made(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

/** What was understood, or what to type instead: under the field that one has left; the focus stays where it went. */
function say(field, told, sentence, isWrong = false) {
  told.textContent = sentence;
  told.className = isWrong ? "form-error-message" : "sk-meta";
  if (isWrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
}

async function understand(field) {
  const told = field.nextElementSibling?.querySelector("[role=status]");
  if (!told) return;
  say(field, told, "");
  if (!field.value.trim()) return;
  const since = field.form?.elements[field.dataset.after]?.value ?? "";
  const body = new URLSearchParams({ since, [field.dataset.date || "either"]: field.value });
  const typed = field.value;
  try {
    const answer = await fetch("/dato", { method: "POST", headers: ours(), body });
    if (![200, 422].includes(answer.status) || field.value !== typed) return;
    const day = await answer.json();
    if (day.date) field.value = day.date;
    say(field, told, day.words ?? day.error ?? "", Boolean(day.error));
  } catch { /* the form itself reads the date */ }
}

function fill(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
}

/** A button that the keyboard passes by: whoever types has said the day, and goes on to the next field. */
function pressed(text, act) {
  const looks = { type: "button", tabIndex: -1, className: "button button-secondary sk-small", textContent: text };
  const button = made("button", looks);
  button.addEventListener("click", act);
  return button;
}

/** The browser's calendar, behind a button: the date input itself is never stood in. */
function calendar(field) {
  const days = made("input", { type: "date", tabIndex: -1, className: "sk-calendar" });
  days.setAttribute("aria-hidden", "true");
  days.addEventListener("change", () => {
    const [year, month, day] = days.value.split("-").map(Number);
    if (day) fill(field, `${day}.${month}.${year}`);
  });
  return [pressed("Kalender", () => days.showPicker()), days];
}

function help(field) {
  const row = made("div", { className: "sk-dates" });
  const said = SAID[field.dataset.date].map((text) => pressed(text, () => fill(field, text)));
  const told = made("span", { className: "sk-meta" });
  told.setAttribute("role", "status");
  row.append(...said, ..."showPicker" in HTMLInputElement.prototype ? calendar(field) : [], told);
  field.after(row);
}

on("focusin", ({ target }) => {
  if (target.matches?.("input[data-date]") && !target.nextElementSibling?.matches(".sk-dates")) help(target);
});
on("change", ({ target }) => { if (target.matches?.("input[data-date]")) understand(target); });
