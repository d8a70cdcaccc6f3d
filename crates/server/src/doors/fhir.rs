//! FHIR R4: what software deposits.
//!
//! A deposit is judged outside the transaction (parsing, validation, hashes, the CDA's header), on a thread that may
//! take its time, and then filed in one write.

use care::documents::{self, Deposited, amend, fhir as record, prepare};
use fhir::build::{self, CapabilityInput, ResourceCapability};
use fhir::json::Limits;
use kernel::{Answer, EntryId, Refusal, RefusalKind, Visit};
use oauth::Interaction;
use serde_json::{Value, json};
use store::Tx;

use super::{Does, Door, Route, Who, Work, smart};
use crate::adapter::{Asked, Content, Credential, Reply};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Interaction::{Create, Update};
    use Who::{Anyone, Software};
    table! { Door::Fhir;
        Post "/fhir"                   Software("Bundle", Create)            => "documents::store"           Does::Prepare(provide), Body;
        Post "/fhir/DocumentReference" Software("DocumentReference", Create) => "documents::store"           Does::Prepare(publish), Body;
        Patch "/fhir/DocumentReference"      Software("DocumentReference", Update) => "documents::amend" Does::Prepare(amend_found);
        Patch "/fhir/DocumentReference/{id}" Software("DocumentReference", Update) => "documents::amend" Does::Prepare(amend);
        Get  "/fhir/metadata"          Anyone                                => "fhir::capability_statement" Does::Plain(metadata);
    }
}

/// ITI-65: a transaction of submission set, metadata and contents.
fn provide(asked: &Asked) -> Answer<Work> {
    let bundle = resource(asked)?;
    let is_transaction = bundle["resourceType"] == "Bundle" && bundle["type"] == "transaction";
    if !is_transaction {
        return Err(Refusal::invalid(
            "bundle-expected",
            "Bundle.type",
            "this address takes a Bundle of type transaction (IHE MHD ITI-65)",
        ));
    }
    let submission = fhir::mhd::read_provide(&bundle).map_err(Refusal::invalid_all)?;
    drop(bundle);
    file(asked, submission, |deposited, _| Reply::resource(200, &record::answer(deposited)))
}

/// ITI-105: one DocumentReference with its document inside.
fn publish(asked: &Asked) -> Answer<Work> {
    let reference = resource(asked)?;
    let submission = fhir::mhd::read_simplified(&reference).map_err(Refusal::invalid_all)?;
    file(asked, submission, move |deposited, base| {
        let Some(stored) = deposited.documents.first() else { return Reply::of(Content::Empty(200)) };
        let mut answer = reference.clone();
        answer["id"] = json!(stored.entry.to_string());
        let status = if stored.new { 201 } else { 200 };
        Reply::resource(status, &answer)
            .header(
                "location",
                format!("{base}/DocumentReference/{}/_history/{}", stored.entry, record::version(stored.at)),
            )
            .header("etag", format!("W/\"{}\"", record::version(stored.at)))
    })
}

/// PDSm flow 03: who may see a document that was sent before.
fn amend(asked: &Asked) -> Answer<Work> {
    let entry: EntryId = asked.param("id")?;
    change(asked, move |tx, visit, parameters, version| amend::amend(tx, visit, entry, parameters, version))
}

/// The same of the one document that the query finds.
fn amend_found(asked: &Asked) -> Answer<Work> {
    let query = asked.query.clone();
    change(asked, move |tx, visit, parameters, version| {
        amend::amend_found(tx, visit, &query, parameters, version)
    })
}

/// Reads a change and leaves the making of it to a write.
fn change(
    asked: &Asked,
    make: impl FnOnce(&mut Tx<'_>, &Visit, &Value, Option<&str>) -> Answer<Value> + Send + 'static,
) -> Answer<Work> {
    let parameters = resource(asked)?;
    let visit = asked.visit()?.clone();
    let known = asked.header("if-match").map(str::to_owned);
    let minimal = asked.header("prefer").is_some_and(|prefer| prefer.contains("return=minimal"));
    Ok(Work::Act(Box::new(move |tx| {
        let changed = make(tx, &visit, &parameters, known.as_deref())?;
        let version = changed["meta"]["versionId"].as_str().unwrap_or_default();
        let reply = if minimal { Reply::of(Content::Empty(200)) } else { Reply::resource(200, &changed) };
        Ok(reply.header("etag", format!("W/\"{version}\"")))
    })))
}

/// Judges a submission, and leaves the filing to a write.
fn file(
    asked: &Asked,
    submission: fhir::mhd::Submission,
    answer: impl Fn(&Deposited, &str) -> Reply + Send + 'static,
) -> Answer<Work> {
    let key = asked.header("idempotency-key").filter(|key| !key.is_empty());
    let prepared = prepare::submission(submission, key)?;
    let visit = asked.visit()?.clone();
    let minimal = asked.header("prefer").is_some_and(|prefer| prefer.contains("return=minimal"));
    let base = format!("{}/fhir", asked.house.config.origin);
    let (house, sender_kind) = (asked.house.clone(), sender_kind(asked));
    Ok(Work::Act(Box::new(move |tx| {
        let deposited = documents::store(tx, &visit, prepared)?;
        // Counted before the commit: one that fails leaves a figure too high, and nothing stands on figures.
        for kind in &deposited.types {
            house.tallies.document(deposited.at, &deposited.scope, kind, &sender_kind);
        }
        let mut reply = answer(&deposited, &base);
        if let (true, Content::Json { body, .. }) = (minimal, &mut reply.content) {
            body.clear();
        }
        Ok(reply)
    })))
}

/// What kind of organisation sends, as its access token says.
fn sender_kind(asked: &Asked) -> String {
    match &asked.credential {
        Credential::Bearer(token) => token.sender_kind.clone(),
        _ => String::new(),
    }
}

/// The body as a validated resource.
fn resource(asked: &Asked) -> Answer<Value> {
    let declared = asked.header("content-type").unwrap_or_default();
    let media = declared.split(';').next().unwrap_or_default().trim();
    if !matches!(media, "application/fhir+json" | "application/json") {
        return Err(Refusal::new(
            RefusalKind::MediaType,
            "media-type",
            "this door reads application/fhir+json",
        ));
    }
    let limits = Limits::bytes(asked.house.config.max_body);
    let value = fhir::json::parse(&asked.body, limits).map_err(Refusal::invalid_all)?;
    let issues = fhir::validate::validate(&value);
    if issues.is_empty() { Ok(value) } else { Err(Refusal::invalid_all(issues)) }
}

/// What this door offers, and nothing else: reading and searching are listed from what the search really takes.
fn metadata(asked: &Asked) -> Answer<Reply> {
    use fhir::search::Kind;
    let base = format!("{}/fhir", asked.house.config.origin);
    let offered = |kind: Kind| kind.offered().collect::<Vec<_>>();
    let (references, lists, audits) =
        (offered(Kind::DocumentReference), offered(Kind::List), offered(Kind::AuditEvent));
    let simplified =
        "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.SimplifiedPublish.DocumentReference";
    let profiles = [simplified];
    let of = |name, interactions, search| ResourceCapability { name, interactions, profiles: &[], search };
    let resources = [
        ResourceCapability {
            profiles: &profiles,
            ..of("DocumentReference", &["create", "patch", "read", "search-type"], &references)
        },
        of("List", &["read", "search-type"], &lists),
        of("Binary", &["read"], &[]),
        of("Patient", &["read", "search-type"], &[("identifier", "token")]),
        of("AuditEvent", &["search-type"], &audits),
    ];
    let date = asked.visit()?.now;
    let statement = smart::offered(asked, |smart| {
        build::capability_statement(&CapabilityInput {
            base: &base,
            version: env!("CARGO_PKG_VERSION"),
            date,
            publisher: asked.house.config.theme.name(),
            resources: &resources,
            interactions: &["transaction"],
            smart: Some(smart),
            guides: &["https://profiles.ihe.net/ITI/MHD/ImplementationGuide/ihe.iti.mhd"],
        })
    });
    Ok(Reply::resource(200, &statement))
}
