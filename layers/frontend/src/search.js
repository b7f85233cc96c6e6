// The search box of every page: looks through names, pinyin, initials and ids as one types.

import { ask, insist } from "./ask.js";

const NONE = "没有符合的结果，可试试简称、拼音首字母或编号";
const MOST = 12;

/** Letters of any width and case alike. */
const even = (text) => text.normalize("NFKC").toLowerCase();

/** How well an entry answers every word of a query, by its name or the one on the map: smaller is better, null = not
 * at all. */
export function score(entry, query) {
  const spelled = [entry, ...(entry.short ? [{ ...entry, ...entry.short }] : [])];
  const words = even(query).split(/\s+/).filter(Boolean);
  const found = words.map((word) => Math.min(...spelled.map((one) => scoreOf(one, word))));
  const worst = Math.max(...found);
  return words.length && worst < Infinity ? worst : null;
}

function scoreOf({ id, name: given, pinyin, initials, unit }, asked) {
  const plain = asked.replace(/[^\p{L}\p{N}]/gu, "");
  if (!plain) return Infinity;
  const name = even(given);
  const begins = (text, word) => (unit ? text.includes(word) : text.startsWith(word)); // units are begun by "一城："
  const tests = [
    id.toLowerCase() === plain,
    name === asked,
    begins(name, asked),
    name.includes(asked),
    begins(initials, plain),
    begins(pinyin, plain),
    initials.includes(plain),
    pinyin.includes(plain),
  ];
  const found = tests.indexOf(true);
  return found < 0 ? Infinity : found + (unit ? 0 : 0.5) + name.length / 1000; // a unit before others found alike
}

/** The best entries for a query, best first. */
export function find(index, query, most = MOST) {
  return index
    .map((entry) => [score(entry, query), entry])
    .filter(([value]) => value !== null)
    .sort(([a], [b]) => a - b)
    .slice(0, most)
    .map(([, entry]) => entry);
}

const loaded = new Map();

/** The index; until it comes, `failed` hears why it does not. */
function load(url, failed) {
  if (!loaded.has(url)) loaded.set(url, read(url, failed));
  return loaded.get(url);
}

async function read(url, failed) {
  let index = [];
  await insist(async () => {
    index = await (await ask(url)).json();
  }, { failed });
  return index;
}

function option(entry, number) {
  const node = document.createElement("li");
  node.role = "option";
  node.id = `search-${number}`;
  const [name, kind] = [document.createElement("span"), document.createElement("small")];
  name.textContent = entry.name;
  kind.textContent = entry.id ? `${entry.kind} ${entry.id}` : entry.kind;
  node.append(name, kind);
  return node;
}

/** Mounted once in the bar: {url} names the index; a choice is sent as {id, at}. */
export default function search({ data, parentElement, setTriggerValue }) {
  const input = parentElement.querySelector("input");
  const list = parentElement.querySelector("ul");
  if (input.dataset.url === data.url) return;
  input.dataset.url = data.url;
  let [hits, chosen] = [[], 0];
  const mark = () => {
    [...list.children].forEach((node, number) => node.setAttribute("aria-selected", number === chosen));
    input.setAttribute("aria-activedescendant", hits.length ? `search-${chosen}` : "");
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  const go = (entry) => {
    input.value = "";
    close();
    setTriggerValue("go", { id: entry.id, at: entry.at ?? null, n: Date.now() });
  };
  const show = (found, said) => {
    [hits, chosen] = [found, 0];
    const none = document.createElement("li");
    none.textContent = said;
    none.className = "none";
    list.replaceChildren(...(hits.length ? hits.map(option) : [none]));
    list.hidden = !input.value.trim();
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark();
  };
  const index = () => load(data.url, (said) => document.activeElement === input && show([], said));
  const update = async () => show(find(await index(), input.value), NONE);
  input.oninput = update;
  input.onfocus = index;
  input.onblur = () => setTimeout(close, 150);
  input.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) {
      chosen = (chosen + step + hits.length) % hits.length;
      mark();
      event.preventDefault();
    } else if (event.key === "Enter" && !list.hidden && hits[chosen]) {
      go(hits[chosen]);
    } else if (event.key === "Escape") {
      close();
    }
  };
  if (input.value) update(); // typed before this module came
  list.onmousedown = (event) => {
    const number = [...list.children].indexOf(event.target.closest("li"));
    if (hits[number]) go(hits[number]);
  };
}
