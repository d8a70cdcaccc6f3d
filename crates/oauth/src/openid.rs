//! What is signed and said about somebody who signed in: ID tokens, claims as Pro Santé Connect shapes them, logout
//! tokens, and the discovery document.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation, decode};
use kernel::Instant;
use serde_json::{Map, Value, json};

use crate::app;
use crate::assertion::sign_claims;
use crate::authorize::{ACR, SCOPES};
use crate::jwk::{BadKey, KeySet, PrivateKey};
use crate::service::Signing;

/// How long an ID token lives, in seconds: it is read once, at once.
pub const ID_TOKEN_SECONDS: i64 = 300;

/// How long a logout token lives, in seconds (OpenID Connect Back-Channel Logout §2.4: two minutes at most).
pub const LOGOUT_TOKEN_SECONDS: i64 = 120;

/// Code system of professions (TRE_G15).
const PROFESSIONS: &str = "1.2.250.1.213.1.1.5.5";
/// Code system of activity sectors (TRE_R02).
const SECTORS: &str = "1.2.250.1.71.4.2.4";

/// Somebody who signed in, as claims need her. Codes are those of the national directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Her national id: `8` and her RPPS number.
    pub national_id: String,
    /// Given names.
    pub given_name: String,
    /// Family name, under which she practises.
    pub family_name: String,
    /// `codeCivilite`: `M`, `MME`; empty when not known.
    pub civility: String,
    /// `codeCiviliteDexercice`: `DR`, `PR`; empty when not known.
    pub title: String,
    /// The activity in which she acts.
    pub chosen: Practice,
    /// Every activity she has, the chosen one among them.
    pub practices: Vec<Practice>,
}

/// One situation of practice: an `exercice` with its `activity`. What is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Practice {
    /// TRE_G15 (`10` doctor …).
    pub profession: String,
    /// `C` civil, `M` military, `E` student.
    pub category: String,
    /// Type of know-how (`S` specialty …).
    pub know_how: String,
    /// Code of the know-how (`SM04` …).
    pub specialty: String,
    /// `L` on her own account, `S` employed, `B` volunteer.
    pub mode: String,
    /// TRE_R02 (`SA07` …).
    pub sector: String,
    /// Section of the pharmacists' order.
    pub section: String,
    /// Role in the structure.
    pub role: String,
    /// Technical identifier of the structure.
    pub structure_id: String,
    /// What its sign says.
    pub structure: String,
    /// Its legal name.
    pub legal_name: String,
    /// FINESS of the site.
    pub finess: String,
    /// FINESS of the legal entity.
    pub legal_finess: String,
    /// SIRET of the site.
    pub siret: String,
    /// SIREN.
    pub siren: String,
    /// Number and street.
    pub street: String,
    /// Postcode.
    pub postal_code: String,
    /// INSEE code of the town.
    pub insee: String,
    /// Postcode and town as an address writes them.
    pub town: String,
    /// Department code.
    pub department: String,
    /// Telephone.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Its identifier in the register before this one.
    pub former_id: String,
    /// Who registered it.
    pub authority: String,
}

/// The subject, as Pro Santé Connect writes it: `f:<uuid>:<national id>`. The UUID names us: it is made of the issuer.
#[must_use]
pub fn subject(issuer: &str, national_id: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, issuer.as_bytes());
    let hex = kernel::codes::hex(&hash.as_ref()[..16]);
    // Version 8, variant 1 (RFC 9562 §5.8): bits of our own.
    format!(
        "f:{}-{}-8{}-a{}-{}:{national_id}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}

/// What userinfo says (OpenID Connect Core §5.3; members as Pro Santé Connect names them).
#[must_use]
pub fn userinfo(issuer: &str, who: &Identity) -> Value {
    let chosen = &who.chosen;
    let mut claims = json!({
        "sub": subject(issuer, &who.national_id),
        "preferred_username": who.national_id,
        "SubjectNameID": who.national_id,
        "name": format!("{} {}", who.given_name, who.family_name).trim(),
        "given_name": who.given_name,
        "family_name": who.family_name,
        "SubjectRole": [format!("{}^{PROFESSIONS}", chosen.profession)],
        "SubjectOrganization": chosen.structure,
        "PSI_Locale": "1.2.250.1.213.1.3.1.1",
        "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
        "Mode_Acces_Raison": "",
        "Acces_Regulation_Medicale": "FAUX",
        "UITVersion": "1.0",
        "otherIds": [{"identifiant": who.national_id, "origine": "RPPS", "qualite": 1}],
        "SubjectRefPro": {
            "codeCivilite": who.civility,
            "exercices": who.practices.iter().map(|practice| exercise(who, practice)).collect::<Vec<_>>(),
        },
    });
    if !chosen.sector.is_empty() {
        claims["Secteur_Activite"] = json!(format!("{}^{SECTORS}", chosen.sector));
    }
    if !chosen.finess.is_empty() {
        // FINESS numbers of places carry a 1 before them (PDSm, Struct_IdNat).
        claims["SubjectOrganizationID"] = json!(format!("1{}", chosen.finess));
    }
    if !who.civility.is_empty() {
        claims["codeCivilite"] = json!(who.civility);
    }
    claims
}

fn exercise(who: &Identity, of: &Practice) -> Value {
    json!({
        "codeProfession": of.profession,
        "codeCategorieProfessionnelle": of.category,
        "codeCiviliteDexercice": who.title,
        "nomDexercice": who.family_name,
        "prenomDexercice": who.given_name,
        "codeTypeSavoirFaire": of.know_how,
        "codeSavoirFaire": of.specialty,
        "activities": [activity(of)],
    })
}

/// Members that the directory does not fill are there and empty, as Pro Santé Connect sends them.
fn activity(of: &Practice) -> Value {
    let sign = if of.structure == of.legal_name { "" } else { of.structure.as_str() };
    json!({
        "codeModeExercice": of.mode,
        "codeSecteurDactivite": of.sector,
        "codeSectionPharmacien": of.section,
        "codeRole": of.role,
        "codeGenreActivite": "",
        "numeroSiretSite": of.siret,
        "numeroSirenSite": of.siren,
        "numeroFinessSite": of.finess,
        "numeroFinessetablissementJuridique": of.legal_finess,
        "identifiantTechniqueDeLaStructure": of.structure_id,
        "raisonSocialeSite": of.legal_name,
        "enseigneCommercialeSite": sign,
        "complementDestinataire": "",
        "complementPointGeographique": "",
        "numeroVoie": "",
        "indiceRepetitionVoie": "",
        "codeTypeDeVoie": "",
        "libelleVoie": of.street,
        "mentionDistribution": "",
        "bureauCedex": of.town,
        "codePostal": of.postal_code,
        "codeCommune": of.insee,
        "codePays": "",
        "telephone": of.phone,
        "telephone2": "",
        "telecopie": "",
        "adresseEMail": of.email,
        "codeDepartement": of.department,
        "ancienIdentifiantDeLaStructure": of.former_id,
        "autoriteDenregistrement": of.authority,
    })
}

/// What an ID token is made of.
#[derive(Clone, Copy, Debug)]
pub struct IdToken<'a> {
    /// Us.
    pub issuer: &'a str,
    /// The service.
    pub client_id: &'a str,
    /// Her national id.
    pub national_id: &'a str,
    /// The sign-on that it belongs to; logout tokens name it.
    pub sid: &'a str,
    /// When she signed in.
    pub signed_in: Instant,
    /// As the service sent it.
    pub nonce: Option<&'a str>,
    /// The access token beside it (`at_hash`).
    pub access_token: &'a str,
}

impl IdToken<'_> {
    /// Signs it.
    ///
    /// # Errors
    /// [`BadKey`] when the key does not sign.
    pub fn sign(&self, key: &PrivateKey, now: Instant) -> Result<String, BadKey> {
        let seconds = now.0.div_euclid(Instant::SECOND);
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, self.access_token.as_bytes());
        let mut claims = json!({
            "iss": self.issuer,
            "sub": subject(self.issuer, self.national_id),
            "aud": self.client_id,
            "exp": seconds + ID_TOKEN_SECONDS,
            "iat": seconds,
            "auth_time": self.signed_in.0.div_euclid(Instant::SECOND),
            "acr": ACR,
            "azp": self.client_id,
            "sid": self.sid,
            "at_hash": URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]),
            "preferred_username": self.national_id,
        });
        if let Some(nonce) = self.nonce {
            claims["nonce"] = json!(nonce);
        }
        sign_claims(key, &header(key, "JWT"), &claims)
    }
}

fn header(key: &PrivateKey, typ: &str) -> Value {
    json!({"alg": key.alg, "typ": typ, "kid": key.kid})
}

/// Signs a logout token (OpenID Connect Back-Channel Logout §2.4): tells `client_id` that the sign-on `sid` is over.
///
/// # Errors
/// [`BadKey`] when the key does not sign.
pub fn logout_token(
    key: &PrivateKey,
    issuer: &str,
    (client_id, national_id, sid): (&str, &str, &str),
    jti: &str,
    now: Instant,
) -> Result<String, BadKey> {
    let seconds = now.0.div_euclid(Instant::SECOND);
    let claims = json!({
        "iss": issuer,
        "sub": subject(issuer, national_id),
        "aud": client_id,
        "iat": seconds,
        "exp": seconds + LOGOUT_TOKEN_SECONDS,
        "jti": jti,
        "sid": sid,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    sign_claims(key, &header(key, "logout+jwt"), &claims)
}

/// What an ID token of ours says, however old it is: as a hint of whom it is about (OpenID Connect RP-Initiated
/// Logout §2). `keys` are ours, those on their way out too.
#[must_use]
pub fn read_hint(text: &str, keys: &KeySet, issuer: &str) -> Option<Map<String, Value>> {
    crate::install_crypto();
    if text.len() > 8 * 1024 {
        return None;
    }
    let header = jsonwebtoken::decode_header(text).ok()?;
    // A logout token is no ID token.
    if !matches!(header.alg, Algorithm::ES256 | Algorithm::RS256) || header.typ.as_deref() != Some("JWT") {
        return None;
    }
    let mut rules = Validation::new(header.alg);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let claims = keys
        .candidates(header.kid.as_deref(), header.alg)
        .find_map(|key| decode::<Map<String, Value>>(text, &key.decoding, &rules).ok())?
        .claims;
    (claims.get("iss").and_then(Value::as_str) == Some(issuer)).then_some(claims)
}

/// The discovery document (OpenID Connect Discovery §3; RFC 8414 §2; RFC 9126 §5; RFC 9449 §5.1; CIBA Core §4).
/// `certified` is our other origin, where the proxy asks clients for certificates (RFC 8705 §5).
///
/// Apps that a person connects are asked and get their tokens at the same endpoints ([`crate::app`]), so what they may ask
/// and how they prove themselves stands here too: one without a key proves itself by PKCE alone, which is called `none`.
#[must_use]
pub fn discovery(issuer: &str, certified: Option<&str>) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let auth = ["private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"];
    let signing = ["ES256", "ES384", "EdDSA", "PS256", "RS256"];
    let apps = app::offered().to_string();
    let scopes: Vec<&str> = SCOPES.into_iter().chain([app::LAUNCH]).chain(apps.split(' ')).collect();
    let at_tokens = [&auth[..], &["none"]].concat();
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": at("/oauth/authorize"),
        "pushed_authorization_request_endpoint": at("/oauth/par"),
        "token_endpoint": at("/oauth/token"),
        "backchannel_authentication_endpoint": at("/oauth/ciba"),
        "userinfo_endpoint": at("/oauth/userinfo"),
        "jwks_uri": at("/oauth/jwks"),
        "introspection_endpoint": at("/oauth/introspect"),
        "revocation_endpoint": at("/oauth/revoke"),
        "end_session_endpoint": at("/oauth/logout"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [
            "authorization_code", "refresh_token", "client_credentials", "urn:openid:params:grant-type:ciba",
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": Signing::ALL.map(Signing::word),
        "scopes_supported": scopes,
        "acr_values_supported": [ACR],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "sid", "at_hash", "name", "given_name",
            "family_name", "preferred_username", "SubjectNameID", "SubjectRole", "SubjectOrganization",
            "SubjectOrganizationID", "Secteur_Activite", "SubjectRefPro", "otherIds", "codeCivilite",
        ],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": at_tokens,
        "token_endpoint_auth_signing_alg_values_supported": signing,
        "introspection_endpoint_auth_methods_supported": auth,
        "introspection_endpoint_auth_signing_alg_values_supported": signing,
        "revocation_endpoint_auth_methods_supported": at_tokens,
        "revocation_endpoint_auth_signing_alg_values_supported": signing,
        "dpop_signing_alg_values_supported": crate::dpop::ALGORITHMS,
        "tls_client_certificate_bound_access_tokens": true,
        "authorization_response_iss_parameter_supported": true,
        "require_pushed_authorization_requests": false,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "backchannel_token_delivery_modes_supported": ["poll"],
        "backchannel_user_code_parameter_supported": false,
        "ui_locales_supported": ["fr", "en"],
    });
    if let Some(origin) = certified {
        document["mtls_endpoint_aliases"] = json!({
            "token_endpoint": format!("{origin}/oauth/token"),
            "pushed_authorization_request_endpoint": format!("{origin}/oauth/par"),
            "backchannel_authentication_endpoint": format!("{origin}/oauth/ciba"),
            "userinfo_endpoint": format!("{origin}/oauth/userinfo"),
            "introspection_endpoint": format!("{origin}/oauth/introspect"),
            "revocation_endpoint": format!("{origin}/oauth/revoke"),
        });
    }
    document
}
