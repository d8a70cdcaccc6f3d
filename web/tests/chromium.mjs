// The Chromium that tests drive: `CHROMIUM`, or the first of these on the path. The headless shell is the same engine
// without the windows of a browser around it, which nobody looks at here and which cost a third of the time. It shows no
// notifications: a test of these asks for the whole.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const SHELL = "chromium-headless-shell";
const WHOLE = ["chromium", "chromium-browser", "google-chrome"];

function isThere(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Its path; without one, the name that a message of the system will miss. */
export function executable({ whole = false } = {}) {
  const names = whole ? WHOLE : [SHELL, ...WHOLE];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isThere);
  return process.env.CHROMIUM ?? found ?? "/usr/bin/chromium";
}
