// Pages of one shape have the same mistakes: what is said differs from page to page, tags and attributes do not.

/** What shows words, or is one of many alike: what it says never breaks a rule, only that it is there, or there twice. */
const SAYS = ["alt", "aria-label", "datetime", "hreflang", "label", "lang", "placeholder", "title", "value"];
/** Leads somewhere on our own site; the crawl follows it. */
const LEADS = ["action", "formaction", "href", "src"];

/** Text that a parser reads as it is written; anything else stays in the shape, so that each such page is looked at. */
const plain = (text) => !/[<>]|&(?!(?:amp|lt|gt|quot|#\d+|#x[\da-f]+);)/i.test(text);

/**
 * A page without its words: each sentence is replaced by the number under which it came first, so that two that are equal
 * (landmarks of one name, a label that repeats itself) are equal in the shape too, and what is empty stays empty.
 */
export function shape(html) {
  const numbers = new Map();
  const number = (text) => {
    const words = text.trim();
    if (words === "" || !plain(words)) return text;
    if (!numbers.has(words)) numbers.set(words, numbers.size);
    return `#${numbers.get(words)}`;
  };
  const attribute = (whole, name, value) => {
    if (LEADS.includes(name)) return value.startsWith("/") && plain(value) ? `${name}="/"` : whole;
    const says = SAYS.includes(name) || (name.startsWith("data-") && value.includes(" "));
    return says ? `${name}="${number(value)}"` : whole;
  };
  return html.replace(/<([^<>]*)>([^<]*)/g, (_, tag, text) => {
    const bare = tag.replace(/([\w-]+)="([^"]*)"/g, attribute);
    // A telephone number may not break at the end of a line: a rule about words.
    return `<${bare}>${tag.includes('href="tel:') ? text : number(text)}`;
  });
}
