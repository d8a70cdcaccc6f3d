// Draws src/icon.png from src/favicon.svg, for telephones that take no drawing as an icon: `node web/icon.mjs` after the
// drawing was changed. The ground goes to the edges, because each telephone cuts the corners in its own way.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { executable } from "./tests/chromium.mjs";

const SIZE = 512;
const at = (name) => new URL(`src/${name}`, import.meta.url);
const drawing = readFileSync(at("favicon.svg"), "utf8").replace('rx="7" ', "");

const browser = await chromium.launch({ executablePath: executable(), args: ["--headless", "--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawing}`);
await page.screenshot({ path: at("icon.png").pathname });
await browser.close();
