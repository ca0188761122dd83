
"use strict";
// The page says everything without this. It finds, filters, orders, and lays out the matrix; what
// it knows it reads from the page, and names become text, never markup.
(() => {
  const $ = id => document.getElementById(id);
  const every = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fold = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const grants = [];
  // Each level with its letters and colours, as the key of the matrix has them.
  const levels = new Map(every("[data-k]").map(key => [key.dataset.k, key]));
  const mailboxes = every(".m").map((element, place) => {
    const name = element.querySelector("h3").textContent;
    const rows = every("tbody > tr", element).map(row => {
      const [level, marks] = row.dataset.f.split(":"), who = row.cells[0].textContent;
      const grant = {row, who, key: fold(who), level, marks: +marks, shown: true};
      grants.push(grant);
      return grant;
    });
    const bad = rows.filter(row => row.marks & 256).length;
    return {element, name, key: fold(name), rows, place, many: rows.length, bad, shown: true};
  });
  mailboxes.forEach(mailbox => mailbox.rows.forEach(row => { row.mailbox = mailbox; }));
  const people = every(".p").map((element, place) => {
    const name = element.querySelector("h3").textContent;
    const levels = every("dl > dt", element).map(title => ({
      title,
      list: title.nextElementSibling,
      items: every("li", title.nextElementSibling).map(item => ({item, grant: grants[+item.dataset.g], shown: true})),
      shown: true,
    }));
    const all = levels.flatMap(level => level.items);
    const bad = all.filter(one => one.grant.marks & 256).length;
    return {element, name, key: fold(name), levels, place, many: all.length, bad, shown: true};
  });
  // A line of its own words, such as a change, may name somebody who holds nothing any more.
  const lines = every("[data-m]").map(element => {
    const own = !element.closest(".numbers");
    return {element, key: own && fold(element.textContent), mailbox: mailboxes[+element.dataset.m], shown: true};
  });

  // Only what changes is touched: the browser lays out no more than that.
  const show = (thing, shown, ...elements) => {
    if (thing.shown !== shown) {
      thing.shown = shown;
      elements.forEach(element => { element.hidden = !shown; });
    }
    return shown;
  };
  const number = n => n.toLocaleString("en").replaceAll(",", "\u202f");
  const plural = (n, one, many) => `${number(n)} ${n === 1 ? one : many}`;

  function filter() {
    const words = fold($("q").value).split(/\s+/).filter(Boolean);
    const level = $("level").value, only = +$("only").value;
    const within = key => words.filter(word => !key.includes(word));
    const left = new Map(mailboxes.map(mailbox => [mailbox, within(mailbox.key)]));
    const fits = grant => (level === "*" || grant.level === level) && (only === 0 || grant.marks & only);
    const says = (key, words) => words.every(word => key.includes(word));
    const free = level === "*" && only === 0;
    let boxes = 0, entries = 0, persons = 0;
    for (const mailbox of mailboxes) {
      const words = left.get(mailbox);
      let any = free && words.length === 0;
      for (const row of mailbox.rows) {
        const shown = Boolean(fits(row)) && says(row.key, words);
        show(row, shown, row.row);
        if (shown) { any = true; entries++; }
      }
      if (show(mailbox, any, mailbox.element)) boxes++;
    }
    for (const person of people) {
      let any = false;
      for (const part of person.levels) {
        let some = false;
        for (const one of part.items) {
          const shown = Boolean(fits(one.grant)) && says(person.key, left.get(one.grant.mailbox));
          show(one, shown, one.item);
          some ||= shown;
        }
        show(part, some, part.title, part.list);
        any ||= some;
      }
      if (show(person, any, person.element)) persons++;
    }
    lines.forEach(line => {
      show(line, line.key && free ? says(line.key, words) : line.mailbox.shown, line.element);
    });
    const status = $("status");
    status.hidden = free && words.length === 0;
    status.textContent = status.hidden ? "" :
      `Filtered: ${plural(boxes, "mailbox", "mailboxes")} of ${number(mailboxes.length)}, ` +
      `${plural(entries, "entry", "entries")} of ${number(grants.length)}, ` +
      `${plural(persons, "person", "people")} of ${number(people.length)}.`;
    matrix.soon();
  }

  function order() {
    const by = $("order").value;
    const compare = {
      name: (a, b) => a.place - b.place,
      many: (a, b) => b.many - a.many || a.place - b.place,
      findings: (a, b) => b.bad - a.bad || a.place - b.place,
    }[by];
    for (const list of [mailboxes, people]) {
      list.sort(compare);
      if (list.length) {
        const home = list[0].element.parentNode, all = document.createDocumentFragment();
        list.forEach(one => all.append(one.element));
        home.append(all);
      }
    }
    matrix.soon();
  }

  // A table whose titles order it: numbers by size, the largest first; words by the alphabet.
  function sortable(table) {
    const titles = every("thead th", table);
    const collator = new Intl.Collator("en", {numeric: true});
    titles.forEach((title, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title.textContent;
      title.replaceChildren(button);
      button.addEventListener("click", () => {
        const body = table.tBodies[0], rows = [...body.rows];
        const text = row => row.cells[column].textContent;
        const numbers = table.classList.contains("numbers") && column > 0;
        const was = title.getAttribute("aria-sort");
        const down = numbers ? was !== "descending" : was === "ascending";
        const compare = numbers
          ? (a, b) => (+text(a) || 0) - (+text(b) || 0)
          : (a, b) => collator.compare(text(a), text(b));
        rows.sort((a, b) => down ? compare(b, a) : compare(a, b));
        titles.forEach(other => other.removeAttribute("aria-sort"));
        title.setAttribute("aria-sort", down ? "descending" : "ascending");
        const all = document.createDocumentFragment();
        all.append(...rows);
        body.append(all);
      });
    });
  }

  const make = (name, text, attributes = {}) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    return element;
  };

  // A part of the matrix at a time: no browser is quick with a million cells, and nobody reads them.
  const matrix = {
    from: 0, below: 0, wide: 24, high: 120, waiting: false, pager: null,
    soon() {
      if (this.waiting) return;
      this.waiting = true;
      setTimeout(() => { this.waiting = false; this.lay(); }, 30);
    },
    lay() {
      const grid = $("grid");
      const boxes = mailboxes.filter(mailbox => mailbox.shown && mailbox.rows.some(row => row.shown));
      const by = new Map();
      for (const mailbox of boxes) {
        for (const row of mailbox.rows) {
          if (!row.shown) continue;
          if (!by.has(row.who)) by.set(row.who, new Map());
          by.get(row.who).set(mailbox, row);
        }
      }
      const whos = [...by.keys()].sort();
      const some = boxes.slice(this.from, this.from + this.wide);
      // Whoever holds nothing in this part would only be an empty line.
      const here = whos.filter(who => some.some(mailbox => by.get(who).has(mailbox)));
      const few = here.slice(this.below, this.below + this.high);
      this.page(boxes.length, here.length);
      if (!few.length) {
        grid.replaceChildren(make("p", "Nothing fits the filter."));
        return;
      }
      const table = make("table"), head = make("tr"), body = make("tbody");
      table.append(make("caption", "Levels and identities, by person and mailbox"));
      head.append(make("th", "Who", {scope: "col"}));
      for (const mailbox of some) {
        const title = make("th", undefined, {scope: "col"});
        title.append(make("span", mailbox.name));
        head.append(title);
      }
      for (const who of few) {
        const line = make("tr");
        line.append(make("th", who, {scope: "row"}));
        for (const mailbox of some) line.append(this.cell(by.get(who).get(mailbox)));
        body.append(line);
      }
      const top = make("thead");
      top.append(head);
      table.append(top, body);
      grid.replaceChildren(table);
    },
    cell(row) {
      const cell = make("td");
      if (row) {
        const key = levels.get(row.level);
        const also = (row.marks & 64 ? "a" : "") + (row.marks & 128 ? "b" : "") + (row.marks & 32 ? "*" : "");
        const words = [1, 2].map(n => row.row.cells[n].textContent.trim()).filter(Boolean).join(", ");
        cell.append(make("span", key.textContent + also, {class: key.className, title: words}));
      }
      return cell;
    },
    page(boxes, whos) {
      const old = this.pager;
      this.pager = make("div", undefined, {class: "pager"});
      this.turn("Mailboxes", "from", this.wide, boxes);
      this.turn("People and groups", "below", this.high, whos);
      if (old) old.replaceWith(this.pager); else $("grid").before(this.pager);
      this.pager.hidden = boxes <= this.wide && whos <= this.high;
      if (this.pressed) {
        const again = this.pager.querySelector(`[data-turn="${this.pressed}"]`);
        if (again) again.focus();
        this.pressed = "";
      }
    },
    turn(name, what, step, all) {
      const last = Math.min(this[what] + step, all);
      const button = (text, words, by, possible) => {
        const turn = what + by;
        const one = make("button", text, {type: "button", "aria-label": `${words} ${name.toLowerCase()}`, "data-turn": turn});
        one.disabled = !possible;
        one.addEventListener("click", () => {
          this[what] = Math.max(0, this[what] + by);
          if (what === "from") this.below = 0;
          this.pressed = turn;
          this.lay();
        });
        return one;
      };
      const told = all ? `${name} ${number(this[what] + 1)}–${number(last)} of ${number(all)}` : `${name}: none`;
      this.pager.append(
        button("‹", "Previous", -step, this[what] > 0),
        make("span", told),
        button("›", "Next", step, last < all));
    },
  };

  let waiting = 0;
  // What goes on paper is what the filters say, even where they were set a moment ago.
  addEventListener("beforeprint", () => { clearTimeout(waiting); filter(); matrix.lay(); });
  const later = () => { clearTimeout(waiting); waiting = setTimeout(anew, 80); };
  const anew = () => { matrix.from = matrix.below = 0; filter(); };
  const tools = $("tools");
  tools.hidden = false;
  tools.addEventListener("submit", event => event.preventDefault());
  tools.addEventListener("reset", () => setTimeout(() => { order(); anew(); }));
  $("q").addEventListener("input", later);
  $("level").addEventListener("change", anew);
  $("only").addEventListener("change", anew);
  $("order").addEventListener("change", order);
  document.addEventListener("keydown", event => {
    if (event.key === "/" && !/INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName)) {
      event.preventDefault();
      $("q").focus();
    }
  });
  every("table.sortable").forEach(sortable);
  // The browser may have kept what was typed before a reload.
  if ($("q").value || $("level").value !== "*" || $("only").value !== "0") filter();
  if ($("order").value !== "name") order();
  matrix.soon();
})();
