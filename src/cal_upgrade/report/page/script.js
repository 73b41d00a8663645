"use strict";
// Filters by kind and rule, and the way from note to note. The page can be read without any of this.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const notes = all(".note");
const filters = document.getElementById("filters");

function filter() {
  const kinds = new Set(all("input[name=kind]:checked", filters).map((box) => box.value));
  const rule = filters.elements.rule.value;
  const everything = !rule && all("input[name=kind]:not(:disabled)", filters).every((box) => box.checked);
  let count = 0, total = 0;
  for (const note of notes) {
    const fits = kinds.has(note.dataset.kind) && (!rule || note.dataset.rule === rule);
    note.hidden = !fits;
    total += +note.dataset.count;
    count += fits ? +note.dataset.count : 0;
  }
  for (const row of all("tr.notes")) row.hidden = !row.querySelector(".note:not([hidden])");
  for (const block of all(".block")) block.hidden = !everything && !block.querySelector(".note:not([hidden])");
  // between two hidden blocks there is nothing to unfold
  const gone = (element) => !element || !element.matches(".block:not([hidden])");
  for (const fold of all(".fold, .few")) {
    fold.hidden = !everything && gone(fold.previousElementSibling) && gone(fold.nextElementSibling);
  }
  for (const item of all(".attention li")) {
    item.hidden = !kinds.has("attention") || Boolean(rule && item.dataset.rule !== rule);
  }
  document.getElementById("shown").textContent = count === total ? `${total} in all` : `${count} of ${total}`;
}

let current = -1;

function go(by) {
  let k = current + by;
  while (k >= 0 && k < notes.length && notes[k].hidden) k += by;
  if (k < 0 || k >= notes.length) return;
  current = k;
  notes[k].focus({ preventScroll: true });
  notes[k].scrollIntoView({ block: "center" });
}

function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = target && target.closest("details");
  if (!fold) return;
  fold.open = true;
  target.scrollIntoView({ block: "center" });
}

filters.addEventListener("change", filter);
filters.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("next").addEventListener("click", () => go(1));
document.getElementById("previous").addEventListener("click", () => go(-1));
document.addEventListener("focusin", (event) => {
  const k = notes.indexOf(event.target);
  if (k >= 0) current = k;
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input:not([type=checkbox])")) return;
  if (event.key === "n") go(1);
  else if (event.key === "p") go(-1);
});
for (const form of all(".account form")) {
  form.addEventListener("change", () => {
    const status = form.elements.status.value;
    for (const row of all("tbody tr", form.parentElement)) row.hidden = Boolean(status) && row.dataset.status !== status;
  });
}
// text is selected on the side where the mouse went down
document.addEventListener("mousedown", (event) => {
  const cell = event.target.closest(".code td");
  const table = cell && cell.closest(".code");
  if (table) table.dataset.side = cell.cellIndex === 1 ? "left" : "right";
});
let closed = [];
addEventListener("beforeprint", () => {
  closed = all(".card:not([open])");
  for (const card of closed) card.open = true;
});
addEventListener("afterprint", () => {
  for (const card of closed) card.open = false;
});
addEventListener("hashchange", openTarget);
filter();
openTarget();
