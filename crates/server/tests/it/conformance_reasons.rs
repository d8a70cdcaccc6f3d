//! Why files of the corpora are refused, one by one, and why others are no deposits at all. The text goes into
//! `docs/conformance.md`; who disagrees with a sentence has found a defect of the server or of the file.

const KEY: &str = "The INS is of the production authority and its key, the two last digits, does not fit the thirteen before them: a typing error in a national identifier. To guess which digit is wrong could put the document into somebody else's space.";
const PLACEHOLDER: &str = "The INS is of the production authority and its value is the placeholder 123456789012345, whose key does not fit: filing by it would take any made-up number for a person.";
const NO_INS: &str = "It is about `mrn-1234` of example.org and carries no INS. Here a document is filed by the national identifier alone; a hospital's own number says nothing about whose space it is.";
const ELSEWHERE: &str = "It is about `Patient/ex-patient` of another server and carries no INS. Here a document is filed by the national identifier alone; a hospital's own number says nothing about whose space it is.";
const FOLDER: &str = "Besides the document it changes a folder. We keep no folders; to file the document and drop the folder in silence would tell the sender that all of its transaction was done, which a transaction promises.";

/// Every refused file, and the reason.
pub const REFUSALS: &[(&str, &str)] = &[
    ("cda-fr/ci-sis-examples/CSE-CS8_2024.01.xml", KEY),
    ("cda-fr/ci-sis-examples/OBP-SEM_2024.01.xml", KEY),
    ("cda-fr/ci-sis-examples/OBP-SNE_2024.01.xml", KEY),
    (
        "cda-us/hl7-fragments/Header/Direct Address/Patient and Provider Organization Direct Address(C-CDAR2.1).xml",
        "It shows a header and has a body without any section: there is nothing to read, and an empty document in the list would make its reader believe that there is.",
    ),
    ("mhd/ihe-iti-mhd-built/Bundle-ex-ProvideDocumentBundle-addToFolder.json", FOLDER),
    ("mhd/ihe-iti-mhd-built/Bundle-ex-comprehensiveProvideDocumentBundleComplete.json", FOLDER),
    ("mhd/ihe-iti-mhd-built/Bundle-ex-comprehensiveProvideDocumentBundleDocument.json", NO_INS),
    (
        "mhd/ihe-iti-mhd-built/Bundle-ex-comprehensiveProvideDocumentBundleReplace.json",
        "Its metadata declares 24 bytes and the document has 23: something was lost or changed on the way, which is what `size` and `hash` are for (it carries no INS either).",
    ),
    ("mhd/ihe-iti-mhd-built/Bundle-ex-comprehensiveProvideDocumentBundleSimple.json", NO_INS),
    ("mhd/ihe-iti-mhd-built/Bundle-ex-unContainedComprehensiveProvideDocumentBundleComplete.json", ELSEWHERE),
    (
        "mhd/ihe-iti-mhd-built/DocumentReference-ex-DocumentReferenceComprehensiveWithBinary.json",
        "It is a description alone: the document itself is not in it (its link leads to a Binary that was not sent along). ITI-105 has the document inside the resource; a description that points elsewhere is the half of an ITI-65 transaction, and we never fetch what somebody's link leads to.",
    ),
    (
        "mhd/ihe-iti-mhd-built/DocumentReference-ex-DocumentReferenceMinimal.json",
        "It is a description alone: the document itself is not in it (its link leads to a file on example.com). ITI-105 has the document inside the resource; a description that points elsewhere is the half of an ITI-65 transaction, and we never fetch what somebody's link leads to.",
    ),
    ("mhd/ihe-iti-mhd-built/DocumentReference-ex-DocumentReferenceSimplifiedPublish.json", ELSEWHERE),
    (
        "mhd/ihe-iti-mhd-built/DocumentReference-ex-DocumentReferenceUnContainedFully.json",
        "It is a description alone: the document itself is not in it (its link leads to a file on example.com). ITI-105 has the document inside the resource; a description that points elsewhere is the half of an ITI-65 transaction, and we never fetch what somebody's link leads to.",
    ),
    (
        "mhd/ihe-iti-mhd-built/DocumentReference-ex-documentreference.json",
        "It is a description alone: the document itself is not in it (it has a title and nothing more). ITI-105 has the document inside the resource; a description that points elsewhere is the half of an ITI-65 transaction, and we never fetch what somebody's link leads to.",
    ),
    (
        "mhd/ihe-iti-mhd-built/DocumentReference-ex-documentreference2.json",
        "It is a description alone: the document itself is not in it (it has a title and nothing more). ITI-105 has the document inside the resource; a description that points elsewhere is the half of an ITI-65 transaction, and we never fetch what somebody's link leads to.",
    ),
    (
        "fhir-fr/annuaire-sante-samples/PM1.json",
        "No JSON (a comma before a closing bracket): no reader can know what the rest was meant to be. It is a sample of the professionals' directory and would be no deposit either.",
    ),
    (
        "fhir-fr/annuaire-sante-samples/PM2.json",
        "No JSON (a comma is missing): no reader can know what the rest was meant to be. It is a sample of the professionals' directory and would be no deposit either.",
    ),
    (
        "fhir-fr/annuaire-sante-samples/PM7.json",
        "No JSON (a comma is missing): no reader can know what the rest was meant to be. It is a sample of the professionals' directory and would be no deposit either.",
    ),
    (
        "fhir-fr/annuaire-sante-samples/PP19-Practitioner.json",
        "No JSON (a comma before a closing bracket): no reader can know what the rest was meant to be. It is a sample of the professionals' directory and would be no deposit either.",
    ),
    ("fhir-fr/dmp-eeds-pdsm/Bundle-example-td2-1-remplacement.json", PLACEHOLDER),
    ("fhir-fr/dmp-eeds-pdsm/Bundle-example-td2-iti65-lot-soumission.json", PLACEHOLDER),
    (
        "fhir-fr/dmp-eeds-pdsm/DocumentReference-doc-x-id.json",
        "It is a description alone: the document itself is not in it (its link is an OID). ITI-105 has the document inside the resource; a description that points elsewhere is the half of an ITI-65 transaction, and we never fetch what somebody's link leads to.",
    ),
    ("fhir-fr/dmp-eeds-pdsm/DocumentReference-example-td2-iti105-publication-simplifiee.json", PLACEHOLDER),
];

/// Every kind of file that is no deposit, and what it is.
pub const NO_DEPOSITS: &[(&str, &str)] = &[
    ("?", "An answer of the professionals' directory without `resourceType`: no FHIR resource."),
    (
        "AuditEvent",
        "A line of a journal. Journals are written by those who keep them, never sent in by others.",
    ),
    ("Binary", "Bytes without a word on whose they are or what they say; they come inside a transaction."),
    (
        "Bundle",
        "Results of a search, answers to a transaction, or a FHIR document: what a server says, or a format of documents that France does not deposit (PDSm: CDA, PDF, text, pictures).",
    ),
    ("CodeSystem", "A terminology of a guide."),
    ("Device", "Part of an example; it comes inside the resource that names it."),
    ("List", "A submission set or folder by itself: it describes documents that are not with it."),
    ("OperationDefinition", "The definition of an operation, for developers."),
    ("Organization", "Part of an example; it comes inside the resource that names it."),
    (
        "Parameters",
        "The input of an operation that changes metadata afterwards; documents here are replaced, never edited.",
    ),
    (
        "Patient",
        "A person. Persons come from the insurer's files, which know them; a sender cannot make one.",
    ),
    ("Practitioner", "Part of an example; professionals come from the national directory."),
    ("SearchParameter", "The definition of a search, for developers."),
    ("StructureDefinition", "A profile of a guide, for developers."),
    ("ValueSet", "A terminology of a guide."),
    ("dtd", "The grammar of an entity file of the corpus, for developers."),
    ("fsh", "FHIR Shorthand: the source text from which a guide's examples are built; no system sends it."),
    (
        "part of a document",
        "A section, an entry or a header element shown by itself: without the root of a document there is no patient, no author and no date.",
    ),
    ("xsd", "A grammar, for developers."),
    ("yaml", "An OpenAPI description of an interface, for developers."),
];
