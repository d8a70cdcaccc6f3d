// What the journal page's own verifier says of a proof, outside a page: `node verify.browser.mjs PROOF.json [--kept
// KEPT.json]`, one finding a line as verify.py prints them. For tests that compare the three.
import { readFileSync } from "node:fs";
import { verify } from "../src/verify/proof.js";
import { said } from "./verify.others.mjs";

const [file, option, kept] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const { findings } = await verify(read(file), option === "--kept" ? read(kept) : undefined);
for (const line of said(findings)) console.log(line);
