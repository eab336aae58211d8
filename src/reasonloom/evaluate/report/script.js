"use strict";

const keys = (row) => row.dataset.keys.split("|");

/* Numbers as numbers, words as words; what is missing comes last either way. */
function order(a, b, sign) {
  if (a === "" || b === "") return (a === "") - (b === "");
  const [x, y] = [Number(a), Number(b)];
  return sign * (Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y);
}

/* Sort the rows by the button's column; the same button again turns the order round. */
function sortBy(button, buttons, rows, place) {
  const down = button.dataset.order === "up";
  for (const other of buttons) {
    delete other.dataset.order;
    other.closest("th")?.removeAttribute("aria-sort");
  }
  const heading = button.closest("th");
  if (heading) heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  button.dataset.order = down ? "down" : "up";
  const column = Number(button.dataset.column);
  const sign = down ? -1 : 1;
  rows.sort((a, b) => order(keys(a)[column] ?? "", keys(b)[column] ?? "", sign));
  place.append(...rows);
}

function sortable(buttons, rowsOf, place) {
  for (const button of buttons) {
    button.addEventListener("click", () => sortBy(button, buttons, rowsOf(), place));
  }
}

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  sortable([...table.tHead.querySelectorAll("button")], () => [...body.rows], body);
}

const list = document.querySelector(".problems");
const problems = () => [...list.querySelectorAll(":scope > .problem")];
sortable([...list.querySelectorAll(".head button")], problems, list);

const ODD = ["failed", "unanswered", "undecided"];

function fits(marks, wish) {
  const [kind, place] = wish.split(" ");
  const tried = marks.filter((mark) => mark !== "lacks");
  switch (kind) {
    case "differ": return new Set(tried.map((mark) => mark === "right")).size > 1;
    case "all": return tried.every((mark) => mark === "right");
    case "none": return !tried.includes("right") && !tried.includes("some");
    case "odd": return tried.some((mark) => ODD.includes(mark));
    case "right": return marks[place] === "right";
    case "not": return !["right", "lacks"].includes(marks[place]);
    default: return true;
  }
}

const form = document.querySelector(".filters");

function filter() {
  const wish = (name) => form.querySelector(`[data-filter=${name}]`)?.value ?? "";
  const words = wish("words").toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of problems()) {
    const said = () => row.querySelector(".opened").textContent.toLowerCase();
    const hit =
      (!wish("topic") || row.dataset.topic === wish("topic")) &&
      (!wish("level") || row.dataset.level === wish("level")) &&
      fits(row.dataset.marks.split(" "), wish("outcome")) &&
      (!words.length || words.every((word) => said().includes(word)));
    row.hidden = !hit;
    shown += hit;
  }
  form.querySelector("output").textContent = `${shown} of ${problems().length} problems`;
}

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
