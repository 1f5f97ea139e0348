/* The board: a cell opens a row of its own under its case. Without script it leads to a page. */
import htmx from "./htmx.esm.min.js";
import { focusOn, on, onPress } from "./page.js";
import { isWrite } from "./requests.js";

let opened = null;                        // the cell that stands open, and its row

function shut() {
  if (!opened) return;
  const { cell, row } = opened;
  opened = null;
  row.remove();
  cell.removeAttribute("aria-expanded");
}

const fetched = (cell, target, select, swap) =>
  htmx.ajax("GET", cell.getAttribute("href"), { target, select, swap: `${swap} ignoreTitle:true` });

async function open(cell) {
  shut();
  const row = document.createElement("tr");
  const place = row.insertCell();
  row.className = "sk-opened";
  row.setAttribute("role", "row");
  place.setAttribute("role", "cell");
  place.colSpan = 7;
  opened = { cell, row };
  cell.setAttribute("aria-expanded", "true");
  cell.closest("tr").after(row);
  await fetched(cell, place, "#boks > *", "innerHTML");
  if (!place.childElementCount) return shut();
  focusOn(place.querySelector("h2"));
}

function close() {
  const cell = opened?.cell;
  shut();
  focusOn(cell);
}

on("click", (event) => {
  const cell = event.target.closest?.(".sk-board a.sk-cell");
  if (!cell?.closest("[data-label]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (opened?.cell === cell) close(); else open(cell);
});

onPress("[data-shut]", close);

on("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && event.target.closest?.(".sk-opened")) close();
});

/** What was done in the open row shows in the cell's own words at once. */
on("htmx:after:swap", ({ detail: { ctx } }) => {
  if (opened && !opened.row.isConnected) opened = null;
  if (!opened || !isWrite(ctx) || !opened.row.contains(document.getElementById(ctx.target?.id) ?? ctx.target)) return;
  fetched(opened.cell, opened.cell.querySelector(".sk-in"), "#sammendrag > *", "outerHTML");
});
