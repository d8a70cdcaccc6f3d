// A laboratory's software, as its makers would write it: signs in with its key (SMART Backend Services) and deposits
// a report (CDA R2 level 3 with a copy as PDF) with IHE MHD ITI-65. Nothing here is shared with the server's code.
import { createPrivateKey, randomBytes, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { demo } from "./harness.mjs";

const base64url = (value) => Buffer.from(value).toString("base64url");

/** An access token of the client of demo.json (RFC 7523 `private_key_jwt`, ES384). */
export async function token(client, scope = client.scopes) {
  const { jwk, client_id, token_endpoint } = client;
  const hash = { "P-256": ["ES256", "sha256"], "P-384": ["ES384", "sha384"] }[jwk.crv];
  const now = Math.floor(Date.now() / 1000);
  const head = { typ: "JWT", alg: hash[0], kid: jwk.kid };
  const claims = { iss: client_id, sub: client_id, aud: token_endpoint, iat: now, exp: now + 240, jti: randomUUID() };
  const signed = `${base64url(JSON.stringify(head))}.${base64url(JSON.stringify(claims))}`;
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const signature = sign(hash[1], Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  const answer = await fetch(token_endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      scope,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: `${signed}.${base64url(signature)}`,
    }),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`token: ${answer.status} ${JSON.stringify(said)}`);
  return said.access_token;
}

export const client = (id = "laboratoire") => demo().clients.find((c) => c.client_id === id) ?? demo().clients[0];

/** What the insurer's file, which lies beside demo.json, says about everybody; columns by name. */
export function insured() {
  const [head, ...lines] = readFileSync(join(dirname(process.env.CARNET_DEMO), "insurer.csv"), "utf8").trim().split("\n");
  const columns = head.split(",");
  // Fields with commas are quoted; none of those that we read has a quotation mark inside.
  const cells = (line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain);
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [columns[i], cell])));
}

/** A UUID as an OID under 2.25 (ITU-T X.667). */
const oid = () => `2.25.${BigInt(`0x${randomBytes(15).toString("hex")}`)}`;

/** A page that says `lines`; plain ASCII. */
export function pdf(lines) {
  const text = lines.map((line, i) => `${i ? "0 -20" : "60 780"} Td (${line.replace(/([\\()])/g, "\\$1")}) Tj`).join(" ");
  const stream = `BT /F1 12 Tf ${text} ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
  ];
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, i) => {
    const at = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file, "latin1");
}

/** Who signs the reports of the laboratory. */
const BIOLOGIST = { rpps: "810001045367", given: "Hélène", family: "VASSEUR" };

/**
 * A laboratory report about `person` (a line of the insurer's file): its ids and its CDA text.
 * `replaces`: an earlier one that it corrects. `labels`: who must not see it, as codes of JDV_J08 (`INVISIBLE_PATIENT`,
 * `MASQUE_PS`, `INVISIBLE_REPRESENTANTS_LEGAUX`). `by`: who signs it, `{rpps, given, family}`.
 */
export function report(person, { title = "Bilan sanguin", ferritin = "112", replaces, labels = [], by = BIOLOGIST } = {}) {
  const [id, set, version] = [oid(), replaces?.set ?? oid(), (replaces?.version ?? 0) + 1];
  const at = new Date(Date.now() - 3_600_000).toISOString().replace(/\D/g, "").slice(0, 14) + "+0000";
  const copy = pdf([title, `Ferritine : ${ferritin} ug/L`, "Laboratoire des Deux-Rives"]).toString("base64");
  const first = person.given_names.split(" ")[0];
  const house = `<id root="1.2.250.1.71.4.2.2" extension="1010000024"/><name>Laboratoire des Deux-Rives</name>`;
  const author = `<id root="1.2.250.1.71.4.2.1" extension="${by.rpps}"/><code code="G15_10/SM03" codeSystem="1.2.250.1.213.1.1.4.5" displayName="Biologiste"/><assignedPerson><name><given>${by.given}</given><family>${by.family}</family></name></assignedPerson><representedOrganization>${house}</representedOrganization>`;
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<templateId root="1.2.250.1.213.1.1.1.1"/><templateId root="1.2.250.1.213.1.1.1.55" extension="2024.01"/>
<id root="${id}"/><code code="11502-2" codeSystem="2.16.840.1.113883.6.1" displayName="CR d'examens biologiques"/>
<title>${title}</title><effectiveTime value="${at}"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="fr-FR"/>
<setId root="${set}"/><versionNumber value="${version}"/>
<recordTarget><patientRole><id extension="${person.matricule}" root="${person.oid}"/><patient>
<name><family qualifier="BR">${person.birth_name}</family><given>${person.given_names}</given><given qualifier="BR">${first}</given></name>
<administrativeGenderCode code="${person.sex}" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="${person.birth_date.replaceAll("-", "")}"/>
<birthplace><place><addr><county>${person.birth_place || "99999"}</county></addr></place></birthplace></patient></patientRole></recordTarget>
<author><time value="${at}"/><assignedAuthor>${author}</assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization>${house}</representedCustodianOrganization></assignedCustodian></custodian>
<legalAuthenticator><time value="${at}"/><signatureCode code="S"/><assignedEntity>${author}</assignedEntity></legalAuthenticator>
${replaces ? `<relatedDocument typeCode="RPLC"><parentDocument><id root="${replaces.id}"/></parentDocument></relatedDocument>` : ""}
<documentationOf><serviceEvent><effectiveTime><low value="${at}"/></effectiveTime></serviceEvent></documentationOf>
<componentOf><encompassingEncounter><effectiveTime><low value="${at}"/></effectiveTime><location><healthCareFacility><code code="SA25" codeSystem="1.2.250.1.71.4.2.4"/></healthCareFacility></location></encompassingEncounter></componentOf>
<component><structuredBody>
<component><section><code code="18719-5" codeSystem="2.16.840.1.113883.6.1"/><title>Biochimie</title><text>
<table><thead><tr><th>Analyse</th><th>Résultat</th><th>Valeurs de référence</th></tr></thead><tbody>
<tr><td>Ferritine</td><td>${ferritin} µg/L</td><td>15 – 150</td></tr><tr><td>Glycémie à jeun</td><td>4,9 mmol/L</td><td>3,9 – 5,5</td></tr></tbody></table>
</text></section></component>
<component><section><templateId root="1.2.250.1.213.1.1.2.243"/><code code="55108-5" codeSystem="2.16.840.1.113883.6.1"/><title>Copie du document</title><text><renderMultiMedia referencedObject="copie"/></text>
<entry><organizer classCode="CLUSTER" moodCode="EVN"><code code="55107-7" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/><component><observationMedia classCode="OBS" moodCode="EVN" ID="copie"><value mediaType="application/pdf" representation="B64">${copy}</value></observationMedia></component></organizer></entry></section></component>
</structuredBody></component></ClinicalDocument>
`;
  return { id, set, version, title, xml, person, replaces, labels };
}

/** Where the codes of who must not see a document come from (TRE_A07). */
const VISIBILITY = "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument";

/** The ITI-65 transaction that carries it. */
function provide({ id, title, xml, person, replaces, labels }) {
  const [list, reference, binary] = [1, 2, 3].map(() => `urn:uuid:${randomUUID()}`);
  const subject = { reference: `Patient?identifier=urn:oid:${person.oid}|${person.matricule}` };
  const date = new Date().toISOString();
  const urn = (value) => ({ system: "urn:ietf:rfc:3986", value: `urn:oid:${value}` });
  const entry = (fullUrl, resource) => ({ fullUrl, resource, request: { method: "POST", url: resource.resourceType } });
  return {
    resourceType: "Bundle",
    meta: { profile: ["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.ProvideBundle"] },
    type: "transaction",
    entry: [
      entry(list, {
        resourceType: "List",
        meta: { profile: ["https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.SubmissionSet"] },
        extension: [{ url: "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId", valueIdentifier: urn("2.25.7") }],
        identifier: [{ use: "usual", ...urn(oid()) }],
        status: "current", mode: "working",
        code: { coding: [{ system: "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", code: "submissionset" }] },
        subject, date, entry: [{ item: { reference } }],
      }),
      entry(reference, {
        resourceType: "DocumentReference",
        masterIdentifier: urn(id),
        status: "current",
        type: { coding: [{ system: "http://loinc.org", code: "11502-2" }] },
        subject, date,
        // Documents that everybody may see say nothing of it.
        ...(labels.length > 0 && { securityLabel: labels.map((code) => ({ coding: [{ system: VISIBILITY, code }] })) }),
        ...(replaces && { relatesTo: [{ code: "replaces", target: { identifier: urn(replaces.id) } }] }),
        content: [{ attachment: { contentType: "text/xml", url: binary, title, creation: date } }],
      }),
      entry(binary, { resourceType: "Binary", contentType: "text/xml", data: Buffer.from(xml).toString("base64") }),
    ],
  };
}

/** Deposits it and gives back what the server says: status and resource. */
export async function deposit(document, by = client()) {
  const answer = await fetch(demo().fhir, {
    method: "POST",
    headers: { "content-type": "application/fhir+json", authorization: `Bearer ${await token(by)}` },
    body: JSON.stringify(provide(document)),
  });
  return { status: answer.status, body: await answer.json() };
}
