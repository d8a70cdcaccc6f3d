//! Thin views: what our pages and rules look at in a resource, and nothing more. A view borrows, never
//! fails, and answers `None` where the resource is silent.

use kernel::Instant;
use serde_json::Value;

use crate::datetime;

/// The text at the end of a path of element names.
#[must_use]
pub fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    at(value, path)?.as_str()
}

/// The value at the end of a path of element names.
#[must_use]
pub fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| value.get(name))
}

/// The items of a repeating element; none when it is absent.
#[must_use]
pub fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A code with its system and the words for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coding {
    /// The code system's uri.
    pub system: Option<String>,
    /// The code.
    pub code: String,
    /// The words, in the language of whoever wrote it.
    pub display: Option<String>,
}

impl Coding {
    /// A coding of ours.
    #[must_use]
    pub fn new(system: &str, code: &str, display: &str) -> Self {
        Self { system: Some(system.into()), code: code.into(), display: Some(display.into()) }
    }

    /// Reads a `Coding`; `None` without a code.
    #[must_use]
    pub fn read(coding: &Value) -> Option<Self> {
        Some(Self {
            system: text(coding, &["system"]).map(str::to_owned),
            code: text(coding, &["code"])?.to_owned(),
            display: text(coding, &["display"]).map(str::to_owned),
        })
    }

    /// The first coding with a code of a `CodeableConcept`; the concept's own text stands in for its words.
    #[must_use]
    pub fn of_concept(concept: &Value) -> Option<Self> {
        let mut coding = items(concept, "coding").iter().find_map(Self::read)?;
        if coding.display.is_none() {
            coding.display = text(concept, &["text"]).map(str::to_owned);
        }
        Some(coding)
    }

    /// As a FHIR `Coding`.
    #[must_use]
    pub fn value(&self) -> Value {
        let mut map = serde_json::Map::new();
        for (name, part) in
            [("system", &self.system), ("code", &Some(self.code.clone())), ("display", &self.display)]
        {
            if let Some(part) = part {
                map.insert(name.to_owned(), part.as_str().into());
            }
        }
        Value::Object(map)
    }

    /// As a FHIR `CodeableConcept`.
    #[must_use]
    pub fn concept(&self) -> Value {
        serde_json::json!({"coding": [self.value()]})
    }
}

/// A `DocumentReference` as the record's list and pages see it.
#[derive(Clone, Copy, Debug)]
pub struct DocRef<'a>(pub &'a Value);

/// An attachment's own words.
#[derive(Clone, Copy, Debug)]
pub struct Attachment<'a>(pub &'a Value);

impl<'a> Attachment<'a> {
    /// Media type, with parameters if it was sent with them.
    #[must_use]
    pub fn media_type(self) -> Option<&'a str> {
        text(self.0, &["contentType"])
    }

    /// Bytes, before base64.
    #[must_use]
    pub fn size(self) -> Option<u64> {
        self.0.get("size")?.as_u64()
    }

    /// SHA-1 in base64.
    #[must_use]
    pub fn hash(self) -> Option<&'a str> {
        text(self.0, &["hash"])
    }

    /// Where the bytes are.
    #[must_use]
    pub fn url(self) -> Option<&'a str> {
        text(self.0, &["url"])
    }

    /// Title.
    #[must_use]
    pub fn title(self) -> Option<&'a str> {
        text(self.0, &["title"])
    }

    /// When the document was made.
    #[must_use]
    pub fn creation(self) -> Option<Instant> {
        datetime::instant(text(self.0, &["creation"])?)
    }

    /// BCP 47 tag.
    #[must_use]
    pub fn language(self) -> Option<&'a str> {
        text(self.0, &["language"])
    }
}

impl<'a> DocRef<'a> {
    /// Logical id.
    #[must_use]
    pub fn id(self) -> Option<&'a str> {
        text(self.0, &["id"])
    }

    /// `current`, `superseded` or `entered-in-error`.
    #[must_use]
    pub fn status(self) -> &'a str {
        text(self.0, &["status"]).unwrap_or("current")
    }

    /// `preliminary`, `final`, `amended` or `entered-in-error`.
    #[must_use]
    pub fn doc_status(self) -> Option<&'a str> {
        text(self.0, &["docStatus"])
    }

    /// What kind of document (French: JDV_J07 `typeCode`).
    #[must_use]
    pub fn type_coding(self) -> Option<Coding> {
        Coding::of_concept(self.0.get("type")?)
    }

    /// Its class (French: JDV_J06 `classCode`).
    #[must_use]
    pub fn category(self) -> Option<Coding> {
        items(self.0, "category").iter().find_map(Coding::of_concept)
    }

    /// The attachment's title, or the description.
    #[must_use]
    pub fn title(self) -> Option<&'a str> {
        self.attachment().and_then(Attachment::title).or_else(|| self.description())
    }

    /// The description: XDS `comments`.
    #[must_use]
    pub fn description(self) -> Option<&'a str> {
        text(self.0, &["description"])
    }

    /// When this reference was made.
    #[must_use]
    pub fn date(self) -> Option<Instant> {
        datetime::instant(text(self.0, &["date"])?)
    }

    /// The first attachment; MHD allows only one.
    #[must_use]
    pub fn attachment(self) -> Option<Attachment<'a>> {
        items(self.0, "content").first().and_then(|c| c.get("attachment")).map(Attachment)
    }

    /// The format: what is inside the media type.
    #[must_use]
    pub fn format(self) -> Option<Coding> {
        items(self.0, "content").first().and_then(|c| Coding::read(c.get("format")?))
    }

    /// Security labels: confidentiality and French masking codes.
    #[must_use]
    pub fn security_labels(self) -> Vec<Coding> {
        let concepts = items(self.0, "securityLabel").iter();
        concepts.flat_map(|c| items(c, "coding")).filter_map(Coding::read).collect()
    }

    /// The document's own id, normalised by [`kernel::ids::unique_id`]: `masterIdentifier`, or the identifier that calls
    /// itself `uniqueId` (MHD 4.2).
    #[must_use]
    pub fn unique_id(self) -> Option<String> {
        let labelled = |i: &&Value| {
            i.get("type")
                .is_some_and(|t| items(t, "coding").iter().any(|c| text(c, &["code"]) == Some("uniqueId")))
        };
        let own = self.0.get("masterIdentifier");
        let identifier = own.or_else(|| items(self.0, "identifier").iter().find(labelled))?;
        Some(kernel::ids::unique_id(text(identifier, &["system"]), text(identifier, &["value"])?))
    }

    /// What it replaces, transforms, signs or appends to: code and literal reference.
    pub fn relates_to(self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        items(self.0, "relatesTo")
            .iter()
            .filter_map(|r| Some((text(r, &["code"])?, text(r, &["target", "reference"]))))
    }

    /// When what it tells about happened: first and last moment.
    #[must_use]
    pub fn period(self) -> (Option<Instant>, Option<Instant>) {
        let moment = |name| text(self.0, &["context", "period", name]).and_then(datetime::instant);
        (moment("start"), moment("end"))
    }

    /// What is documented: XDS `eventCodeList`.
    #[must_use]
    pub fn events(self) -> Vec<Coding> {
        at(self.0, &["context"])
            .map_or(&[][..], |c| items(c, "event"))
            .iter()
            .filter_map(Coding::of_concept)
            .collect()
    }

    /// Kind of structure (JDV_J02).
    #[must_use]
    pub fn facility(self) -> Option<Coding> {
        Coding::of_concept(at(self.0, &["context", "facilityType"])?)
    }

    /// Clinical setting (JDV_J04).
    #[must_use]
    pub fn setting(self) -> Option<Coding> {
        Coding::of_concept(at(self.0, &["context", "practiceSetting"])?)
    }

    /// Who wrote it, as far as the resource itself says.
    #[must_use]
    pub fn authors(self) -> Vec<crate::mhd::AuthorView> {
        crate::mhd::authors(self.0, &|_| None)
    }
}
