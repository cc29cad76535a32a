"use strict";
(() => {
  const open = (element) => {
    for (let at = element; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };
  const follow = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target) { open(target); target.scrollIntoView(); }
  };
  addEventListener("hashchange", follow);
  if (location.hash) follow();
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; });

  const key = (row, column) => row.cells[column].textContent.trim();
  const sort = (table, head, column) => {
    const numeric = head.dataset.numeric === "yes";
    const before = head.getAttribute("aria-sort");
    const down = before ? before === "ascending" : numeric;
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const words = new Intl.Collator("en", { numeric: true }).compare;
    const number = (text) => Number(text.replaceAll(",", "")) || 0;
    const rows = [...table.tBodies[0].rows].map((row) => [key(row, column), row]);
    rows.sort(([a], [b]) => (numeric ? number(a) - number(b) : words(a, b)) * (down ? -1 : 1));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const first = table.tBodies[0].rows[0];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (head.tagName !== "TH" || !first) return;
      head.dataset.numeric = first.cells[column].classList.contains("number") ? "yes" : "no";
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sort(table, head, column));
      head.replaceChildren(button);
    });
  }

  const form = document.getElementById("filter");
  if (!form) return;
  const rows = [...document.querySelectorAll("table.filterable tbody tr")]
    .map((row) => [row, row.cells[0].textContent.toLowerCase()]);
  const pages = new Set(rows.map(([, text]) => text)).size;
  const told = form.querySelector("output");
  const filter = () => {
    const text = form.elements.text.value.trim().toLowerCase();
    const wanted = [...form.querySelectorAll("select")].filter((one) => one.value);
    const shown = new Set();
    for (const [row, words] of rows) {
      const fits = words.includes(text) && wanted.every((one) => row.getAttribute(`data-${one.name}`) === one.value);
      row.hidden = !fits;
      if (fits) shown.add(words);
    }
    told.textContent = text || wanted.length ? `${shown.size.toLocaleString("en")} of ${pages.toLocaleString("en")} pages` : "";
  };
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
})();
