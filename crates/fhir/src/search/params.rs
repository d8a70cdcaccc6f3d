//! The parameters we know, and where in a resource each one looks.

/// What can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// ITI-67.
    DocumentReference,
    /// ITI-66: submission sets and folders.
    List,
    /// A person's journal.
    AuditEvent,
}

/// How values of a parameter are written and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Token,
    Date,
    Text,
    Reference,
}

/// A search parameter.
#[derive(Debug)]
pub(super) struct Param {
    pub(super) name: &'static str,
    pub(super) of: Type,
    /// Paths below the resource; `ext:tail` enters the extension whose url ends so, `->` follows a contained
    /// reference.
    pub(super) paths: &'static [&'static str],
}

const fn token(name: &'static str, paths: &'static [&'static str]) -> Param {
    Param { name, of: Type::Token, paths }
}

const fn date(name: &'static str, paths: &'static [&'static str]) -> Param {
    Param { name, of: Type::Date, paths }
}

const fn string(name: &'static str, paths: &'static [&'static str]) -> Param {
    Param { name, of: Type::Text, paths }
}

const fn reference(name: &'static str, paths: &'static [&'static str]) -> Param {
    Param { name, of: Type::Reference, paths }
}

/// Parameters of every resource.
const COMMON: [Param; 2] = [token("_id", &["id"]), date("_lastUpdated", &["meta.lastUpdated"])];

const DOCUMENT_REFERENCE: [Param; 27] = [
    token("identifier", &["masterIdentifier", "identifier"]),
    token("status", &["status"]),
    token("type", &["type"]),
    token("category", &["category"]),
    date("date", &["date"]),
    date("creation", &["content.attachment.creation"]),
    date("period", &["context.period"]),
    date("period-start", &["context.period.start"]),
    date("period-end", &["context.period.end"]),
    token("event", &["context.event"]),
    token("facility", &["context.facilityType"]),
    token("setting", &["context.practiceSetting"]),
    token("format", &["content.format"]),
    token("contenttype", &["content.attachment.contentType"]),
    token("language", &["content.attachment.language"]),
    token("security-label", &["securityLabel"]),
    token("isArchived", &["ext:is-archived.valueBoolean"]),
    token("relation", &["relatesTo.code"]),
    reference("relatesto", &["relatesTo.target"]),
    reference("related", &["context.related"]),
    reference("author", &["author"]),
    reference("authenticator", &["authenticator"]),
    reference("custodian", &["custodian"]),
    reference("encounter", &["context.encounter"]),
    string("description", &["description", "content.attachment.title"]),
    string("author.family", &["author.->.name.family", "author.->.practitioner.->.name.family"]),
    string("author.given", &["author.->.name.given", "author.->.practitioner.->.name.given"]),
];

const LIST: [Param; 11] = [
    token("identifier", &["identifier"]),
    token("status", &["status"]),
    token("code", &["code"]),
    date("date", &["date"]),
    string("title", &["title"]),
    reference("item", &["entry.item"]),
    reference("source", &["source"]),
    string("source.family", &["source.->.name.family", "source.->.practitioner.->.name.family"]),
    string("source.given", &["source.->.name.given", "source.->.practitioner.->.name.given"]),
    token("designationType", &["ext:ihe-designationType.valueCodeableConcept"]),
    token("sourceId", &["ext:ihe-sourceId.valueIdentifier"]),
];

const AUDIT_EVENT: [Param; 10] = [
    date("date", &["recorded"]),
    token("type", &["type"]),
    token("subtype", &["subtype"]),
    token("action", &["action"]),
    token("outcome", &["outcome"]),
    token("purpose", &["purposeOfEvent", "agent.purposeOfUse"]),
    reference("agent", &["agent.who"]),
    string("agent-name", &["agent.name"]),
    token("agent-role", &["agent.role"]),
    reference("entity", &["entity.what"]),
];

impl Kind {
    /// The resource's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DocumentReference => "DocumentReference",
            Self::List => "List",
            Self::AuditEvent => "AuditEvent",
        }
    }

    fn own(self) -> &'static [Param] {
        match self {
            Self::DocumentReference => &DOCUMENT_REFERENCE,
            Self::List => &LIST,
            Self::AuditEvent => &AUDIT_EVENT,
        }
    }

    pub(super) fn param(self, name: &str) -> Option<&'static Param> {
        COMMON.iter().chain(self.own()).find(|param| param.name == name)
    }

    /// Name and type of every parameter, for the capability statement, which so cannot promise others.
    pub fn offered(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let selectors = [("patient", "reference"), ("patient.identifier", "token")];
        let own = COMMON.iter().chain(self.own()).map(|param| {
            let of = match param.of {
                Type::Token => "token",
                Type::Date => "date",
                Type::Text => "string",
                Type::Reference => "reference",
            };
            (param.name, of)
        });
        selectors.into_iter().chain(own)
    }
}
