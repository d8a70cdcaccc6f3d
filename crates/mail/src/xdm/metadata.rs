//! `METADATA.XML`: an ebRIM 3.0 `SubmitObjectsRequest` with the metadata of IHE XDS (ITI TF-3 §4.2).
//!
//! Real senders put elements in the wrong namespace and write `classification` for `Classification`, so
//! names are compared without either.

use std::collections::HashMap;

use roxmltree::{Document, Node};
use xml::attr;

use super::archive::Archive;
use super::{Author, Code, Rejection, Submission, SubmissionSet, XdmDocument, fields};

/// How much metadata may be: some 5 kB per document are usual.
const LIMITS: xml::Limits = xml::Limits { bytes: 10 << 20, depth: 64, attributes: 64, nodes: 500_000 };

/// What the schemes of classifications and identifiers mean (IHE ITI TF-3 tables 4.2.5.1-1 and -2).
pub(super) mod scheme {
    pub(in crate::xdm) const DOCUMENT: &str = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1";
    pub(in crate::xdm) const AUTHOR: &str = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d";
    pub(in crate::xdm) const CLASS: &str = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a";
    pub(in crate::xdm) const CONFIDENTIALITY: &str = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f";
    pub(in crate::xdm) const EVENT: &str = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4";
    pub(in crate::xdm) const FORMAT: &str = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d";
    pub(in crate::xdm) const FACILITY: &str = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1";
    pub(in crate::xdm) const SETTING: &str = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead";
    pub(in crate::xdm) const TYPE: &str = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983";
    pub(in crate::xdm) const PATIENT_ID: &str = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427";
    pub(in crate::xdm) const UNIQUE_ID: &str = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab";
    pub(in crate::xdm) const SET: &str = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd";
    pub(in crate::xdm) const SET_AUTHOR: &str = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d";
    pub(in crate::xdm) const SET_CONTENT: &str = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500";
    pub(in crate::xdm) const SET_PATIENT_ID: &str = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446";
    pub(in crate::xdm) const SET_SOURCE_ID: &str = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832";
    pub(in crate::xdm) const SET_UNIQUE_ID: &str = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8";
}

/// Reads the metadata at `at` and adds what it describes.
pub(super) fn read(archive: &mut Archive, at: usize, submission: &mut Submission) -> Result<(), Rejection> {
    let path = archive.entries[at].path.clone();
    // Taken out, because the documents' files are taken from the same archive below.
    let held = std::mem::take(&mut archive.entries[at].bytes);
    archive.entries[at].taken = true;
    let bytes = held.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&held);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Rejection::at("xdm-bad-metadata", &path, "The metadata is not UTF-8."))?;
    let tree = xml::parse(text, &LIMITS).map_err(|flaw| {
        let place = flaw.place.map(|place| format!(", {place}")).unwrap_or_default();
        Rejection::at("xdm-bad-metadata", format!("{path}{place}"), flaw.message)
    })?;
    let registry = Registry::new(&tree);
    let set = submission.sets.len();
    let package = registry.packages.iter().find(|package| registry.is_submission_set(**package));
    submission.sets.push(package.map(|package| registry.set(*package)).unwrap_or_default());
    for object in &registry.objects {
        submission.documents.push(registry.document(archive, at, set, *object)?);
    }
    Ok(())
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name().eq_ignore_ascii_case(name)
}

/// `Name` or `Description`: the value of its first `LocalizedString`, single spaces.
fn localized(node: Node<'_, '_>, name: &str) -> Option<String> {
    let holder = node.children().find(|child| is(*child, name))?;
    let value =
        holder.children().filter(|child| is(*child, "LocalizedString")).find_map(|s| attr(s, "value"))?;
    let words: Vec<&str> = value.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The values of a slot.
fn slot<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = &'a str> {
    node.children()
        .filter(move |child| {
            is(*child, "Slot") && attr(*child, "name").is_some_and(|n| n.eq_ignore_ascii_case(name))
        })
        .flat_map(|slot| slot.descendants())
        .filter(|value| is(*value, "Value"))
        .filter_map(|value| value.text())
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

fn first(node: Node<'_, '_>, name: &str) -> Option<String> {
    slot(node, name).next().map(str::to_owned)
}

/// The objects of one submission, and what points at them.
struct Registry<'a> {
    objects: Vec<Node<'a, 'a>>,
    packages: Vec<Node<'a, 'a>>,
    /// Classifications that stand beside their object, by the object's id.
    beside: HashMap<&'a str, Vec<Node<'a, 'a>>>,
    /// Targets of RPLC associations, by their source.
    replaced: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Registry<'a> {
    fn new(tree: &'a Document<'a>) -> Self {
        let mut registry = Self {
            objects: Vec::new(),
            packages: Vec::new(),
            beside: HashMap::new(),
            replaced: HashMap::new(),
        };
        for list in tree.descendants().filter(|node| is(*node, "RegistryObjectList")) {
            for node in list.children() {
                if is(node, "ExtrinsicObject") {
                    registry.objects.push(node);
                } else if is(node, "RegistryPackage") {
                    registry.packages.push(node);
                } else if is(node, "Classification") {
                    let object = attr(node, "classifiedObject").unwrap_or_default();
                    registry.beside.entry(object).or_default().push(node);
                } else if is(node, "Association") {
                    registry.associate(node);
                }
            }
        }
        registry
    }

    fn associate(&mut self, node: Node<'a, 'a>) {
        let kind = attr(node, "associationType").unwrap_or_default();
        if kind.rsplit(':').next() == Some("RPLC")
            && let (Some(source), Some(target)) = (attr(node, "sourceObject"), attr(node, "targetObject"))
        {
            self.replaced.entry(source).or_default().push(target);
        }
    }

    /// Folders are packages too; a submission set says that it is one, or is the only package.
    fn is_submission_set(&self, package: Node<'a, 'a>) -> bool {
        let id = attr(package, "id").unwrap_or_default();
        let says_so = self.classifications(package, id).any(|c| {
            attr(c, "classificationNode").is_some_and(|node| node.eq_ignore_ascii_case(scheme::SET))
        });
        says_so || self.packages.len() == 1
    }

    /// Classifications inside an object and beside it.
    fn classifications(&self, node: Node<'a, 'a>, id: &str) -> impl Iterator<Item = Node<'a, 'a>> {
        let beside = self.beside.get(id).map(Vec::as_slice).unwrap_or_default();
        node.children().filter(|child| is(*child, "Classification")).chain(beside.iter().copied())
    }

    fn of_scheme(&self, node: Node<'a, 'a>, id: &str, scheme: &str) -> Vec<Node<'a, 'a>> {
        self.classifications(node, id)
            .filter(|c| attr(*c, "classificationScheme").is_some_and(|s| s.eq_ignore_ascii_case(scheme)))
            .collect()
    }

    fn codes(&self, node: Node<'a, 'a>, id: &str, scheme: &str) -> Vec<Code> {
        self.of_scheme(node, id, scheme)
            .into_iter()
            .filter_map(|c| {
                Some(Code {
                    code: attr(c, "nodeRepresentation")?.to_owned(),
                    system: first(c, "codingScheme").unwrap_or_default(),
                    display: localized(c, "Name"),
                })
            })
            .collect()
    }

    fn authors(&self, node: Node<'a, 'a>, id: &str, scheme: &str) -> Vec<Author> {
        self.of_scheme(node, id, scheme)
            .into_iter()
            .map(|c| Author {
                person: slot(c, "authorPerson").find_map(fields::person),
                institutions: slot(c, "authorInstitution").filter_map(fields::institution).collect(),
                roles: slot(c, "authorRole").map(str::to_owned).collect(),
                specialties: slot(c, "authorSpecialty").filter_map(fields::specialty).collect(),
            })
            .collect()
    }

    fn set(&self, node: Node<'a, 'a>) -> SubmissionSet {
        let id = attr(node, "id").unwrap_or_default();
        SubmissionSet {
            entry_uuid: id.to_owned(),
            unique_id: identifier(node, scheme::SET_UNIQUE_ID, "XDSSubmissionSet.uniqueId"),
            source_id: identifier(node, scheme::SET_SOURCE_ID, "XDSSubmissionSet.sourceId"),
            title: localized(node, "Name"),
            comments: localized(node, "Description"),
            content_type: self.codes(node, id, scheme::SET_CONTENT).into_iter().next(),
            submission_time: slot(node, "submissionTime").find_map(fields::instant),
            patient_id: identifier(node, scheme::SET_PATIENT_ID, "XDSSubmissionSet.patientId")
                .and_then(|cx| fields::patient_id(&cx)),
            authors: self.authors(node, id, scheme::SET_AUTHOR),
            intended_recipients: slot(node, "intendedRecipient").map(str::to_owned).collect(),
        }
    }

    fn document(
        &self,
        archive: &mut Archive,
        at: usize,
        set: usize,
        node: Node<'a, 'a>,
    ) -> Result<XdmDocument, Rejection> {
        let id = attr(node, "id").unwrap_or_default();
        let unique_id =
            identifier(node, scheme::UNIQUE_ID, "XDSDocumentEntry.uniqueId").ok_or_else(|| {
                Rejection::at("xdm-no-unique-id", element(id), "A document has no XDSDocumentEntry.uniqueId.")
            })?;
        let declared_hash = first(node, "hash").map(|hash| hash.to_ascii_lowercase());
        let found = self.file(archive, at, node, declared_hash.as_deref())?;
        let entry = &mut archive.entries[found];
        if std::mem::replace(&mut entry.taken, true) {
            return Err(Rejection::at("xdm-file-twice", element(id), "Two documents name the same file."));
        }
        let declared_size = first(node, "size").and_then(|size| size.parse().ok());
        let one = |scheme: &str| self.codes(node, id, scheme).into_iter().next();
        Ok(XdmDocument {
            set,
            entry_uuid: id.to_owned(),
            unique_id,
            mime_type: attr(node, "mimeType").unwrap_or("application/octet-stream").to_ascii_lowercase(),
            file: entry.path.clone(),
            hash_ok: declared_hash.as_ref().is_none_or(|hash| hash == entry.sha1())
                && declared_size.is_none_or(|size: u64| size == entry.bytes.len() as u64),
            declared_hash,
            declared_size,
            title: localized(node, "Name"),
            comments: localized(node, "Description"),
            type_code: one(scheme::TYPE),
            class_code: one(scheme::CLASS),
            format_code: one(scheme::FORMAT),
            facility_type: one(scheme::FACILITY),
            practice_setting: one(scheme::SETTING),
            event_codes: self.codes(node, id, scheme::EVENT),
            confidentiality: self.codes(node, id, scheme::CONFIDENTIALITY),
            language: first(node, "languageCode"),
            creation_time: slot(node, "creationTime").find_map(fields::instant),
            service_start: slot(node, "serviceStartTime").find_map(fields::instant),
            service_stop: slot(node, "serviceStopTime").find_map(fields::instant),
            authors: self.authors(node, id, scheme::AUTHOR),
            legal_authenticator: slot(node, "legalAuthenticator").find_map(fields::person),
            patient_id: identifier(node, scheme::PATIENT_ID, "XDSDocumentEntry.patientId")
                .and_then(|cx| fields::patient_id(&cx)),
            source_patient_id: slot(node, "sourcePatientId").find_map(fields::patient_id),
            source_patient: fields::source_patient(slot(node, "sourcePatientInfo")),
            availability: attr(node, "status").map(str::to_owned),
            replaces: self
                .replaced
                .get(id)
                .into_iter()
                .flatten()
                .map(|target| (*target).to_owned())
                .collect(),
            bytes: std::mem::take(&mut entry.bytes),
        })
    }

    /// The file of a document: by its `URI`; without one, by its hash or by its id; or it is the only one.
    fn file(
        &self,
        archive: &Archive,
        at: usize,
        node: Node<'a, 'a>,
        hash: Option<&str>,
    ) -> Result<usize, Rejection> {
        let id = attr(node, "id").unwrap_or_default();
        // Long URIs are cut into numbered pieces, `1|…` (ITI TF-3 §4.2.3.2.27).
        let mut pieces: Vec<&str> = slot(node, "URI").collect();
        pieces.sort_unstable();
        let uri: String = match &pieces[..] {
            [whole] => (*whole).to_owned(),
            several => several.iter().map(|p| p.split_once('|').map_or(*p, |(_, piece)| piece)).collect(),
        };
        let named = (!uri.is_empty()).then(|| archive.by_uri(at, &uri)).flatten();
        named.or_else(|| archive.by_hash(at, hash?)).or_else(|| archive.by_stem(at, id)).ok_or_else(|| {
            let name: String = uri.chars().take(80).collect();
            Rejection::at(
                "xdm-no-file",
                element(id),
                format!("The file of a document is not in the archive (URI “{name}”)."),
            )
        })
    }
}

/// An external identifier. Scheme and name say the same twice; where a sender mixed the schemes up or left
/// one empty, the name is right, because a person wrote it.
fn identifier(node: Node<'_, '_>, scheme: &str, name: &str) -> Option<String> {
    let all = || node.children().filter(|child| is(*child, "ExternalIdentifier"));
    let has_scheme =
        |i: &Node<'_, '_>| attr(*i, "identificationScheme").is_some_and(|s| s.eq_ignore_ascii_case(scheme));
    let by_name = all().find(|i| localized(*i, "Name").as_deref() == Some(name));
    let unnamed = || all().filter(has_scheme).find(|i| localized(*i, "Name").is_none());
    by_name
        .or_else(unnamed)
        .or_else(|| all().find(has_scheme))
        .and_then(|found| attr(found, "value"))
        .map(str::to_owned)
}

fn element(id: &str) -> String {
    format!("ExtrinsicObject[@id='{}']", id.chars().take(80).collect::<String>())
}
