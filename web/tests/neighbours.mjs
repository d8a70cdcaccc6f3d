// People of the demo's country beside those of demo.json: everybody of the insurer's file may be played, and a journey
// that has somebody of its own finds nothing there that another journey left.
import { insured } from "./laboratory.mjs";

/**
 * Who stands on this line of the insurer's file, counted from one: it is the number of her space too. Those of lines 29,
 * 47, 54, 63, 67, 68, 73 and 75 are of age and have a space with a few documents; to 29, 47, 54, 63 and 73 Dr Bourguignat
 * wrote a consultation and a laboratory a report. Each journey takes its own.
 */
export function neighbour(number) {
  const line = insured()[number - 1];
  return { line, ins: line.matricule, person_id: String(number), id: `citizen-${number}`, family: line.used_name || line.birth_name };
}

/** Starts her session, as a click on her name would. */
export async function enter(page, { id }) {
  const answer = await page.goto(new URL(`/demo/${id}`, process.env.CARNET_BASE).href);
  if (!answer.ok()) throw new Error(`${id} cannot be played: ${answer.status()}`);
}
