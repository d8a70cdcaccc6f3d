// Custom properties that are constants in our pages are written where they are read.
//
// The component library puts every value behind custom properties, for those who set them. We set most of them
// once: `var(--ds-size-2)` is then a longer way to write `.5rem`. A property is a constant when it is declared
// once in the whole style sheet, outside of any condition, and everything that reads it stands where the
// declaration holds and would mean the same there.
import { transform } from "lightningcss";

/** Those that an operator's theme sets stay. */
const isOurs = (name) => name.startsWith("--c-");

/** The parts of a selector by compound, the last of them its subject. */
function compounds(selector) {
  const found = [[]];
  for (const part of selector) {
    if (part.type === "combinator") found.push([]);
    else found.at(-1).push(part);
  }
  return found;
}

const isBranch = (part) => part.type === "pseudo-class" && ["is", "where"].includes(part.kind);

/** The subject of `selector` has the class, or is a pseudo-element of an element that has. */
const subjectHas = (selector, name) => compounds(selector).at(-1).some((part) =>
  (part.type === "class" && part.name === name) || (isBranch(part) && part.selectors.every((s) => subjectHas(s, name))));

/** The subject has the class or stands in an element that has. */
const standsIn = (selector, name) => subjectHas(selector, name) ||
  (!selector.some((part) => part.type === "combinator" && /sibling/.test(part.value)) &&
    selector.some((part) => (part.type === "class" && part.name === name) ||
      (isBranch(part) && part.selectors.every((s) => standsIn(s, name)))));

/** Every object in `value`, itself included. */
function* objects(value) {
  if (!value || typeof value !== "object") return;
  yield value;
  for (const inner of Object.values(value)) yield* objects(inner);
}

/** Names that `value` reads. */
const reads = (value) => [...objects(value)].filter(({ type }) => type === "var").map(({ value: { name } }) => name.ident);

/** Where each property is declared, which of them under a condition, and by which selectors it is read. */
function survey(code) {
  const declared = new Map();
  const conditional = new Set();
  const readers = new Map();
  const add = (map, name, ...items) => map.set(name, [...(map.get(name) ?? []), ...items]);
  const condition = ({ value }) => {
    for (const { property, value: custom } of objects(value)) if (property === "custom") conditional.add(custom.name);
  };
  const style = ({ value: { selectors, declarations } }) => {
    for (const declaration of [...declarations.declarations, ...declarations.importantDeclarations]) {
      const { property, value } = declaration;
      if (property === "custom") add(declared, value.name, { selectors, value: value.value });
      for (const name of reads(declaration)) add(readers, name, ...selectors);
    }
  };
  const Rule = { style, media: condition, supports: condition, container: condition };
  transform({ filename: "carnet.css", code, visitor: { Rule } });
  return { declared, conditional, readers };
}

const only = (selectors) => (selectors.length === 1 && selectors[0].length === 1 ? selectors[0][0] : undefined);
const isRoot = (part) => part?.type === "pseudo-class" && part.kind === "root";

/** lightningcss says `null` for what is not there, and does not take it back. */
const withoutNulls = (value) => JSON.parse(JSON.stringify(value, (_, inner) => inner ?? undefined));

/** The constants of a style sheet: name → the value to write in its place. */
function constants(code) {
  const { declared, conditional, readers } = survey(code);
  const rootOnly = (name) => (declared.get(name) ?? []).every(({ selectors }) => isRoot(only(selectors)));
  const found = new Map();
  for (const [name, [{ selectors, value }, ...again]] of declared) {
    if (isOurs(name) || again.length > 0 || conditional.has(name)) continue;
    const place = only(selectors);
    const everywhere = reads(value).every(rootOnly);
    const users = readers.get(name) ?? [];
    const holds = isRoot(place)
      ? everywhere
      : place?.type === "class" && users.every((user) => (everywhere ? standsIn : subjectHas)(user, place.name));
    if (holds) found.set(name, withoutNulls(value));
  }
  return found;
}

/** Writes constants where they are read, until there are none left to write. */
export function withConstants(code) {
  const all = constants(code);
  // One that reads another waits for the other to be written into it.
  const values = new Map([...all].filter(([, value]) => !reads(value).some((name) => all.has(name))));
  if (values.size === 0) return code;
  const { code: written } = transform({
    filename: "carnet.css", code, minify: true,
    visitor: {
      Variable: ({ name: { ident } }) => values.get(ident),
      Declaration: { custom: ({ name }) => (values.has(name) ? [] : undefined) },
    },
  });
  return withConstants(written);
}
