/**
 * The Pencil in the page: an article, its marks and links, and every way to make them.
 *
 * Python is the authority. The page sends operations, shows them at once and keeps each until Python has
 * answered it; what is shown is always "what Python last said, and then the operations still waiting".
 * One store per model, any number of views of it.
 *
 * Offsets on the wire count code points in the whole text; inside this file they count UTF-16 units in one
 * paragraph, since that is what the page's own functions count. `Para` converts at the edge.
 *
 * Quotes, comments and names are other people's words: they enter the page as text nodes only.
 */

const PATIENCE = 3000; // milliseconds without an answer until the page says so
const STEP = 8; // milliseconds of drawing at a time
const LANES = 6; // underlines stacked below a line at most; more marks on one word share the last
const HUES = new Set(["blue", "orange", "green", "purple", "red", "teal", "brown", "grey"]);
const hue = colour => `var(--nd-${HUES.has(colour) ? colour : "grey"})`;
const plain = name => name.replaceAll(/[_-]/g, " ");
const short = (text, most = 70) => (text.length > most ? `${text.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…` : text);
const some = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;

/** `crypto.randomUUID` is missing where a hub serves plain http. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, b => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Make an element. Whatever can have the focus tells JupyterLab to keep its one-letter commands away. */
function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "hidden") node[name] = value;
    else if (value !== undefined && value !== false) node.setAttribute(name, value);
  }
  if (/^(button|input|select|textarea|summary)$/.test(tag) || "tabindex" in props) {
    node.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  if (tag === "button") node.type = "button";
  node.append(...children.filter(child => child !== undefined && child !== null && child !== false));
  return node;
}

// ---------------------------------------------------------------------------------------------- text

function segments(text, language, granularity) {
  if (!Intl.Segmenter) return null;
  try {
    return new Intl.Segmenter(language || undefined, { granularity }).segment(text);
  } catch {
    return new Intl.Segmenter(undefined, { granularity }).segment(text); // not a language's code
  }
}

/** A paragraph with its words, sentences and both ways of counting. */
class Para {
  constructor(raw, index, language) {
    this.index = index;
    this.number = raw.number;
    this.start = raw.start;
    this.text = raw.text;
    this.isFurniture = raw.is_furniture;
    this.language = language;
    this.units = null; // units[n]: where code point n begins; null where both counts agree
    this.length = this.text.length;
    if (/[\ud800-\udfff]/.test(this.text)) {
      const units = [0];
      for (const point of this.text) units.push(units.at(-1) + point.length);
      this.units = Uint32Array.from(units);
      this.length = units.length - 1;
    }
    this.sentences = (raw.sentences ?? []).map(([a, b]) => [this.toUnit(a), this.toUnit(b)]);
    if (!this.sentences.length && this.text) this.sentences = [[0, this.text.length]];
  }

  toUnit(point) {
    return this.units ? this.units[Math.min(point, this.length)] : point;
  }

  toPoint(unit) {
    if (!this.units) return unit;
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.units[middle] < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Words as [from, to]. Asked for only where somebody chooses: dividing a long article takes a while. */
  get words() {
    if (!this.made) {
      const parts = segments(this.text, this.language, "word");
      const words = parts
        ? Array.from(parts).filter(s => s.isWordLike).map(s => [s.index, s.index + s.segment.length])
        : Array.from(this.text.matchAll(/[\p{L}\p{N}\p{M}_]+(?:['’.-][\p{L}\p{N}\p{M}]+)*/gu), m => [m.index, m.index + m[0].length]);
      this.made = words.length || !this.text ? words : [[0, this.text.length]];
    }
    return this.made;
  }

  /** Widen to whole graphemes, then leave out white space at both ends; null when nothing is left. */
  snap(from, to) {
    const parts = segments(this.text, this.language, "grapheme");
    if (parts) {
      if (from < this.text.length) from = parts.containing(from).index;
      const last = to > 0 && parts.containing(to - 1);
      if (last) to = last.index + last.segment.length;
    } else {
      const inside = /^[\udc00-\udfff\p{M}\u200d\ufe0f]/u;
      while (from > 0 && inside.test(this.text.slice(from))) from--;
      while (to < this.text.length && inside.test(this.text.slice(to))) to++;
    }
    while (from < to && /\s/.test(this.text[from])) from++;
    while (to > from && /\s/.test(this.text[to - 1])) to--;
    return from < to ? { para: this.index, from, to } : null;
  }

  wordAt(unit) {
    const word = this.words.find(([, to]) => to >= unit) ?? this.words.at(-1);
    return word && { para: this.index, from: word[0], to: word[1] };
  }
}

// --------------------------------------------------------------------------------------------- store

const APPLY = {
  add: (marks, _, { mark }) => marks.set(mark.id, mark),
  edit: (marks, _, { op, verb, id, ...fields }) => marks.has(id) && marks.set(id, { ...marks.get(id), ...fields }),
  remove(marks, links, { id }) {
    marks.delete(id);
    for (const link of links.values()) if (link.origin === id || link.target === id) links.delete(link.id);
  },
  link: (_, links, { link }) => links.set(link.id, link),
  unlink: (_, links, { id }) => links.delete(id),
  undo() {}, // what an undo brings back only Python knows: shown when it answers
  redo() {},
};

const sorted = fields => JSON.stringify(Object.entries(fields ?? {}).sort());
const same = (a, b) =>
  a === b ||
  (a && b && ["label", "start", "end", "exact"].every(k => a[k] === b[k]) &&
    (a.comment || "") === (b.comment || "") && sorted(a.attributes) === sorted(b.attributes));
const byPlace = (a, b) =>
  (a.start ?? Infinity) - (b.start ?? Infinity) || (a.end ?? 0) - (b.end ?? 0) ||
  (a.label < b.label ? -1 : a.label > b.label ? 1 : a.id < b.id ? -1 : 1);

class Store {
  constructor(model) {
    this.model = model;
    this.article = model.get("article");
    this.labels = model.get("labels") ?? [];
    this.relations = model.get("relations") ?? [];
    this.paras = this.article.paragraphs.map((p, i) => new Para(p, i, this.article.language));
    this.views = new Set();
    this.waiting = new Map(); // operations without an answer, by id, in order
    this.callers = new Map(); // which view hears how its operation ended
    this.unsaved = new Map(); // mark id -> version that holds its change
    this.places = new WeakMap();
    this.marks = new Map();
    this.links = new Map();
    this.trouble = "";
    this.unheard = [];
    this.listeners = {
      "msg:custom": message => this.receive(message),
      "change:state": () => (this.begin(), this.refresh()),
      "change:others": () => this.tell({ all: true }),
      comm_live_update: () => this.sendAgain(), // the kernel is back, or gone: asking does no harm
    };
    for (const [name, heard] of Object.entries(this.listeners)) model.on(name, heard);
    this.begin();
    for (const op of this.stored()) this.waiting.set(op.op, op);
    this.refresh();
    if (this.waiting.size) this.sendAgain();
  }

  end() {
    for (const [name, heard] of Object.entries(this.listeners)) this.model.off(name, heard);
    clearTimeout(this.timer);
  }

  get others() {
    return this.model.get("others") ?? [];
  }

  begin() {
    const state = this.model.get("state") ?? {};
    this.said = { marks: new Map(), links: new Map() }; // what Python last said
    for (const mark of state.marks ?? []) this.said.marks.set(mark.id, mark);
    for (const link of state.links ?? []) this.said.links.set(link.id, link);
    this.version = state.version ?? 0;
    this.savedVersion = state.saved === false ? -1 : typeof state.saved === "number" ? state.saved : this.version;
    this.canUndo = Boolean(state.can_undo);
    this.canRedo = Boolean(state.can_redo);
    this.notes = state.notes ?? [];
  }

  // What waits stays in the browser too, so that a closed tab or a restarted kernel loses nothing.
  stored(change) {
    try {
      const name = `newsdesk:waiting:${this.model.get("key")}`;
      let ops = JSON.parse(localStorage.getItem(name) ?? "[]");
      ops = Array.isArray(ops) ? ops.filter(op => typeof op?.op === "string" && Object.hasOwn(APPLY, op.verb)) : [];
      if (change) {
        ops = change(ops);
        if (ops.length) localStorage.setItem(name, JSON.stringify(ops));
        else localStorage.removeItem(name);
      }
      this.canKeep = true;
      return ops;
    } catch {
      this.canKeep = false; // a private window, or no room left
      return [];
    }
  }

  /** Do an operation here and now, and ask Python for it. `caller` is the view that hears of a refusal. */
  do(op, caller) {
    op = { op: newId(), ...op };
    this.waiting.set(op.op, op);
    if (caller) this.callers.set(op.op, caller);
    this.stored(ops => [...ops, op]);
    this.send([op]);
    this.refresh();
    return op.op;
  }

  send(ops) {
    try {
      this.model.send({ ops });
      this.isCut = false;
    } catch {
      this.isCut = true; // the connection is closed: they wait
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell({}), PATIENCE);
    this.since ??= Date.now();
  }

  sendAgain() {
    if (!this.waiting.size) return;
    this.since = undefined;
    this.send([...this.waiting.values()]);
    this.tell({});
  }

  receive(message) {
    if (message?.type === "changed") {
      const { put = {}, gone = {}, refused = [] } = message;
      const answered = new Set([...(message.done ?? []), ...refused.map(r => r.op)]);
      for (const mark of put.marks ?? []) this.said.marks.set(mark.id, mark);
      for (const link of put.links ?? []) this.said.links.set(link.id, link);
      for (const id of gone.marks ?? []) this.said.marks.delete(id);
      for (const id of gone.links ?? []) this.said.links.delete(id);
      this.version = message.version ?? this.version;
      this.canUndo = message.can_undo ?? this.canUndo;
      this.canRedo = message.can_redo ?? this.canRedo;
      const ended = [...answered].map(id => this.waiting.get(id)).filter(Boolean);
      for (const id of answered) this.waiting.delete(id);
      if (answered.size) this.stored(ops => ops.filter(op => !answered.has(op.op)));
      this.since = this.waiting.size ? Date.now() : undefined;
      for (const { id } of [...(put.marks ?? []), ...(put.links ?? []).map(l => ({ id: l.origin }))]) {
        this.unsaved.set(id, this.version);
      }
      this.refresh();
      for (const op of ended) {
        const no = refused.find(r => r.op === op.op);
        const caller = this.callers.get(op.op);
        this.callers.delete(op.op);
        if (no) this.complain(no.message, caller);
        else if (op.verb === "undo" || op.verb === "redo") caller?.say(op.verb === "undo" ? "Undone." : "Redone.");
      }
    } else if (message?.type === "saved") {
      this.savedVersion = Math.max(this.savedVersion, message.version);
      this.trouble = "";
      for (const [id, version] of this.unsaved) if (version <= this.savedVersion) this.unsaved.delete(id);
      this.tell({});
    } else if (message?.type === "trouble") {
      this.trouble = message.message;
      this.tell({});
    }
  }

  /** Compute what is shown anew, and tell the views which marks and paragraphs differ from before. */
  refresh() {
    const marks = new Map(this.said.marks);
    const links = new Map(this.said.links);
    this.held = new Set(); // marks that an operation waits for
    for (const op of this.waiting.values()) {
      APPLY[op.verb](marks, links, op);
      this.held.add(op.mark?.id ?? op.link?.origin ?? op.id);
    }
    const touched = new Set();
    const paras = new Set();
    const touch = (id, ...versions) => {
      touched.add(id);
      for (const mark of versions) if (mark && this.place(mark)) paras.add(this.place(mark).para);
    };
    for (const [id, mark] of marks) {
      const old = this.marks.get(id);
      if (same(old, mark)) marks.set(id, old); // the same value keeps its place in memory, so nothing is redrawn
      else touch(id, old, mark);
    }
    for (const [id, old] of this.marks) if (!marks.has(id)) touch(id, old);
    for (const [now, then] of [[links, this.links], [this.links, links]]) {
      for (const link of now.values()) if (!then.has(link.id)) touched.add(link.origin);
    }
    const retold = [...links.values(), ...this.links.values()].filter(link => touched.has(link.target));
    for (const link of retold) touched.add(link.origin); // a claim's line in the list quotes its source
    this.marks = marks;
    this.links = links;
    this.order = [...marks.values()].sort(byPlace);
    this.inPara = new Map();
    for (const mark of this.order) {
      const place = this.place(mark);
      if (!place) continue;
      if (!this.inPara.has(place.para)) this.inPara.set(place.para, []);
      this.inPara.get(place.para).push(mark);
    }
    this.tell({ touched, paras });
  }

  complain(message, caller) {
    if (!this.views.size) this.unheard.push(message); // refused before anything was drawn
    for (const view of this.views.has(caller) ? [caller] : this.views) view.complain(message);
  }

  tell(news) {
    for (const view of this.views) view.update(news);
  }

  /** Where a mark lies: {para, from, to}; null for an orphan and for one whose words are not there. */
  place(mark) {
    if (this.places.has(mark)) return this.places.get(mark);
    let found = null;
    if (Number.isInteger(mark.start) && Number.isInteger(mark.end)) {
      let [low, high] = [0, this.paras.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.paras[middle].start <= mark.start) low = middle;
        else high = middle - 1;
      }
      const para = this.paras[low];
      const [from, to] = [para?.toUnit(mark.start - para.start), para?.toUnit(mark.end - para.start)];
      if (from < to && para.text.slice(from, to) === mark.exact) found = { para: low, from, to };
    }
    this.places.set(mark, found);
    return found;
  }

  /** The span of a place as the wire wants it. */
  span({ para, from, to }) {
    const p = this.paras[para];
    return { start: p.start + p.toPoint(from), end: p.start + p.toPoint(to), exact: p.text.slice(from, to) };
  }

  find(label, { start, end }) {
    return this.order.find(m => m.label === label && m.start === start && m.end === end);
  }

  label(name) {
    return this.labels.find(l => l.name === name) ?? { name, letter: "", colour: "grey", rule: "", attributes: [] };
  }

  relationsFrom(name) {
    return this.relations.filter(r => r.origin === name);
  }

  linksFrom(id) {
    return [...this.links.values()].filter(l => l.origin === id);
  }

  /** In words: is everything in the file? */
  get standing() {
    const waiting = this.waiting.size;
    if (!waiting && !this.version && !this.marks.size) return ""; // nobody has begun
    if (!waiting) return this.savedVersion >= this.version ? "All saved." : "Not saved yet.";
    if (!this.isCut && !(this.since && Date.now() - this.since >= PATIENCE)) return "Not saved yet.";
    return (
      `${some(waiting, "change")} not saved yet: ` +
      (this.isCut ? "the connection to the kernel is closed. " : "the kernel does not answer; it is busy or gone. ") +
      (this.canKeep
        ? "They wait in this browser and are sent when the kernel is back; after a restart, run this cell again."
        : "This browser keeps nothing: leave this page open, or they are lost.")
    );
  }
}

// ---------------------------------------------------------------------------------------------- view

const HELP = [
  ["Left, Right", "the word to the left, to the right"],
  ["Shift + Left, Right", "take a word away at the end, add one"],
  ["Ctrl or Alt + Shift + Left, Right", "the same at the beginning"],
  ["Up, Down", "the previous, the next sentence"],
  ["Shift + Up, Down", "back to, on to a sentence’s end"],
  ["Page up, Page down", "the previous, the next paragraph, whole"],
  ["Home, End", "the first, the last word of the paragraph"],
  ["a label’s letter", "mark the words chosen"],
  ["n, p", "the next, the previous mark"],
  ["Enter", "edit the mark"],
  ["Delete or Backspace", "delete the mark"],
  ["b", "change the mark’s borders: choose words, then Enter"],
  ["l", "link the mark: n or p to where it leads, then Enter"],
  ["a", "accept the suggestion"],
  ["z, y", "undo, redo (Ctrl + Z, Ctrl + Y too)"],
  ["Escape", "leave what was begun; with nothing chosen, go back to the notebook"],
  ["Tab", "go on to the buttons, the text, the form and the list"],
];
const TOOLS = [
  ["previous", "Previous mark", "p"],
  ["next", "Next mark", "n"],
  ["edit", "Edit", "Enter"],
  ["remove", "Delete", "Delete"],
  ["borders", "Borders", "b"],
  ["link", "Link", "l"],
  ["accept", "Accept", "a"],
  ["undo", "Undo", "z"],
  ["redo", "Redo", "y"],
  ["help", "Help", "?"],
  ["leave", "Leave", "Escape"],
];
const TOOL_OF = Object.fromEntries(TOOLS.filter(t => t[2].length === 1).map(([tool, , key]) => [key, tool]));
let views = 0;

class View {
  constructor(store, el) {
    this.store = store;
    this.el = el;
    this.id = `nd-pencil-${++views}`; // several views share a page: ids must differ
    this.hidden = new Set(); // labels filtered out
    this.hiddenOthers = new Set(); // annotators filtered out
    this.chosen = null; // {para, from, to, mark: an own mark's id, other: a suggestion}
    this.mode = null; // {kind: "link" | "borders", id}
    this.gone = new AbortController();
    this.build();
    this.listen();
    store.views.add(this);
    for (const message of store.unheard.splice(0)) this.complain(message);
  }

  end() {
    clearTimeout(this.filler);
    clearTimeout(this.lister);
    this.gone.abort();
    this.store.views.delete(this);
    this.root.remove();
  }

  // ------------------------------------------------------------------------------------ first drawing

  build() {
    const { store, id } = this;
    const { article } = store;
    this.key = h("input", {
      type: "text", id: `${id}-key`, class: "nd-key", autocomplete: "off", spellcheck: "false", lang: article.language,
      dir: "auto", placeholder: "nothing chosen yet", "aria-describedby": `${id}-hint`,
      inputmode: "none", // no keyboard slides over the text on a phone
    });
    this.live = h("p", { role: "status", class: "nd-hidden" });
    this.message = h("p", { class: "nd-message" });
    this.alert = h("p", { role: "alert", class: "nd-alert" });
    this.standing = h("p", { class: "nd-standing" });
    this.again = h("button", { onclick: () => store.sendAgain(), hidden: true }, "Send again");
    this.rule = h("p", { class: "nd-rule" });
    this.labels = h("div", { role: "group", class: "nd-row", "aria-label": "Mark the words chosen as" });
    for (const label of store.labels) this.labels.append(this.labelButton(label));
    this.tools = h("div", { role: "group", class: "nd-row", "aria-label": "Marks" });
    for (const [tool, name, key] of TOOLS) {
      if ((tool === "link" && !store.relations.length) || (tool === "accept" && !store.others.length)) continue;
      this.tools.append(h("button", { "data-tool": tool, "aria-keyshortcuts": key }, `${name} `, h("kbd", {}, key)));
    }
    this.leaver = this.tools.lastElementChild;
    this.leaver.hidden = true;
    this.help = h("details", {}, h("summary", {}, "All keys"),
      h("p", { id: `${id}-hint` }, "The keys act while the field “Keys” has the focus. Nothing typed there is kept."),
      h("dl", {}, ...HELP.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)])));
    this.rules = h("details", {}, h("summary", {}, "Rules of the labels"), h("dl", {}, ...store.labels.flatMap(l => [
      h("dt", {}, l.name, l.letter && h("kbd", {}, l.letter)), h("dd", { id: `${id}-rule-${l.name}` }, l.rule)])));
    this.boxes = store.paras.map(p => h("p", { lang: article.language, dir: article.direction, class: "nd-words" }, p.text));
    this.text = h("div", { class: "nd-text", role: "group", "aria-label": "Text", tabindex: "0" },
      ...store.paras.map((p, i) => h("div", { class: p.isFurniture ? "nd-para nd-furniture" : "nd-para", dir: article.direction },
        h("span", { class: "nd-number", onclick: () => this.whole(p) }, String(p.number)), this.boxes[i])));
    this.boxIndex = new Map(this.boxes.map((box, i) => [box, i]));
    this.panel = h("div", { class: "nd-panel", role: "group", hidden: true });
    this.filter = h("fieldset", { class: "nd-filter" }, h("legend", {}, "Show"));
    this.listHead = h("h3", { tabindex: "-1" });
    this.list = h("ol", { class: "nd-list" });
    this.orphanHead = h("h3", {}, "No longer found in the text");
    this.orphans = h("ol", { class: "nd-list" });
    this.suggestions = h("div", {});
    this.items = new Map();
    this.isLong = store.paras.length > 60 || store.order.length > 200;
    this.root = h("section", { class: this.isLong ? "nd-pencil nd-long" : "nd-pencil", lang: "en", dir: "ltr", "aria-label": `Pencil: ${article.title || article.id}, marks of ${store.model.get("annotator")}` },
      h("p", { class: "nd-note" }, [article.id, article.note].filter(Boolean).join(" · ")),
      store.notes.length > 0 && h("ul", { class: "nd-notes" }, ...store.notes.map(note => h("li", {}, note))),
      h("div", { class: "nd-line" }, h("label", { for: this.key.id }, "Keys"), this.key),
      this.labels, this.rule, this.tools, this.help, this.message, this.alert, this.live,
      h("div", { class: "nd-line" }, this.standing, this.again),
      h("div", { class: "nd-columns" }, this.text,
        h("div", { class: "nd-side" }, this.panel, this.rules, this.form(), this.filter, this.listHead, this.list,
          this.orphanHead, this.orphans, this.suggestions)));
    this.redraw();
    this.el.replaceChildren(this.root);
  }

  showRule(name) {
    this.rule.textContent = `${name}: ${this.store.label(name).rule ?? ""}`;
  }

  labelButton(label) {
    const showRule = () => this.showRule(label.name);
    return h("button", {
      "data-label": label.name, style: `--c: ${hue(label.colour)}`, "aria-describedby": `${this.id}-rule-${label.name}`,
      "aria-keyshortcuts": label.letter || undefined, onpointerenter: showRule, onfocus: showRule,
    }, `${label.name} `, label.letter && h("kbd", {}, label.letter));
  }

  redraw() {
    const { store } = this;
    const names = [...new Set([...store.labels.map(l => l.name), ...store.order.map(m => m.label),
      ...store.others.flatMap(o => o.marks.map(m => m.label))])];
    const box = (name, value, set) => h("label", {}, h("input", {
      type: "checkbox", "data-show": value, checked: !set.has(value), onchange: e => {
        if (e.target.checked) set.delete(value);
        else set.add(value);
        this.showFiltered();
      } }), ` ${name}`);
    this.filter.replaceChildren(this.filter.firstChild, ...names.map(n => box(n, n, this.hidden)),
      ...store.others.map(o => box(`marks of ${o.annotator}`, o.annotator, this.hiddenOthers)));
    this.othersInPara = new Map();
    for (const { annotator, marks } of store.others) {
      for (const mark of marks) {
        const place = store.place(mark);
        if (place) this.othersInPara.set(place.para, [...(this.othersInPara.get(place.para) ?? []), { mark, annotator }]);
      }
    }
    this.items.clear();
    this.list.replaceChildren();
    this.orphans.replaceChildren();
    this.drawSuggestions();
    this.fill(this.filling());
    this.drawStanding();
  }

  /** Draw what is seen first, and the rest of a long article in small steps that no key has to wait for. */
  fill(steps) {
    clearTimeout(this.filler);
    const until = performance.now() + STEP;
    do if (steps.next().done) return;
    while (performance.now() < until);
    this.filler = setTimeout(() => this.fill(steps), STEP * 2); // frames and keys come in between
  }

  *filling() {
    const paras = [...this.boxes.keys()].filter(i => this.boxes[i].firstElementChild || this.spans(i).length);
    const { order } = this.store;
    for (const i of paras.slice(0, 16)) this.draw(i);
    for (const { id } of order.slice(0, 24)) this.replaceItem(id);
    for (const i of paras.slice(16)) yield this.draw(i);
    for (const { id } of order.slice(24)) yield this.items.has(id) || this.replaceItem(id);
  }

  // ------------------------------------------------------------------------------------------- text

  /** The visible marks of a paragraph, one's own and others', as {from, to, mark, annotator}. */
  spans(index) {
    const spans = [];
    const take = (mark, annotator) => {
      if (!this.hidden.has(mark.label)) spans.push({ ...this.store.place(mark), mark, annotator });
    };
    for (const mark of this.store.inPara.get(index) ?? []) take(mark);
    for (const { mark, annotator } of this.othersInPara.get(index) ?? []) {
      if (!this.hiddenOthers.has(annotator)) take(mark, annotator);
    }
    return spans.sort((a, b) => a.from - b.from || b.to - a.to);
  }

  /**
   * Draw a paragraph: pieces of text, cut where a mark or the choice begins or ends.
   *
   * Own marks are `<mark>`: screen readers that tell marked text say so, and no more; a label read out at
   * every mark would bury the text, and the list below says it all in order. The letters that sighted
   * readers see are the style sheet's, so they are neither read out nor selected.
   */
  draw(index) {
    const para = this.store.paras[index];
    const box = this.boxes[index];
    const spans = this.spans(index);
    const chosen = this.chosen?.para === index ? this.chosen : null;
    const ends = []; // where each lane is free again
    for (const span of spans) {
      let lane = ends.findIndex(end => end <= span.from);
      if (lane < 0) lane = ends.length < LANES ? ends.length : LANES - 1;
      ends[lane] = Math.max(ends[lane] ?? 0, span.to);
      span.lane = lane;
    }
    box.style.setProperty("--n", ends.length);
    const cuts = new Set([0, para.text.length]);
    for (const { from, to } of chosen ? [...spans, chosen] : spans) cuts.add(from).add(to);
    const bounds = [...cuts].sort((a, b) => a - b);
    const pieces = [];
    let held = null; // what is chosen lies in one element: one outline around all its pieces
    let live = [];
    let next = 0;
    for (let i = 0; i + 1 < bounds.length; i++) {
      const [from, to] = [bounds[i], bounds[i + 1]];
      while (next < spans.length && spans[next].from <= from) live.push(spans[next++]);
      live = live.filter(span => span.to > from);
      const piece = live.length ? this.piece(para.text.slice(from, to), live, to) : para.text.slice(from, to);
      if (chosen && from >= chosen.from && to <= chosen.to) {
        if (!held) pieces.push((held = h("span", { class: "nd-chosen" })));
        held.append(piece);
      } else pieces.push(piece);
    }
    box.replaceChildren(...pieces);
    if (chosen) this.held = held;
  }

  /**
   * One element a mark, each with its line: a border, not a background, since a border stays in forced
   * colours and leaves the ground of the text as it is. The outermost element is the `<mark>`.
   */
  piece(text, spans, to) {
    const tags = spans.filter(s => s.to === to).map(({ mark, annotator }) =>
      (this.store.label(mark.label).letter || mark.label) + (annotator ? "?" : ""));
    let node = text;
    spans.forEach(({ mark, annotator, lane }, at) => {
      const tag = at === spans.length - 1 && spans.some(s => !s.annotator) ? "mark" : "span";
      const style = `--c: ${hue(this.store.label(mark.label).colour)}; --l: ${lane}`;
      node = h(tag, { class: annotator ? "nd-mark nd-theirs" : "nd-mark", style }, node);
      if (at === 0 && tags.length) node.dataset.tag = tags.join("\u00a0"); // inside of all: the lines go on below it
    });
    return node;
  }

  // ------------------------------------------------------------------------------------------- list

  item(mark) {
    const { store } = this;
    const label = store.label(mark.label);
    const place = store.place(mark);
    const name = `${mark.label}: ${short(mark.exact, 40)}`;
    const button = (act, text) => h("button", { "data-act": act, "aria-label": `${text}: ${name}` }, text);
    const links = store.linksFrom(mark.id).map(link => {
      const target = store.marks.get(link.target);
      const what = `${plain(link.relation)}: “${short(target?.exact ?? "?")}”`;
      return h("span", { class: "nd-link" }, what, " ", h("button", { "data-act": "unlink", "data-link": link.id, "aria-label": `Unlink, ${what}` }, "Unlink"));
    });
    const waits = store.held.has(mark.id) || store.unsaved.has(mark.id);
    if (waits) (this.flagged ??= new Set()).add(mark.id); // or nobody would take the word away again
    const item = h("li", { "data-id": mark.id, hidden: this.hidden.has(mark.label) },
      h("span", { class: "nd-chip", style: `--c: ${hue(label.colour)}` }, mark.label), " ",
      h("q", { lang: store.article.language, dir: "auto" }, short(mark.exact, 100)),
      place ? `, paragraph ${store.paras[place.para].number}` : "",
      ...Object.entries(mark.attributes ?? {}).map(([attribute, code]) => `; ${plain(attribute)}: ${code}`),
      mark.comment ? h("span", { class: "nd-comment", dir: "auto" }, mark.comment) : "", ...links, " ",
      h("span", { class: "nd-unsaved" }, waits && "not saved yet"), " ",
      h("span", { class: "nd-acts" }, place && button("go", "Go there"), button("edit", "Edit"), button("remove", "Delete")));
    return item;
  }

  /** Say beside each mark whether its last change is saved; only where that is different from before. */
  drawFlags() {
    const { held, unsaved } = this.store;
    const now = new Set([...held, ...unsaved.keys()]);
    for (const id of new Set([...now, ...(this.flagged ?? [])])) this.flag(id, now.has(id));
    this.flagged = now;
  }

  flag(id, isUnsaved) {
    const flag = this.items.get(id)?.querySelector(".nd-unsaved");
    if (flag) flag.textContent = isUnsaved ? "not saved yet" : "";
  }

  drawSuggestions() {
    this.accepting = [];
    this.suggestions.replaceChildren(...this.store.others.flatMap(({ annotator, marks, links }) => [
      h("h3", {}, `Marks of ${annotator}`),
      h("ol", { class: "nd-list", "data-of": annotator }, ...marks.map(mark => {
        const place = this.store.place(mark);
        const said = (links ?? []).filter(l => l.origin === mark.id).map(l => marks.find(m => m.id === l.target)?.exact);
        const accept = h("button", { "aria-label": `Accept: ${mark.label}: ${short(mark.exact, 40)}`, onclick: () => this.accept({ mark, annotator }) }, "Accept");
        const have = h("span", {}, "You have it too.");
        const item = h("li", { "data-label": mark.label },
          h("span", { class: "nd-chip nd-theirs", style: `--c: ${hue(this.store.label(mark.label).colour)}` }, mark.label), " ",
          h("q", { lang: this.store.article.language, dir: "auto" }, mark.exact),
          place ? `, paragraph ${this.store.paras[place.para].number}` : ", not found in the text",
          ...Object.entries(mark.attributes ?? {}).map(([attribute, code]) => `; ${plain(attribute)}: ${code}`),
          ...said.map(exact => `; attributed to: “${short(exact)}”`), " ", have, place && h("span", { class: "nd-acts" }, accept));
        this.accepting.push({ mark, annotator, item, accept, have });
        return item;
      })),
    ]));
    this.drawAccepted();
  }

  drawAccepted() {
    for (const { mark, annotator, item, accept, have } of this.accepting) {
      const has = Boolean(this.store.find(mark.label, mark));
      have.hidden = !has;
      accept.hidden = has;
      item.hidden = this.hidden.has(mark.label) || this.hiddenOthers.has(annotator);
    }
  }

  drawStanding() {
    const { store } = this;
    const set = (node, text) => node.textContent !== text && (node.textContent = text);
    const standing = store.standing;
    set(this.standing, standing);
    this.again.hidden = standing.length < 20;
    if (store.trouble) set(this.alert, store.trouble);
    else if (this.alert.textContent && this.alert.textContent === this.hadTrouble) set(this.alert, "");
    this.hadTrouble = store.trouble;
    const busy = store.waiting.size > 0;
    for (const [tool, can] of [["undo", store.canUndo || busy], ["redo", store.canRedo]]) {
      this.tools.querySelector(`[data-tool=${tool}]`).setAttribute("aria-disabled", String(!can));
    }
    const [all, lost] = [store.order.length, store.order.filter(m => !store.place(m)).length];
    set(this.listHead, all ? `Your marks: ${all - lost}` : "No marks yet");
    this.orphanHead.hidden = !lost;
  }

  showFiltered() {
    for (const [id, item] of this.items) item.hidden = this.hidden.has(this.store.marks.get(id)?.label);
    this.drawAccepted();
    for (let i = 0; i < this.boxes.length; i++) this.draw(i);
  }

  /** The store has news: draw what they touch, and keep the focus where it is. */
  update({ touched, paras, all }) {
    if (all) return this.redraw();
    if (touched?.size) {
      if (this.chosen?.mark && !this.store.marks.has(this.chosen.mark)) this.chosen.mark = undefined;
      if (this.editing && !this.store.marks.has(this.editing)) this.close();
      if (this.mode && !this.store.marks.has(this.mode.id)) this.leave();
      this.unlisted = new Set([...(this.unlisted ?? []), ...touched]);
      // A list of a thousand lines takes longer to lay out than the text: the text is painted before.
      if (this.isLong && !this.list.contains(document.activeElement)) this.lister ??= setTimeout(() => this.drawItems(), STEP * 4);
      else this.drawItems();
    }
    if (this.isDragging) for (const i of paras ?? []) this.late.add(i); // redrawing would end the drag
    else for (const i of paras ?? []) this.draw(i);
    this.drawFlags();
    return this.drawStanding();
  }

  drawItems() {
    const touched = this.unlisted;
    this.unlisted = this.lister = undefined;
    const was = document.activeElement;
    const item = was?.closest?.("li[data-id]");
    const lostFocus = item && this.root.contains(item) && touched.has(item.dataset.id);
    const [next, act] = lostFocus ? [item.nextElementSibling ?? item.previousElementSibling, was.dataset.act] : [];
    for (const id of touched) this.replaceItem(id);
    if (lostFocus && !was.isConnected) {
      const home = this.items.get(item.dataset.id) ?? next;
      (home?.querySelector(`[data-act=${act}]`) ?? home?.querySelector("button") ?? this.listHead).focus();
    }
    this.drawAccepted();
  }

  replaceItem(id) {
    const mark = this.store.marks.get(id);
    this.items.get(id)?.remove();
    if (!mark) return this.items.delete(id);
    const item = this.item(mark);
    this.items.set(id, item);
    if (!this.store.place(mark)) return this.orphans.append(item);
    const { order } = this.store;
    let at = order.indexOf(mark) + 1;
    while (at < order.length && this.items.get(order[at].id)?.parentNode !== this.list) at++;
    return this.list.insertBefore(item, at < order.length ? this.items.get(order[at].id) : null);
  }

  // ---------------------------------------------------------------------------------------- messages

  say(text, shown = true) {
    this.live.textContent = this.live.textContent === text ? `${text}\u00a0` : text; // said again, though the same
    if (!shown) return;
    this.message.textContent = text;
    if (!this.store.trouble) this.alert.textContent = "";
  }

  complain(text) {
    this.alert.textContent = text;
  }

  // ---------------------------------------------------------------------------------------- choosing

  /** Choose a place: {para, from, to}, perhaps with the mark or suggestion meant. */
  choose(place, { quiet = false, paint = true } = {}) {
    const { store } = this;
    const before = this.chosen;
    this.chosen = { ...place };
    const exact = s => s.from === place.from && s.to === place.to;
    const here = this.spans(place.para).filter(exact);
    if (!place.mark && !place.other) {
      const [own, other] = [here.find(s => !s.annotator), here.find(s => s.annotator)];
      if (own) this.chosen.mark = own.mark.id;
      else if (other) this.chosen.other = other;
    }
    const para = store.paras[place.para];
    const text = para.text.slice(place.from, place.to);
    this.key.value = text;
    this.key.setSelectionRange(0, 0); // a long choice shows its beginning
    if (this.framed !== undefined && this.framed !== place.para) this.draw(this.framed);
    if (paint) {
      this.draw((this.framed = place.para));
      this.held?.scrollIntoView({ block: "nearest" });
    }
    const names = here.map(s => (s.annotator ? `${s.mark.label} by ${s.annotator}` : s.mark.label));
    const moved = before?.para === place.para ? "" : `Paragraph ${para.number}. `;
    if (quiet) return;
    this.say([moved + text, ...names].join(" · "), false);
    this.message.textContent = this.mode?.hint ?? "";
  }

  unchoose() {
    this.chosen = null;
    this.key.value = "";
    if (this.framed !== undefined) this.draw(this.framed);
  }

  rtl(index) {
    return getComputedStyle(this.boxes[index]).direction === "rtl";
  }

  /** Choose the next or previous unit ("words" or "sentences"), over the borders of paragraphs. */
  step(units, ahead) {
    const { paras } = this.store;
    const at = this.chosen;
    let index = at?.para ?? (ahead ? 0 : paras.length - 1);
    let found;
    if (at && units === "sentences") {
      const list = paras[index].sentences;
      const inside = list.findLastIndex(([from]) => from <= at.from);
      found = ahead ? list.slice(inside + 1).find(([from]) => from >= at.to) ?? list.find(([from]) => from >= at.to) : list[inside - 1];
    } else if (at) {
      found = ahead ? paras[index].words.find(([from]) => from >= at.to) : paras[index].words.findLast(([, to]) => to <= at.from);
    }
    if (!at) found = paras[index]?.[units].at(ahead ? 0 : -1);
    while (!found && paras[(index += ahead ? 1 : -1)]) found = paras[index][units].at(ahead ? 0 : -1);
    if (!found) return this.say(ahead ? "The text ends here." : "The text begins here.");
    return this.choose({ para: index, from: found[0], to: found[1] });
  }

  whole(para) {
    const place = para.snap(0, para.text.length);
    if (place) this.choose(place);
  }

  paragraph(ahead) {
    const { paras } = this.store;
    let index = this.chosen ? this.chosen.para + (ahead ? 1 : -1) : 0;
    let place = null;
    for (; !place && paras[index]; index += ahead ? 1 : -1) place = paras[index].snap(0, paras[index].text.length);
    return place ? this.choose(place) : this.say(ahead ? "This is the last paragraph." : "This is the first paragraph.");
  }

  edge(last) {
    const para = this.store.paras[this.chosen?.para ?? 0];
    const word = para?.words.at(last ? -1 : 0);
    if (word) this.choose({ para: para.index, from: word[0], to: word[1] });
  }

  /** Move the end of the choice (or its beginning) by a word or to a sentence's border; never past the other. */
  extend(units, atEnd, ahead) {
    if (!this.chosen) return this.step(units, ahead);
    const { para, from, to } = this.chosen;
    const list = this.store.paras[para][units];
    const borders = list.map(unit => unit[atEnd ? 1 : 0]).filter(x => (atEnd ? x > from : x < to));
    let border = ahead ? borders.find(x => x > (atEnd ? to : from)) : borders.findLast(x => x < (atEnd ? to : from));
    if (border === undefined && units === "sentences" && atEnd && !ahead) {
      border = this.store.paras[para].words.find(w => w[1] > from)?.[1]; // back inside the first sentence
      if (border >= to) border = undefined;
    }
    if (border === undefined) {
      return this.say(ahead === atEnd ? "A mark stays in one paragraph." : "One word is the least.");
    }
    return this.choose(atEnd ? { para, from, to: border } : { para, from: border, to });
  }

  /** Marks and suggestions in the order of the text; in link mode only where the link can lead. */
  stops() {
    const targets = this.mode?.kind === "link" && this.targets(this.mode.id);
    const stops = [];
    for (let i = 0; i < this.boxes.length; i++) {
      for (const span of this.spans(i).sort((a, b) => a.from - b.from || a.to - b.to || byPlace(a.mark, b.mark))) {
        if (!targets || (!span.annotator && targets.includes(span.mark.label))) stops.push({ ...span, para: i });
      }
    }
    return stops;
  }

  stop(ahead) {
    const stops = this.stops();
    const at = this.chosen;
    const current = at?.mark ?? at?.other?.mark.id;
    const here = stops.findIndex(s => s.mark.id === current);
    let next = stops[here + (ahead ? 1 : -1)];
    if (here < 0) {
      const beyond = s => !at || s.para - at.para || s.from - at.from || s.to - at.to;
      next = ahead ? stops.find(s => !at || beyond(s) >= 0) : stops.findLast(s => !at || beyond(s) < 0);
    }
    if (!next) return this.say(stops.length ? `This is the ${ahead ? "last" : "first"} mark.` : "There is no mark to go to.");
    return this.goTo(next);
  }

  goTo({ para, from, to, mark, annotator }) {
    this.choose(annotator ? { para, from, to, other: { mark, annotator } } : { para, from, to, mark: mark.id });
  }

  // ------------------------------------------------------------------------------------------- verbs

  /** The own mark that the choice means: the one chosen, or the smallest around it. */
  get current() {
    const at = this.chosen;
    if (!at) return undefined;
    if (at.mark) return this.store.marks.get(at.mark);
    const around = this.spans(at.para).filter(s => !s.annotator && s.from <= at.from && s.to >= at.to);
    return around.sort((a, b) => a.to - a.from - (b.to - b.from))[0]?.mark;
  }

  markAs(name) {
    if (this.mode) return this.say(this.mode.hint);
    if (!this.chosen) return this.say("Choose words first, with the arrows or the mouse.");
    const mark = this.put(name, this.store.span(this.chosen));
    this.choose({ ...this.chosen, other: undefined, mark: mark.id }, { quiet: true });
    return mark;
  }

  put(label, span, attributes = {}) {
    const there = this.store.find(label, span);
    if (there) {
      this.say(`Marked as ${label} already: ${there.exact}`);
      return there;
    }
    const old = (this.store.label(label).instead_of ?? []).map(name => this.store.find(name, span)).find(Boolean);
    if (old) {
      this.say(`Marked as ${label} instead of ${old.label}: ${short(old.exact)}`);
      this.showRule(label);
      this.store.do({ verb: "edit", id: old.id, label }, this);
      return { ...old, label };
    }
    if (this.hidden.delete(label)) {
      this.filter.querySelectorAll("[data-show]").forEach(box => (box.checked ||= box.dataset.show === label));
      this.showFiltered();
    }
    const mark = { id: newId(), label, ...span, attributes: { ...attributes }, comment: "" };
    this.say(`Marked as ${label}: ${short(mark.exact)}`);
    this.showRule(label);
    this.store.do({ verb: "add", mark }, this);
    return mark;
  }

  remove(mark = this.current) {
    if (this.mode) return this.say(this.mode.hint);
    if (!mark) return this.say("There is no mark here to delete.");
    const links = [...this.store.links.values()].filter(l => l.origin === mark.id || l.target === mark.id).length;
    this.say(`Deleted ${mark.label}: ${mark.exact}${links ? `, with ${some(links, "link")}` : ""}`);
    return this.store.do({ verb: "remove", id: mark.id }, this);
  }

  undo(verb = "undo") {
    const { store } = this;
    if (!store.waiting.size && !(verb === "undo" ? store.canUndo : store.canRedo)) return this.say(`Nothing to ${verb}.`);
    return store.do({ verb }, this);
  }

  accept(other = this.chosen?.other ?? this.suggested) {
    if (!other) return this.say("There is no suggestion here.");
    const { label, start, end, exact, attributes } = other.mark;
    const mark = this.put(label, { start, end, exact }, attributes);
    if (this.chosen?.other) this.choose({ ...this.chosen, other: undefined, mark: mark.id }, { quiet: true });
    return mark;
  }

  get suggested() {
    const at = this.chosen;
    const around = at ? this.spans(at.para).filter(s => s.annotator && s.from <= at.from && s.to >= at.to) : [];
    return around.sort((a, b) => a.to - a.from - (b.to - b.from))[0];
  }

  // Link and border mode: a mark is held while another one, or other words, are chosen.

  targets(id) {
    const origin = this.store.marks.get(id);
    return this.store.relationsFrom(origin?.label).map(r => r.target);
  }

  link() {
    if (this.mode?.kind === "link") return this.finish();
    const mark = this.current;
    const targets = mark ? this.targets(mark.id) : [];
    if (!targets.length) {
      const pairs = this.store.relations.map(r => `from a ${r.origin} to a ${r.target}`).join(", ");
      return this.say(pairs ? `A link leads ${pairs}. Go to a ${this.store.relations[0].origin} first.` : "There are no links here.");
    }
    if (!this.store.order.some(m => targets.includes(m.label))) return this.say(`There is no ${targets.join(" or ")} yet. Mark one first.`);
    return this.begin("link", mark, `Link: click the ${targets.join(" or ")}; or go there with n or p, and Enter links. Escape leaves.`);
  }

  borders(mark = this.current) {
    if (!mark || !this.store.place(mark)) return this.say("There is no mark here. Go to one first.");
    return this.begin("borders", mark, "New borders: choose words, Enter sets them, Escape leaves.");
  }

  begin(kind, mark, hint) {
    this.mode = { kind, id: mark.id, hint };
    this.root.classList.add("nd-busy");
    this.leaver.hidden = false;
    this.say(`${hint} ${mark.label}: ${mark.exact}`);
  }

  leave() {
    this.mode = null;
    this.root.classList.remove("nd-busy");
    if (this.leaver === document.activeElement) this.key.focus({ preventScroll: true });
    this.leaver.hidden = true;
  }

  finish() {
    const { store } = this;
    const held = store.marks.get(this.mode.id);
    if (this.mode.kind === "borders") {
      const span = store.span(this.chosen);
      this.leave();
      this.say(`New borders of ${held.label}: ${span.exact}`);
      store.do({ verb: "edit", id: held.id, ...span }, this);
      return this.choose({ ...this.chosen, mark: held.id }, { quiet: true });
    }
    const target = this.current;
    if (!target || !this.join(held, target)) return this.say(this.mode.hint);
    this.leave();
    return this.choose({ ...store.place(held), mark: held.id }, { quiet: true });
  }

  join(origin, target) {
    const relation = this.store.relationsFrom(origin.label).find(r => r.target === target.label);
    if (!relation) return false;
    const there = this.store.linksFrom(origin.id).some(l => l.target === target.id && l.relation === relation.name);
    this.say(`${there ? "Linked already" : "Linked"}: “${short(origin.exact)}” to “${short(target.exact)}”`);
    if (!there) {
      const link = { id: newId(), relation: relation.name, origin: origin.id, target: target.id };
      this.store.do({ verb: "link", link }, this);
    }
    return true;
  }

  escape() {
    if (this.mode) this.leave(), this.say("Left.");
    else if (!this.panel.hidden) this.close();
    else if (this.chosen) this.unchoose();
    else this.root.closest(".jp-Cell")?.focus();
  }

  enter() {
    if (this.mode) return this.chosen && this.finish();
    const mark = this.current;
    return mark ? this.edit(mark, this.key) : this.say("There is no mark here. A label’s letter makes one.");
  }

  toggleHelp() {
    this.help.open = !this.help.open;
    this.say(this.help.open ? `Help is open. ${HELP.map(line => line.join(": ")).join("; ")}.` : "Help is closed.", false);
  }

  // -------------------------------------------------------------------------------------- keys, mouse

  listen() {
    const { signal } = this.gone;
    const on = (node, name, heard) => node.addEventListener(name, heard, { signal });
    on(this.key, "keydown", e => this.onKey(e));
    // A real text field, or VS Code and JupyterLab take the letters for commands; but nothing may change it.
    const restore = () => {
      this.key.value = this.chosen ? this.store.paras[this.chosen.para].text.slice(this.chosen.from, this.chosen.to) : "";
    };
    for (const name of ["beforeinput", "paste", "drop", "cut"]) on(this.key, name, e => e.preventDefault());
    for (const name of ["input", "compositionend"]) on(this.key, name, restore);

    for (const row of [this.labels, this.tools]) {
      on(row, "mousedown", e => e.preventDefault()); // the focus and a selection by touch stay where they are
      on(row, "click", e => this.onButton(e));
    }
    on(this.root, "click", e => this.onItem(e));
    on(this.root, "pointerdown", e => (this.pointer = e.pointerType));
    on(this.text, "mousedown", e => this.pointer !== "touch" && this.onDown(e)); // a tap sends these too
    on(document, "mouseup", e => this.isDragging && this.onUp(e));
    on(this.text, "click", e => this.pointer === "touch" && this.onTap(e));
    on(document, "selectionchange", () => !this.isDragging && this.onSelection());
    on(this.root, "dragstart", e => e.preventDefault());
  }

  onKey(event) {
    const act = this.actionOf(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** What a key does; nothing for keys that are the browser's or the notebook's. */
  actionOf({ key, code, shiftKey: shift, ctrlKey: ctrl, altKey: alt, metaKey: meta }) {
    const side = ctrl || alt;
    if (!key) return null; // a browser that fills in a form
    if (key === "ArrowLeft" || key === "ArrowRight") {
      if (meta || (side && !shift)) return null;
      const ahead = (key === "ArrowRight") !== this.rtl(this.chosen?.para ?? 0);
      return () => (shift ? this.extend("words", !side, ahead) : this.step("words", ahead));
    }
    if (key === "ArrowUp" || key === "ArrowDown") {
      if (meta || (side && !shift)) return null;
      const ahead = key === "ArrowDown";
      return () => (shift ? this.extend("sentences", !side, ahead) : this.step("sentences", ahead));
    }
    // Under a script without these letters, or with an input method on, the key's place counts.
    const placed = /^Key[A-Z]$/.test(code ?? "") ? code[3].toLowerCase() : undefined;
    const letter = /^[ -~]$/.test(key) ? key.toLowerCase() : (key.length === 1 || key === "Process") && placed;
    if ((ctrl || meta) && !alt) {
      if (letter === "z") return () => this.undo(shift ? "redo" : "undo");
      if (letter === "y") return () => this.undo("redo");
    }
    if (ctrl || alt || meta) return null;
    if (letter) {
      const label = this.store.labels.find(l => l.letter?.toLowerCase() === letter);
      if (TOOL_OF[letter]) return () => this.tool(TOOL_OF[letter]);
      return label ? () => this.markAs(label.name) : null;
    }
    if (shift) return null;
    const plainKeys = {
      PageUp: () => this.paragraph(false), PageDown: () => this.paragraph(true),
      Home: () => this.edge(false), End: () => this.edge(true),
      Enter: () => this.enter(), Escape: () => this.escape(),
      Delete: () => this.remove(), Backspace: () => this.remove(),
    };
    return Object.hasOwn(plainKeys, key) ? plainKeys[key] : null;
  }

  tool(name) {
    const tools = {
      previous: () => this.stop(false), next: () => this.stop(true), edit: () => this.enter(), remove: () => this.remove(),
      borders: () => (this.mode?.kind === "borders" ? this.enter() : this.borders()), link: () => this.link(),
      accept: () => this.accept(), undo: () => this.undo(), redo: () => this.undo("redo"), help: () => this.toggleHelp(),
      leave: () => this.escape(),
    };
    tools[name]();
  }

  onButton(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.label) this.markAs(button.dataset.label);
    else this.tool(button.dataset.tool);
    // With the mouse the keys go on acting; who pressed the button by key stays on it.
    if (event.detail && this.pointer !== "touch" && this.panel.hidden) this.key.focus({ preventScroll: true });
  }

  onItem(event) {
    const button = event.target.closest("[data-act]");
    const mark = button && this.store.marks.get(button.closest("li").dataset.id);
    if (!mark) return;
    const { act } = button.dataset;
    if (act === "edit") this.edit(mark, button);
    else if (act === "remove") this.remove(mark);
    else if (act === "unlink") {
      this.say("Unlinked.");
      this.store.do({ verb: "unlink", id: button.dataset.link }, this);
    } else {
      this.choose({ ...this.store.place(mark), mark: mark.id });
      this.key.focus({ preventScroll: true });
    }
  }

  onDown(event) {
    if (event.button !== 0 || !event.target.closest(".nd-para")) return; // a scroll bar tells no end
    getSelection().removeAllRanges(); // or a drag inside an old selection would carry it away
    this.isDragging = true;
    this.late = new Set();
  }

  onUp(event) {
    this.isDragging = false;
    const range = this.selection();
    const late = this.late;
    const at = this.pointAt(event);
    getSelection().removeAllRanges();
    for (const index of late) this.draw(index);
    if (event.detail > 1 && at) {
      const sentence = this.store.paras[at.para].sentences.findLast(([from]) => from <= at.unit);
      const word = this.store.paras[at.para].wordAt(at.unit);
      if (event.detail > 2 && sentence) this.choose({ para: at.para, from: sentence[0], to: sentence[1] });
      else if (word) this.choose(word);
    } else if (event.shiftKey && at && at.para === this.chosen?.para) {
      const place = this.store.paras[at.para].snap(Math.min(at.unit, this.chosen.from), Math.max(at.unit, this.chosen.to));
      if (place) this.choose(place);
    } else if (range) this.choose(range);
    else if (at) this.pick(at);
    this.key.focus({ preventScroll: true });
  }

  onTap(event) {
    const at = this.pointAt(event);
    if (at && getSelection().isCollapsed) this.pick(at);
  }

  /** Selected by touch, by caret browsing or by a screen reader: taken over, and left as the page shows it. */
  onSelection() {
    const range = this.selection();
    if (range) this.choose(range, { paint: false });
  }

  /** The selection as a place in the paragraph where it began; null when it is empty or elsewhere. */
  selection() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const box = selection.anchorNode?.parentElement?.closest(".nd-words") ?? selection.anchorNode;
    const index = this.boxIndex.get(box);
    if (index === undefined) return null;
    const offset = (node, at) => {
      const range = document.createRange();
      range.selectNodeContents(box);
      if (box.contains(node)) range.setEnd(node, at);
      else if (box.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING) return 0;
      return range.toString().length;
    };
    const ends = [offset(selection.anchorNode, selection.anchorOffset), offset(selection.focusNode, selection.focusOffset)];
    return this.store.paras[index].snap(Math.min(...ends), Math.max(...ends));
  }

  pointAt({ clientX, clientY }) {
    const caret = document.caretPositionFromPoint?.(clientX, clientY);
    const old = caret ? null : document.caretRangeFromPoint?.(clientX, clientY);
    const [node, at] = caret ? [caret.offsetNode, caret.offset] : [old?.startContainer, old?.startOffset];
    const box = node?.parentElement?.closest(".nd-words");
    if (!box || !this.boxIndex.has(box)) return null;
    const range = document.createRange();
    range.selectNodeContents(box);
    range.setEnd(node, at);
    return { para: this.boxIndex.get(box), unit: range.toString().length };
  }

  /** A click: the smallest mark there; clicked again, the next larger one, and at last the word. */
  pick({ para, unit }) {
    const targets = this.mode?.kind === "link" && this.targets(this.mode.id);
    const under = this.spans(para)
      .filter(s => s.from <= unit && s.to >= unit && (!targets || (!s.annotator && targets.includes(s.mark.label))))
      .sort((a, b) => a.to - a.from - (b.to - b.from));
    const current = this.chosen?.mark ?? this.chosen?.other?.mark.id;
    const next = under[under.findIndex(s => s.mark.id === current) + 1];
    const word = this.store.paras[para].wordAt(unit);
    if (next) this.goTo({ ...next, para });
    else if (word) this.choose(word);
    if (targets && next) this.finish();
  }

  // -------------------------------------------------------------------------------------- edit panel

  field(name, control, ...more) {
    control.id = `${this.id}-f${(this.fields = (this.fields ?? 0) + 1)}`;
    return h("div", { class: "nd-field" }, h("label", { for: control.id }, name), control, ...more);
  }

  /** A select whose chosen option's rule stands below it. */
  ruled(name, options, value) {
    const rule = h("p", { class: "nd-rule", id: `${this.id}-r${(this.fields = (this.fields ?? 0) + 1)}` });
    const select = h("select", { "aria-describedby": rule.id }, ...options.map(o => h("option", { value: o.value }, o.text)));
    const show = () => (rule.textContent = options[select.selectedIndex]?.rule ?? "");
    select.value = value;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
    select.addEventListener("change", show);
    show();
    return [select, this.field(name, select, rule)];
  }

  labelOptions(current) {
    const { labels } = this.store;
    const known = labels.some(l => l.name === current) || !current;
    return [...(known ? [] : [{ name: current, rule: "" }]), ...labels].map(l => ({ value: l.name, text: l.name, rule: l.rule }));
  }

  edit(mark, opener) {
    const { store } = this;
    this.editing = mark.id;
    this.opener = opener;
    const [label, labelField] = this.ruled("Label", this.labelOptions(mark.label), mark.label);
    const attributes = h("div", {});
    const chosen = { ...mark.attributes };
    const drawAttributes = () => {
      attributes.replaceChildren(...store.label(label.value).attributes.map(({ name, codes }) => {
        const options = [{ value: "", text: "(not said)", rule: "" }, ...codes.map(c => ({ value: c.code, text: c.code, rule: c.rule }))];
        const [select, field] = this.ruled(plain(name), options, chosen[name] ?? "");
        select.addEventListener("change", () => (chosen[name] = select.value));
        return field;
      }));
    };
    drawAttributes();
    label.addEventListener("change", drawAttributes);
    const comment = h("textarea", { rows: "2", dir: "auto", value: mark.comment || "" });
    const targets = store.relationsFrom(mark.label).map(r => r.target);
    const open = store.order.filter(m => targets.includes(m.label) && !store.linksFrom(mark.id).some(l => l.target === m.id));
    const target = h("select", {}, h("option", { value: "" }, open.length ? "(none)" : `(no other ${targets.join(" or ")} is marked)`),
      ...open.map(m => h("option", { value: m.id }, short(m.exact))));
    const save = () => {
      const now = store.marks.get(mark.id);
      const takes = store.label(label.value).attributes.map(a => a.name);
      const said = Object.fromEntries(takes.filter(name => chosen[name]).map(name => [name, chosen[name]]));
      const fields = {};
      if (label.value !== now.label) fields.label = label.value;
      if (sorted(said) !== sorted(now.attributes)) fields.attributes = said;
      if (comment.value !== (now.comment || "")) fields.comment = comment.value;
      const to = store.marks.get(target.value);
      this.close();
      this.say(`Edited ${label.value}: ${[mark.exact, ...Object.values(said)].join(", ")}`);
      if (Object.keys(fields).length) store.do({ verb: "edit", id: mark.id, ...fields }, this);
      if (to) this.join(store.marks.get(mark.id), to);
    };
    const quote = short(mark.exact);
    this.panel.setAttribute("aria-label", `Edit ${mark.label}: ${quote}`);
    this.panel.onkeydown = e => {
      if (e.key !== "Escape" || e.isComposing) return;
      e.preventDefault();
      e.stopPropagation();
      this.close();
    };
    this.panel.replaceChildren(
      h("h3", {}, "Edit “", h("span", { lang: store.article.language, dir: "auto" }, quote), "”"), labelField, attributes,
      this.field("Comment", comment), targets.length ? this.field(`Link to a ${targets.join(" or ")}`, target) : "",
      h("div", { class: "nd-row" }, h("button", { onclick: save }, "Save"), h("button", { onclick: () => this.close() }, "Cancel"),
        store.place(mark) && h("button", { onclick: () => {
          this.close();
          this.choose({ ...store.place(mark), mark: mark.id }, { quiet: true });
          this.key.focus({ preventScroll: true });
          this.borders(mark);
        } }, "Change borders")));
    this.panel.hidden = false;
    (attributes.querySelector("select") ?? comment).focus({ preventScroll: true });
    this.panel.scrollIntoView({ block: "nearest" });
  }

  close() {
    const within = this.panel.contains(document.activeElement);
    const item = this.items.get(this.editing);
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.editing = null;
    const back = this.opener?.isConnected ? this.opener : item?.querySelector("[data-act=edit]") ?? this.listHead;
    if (within) back.focus({ preventScroll: back === this.key });
  }

  // ------------------------------------------------------------------------------------------- form

  /** For screen readers in browse mode, which give a page no selection: pick a sentence, then its words. */
  form() {
    const { store } = this;
    const { language } = store.article;
    const options = (select, list) => select.replaceChildren(...list.map((text, i) => h("option", { value: String(i) }, text)));
    const para = h("select", { lang: language });
    const sentence = h("select", { lang: language });
    const quote = h("input", { type: "text", lang: language, dir: "auto", autocomplete: "off" });
    const nth = h("input", { type: "number", min: "1", value: "1" });
    const error = h("p", { class: "nd-alert", role: "alert", id: `${this.id}-error` });
    quote.setAttribute("aria-describedby", error.id);
    const [label, labelField] = this.ruled("Label", this.labelOptions(), store.labels[0]?.name);
    const nthField = this.field("Which occurrence", nth);
    const within = () => {
      const p = store.paras[para.value];
      return [p, ...(Number(sentence.value) ? p.sentences[sentence.value - 1] : [0, p.text.length])];
    };
    const look = () => {
      const [p, from, to] = within();
      const found = quote.value.trim() ? occurrences(p.text, quote.value.trim(), from, to) : [];
      nthField.hidden = found.length < 2;
      return found;
    };
    const fill = () => {
      const [p, from, to] = within();
      quote.value = p.text.slice(from, to);
      nth.value = "1";
      error.textContent = "";
      look();
    };
    const divide = () => {
      const p = store.paras[para.value];
      options(sentence, ["(the whole paragraph)", ...p.sentences.map(([a, b]) => short(p.text.slice(a, b)))]);
      sentence.value = p.sentences.length ? "1" : "0";
      fill();
    };
    const add = event => {
      event.preventDefault();
      const [p, from] = within();
      const found = look();
      const asked = nthField.hidden ? 1 : Number(nth.value);
      const place = found[asked - 1] && p.snap(...found[asked - 1]);
      if (!quote.value.trim()) error.textContent = "Write the words to be marked.";
      else if (!found.length) error.textContent = `“${quote.value}” does not stand in ${Number(sentence.value) ? "this sentence" : "this paragraph"}.`;
      else if (!place) error.textContent = `The words occur ${found.length} times; there is no number ${nth.value}.`;
      else {
        error.textContent = "";
        const mark = this.put(label.value, store.span(place));
        this.choose({ ...place, mark: mark.id }, { quiet: true });
      }
      quote.setAttribute("aria-invalid", String(Boolean(error.textContent)));
      return from;
    };
    para.addEventListener("change", divide);
    sentence.addEventListener("change", fill);
    quote.addEventListener("input", look);
    const button = h("button", {}, "Add mark");
    button.type = "submit";
    const details = h("details", {}, h("summary", {}, "Mark with a form"), h("form", { onsubmit: add },
      this.field("Paragraph", para), this.field("Sentence", sentence), this.field("Words", quote, error), nthField, labelField, button));
    details.addEventListener("toggle", () => {
      if (!details.open || para.options.length) return; // filled when first asked for
      options(para, store.paras.map(p => `${p.number}: ${short(p.text, 50)}`));
      para.value = String(this.chosen?.para ?? 0);
      divide();
    });
    return details;
  }
}

/** Where a quote stands in part of a text: exactly, or but for case, kinds of quotation marks and spaces. */
function occurrences(text, quote, from, to) {
  const folds = [s => s, s => Array.from({ length: s.length }, (_, i) => {
    const one = s[i].toLowerCase();
    return one.length !== 1 ? s[i] : one.replace(/[‘’‹›']/, "'").replace(/[“”«»"]/, '"').replace(/\s/, " ");
  }).join("")];
  for (const fold of folds) {
    const [where, what] = [fold(text.slice(from, to)), fold(quote)];
    const found = [];
    for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + 1)) found.push([from + at, from + at + what.length]);
    if (found.length) return found;
  }
  return [];
}

// ---------------------------------------------------------------------------------------- anywidget

// anywidget hands `initialize` and each `render` a different proxy of one model; the article is the same
// object in all of them.
const STORES = new WeakMap();

function storeOf(model) {
  const article = model.get("article");
  if (!STORES.has(article)) STORES.set(article, new Store(model));
  return STORES.get(article);
}

export default {
  initialize({ model }) {
    const store = storeOf(model);
    return () => {
      store.end();
      STORES.delete(store.article);
    };
  },
  render({ model, el }) {
    const view = new View(storeOf(model), el);
    return () => view.end();
  },
};
