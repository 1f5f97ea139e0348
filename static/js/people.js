/* A long list of people stands by department; a field above it leaves those whose name or department holds what is typed.
   Without a script the list stands whole. */
import { on } from "./page.js";

const MANY = 15;
const LISTS = "select:has(optgroup), .sk-choices:has(> details)";
const ITEMS = "option, .form-group-checkbox";
const low = (text) => text.toLocaleLowerCase("da");

function narrow(list, typed) {
  let left = 0;
  list.querySelectorAll("optgroup, details").forEach((group) => {
    const inGroup = low(group.label ?? group.querySelector("summary").textContent).includes(typed);
    const items = [...group.querySelectorAll(ITEMS)];
    items.forEach((item) => {
      item.hidden = !(inGroup || low(item.textContent).includes(typed));
      if (item.matches("option")) item.disabled = item.hidden;
    });
    const found = items.filter((item) => !item.hidden).length;
    group.hidden = !found;
    if (typed && found && group.matches("details")) group.open = true;
    left += found;
  });
  return left;
}

function prepare(list) {
  if (list.dataset.searched || list.querySelectorAll(ITEMS).length < MANY) return;
  list.dataset.searched = "";
  const label = Object.assign(document.createElement("label"), { className: "sk-people form-hint", textContent: "Søg navn eller afdeling" });
  const field = Object.assign(document.createElement("input"), { type: "search", className: "form-input", autocomplete: "off" });
  const told = Object.assign(document.createElement("span"), { className: "sr-only", role: "status" });
  label.append(field);
  list.before(label, told);
  field.addEventListener("input", () => {
    const typed = low(field.value.trim());
    const left = narrow(list, typed);
    told.textContent = typed ? `${left} passer` : "";
  });
}

const prepareAll = () => document.querySelectorAll(LISTS).forEach(prepare);
on("htmx:after:swap", prepareAll);
prepareAll();
