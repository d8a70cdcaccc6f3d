// Every page in every state and language, as the Rust tests rendered it: no finding of axe, of the HTML validator
// or of the browser, at three widths and in the dark.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFolder } from "./static.mjs";

test("every rendered page is accessible, valid, quiet and light", { skip: !process.env.CARNET_PAGES && "CARNET_PAGES is not set" }, async () => {
  const { pages, found } = await checkFolder(process.env.CARNET_PAGES);
  const report = [...found].map(([name, list]) => `${name}\n  ${list.join("\n  ")}`).join("\n");
  assert.equal(found.size, 0, `${found.size} of ${pages} pages:\n${report}`);
});
