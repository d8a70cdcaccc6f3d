// The journal's page checks the journal: fetches the proof, verifies it here, compares it with what the page tells and
// with what she kept, and says the outcome in words. Only this page loads this script; verify/proof.js is the verifier.
import { fromHex, hex, join, utf8 } from "./verify/bytes.js";
import { Unsupported } from "./verify/checkpoint.js";
import { readKept, verify } from "./verify/proof.js";
import { sha256 } from "./verify/sha256.js";

const MARKER = "carnet-marker-";
const YEAR = 365 * 24 * 3600;
/** A clock that differs by more than this would make honest lines look back-dated (milliseconds). */
const CLOCK = 10 * 60 * 1000;
/** What is no lie: the public log was begun anew, and says so. */
const ANEW = ["restarted", "unshown"];
const isAnew = (findings) => findings.every(({ code }) => ANEW.includes(code));

const section = document.querySelector("[data-verify]");
const part = (name) => section.querySelector(`[data-verify-${name}]`);
const word = (name) => section.querySelector(`[data-word="${name}"]`).textContent;
const button = (what) => section.querySelector(`[data-verify-do="${what}"]`);

/** What was verified last: the proof, its outcome, and the name of this space's marker on this device. */
let last;

/**
 * The marker lives in a cookie of this page alone and not in the browser's storage, because signing out clears the
 * storage of the site for the next reader of a shared computer; it holds numbers that only its owner can read.
 */
const marker = {
  read(name) {
    const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
    try {
      return found && JSON.parse(decodeURIComponent(found.slice(name.length + 1)));
    } catch {
      return undefined;
    }
  },
  /** The marker of this device, when there is one only. */
  any() {
    const names = document.cookie.split("; ").map((cookie) => cookie.split("=")[0]).filter((name) => name.startsWith(MARKER));
    return names.length === 1 ? this.read(names[0]) : undefined;
  },
  write(name, kept, age = YEAR) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${encodeURIComponent(JSON.stringify(kept))}; Path=${location.pathname}; Max-Age=${age}; SameSite=Strict${secure}`;
  },
};

/** The same for the same space, and nothing that leads to her. */
const nameOf = (proof) =>
  `${MARKER}${hex(sha256(join(utf8("carnet-marker"), fromHex(proof.secret)))).slice(0, 16)}`;

/** What she would keep today. */
function toKeep({ proof, outcome }) {
  const now = Date.now() * 1000;
  return {
    format: "carnet-kept-1",
    checkpoint: proof.checkpoint ?? undefined,
    vkey: outcome.vkey,
    witnesses: proof.witnesses,
    threshold: proof.threshold,
    seq: outcome.seq,
    head: outcome.head,
    at: Math.abs(now - proof.at) <= CLOCK * 1000 ? now : undefined,
  };
}

const date = (at) => new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris",
}).format(new Date(at / 1000));

async function fetched(query) {
  const answer = await fetch(`${section.dataset.verify}?${new URLSearchParams(query)}`, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new TypeError(`${answer.status}`);
  const proof = await answer.json();
  // We ask for the whole journal; a proof that begins later would leave the first lines unchecked.
  if (proof.after !== 0) throw new Error("not the whole journal");
  return proof;
}

/** What this page tells, against what the journal holds. */
function compare(proof) {
  const findings = [];
  const held = new Map(proof.acts.map((act) => [act.seq, act]));
  const told = new Set();
  for (const line of document.querySelectorAll("[data-acts]")) {
    for (const [seq, at, kind] of line.dataset.acts.split(" ").map((act) => act.split(":").map(Number))) {
      told.add(seq);
      const act = held.get(seq);
      if (act?.at !== at || act?.kind !== kind || !names(line, act, proof.person)) findings.push({ code: "page", seq });
    }
  }
  if (section.dataset.whole !== undefined && told.size > 0) {
    const [first, end] = [Math.min(...told), Math.max(...told)];
    for (const { seq, at } of proof.acts) {
      if (at !== undefined && seq > first && seq < end && !told.has(seq)) findings.push({ code: "missing-here", seq });
    }
  }
  return findings;
}

/** Whether a line of the page names whoever the journal says acted; the reader herself is « vous ». */
function names(line, act, person) {
  const { k, n, person: who } = JSON.parse(act.line).a;
  if (!["p", "s", "c"].includes(k) || who === person) return true;
  return line.textContent.includes(n);
}

function element(name, text, ...children) {
  const made = document.createElement(name);
  made.className = { p: "ds-paragraph", h3: "ds-heading", ul: "ds-list", a: "ds-link" }[name] ?? "";
  made.append(...(text ? [text] : []), ...children);
  return made;
}

function answer(color, ...children) {
  const box = element("div", "", ...children);
  box.className = "ds-alert";
  box.dataset.color = color;
  part("answer").replaceChildren(box);
}

/** A sentence with when and why the log was begun anew, where it says that. The reason is the operator's words. */
const told = (name, begun) => begun ? word(name).replace("%date%", date(begun.at)).replace("%reason%", () => begun.reason) : word(name);

/** A finding in words, with the line it is about and where to report it. */
function sentence({ code, seq }, proof, begun) {
  const at = proof?.acts.find((act) => act.seq === seq)?.at;
  const line = at === undefined ? `${seq}`
    : word("said-line").replace("%number%", seq).replace("%date%", date(at));
  const item = element("li", told(code, begun).replace("%line%", line).replace("%number%", seq));
  if (at !== undefined) {
    const report = element("a", word("said-report"));
    report.href = `/journal/report?line=${seq}`;
    item.append(" ", report);
  }
  return item;
}

function show({ proof, outcome, kept, findings }) {
  const items = findings.slice(0, 20).map((finding) => sentence(finding, proof, outcome?.begun));
  if (findings.length > 0 && isAnew(findings)) {
    const same = kept.head && !findings.some(({ code }) => code === "unshown");
    answer("warning", element("h3", word("said-anew-title")), element("ul", "", ...items),
      ...(same ? [element("p", word("said-anew-same"))] : []), element("p", word("said-anew-keep")));
    return;
  }
  if (findings.length > 0) {
    answer("danger", element("h3", word("said-bad")), element("ul", "", ...items), element("p", word("said-what-to-do")));
    return;
  }
  const lines = [element("p", word("said-good"))];
  if (outcome.begun) lines.push(element("p", told("said-anew", outcome.begun)));
  if (kept?.at) lines.push(element("p", word("said-good-kept").replace("%date%", date(kept.at))));
  if (outcome.size === undefined) lines.push(element("p", word("said-good-young")));
  if (Math.abs(Date.now() - proof.at / 1000) > CLOCK) lines.push(element("p", word("said-clock")));
  answer("success", ...lines);
}

/** Fetches, verifies, compares, says. `pasted` is a marker that she kept elsewhere. */
async function check(pasted) {
  answer("info", element("p", word("said-checking")));
  try {
    // Whose markers lie here is only known with the proof; usually there is one, and it is hers.
    const guess = readKept(pasted ?? marker.any())?.size ?? 0;
    let proof = await fetched({ since: guess });
    const name = nameOf(proof);
    const kept = pasted ?? marker.read(name);
    const since = readKept(kept)?.size ?? 0;
    if (since !== guess) proof = await fetched({ since });
    const start = performance.now();
    const outcome = await verify(proof, kept);
    performance.measure("carnet-verify", { start, end: performance.now(), detail: { acts: outcome.acts } });
    const findings = [...outcome.findings, ...compare(proof)];
    last = { proof, outcome, name, kept, findings };
    if (findings.length === 0 && marker.read(name)) marker.write(name, toKeep(last));
    show(last);
  } catch (error) {
    last = undefined;
    const why = error instanceof Unsupported || !globalThis.crypto?.subtle ? "said-unsupported"
      : error instanceof TypeError ? "said-unreachable" : undefined;
    if (why) answer("warning", element("p", word(why)));
    else show({ findings: [{ code: "unreadable" }] });
  }
  ready();
}

/** Which buttons make sense now. */
function ready() {
  const good = last && isAnew(last.findings) && last.outcome.size !== undefined;
  part("buttons").hidden = false;
  part("paste").hidden = false;
  button("keep").hidden = !good || (last.findings.length === 0 && Boolean(marker.read(last.name)));
  button("download").hidden = !good;
  button("forget").hidden = !last || !marker.read(last.name);
}

function tell(name) {
  part("answer").append(element("p", word(name)));
  ready();
}

const actions = {
  again: () => check(),
  keep() {
    marker.write(last.name, toKeep(last));
    // Too long for a cookie, where very many witnesses sign: then it is a file.
    if (!marker.read(last.name)) actions.download();
    else if (last.findings.length > 0) check();
    else tell("said-kept");
  },
  forget() {
    marker.write(last.name, {}, 0);
    tell("said-forgotten");
  },
  download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(toKeep(last), null, 2)], { type: "application/json" }));
    link.download = "carnet.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
  compare() {
    try {
      check(JSON.parse(section.querySelector("#kept-checkpoint").value));
    } catch {
      show({ findings: [{ code: "kept" }] });
    }
  },
};

if (section) {
  for (const [what, act] of Object.entries(actions)) button(what).addEventListener("click", act);
  check();
}
