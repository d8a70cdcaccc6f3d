// Which selectors of the component library can match a page of ours.

const NEVER = [
  "ds-field-affix", "ds-floating", "data-floating", "click-delegate", "clickdelegatefor", "counter", "ds-focus",
  "switch", "ds-checkbox--checked", "ds-print-preserve", "skeleton", "ds-avatar", "ds-tooltip", "ds-popover",
];

/** `selector` is lightningcss's own tree, as JSON: class and attribute names appear in it as they are written. */
export function selectorIsUsed(selector) {
  return !NEVER.some((word) => selector.includes(word));
}
