// Puts the page's rows into DataTables and opens one record; contents are only ever set as text.
const data = JSON.parse(document.getElementById("data").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const shade = () => document.documentElement.classList.toggle("dark", dark.matches);
dark.addEventListener("change", shade);
shade();

const tables = {};
const text = DataTable.render.text();
for (const element of document.querySelectorAll("table[data-rows]")) {
  const name = element.dataset.rows;
  const heads = [...element.querySelectorAll("th")].map((th) => th.textContent);
  tables[name] = new DataTable(element, {
    data: data.tables[name],
    columns: heads.map((head) => ({
      title: head,
      render: text,
      visible: !["link"].includes(head),
    })),
    deferRender: true,
    order: [],
    pageLength: 25,
    lengthMenu: [10, 25, 100, 500],
    autoWidth: false,
    language: { search: "Search", emptyTable: "There is none", lengthMenu: "_MENU_ rows a page" },
    createdRow: name === "findings" ? (row) => { row.tabIndex = 0; } : undefined,
  });
}

const findings = tables.findings;
const heads = findings ? findings.columns().titles().toArray() : [];
const at = (title) => heads.indexOf(title);
const said = document.getElementById("filter-said");
const off = document.getElementById("filter-off");

function only(wantedClass, field) {
  findings.column(at("class")).search(wantedClass, { exact: true });
  findings.column(at("field")).search(field, { exact: true }).draw();
  said.textContent = `Only ${wantedClass} in ${field.replace("customFields.", "")}`;
  off.hidden = false;
  document.getElementById("findings").scrollIntoView();
}

function show(row) {
  const key = row[at("record key")];
  document.getElementById("record-title").textContent = row[at("record")] || key;
  const place = document.getElementById("record-link");
  place.replaceChildren(document.createTextNode(`${key} `));
  if (/^https?:\/\//.test(row[at("link")])) {
    const link = document.createElement("a");
    Object.assign(link, { href: row[at("link")], rel: "noreferrer", textContent: "open in Nutshell" });
    place.append(link);
  }
  const cells = data.whole[key] || data.tables.findings
    .filter((each) => each[at("record key")] === key)
    .map((each) => ["field", "at the practice", "as mapped", "in nutshell", "class", "cause"]
      .map((title) => each[at(title)]));
  document.getElementById("record-cells").replaceChildren(...cells.map((line) => {
    const tr = document.createElement("tr");
    if (line[4] !== "same") tr.className = "differs";
    tr.append(...line.map((cell) => {
      const td = document.createElement("td");
      td.textContent = cell;
      return td;
    }));
    return tr;
  }));
  document.getElementById("record").showModal();
}

if (findings) {
  off.addEventListener("click", () => {
    findings.columns().search("").draw();
    said.textContent = "";
    off.hidden = true;
  });
  const open = (event) => {
    const row = findings.row(event.target.closest("tbody tr")).data();
    if (row) show(row);
  };
  const body = findings.table().body();
  body.addEventListener("click", open);
  body.addEventListener("keydown", (event) => { if (event.key === "Enter") open(event); });
  for (const button of document.querySelectorAll(".heat button")) {
    button.addEventListener("click", () => only(button.dataset.class, button.dataset.field));
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "copied";
  });
}
document.documentElement.dataset.ready = "yes";
