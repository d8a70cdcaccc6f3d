// Which selectors of the component library can match a page of ours.
//
// The library styles more than we write. A selector that asks for one of these can match nothing, so it is left
// out of the build; `crates/ui` must not use them without taking them off this list.

const NEVER = new Set([
  "ds-field-affixes", "ds-field-affix", "ds-floating", "ds-checkbox--checked", "ds-focus", "ds-focus--inset",
  "ds-focus--middle", "ds-focus--visible", "ds-focus--visible--inset", "ds-focus--visible--middle", "ds-icon",
  "ds-print-preserve", "ds-readonly-icon", "ds-list--unstyled", "ds-skiplink", "ds-card", "ds-chip", "ds-avatar",
  ":click-delegate-hover", "data-clickdelegatefor", "data-size", "data-weight", "data-icon", "data-fullwidth",
  "data-floating", "data-overscroll", "data-border", "data-hover", "data-sticky-header", "data-zebra",
  "data-color-scheme", "aria-sort", "aria-busy", "aria-readonly", "aria-disabled", "readonly", "data-width",
  "tfoot", "u-summary", "data-variant=outline", "data-variant=tinted", "data-variant=default", "role=switch",
  "data-field=counter", "read-only", "indeterminate", "part", "disabled", "data-position", "type=date",
  // Both our languages are written from left to right.
  "lang", "dir",
]);

function wordsOf(part) {
  switch (part.type) {
    case "class": return [part.name];
    case "type": return [part.name];
    case "attribute": return [part.name, part.operation ? `${part.name}=${part.operation.value}` : part.name];
    case "pseudo-class": return [part.kind];
    case "pseudo-element": return [part.kind];
    default: return [];
  }
}

/** Variants of one component that another component's pages do use. */
const NEVER_TOGETHER = [["ds-validation-message", "data-color"], ["ds-details", "data-variant"]];

/**
 * What remains of a selector, a list of parts as lightningcss gives it, without the alternatives that match
 * nothing; `undefined` when nothing remains.
 */
export function used(selector) {
  const words = selector.flatMap(wordsOf);
  if (words.some((word) => NEVER.has(word))) return undefined;
  if (NEVER_TOGETHER.some((pair) => pair.every((word) => words.includes(word)))) return undefined;
  const parts = [];
  for (const part of selector) {
    if (!part.selectors) {
      parts.push(part);
      continue;
    }
    const selectors = part.selectors.map(used).filter(Boolean);
    if (selectors.length > 0) parts.push({ ...part, selectors });
    // Not to be what nothing is asks for nothing.
    else if (part.kind !== "not") return undefined;
  }
  return parts;
}
