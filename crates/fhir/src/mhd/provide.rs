//! Reading a whole request: which entry is what, what belongs together, and whether all is there.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use kernel::Issue;
use serde_json::Value;

use super::document::{Bytes, Findings, deposit};
use super::people::{patient, resolve};
use super::{Deposit, Part, Profile, Submission, Target};
use crate::view::{at, items, text};
use kernel::ids::unique_id;

/// The bundle's entries, found by `fullUrl` or by `Type/id`.
struct Index<'a> {
    entries: &'a [Value],
    by_reference: HashMap<Cow<'a, str>, usize>,
}

impl<'a> Index<'a> {
    fn of(entries: &'a [Value]) -> Self {
        let mut by_reference = HashMap::with_capacity(entries.len() * 2);
        for (i, entry) in entries.iter().enumerate() {
            if let Some(url) = text(entry, &["fullUrl"]) {
                by_reference.entry(Cow::Borrowed(url)).or_insert(i);
            }
            let kind = text(entry, &["resource", "resourceType"]);
            if let (Some(kind), Some(id)) = (kind, text(entry, &["resource", "id"])) {
                by_reference.entry(Cow::Owned(format!("{kind}/{id}"))).or_insert(i);
            }
        }
        Self { entries, by_reference }
    }

    fn place(&self, reference: &str) -> Option<usize> {
        self.by_reference.get(reference).copied()
    }

    fn find(&self, reference: &str) -> Option<&'a Value> {
        self.entries[self.place(reference)?].get("resource")
    }
}

/// What an entry is, before documents and bytes are paired.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Set,
    Document,
    Bytes,
    Folder,
    Aside,
    Supersede,
}

pub(super) fn read(bundle: &Value) -> Result<Submission, Vec<Issue>> {
    let mut findings = Findings::default();
    let kind = text(bundle, &["resourceType"]).unwrap_or_default();
    let use_ = text(bundle, &["type"]).unwrap_or_default();
    if kind != "Bundle" || use_ != "transaction" {
        findings.refuse(
            "mhd-bundle",
            "Bundle.type",
            "documents are provided in a Bundle of type transaction",
        );
        return Err(findings.refused);
    }
    let profile = Profile::declared(bundle);
    if profile.is_none() {
        let why = "no MHD or PDSm profile is declared; read as MHD Minimal metadata";
        findings.warn("mhd-profile", "Bundle.meta.profile", why);
    }
    let entries = items(bundle, "entry");
    let roles: Vec<Role> = entries.iter().enumerate().map(|(i, e)| role(i, e, &mut findings)).collect();
    let index = Index::of(entries);
    let mut request = Request { index, roles, profile: profile.unwrap_or(Profile::Minimal), findings };
    let Some(set) = request.one_set() else { return Err(request.findings.refused) };
    let (source_id, submission_id) = request.read_set(set);
    let (documents, bytes_of) = request.documents();
    request.same_patient(&documents, set);
    request.in_set(&documents, set);
    if !request.findings.refused.is_empty() {
        return Err(request.findings.refused);
    }
    let mut submission = Submission {
        profile: request.profile,
        source_id,
        submission_id,
        set: entries[set]["resource"].clone(),
        documents: documents.into_iter().map(|(_, deposit)| deposit).collect(),
        folders: Vec::new(),
        superseded: Vec::new(),
        order: Vec::with_capacity(entries.len()),
        issues_warned: Vec::new(),
    };
    request.order(&bytes_of, &mut submission);
    submission.issues_warned = request.findings.warned;
    Ok(submission)
}

pub(super) fn read_simplified(resource: &Value) -> Result<Submission, Vec<Issue>> {
    let mut findings = Findings::default();
    if text(resource, &["resourceType"]) != Some("DocumentReference") {
        findings.refuse("mhd-bundle", "DocumentReference", "a DocumentReference is expected here");
        return Err(findings.refused);
    }
    let profile = match Profile::declared(resource) {
        Some(Profile::PdsmSimplified | Profile::Pdsm) => Profile::PdsmSimplified,
        _ => Profile::Simplified,
    };
    let attachment = items(resource, "content").first().and_then(|c| c.get("attachment"));
    let data = attachment.and_then(|a| text(a, &["data"]));
    if data.is_none() {
        let path = "DocumentReference.content[0].attachment.data";
        findings.refuse("mhd-content", path, "a simplified publication carries its document here, in base64");
    }
    let bytes = data.map(Bytes::Inline);
    let deposit = deposit(resource, bytes, profile, "DocumentReference", &|_| None, &mut findings);
    match deposit {
        Some(deposit) if findings.refused.is_empty() => Ok(Submission {
            profile,
            source_id: None,
            submission_id: None,
            set: Value::Null,
            documents: vec![deposit],
            folders: Vec::new(),
            superseded: Vec::new(),
            order: vec![Part::Document(0)],
            issues_warned: findings.warned,
        }),
        _ => Err(findings.refused),
    }
}

/// What an entry is, by its resource; its method must fit.
fn role(i: usize, entry: &Value, findings: &mut Findings) -> Role {
    let path = format!("Bundle.entry[{i}]");
    let method = text(entry, &["request", "method"]).unwrap_or_default();
    let Some(resource) = entry.get("resource") else {
        if method == "GET" {
            return Role::Aside;
        }
        findings.refuse("mhd-entry", path, "an entry without resource can only be a GET");
        return Role::Aside;
    };
    let code = at(resource, &["code"]).map_or(&[][..], |c| items(c, "coding")).iter();
    let listed = |word: &str| code.clone().any(|c| text(c, &["code"]) == Some(word));
    let (role, methods): (Role, &[&str]) = match text(resource, &["resourceType"]).unwrap_or_default() {
        "List" if listed("submissionset") => (Role::Set, &["POST"]),
        "DocumentManifest" => (Role::Set, &["POST"]),
        "List" if listed("folder") => (Role::Folder, &["POST", "PUT"]),
        "DocumentReference" => (Role::Document, &["POST"]),
        "Binary" | "Bundle" => (Role::Bytes, &["POST"]),
        "Parameters" if supersedes(entry).is_some() => (Role::Supersede, &["PATCH"]),
        "Patient" | "Practitioner" | "PractitionerRole" | "Organization" | "Device" | "RelatedPerson" => {
            (Role::Aside, &["GET", "POST", "PUT"])
        }
        other => {
            let why = format!("a {other} has no place in a document submission");
            findings.refuse("mhd-entry", format!("{path}.resource"), why);
            return Role::Aside;
        }
    };
    if !methods.contains(&method) {
        let why = format!("the method {method:?} is not offered for this entry, only {}", methods.join(", "));
        findings.refuse("mhd-method", format!("{path}.request.method"), why);
    }
    role
}

/// The document that a PATCH entry marks as superseded: the one change of filed documents that a submission
/// may carry (MHD 4.2 `UpdateDocumentRefs`). `None` for any other patch.
fn supersedes(entry: &Value) -> Option<Target> {
    let operation = items(entry.get("resource")?, "parameter");
    let [only] = operation else { return None };
    let part = |name: &str| items(only, "part").iter().find(|p| text(p, &["name"]) == Some(name));
    let said = |name: &str| {
        let part = part(name)?;
        ["valueCode", "valueString", "valueUri"].iter().find_map(|value| text(part, &[value]))
    };
    let fits = text(only, &["name"]) == Some("operation")
        && matches!(said("type"), Some("replace" | "add"))
        && matches!(said("path"), Some("DocumentReference.status" | "status"))
        && said("value") == Some("superseded");
    let url = text(entry, &["request", "url"])?;
    let url = url
        .rsplit_once("/DocumentReference")
        .map_or(url.to_owned(), |(_, id)| format!("DocumentReference{id}"));
    if !fits || !url.starts_with("DocumentReference") {
        return None;
    }
    let searched =
        url.split_once("?identifier=").map(|(_, token)| token.replace("%7C", "|").replace("%7c", "|"));
    let unique_id = searched.map(|token| match token.split_once('|') {
        Some((system, value)) => unique_id(Some(system), value),
        None => unique_id(None, &token),
    });
    Some(Target { reference: unique_id.is_none().then_some(url), unique_id })
}

struct Request<'a> {
    index: Index<'a>,
    roles: Vec<Role>,
    profile: Profile,
    findings: Findings,
}

/// Documents read, each with the place of its entry; and for each entry of bytes, the document they are.
type Read = (Vec<(usize, Deposit)>, HashMap<usize, usize>);

impl<'a> Request<'a> {
    fn places(&self, role: Role) -> Vec<usize> {
        self.roles.iter().enumerate().filter(|(_, r)| **r == role).map(|(i, _)| i).collect()
    }

    fn resource(&self, place: usize) -> &'a Value {
        self.index.entries[place].get("resource").unwrap_or(&Value::Null)
    }

    fn one_set(&mut self) -> Option<usize> {
        let sets = self.places(Role::Set);
        if let [only] = sets.as_slice() {
            return Some(*only);
        }
        let why =
            format!("one SubmissionSet is expected (a List with code submissionset), not {}", sets.len());
        self.findings.refuse("mhd-submission-set", "Bundle.entry", why);
        None
    }

    /// The set's `sourceId` and its own id.
    fn read_set(&mut self, place: usize) -> (Option<String>, Option<String>) {
        let set = self.resource(place);
        let path = format!("Bundle.entry[{place}].resource");
        let id = |i: &Value| Some(unique_id(text(i, &["system"]), text(i, &["value"])?));
        if text(set, &["resourceType"]) == Some("DocumentManifest") {
            let own = set.get("masterIdentifier").and_then(id);
            return (text(set, &["source"]).map(|s| unique_id(None, s)), own);
        }
        let sourced = |e: &&Value| text(e, &["url"]).is_some_and(|u| u.ends_with("ihe-sourceId"));
        let source = items(set, "extension").iter().find(sourced);
        let source = source.and_then(|e| e.get("valueIdentifier").and_then(id));
        if source.is_none() {
            let why = "MHD requires the extension ihe-sourceId: which software sends this?";
            self.findings.refuse("mhd-source-id", format!("{path}.extension"), why);
        }
        if set.get("date").is_none() {
            self.findings.refuse("mhd-required", format!("{path}.date"), "MHD requires this element");
        }
        let identifiers = items(set, "identifier");
        let named = identifiers.iter().find(|i| {
            i.get("type")
                .is_some_and(|t| items(t, "coding").iter().any(|c| text(c, &["code"]) == Some("uniqueId")))
        });
        let usual = identifiers.iter().find(|i| text(i, &["use"]) == Some("usual"));
        let own = named.or(usual).or(identifiers.first()).and_then(id);
        if own.is_none() {
            let why = "the submission set has no id of its own; its documents' ids must do";
            self.findings.warn("mhd-submission-id", format!("{path}.identifier"), why);
        }
        (source, own)
    }

    fn documents(&mut self) -> Read {
        let places = self.places(Role::Document);
        if places.is_empty() {
            let why = "no DocumentReference is here; changing only folders of documents already filed is not offered";
            self.findings.refuse("mhd-no-document", "Bundle.entry", why);
        }
        let mut documents: Vec<(usize, Deposit)> = Vec::with_capacity(places.len());
        let (mut bytes_of, mut ids) = (HashMap::new(), HashSet::new());
        for place in places {
            let path = format!("Bundle.entry[{place}].resource");
            let resource = self.resource(place);
            let (bytes, from) = self.bytes(resource, &path);
            let find = |reference: &str| self.index.find(reference);
            let read = deposit(resource, bytes, self.profile, &path, &find, &mut self.findings);
            if let Some(from) = from {
                bytes_of.insert(from, documents.len());
            }
            let Some(read) = read else { continue };
            if !ids.insert(read.unique_id.clone()) {
                let why = "two documents of this bundle have the same id";
                self.findings.refuse("mhd-unique-id-twice", format!("{path}.masterIdentifier"), why);
            }
            documents.push((place, read));
        }
        if self.findings.refused.is_empty() {
            for place in self.places(Role::Bytes).into_iter().filter(|place| !bytes_of.contains_key(place)) {
                let why = "no DocumentReference of this bundle points here; it would be lost";
                self.findings.refuse("mhd-orphan", format!("Bundle.entry[{place}].resource"), why);
            }
        }
        (documents, bytes_of)
    }

    /// The bytes an attachment means, and the entry they are in.
    fn bytes(&mut self, resource: &'a Value, path: &str) -> (Option<Bytes<'a>>, Option<usize>) {
        let attachment = items(resource, "content").first().and_then(|c| c.get("attachment"));
        let path = format!("{path}.content[0].attachment.url");
        if let Some(data) = attachment.and_then(|a| text(a, &["data"])) {
            self.findings.warn(
                "mhd-inline",
                path,
                "MHD carries the document in a Binary, not in the attachment",
            );
            return (Some(Bytes::Inline(data)), None);
        }
        let Some(url) = attachment.and_then(|a| text(a, &["url"])) else {
            self.findings.refuse(
                "mhd-required",
                path,
                "MHD requires the url of the Binary that is the document",
            );
            return (None, None);
        };
        let find = |reference: &str| self.index.find(reference);
        let Some(found) = resolve(resource, url, &find) else {
            let why =
                "the document itself must be in the bundle: no entry has this fullUrl, or this type and id";
            self.findings.refuse("mhd-content-elsewhere", path, why);
            return (None, None);
        };
        let from = self.index.place(url);
        match text(found, &["resourceType"]) {
            Some("Binary") => match text(found, &["data"]) {
                Some(data) => (Some(Bytes::Binary(data, text(found, &["contentType"]))), from),
                None => {
                    self.findings.refuse("mhd-content", path, "the Binary it points to holds no data");
                    (None, from)
                }
            },
            Some("Bundle") => (Some(Bytes::Resource(found)), from),
            _ => {
                self.findings.refuse("mhd-content", path, "a document is a Binary or a FHIR document Bundle");
                (None, None)
            }
        }
    }

    /// All documents, and the set where it says, are of one patient.
    fn same_patient(&mut self, documents: &[(usize, Deposit)], set: usize) {
        let resource = self.resource(set);
        let find = |reference: &str| self.index.find(reference);
        let (of_set, _) = patient(resource, &find);
        let mut all = documents.iter().map(|(place, d)| (*place, &d.patient)).collect::<Vec<_>>();
        if of_set.ins.is_some() || of_set.logical.is_some() {
            all.push((set, &of_set));
        }
        let mut ins = all.iter().filter_map(|(_, p)| p.ins.as_ref());
        let one_ins = ins.next().is_none_or(|first| ins.all(|other| other == first));
        let mut logical = all.iter().filter_map(|(_, p)| p.logical.as_ref());
        let one_reference = logical.next().is_none_or(|first| logical.all(|other| other == first));
        if !one_ins || !one_reference {
            let path = format!("Bundle.entry[{}].resource.subject", all[0].0);
            self.findings.refuse(
                "mhd-patients-differ",
                path,
                "one submission holds documents of one patient only",
            );
        }
    }

    /// Every document should be a member of the set.
    fn in_set(&mut self, documents: &[(usize, Deposit)], set: usize) {
        let resource = self.resource(set);
        let members = items(resource, "entry").iter().filter_map(|e| text(e, &["item", "reference"]));
        let manifest = items(resource, "content").iter().filter_map(|c| text(c, &["reference"]));
        let members: HashSet<usize> = members.chain(manifest).filter_map(|r| self.index.place(r)).collect();
        for (place, _) in documents.iter().filter(|(place, _)| !members.contains(place)) {
            let why = "this document is not an entry of the submission set; it is filed with it nevertheless";
            self.findings.warn("mhd-not-in-set", format!("Bundle.entry[{place}]"), why);
        }
    }

    /// Writes down what each entry was.
    fn order(&mut self, bytes_of: &HashMap<usize, usize>, submission: &mut Submission) {
        let mut documents = 0;
        for (place, role) in self.roles.iter().enumerate() {
            let part = match role {
                Role::Set => Part::Set,
                Role::Document => {
                    documents += 1;
                    Part::Document(documents - 1)
                }
                Role::Bytes => bytes_of.get(&place).map_or(Part::Aside, |document| Part::Content(*document)),
                Role::Folder => {
                    submission.folders.push(self.resource(place).clone());
                    Part::Folder(submission.folders.len() - 1)
                }
                Role::Aside => Part::Aside,
                Role::Supersede => {
                    submission.superseded.extend(supersedes(&self.index.entries[place]));
                    Part::Superseded(submission.superseded.len().saturating_sub(1))
                }
            };
            submission.order.push(part);
        }
    }
}
