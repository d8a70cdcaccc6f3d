//! Every component in every state, on pages that a browser test opens: the style guide of the house.
//!
//! Sentences that belong to a room stand here in one language only and are marked `lang="fr"` where they would
//! be read; people and documents are invented.

use std::borrow::Cow;

use jiff::civil::date;
use kernel::{Issue, Language, PersonId, Refusal, RefusalKind, Sex};
use maud::{Markup, html};

use crate::about;
use crate::contact::Contact;
use crate::form::{self, Ceremony, Choice, Filled};
use crate::icons::Icon;
use crate::menu::{Nav, Side};
use crate::page::{Acting, Frame, Page, Relation, Situation, Space, shell};
use crate::parts::{self, Card, Column, Group, Table, Tone};
use crate::refusal;
use crate::theme::Theme;
use crate::words::Words;

/// One page of the style guide, as a whole document.
#[derive(Debug)]
pub struct Sample {
    /// A name for a file: `form-refused`.
    pub name: String,
    /// The document.
    pub html: String,
}

/// An operator that says how it is reached.
fn contact() -> Contact {
    Contact {
        name: "Agence <régionale> de santé".to_owned(),
        address: ["12 rue du Port", "31000 Toulouse"].map(str::to_owned).to_vec(),
        phone: "05 61 00 00 00".to_owned(),
        email: "aide@carnet.example".to_owned(),
        privacy: "donnees@carnet.example".to_owned(),
        publisher: "Ana Roy".to_owned(),
        host: "Hébergeur, 3 place du Marché, 59000 Lille".to_owned(),
    }
}

/// Every page of the style guide in `language`.
#[must_use]
pub fn samples(language: Language) -> Vec<Sample> {
    let words = Words::of(language);
    let says = |fr: &'static str, en: &'static str| match language {
        Language::Fr => fr,
        Language::En => en,
    };
    let carnet = Theme::default();
    let mut samples = Vec::new();
    let mut add = |name: &str, frame: &Frame<'_>, page: &Page| {
        samples.push(Sample { name: name.to_owned(), html: shell(frame, page) });
    };
    let nobody = frame(language, &carnet, None);
    let signed_in = frame(language, &carnet, Some("Camille Aubert-Lefèvre"));
    let acting = |person| Frame { acting: family(person), demo: true, ..signed_in.clone() };
    let doctor = |has_others| {
        let situation = Some(situation(&says, has_others));
        Frame { situation, ..frame(language, &carnet, Some("Dr Claire Moreau")) }
    };

    add("list", &signed_in, &list(words, &says));
    add("list-empty", &signed_in, &list_empty(&says));
    add("acting-own", &acting(None), &list(words, &says));
    add("acting-daughter", &acting(Some(PersonId(43))), &list_empty(&says));
    add("acting-son", &acting(Some(PersonId(44))), &form_page(words, &says, &Filled::empty(words)));
    add("acting-mother", &acting(Some(PersonId(45))), &document(words, &says));
    add("acting-ward", &acting(Some(PersonId(46))), &messages(&says));
    add("document", &signed_in, &document(words, &says));
    add("table", &frame(language, &carnet, Some("Équipe")), &table(words, &says));
    add("messages", &signed_in, &messages(&says));
    add("form", &signed_in, &form_page(words, &says, &Filled::empty(words)));
    add("form-refused", &signed_in, &form_page(words, &says, &refused(words, &says)));
    add("passkey", &nobody, &passkey(words, &says));
    add("codes", &signed_in, &codes(words, &says));
    add("draft", &signed_in, &draft(words, &says));
    add("professional", &doctor(false), &professional(words, &says));
    add("professional-situations", &doctor(true), &professional(words, &says));
    for (name, refusal) in refusals() {
        let page = refusal::page(words, &refusal, Nav::citizen("/documents"), "7f3a-22c1");
        add(&format!("refusal-{name}"), &signed_in, &page);
    }
    let (unsaid, said) = (Contact::default(), contact());
    add("help", &nobody, &about::help(words, Nav::nobody(), &unsaid));
    add("help-contact", &nobody, &about::help(words, Nav::nobody(), &said));
    add("accessibility", &nobody, &about::accessibility(words, Nav::nobody(), &unsaid));
    add("privacy", &signed_in, &about::privacy(words, Nav { side: Side::Citizen, here: None }, &said));
    add("legal", &nobody, &about::legal(words, Nav::nobody(), &said));
    let theme = operator_theme();
    add("theme", &frame(language, &theme, Some("Camille Aubert-Lefèvre")), &list(words, &says));
    samples
}

/// An operator's look, for the page that shows one.
#[must_use]
pub fn operator_theme() -> Theme {
    Theme::new("Santé Bleue", Some("#1d4ed8")).unwrap_or_default()
}

type Says<'a> = dyn Fn(&'static str, &'static str) -> &'static str + 'a;

fn frame<'a>(language: Language, theme: &'a Theme, name: Option<&str>) -> Frame<'a> {
    let path = "/documents?q=prise de sang";
    Frame { signed_in: name.map(str::to_owned), ..Frame::of_nobody(language, path, "sample", theme) }
}

/// Somebody who may open her children's spaces and those of two adults; `open` is the one that is open.
#[must_use]
pub fn family(open: Option<PersonId>) -> Acting {
    let space = |person, name: &str, relation, until| Space {
        closed: Vec::new(),
        person: PersonId(person),
        name: name.to_owned(),
        relation,
        until,
    };
    let spaces = vec![
        space(43, "Léa Aubert", Relation::Child(Sex::F), None),
        space(44, "Maximilien-Barthélemy Aubert-Lefèvre", Relation::Child(Sex::M), Some(date(2027, 3, 1))),
        space(45, "Odette Lefèvre", Relation::Parent(Sex::F), Some(date(2026, 11, 30))),
        space(46, "Jean Ruiz", Relation::Ward, None),
    ];
    Acting { person: open, spaces }
}

/// A professional's activity; `has_others` when she may choose another one.
fn situation(says: &Says<'_>, has_others: bool) -> Situation {
    Situation {
        name: "Dr Claire Moreau".into(),
        profession: Some(says("cardiologue", "cardiologist").into()),
        structure: "CH des Trois-Rivières".into(),
        has_others,
    }
}

fn refusals() -> Vec<(&'static str, Refusal)> {
    vec![
        ("not-found", Refusal::not_found()),
        ("sign-in", Refusal::new(RefusalKind::SignIn, "session-ended", "The session has ended.")),
        ("forbidden", Refusal::forbidden("not-found", "No.")),
        (
            "slow-down",
            Refusal::new(RefusalKind::SlowDown { retry_after: 300 }, "slow-down", "Too many tries."),
        ),
        ("fault", Refusal::from(kernel::Fault::Internal("an invariant".into()))),
    ]
}

fn choices(says: &Says<'_>) -> Vec<Choice<'static>> {
    vec![
        Choice::new("lab", says("Résultats d’analyses", "Laboratory results")),
        Choice::new("letter", says("Courrier de médecin", "Letter from a doctor")),
        Choice::new("image", says("Imagerie", "Imaging")),
    ]
}

fn card(
    says: &Says<'_>,
    title: (&'static str, &'static str),
    who: &'static str,
    icon: Icon,
) -> Card<'static> {
    Card::link("/documents/1", says(title.0, title.1))
        .line(who)
        .line(says("lundi 2 mars 2026", "Monday 2 March 2026"))
        .icon(icon)
}

fn list(words: &Words, says: &Says<'_>) -> Page {
    let filled = Filled::empty(Words::of(words.language())).with("type", "lab");
    let new = parts::tag(Some(Tone::Info), says("Nouveau", "New"));
    let march = [
        card(
            says,
            ("Prise de sang : bilan complet", "Blood test: full panel"),
            "Laboratoire des Trois-Rivières",
            Icon::Flask,
        )
        .tags(new),
        card(says, ("Ordonnance", "Prescription"), "Dr Claire Moreau, cardiologue", Icon::Pill),
    ];
    let february = [card(
        says,
        (
            "Compte rendu d’hospitalisation dans le service de cardiologie",
            "Report of the stay in the cardiology ward",
        ),
        "Hôpital Saint-Aubin",
        Icon::Hospital,
    )];
    let title = says("Vos documents", "Your documents");
    let body = html! {
        (parts::header_with(
            title,
            says("Tout ce que vos soignants et vous avez déposé ici.", "Everything that your carers and you have put here."),
            form::button_link(says("Ajouter un document", "Add a document"), "/documents/new", Some(Icon::Plus)),
        ))
        (parts::search_box(words, "/documents", "q", says("Chercher dans vos documents", "Search your documents"), "sang"))
        (parts::filters(words, "/documents", 1, "/documents", html! {
            (form::select("type", says("Type de document", "Type of document"), choices(says)).optional().show(&filled))
            (form::text("author", says("Auteur", "Author")).optional().show(&filled))
        }))
        (parts::timeline(&[
            Group { heading: crate::dates::month(words, date(2026, 3, 2)), body: parts::cards(&march) },
            Group { heading: crate::dates::month(words, date(2026, 2, 2)), body: parts::cards(&february) },
        ]))
        (parts::pagination(words, 4, 12, |n| format!("/documents?page={n}")))
    };
    Page::new(Nav::citizen("/documents"), title, body)
}

fn list_empty(says: &Says<'_>) -> Page {
    let title = says("Vos documents", "Your documents");
    let body = html! {
        (parts::header(title))
        (parts::empty(
            says("Rien ici pour l’instant", "Nothing here yet"),
            says("Le premier document apparaîtra quand un soignant l’aura déposé, ou quand vous l’ajouterez.",
                 "The first document appears when a carer has deposited it, or when you add one."),
            form::button_link(says("Ajouter un document", "Add a document"), "/documents/new", Some(Icon::Plus)),
        ))
    };
    Page::new(Nav::citizen("/documents"), title, body)
        .flash(Tone::Success, says("Le document a été retiré.", "The document has been withdrawn."))
        .flash(
            Tone::Warning,
            says("La connexion finit dans deux minutes.", "Your sign-in ends in two minutes."),
        )
}

fn document(words: &Words, says: &Says<'_>) -> Page {
    let title = says("Prise de sang : bilan complet", "Blood test: full panel");
    let facts: [(Cow<'_, str>, Markup); 4] = [
        (says("Date", "Date").into(), parts::date_of(words, date(2026, 3, 2))),
        (says("Auteur", "Author").into(), html! { "Dr Hélène Vasseur, biologiste" }),
        (says("Déposé par", "Deposited by").into(), html! { "Laboratoire des Trois-Rivières" }),
        (says("Taille", "Size").into(), html! { (crate::sizes::size(words.language(), 84_213)) }),
    ];
    let body = html! {
        (parts::breadcrumbs(words, &[(says("Documents", "Documents").into(), "/documents".into())], title))
        (parts::header_with(title, "", html! {
            (form::button_link(says("Télécharger", "Download"), "/documents/1/file", Some(Icon::Download)))
            (parts::print_button(words))
        }))
        (parts::tabs(says("Vues du document", "Views of the document"), &[
            (says("Lire", "Read").into(), "/documents/1".into(), true),
            (says("Qui peut le voir", "Who can see it").into(), "/documents/1/who".into(), false),
            (says("Versions", "Versions").into(), "/documents/1/versions".into(), false),
        ]))
        (parts::facts(&facts))
        (parts::section("who", says("Qui peut voir ce document", "Who can see this document"), html! {
            (parts::cards(&[
                Card::plain("Dr Claire Moreau").line(says("Votre médecin traitant", "Your treating doctor")).icon(Icon::Person)
                    .actions(form::button_post(says("Retirer", "Remove"), says("l’accès du Dr Moreau", "the access of Dr Moreau"), "/sharing/1/end", &[("id", "1")])),
                Card::plain("Laboratoire des Trois-Rivières").line(says("L’auteur voit toujours ce qu’il a écrit", "Authors always see what they wrote")).icon(Icon::Flask),
            ]))
        }))
        (parts::turn(words, Some("/documents/2"), Some("/documents/0")))
        (parts::details(says("Informations techniques", "Technical information"), html! { p { "urn:oid:1.2.250.1.999.1" } }))
    };
    Page::new(Nav::citizen("/documents"), title, body)
}

fn table(words: &Words, says: &Says<'_>) -> Page {
    let number = |n: i64| html! { (crate::numbers::whole(words.language(), n)) };
    let title = says("Ouverture des espaces", "Opening of spaces");
    let table = Table {
        caption: says("Par département", "By department").into(),
        columns: vec![
            Column::words(says("Département", "Department")),
            Column::number(says("Annoncés", "Announced")),
            Column::number(says("Opposés", "Opposed")),
            Column::number(says("Créés", "Created")),
            Column::words(says("État", "State")),
        ],
        rows: vec![
            vec![
                html! { "Haute-Garonne" },
                number(1_412_200),
                number(3_120),
                number(1_409_080),
                parts::tag(Some(Tone::Success), says("Ouvert", "Open")),
            ],
            vec![
                html! { "Loire-Atlantique" },
                number(1_457_806),
                number(2_871),
                number(0),
                parts::tag(Some(Tone::Warning), says("Fenêtre en cours", "Window open")),
            ],
            vec![
                html! { "Somme" },
                number(569_769),
                number(0),
                number(0),
                parts::tag(None, says("Prévu", "Planned")),
            ],
        ],
    };
    let body = html! { (parts::header(title)) (table.show()) };
    Page::new(Nav::operator("/operator/enrolment"), title, body).wide()
}

fn messages(says: &Says<'_>) -> Page {
    let title = says("Messages", "Messages");
    let body = html! {
        (parts::header(title))
        @for tone in Tone::ALL {
            (parts::alert(tone, says("Ce qui compte ici", "What matters here"), html! {
                p { (says("Une phrase, puis ", "One sentence, then ")) a.ds-link href="/help" { (says("quoi faire", "what to do")) } "." }
            }))
            (parts::alert(tone, "", html! { p { (says("Une seule phrase, sans titre.", "Only one sentence, without a title.")) } }))
        }
        p {
            @for tone in Tone::ALL { (parts::tag(Some(tone), says("État", "State"))) " " }
            (parts::tag(None, says("Neutre", "Neutral"))) " "
            (parts::badge(12, says("nouveaux documents", "new documents")))
        }
    };
    Page::new(Nav::citizen("/"), title, body)
        .flash(Tone::Danger, says("L’envoi a échoué.", "The upload failed."))
}

fn form_page(words: &Words, says: &Says<'_>, filled: &Filled) -> Page {
    let title = says("Ajouter un document", "Add a document");
    let steps: [Cow<'_, str>; 3] = [
        says("Fichier", "File").into(),
        says("Description", "Description").into(),
        says("Vérification", "Check").into(),
    ];
    let body = html! {
        (form::error_summary(filled))
        (parts::steps(words, &steps, 1))
        (parts::header(title))
        (form::post_files("/documents", filled, html! {
            (form::file("file", says("Fichiers", "Files")).hint(says("PDF, JPEG ou PNG, 25 Mo au plus par fichier", "PDF, JPEG or PNG, at most 25 MB each"))
                .accept("application/pdf,image/jpeg,image/png").multiple().show(filled))
            (form::text("title", says("Titre", "Title")).hint(says("Par exemple : prise de sang", "For example: blood test")).max(120).show(filled))
            (form::select("type", says("Type de document", "Type of document"), choices(says)).show(filled))
            (form::date("date", says("Date du document", "Date of the document")).hint(says("Par exemple : 27 3 1979", "For example: 27 3 1979")).show(filled))
            (form::radios("who", says("Qui peut voir ce document ?", "Who can see this document?"), vec![
                Choice::new("team", says("Les soignants que j’ai autorisés", "The carers whom I have allowed")),
                Choice::new("me", says("Moi seulement", "Only me")).hint(says("Vous pourrez changer d’avis", "You can change your mind later")),
            ]).show(filled))
            (form::checkboxes("tell", says("Prévenir", "Tell"), vec![
                Choice::new("doctor", says("Mon médecin traitant", "My treating doctor")),
                Choice::new("carer", says("Mes aidants", "My family carers")),
            ]).optional().show(filled))
            (form::email("mail", says("Adresse e-mail", "E-mail address")).optional().show(filled))
            (form::tel("tel", says("Téléphone", "Telephone")).optional().width(14).show(filled))
            (form::code("code", says("Code reçu par courrier", "Code from the letter")).width(19).show(filled))
            (form::search("find", says("Chercher", "Search for")).optional().show(filled))
            (form::textarea("note", says("Note pour vos soignants", "Note for your carers")).optional().show(filled))
            (form::checkbox("sure", says("J’ai vérifié que ce document est à moi", "I have checked that this document is mine"), None, filled))
            (form::actions(html! {
                (form::submit(says("Ajouter", "Add")))
                (form::secondary(says("Garder pour plus tard", "Keep for later"), "later", "yes"))
                (form::danger(says("Supprimer le brouillon", "Delete the draft")))
                (form::quiet_submit(says("Annuler", "Cancel")))
            }))
        }))
    };
    Page::new(Nav::citizen("/documents"), title, body).refilled(filled)
}

fn refused(words: &Words, says: &Says<'_>) -> Filled {
    let typed = [
        ("title", "<b>Prise de sang</b> & \"suites\""),
        ("type", "lab"),
        ("date-day", "31"),
        ("date-month", "2"),
        ("date-year", "2026"),
        ("who", "me"),
        ("tell", "carer"),
        ("mail", "camille"),
        ("code", "ABCD-EFGH"),
        ("note", "Deux\nlignes"),
        ("sure", "yes"),
    ];
    let mut filled = Filled::sent(
        Words::of(words.language()),
        typed.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    if let Err(sentence) = filled.date("date") {
        filled.wrong("date", sentence);
    }
    for field in ["file", "title", "type", "who", "tell", "mail", "code", "note", "sure"] {
        filled.wrong(field, says("Vérifiez cette réponse", "Check this answer"));
    }
    filled.refused(&Refusal::invalid_all(vec![Issue {
        code: "form-expired",
        path: None,
        diagnostics: "".into(),
    }]))
}

fn passkey(words: &Words, says: &Says<'_>) -> Page {
    let filled = Filled::empty(Words::of(words.language()));
    let title = says("Se connecter", "Sign in");
    let body = html! {
        (parts::header_with(title, says("Avec votre empreinte, votre visage ou le code de votre appareil.", "With your fingerprint, your face or the code of your device."), html! {}))
        (parts::paper(form::passkey(
            Ceremony::SignIn, "/sign-in/options", "/sign-in/finish", &filled,
            form::submit(says("Se connecter avec une clé d’accès", "Sign in with a passkey")),
            html! { p { a.ds-link href="/help" { (says("Être aidé pour se connecter", "Get help with signing in")) } } },
        )))
    };
    Page::new(Nav::nobody(), title, body)
}

fn codes(words: &Words, says: &Says<'_>) -> Page {
    let title = says("Vos codes de secours", "Your recovery codes");
    let body = html! {
        (parts::header_with(title, says("Imprimez cette page et gardez-la en lieu sûr.", "Print this page and keep it in a safe place."), html! {
            (parts::print_button(words)) (parts::copy_button(words, "codes"))
        }))
        (parts::secret("codes", "ABCD-EFGH-IJKL-MNOP"))
        (parts::qr(says("Code à scanner avec votre téléphone", "Code to scan with your phone"),
            html! { svg viewBox="0 0 8 8" aria-hidden="true" { path d="M0 0h3v3H0zM5 0h3v3H5zM0 5h3v3H0zM4 4h1v1H4zM6 6h2v2H6z" fill="#000"; } },
            html! { p { "https://carnet.example/activer" } }))
        p { (says("Créés ", "Made ")) (parts::time_of(words, kernel::Instant(1_772_456_700_000_000))) "." }
    };
    Page::new(Nav::citizen("/account"), title, body)
}

fn draft(words: &Words, says: &Says<'_>) -> Page {
    let filled = Filled::empty(Words::of(words.language()));
    let title = says("Écrire une note", "Write a note");
    let body = html! {
        (parts::header(title))
        (form::draft_done("another"))
        (form::post_draft("/notes", "note", &filled, html! {
            (form::textarea("note", says("Votre note", "Your note")).show(&filled))
            (form::checkbox("share", says("La montrer à mon médecin", "Show it to my doctor"), None, &filled))
            (form::submit(says("Garder", "Keep")))
        }))
    };
    Page::new(Nav::citizen("/"), title, body)
}

fn professional(words: &Words, says: &Says<'_>) -> Page {
    let filled = Filled::empty(Words::of(words.language())).with_date("birth", date(1979, 3, 27));
    let title = says("Trouver une personne", "Find a person");
    let body = html! {
        (parts::header(title))
        (parts::paper(form::get("/pro", html! {
            (form::text("ins", says("Matricule INS", "INS number")).digits().width(15).hint(says("15 chiffres", "15 digits")).show(&filled))
            (form::date("birth", says("Date de naissance", "Birth date")).show(&filled))
            (form::submit(says("Chercher", "Search")))
        })))
    };
    Page::new(Nav::professional("/pro"), title, body)
}

#[cfg(test)]
mod tests {
    use kernel::Language;

    use super::samples;

    #[test]
    fn every_sample_is_whole_and_says_everything_in_words() {
        for language in Language::ALL {
            let samples = samples(language);
            assert!(samples.len() >= 16);
            for sample in samples {
                assert!(sample.html.starts_with("<!DOCTYPE html><html lang="), "{}", sample.name);
                assert!(!sample.html.contains('⟦'), "{} lacks a sentence", sample.name);
                assert!(
                    !sample.html.contains("name=\"csrf\" value=\"\""),
                    "{} has a form without its token",
                    sample.name
                );
                assert_eq!(sample.html.matches("<h1").count(), 1, "{}", sample.name);
                assert!(
                    !sample.html.contains("style=") && !sample.html.contains("onclick"),
                    "{}",
                    sample.name
                );
                // The shared files weigh under 80 kB; the page itself has the rest.
                assert!(sample.html.len() < 20_000, "{} weighs {}", sample.name, sample.html.len());
            }
        }
    }

    #[test]
    fn the_checks_in_the_browser_use_the_policy_that_the_door_sends() {
        let script = include_str!("../../../web/tests/serve.mjs");
        assert!(script.contains(crate::page::CONTENT_SECURITY_POLICY));
    }

    #[test]
    fn what_people_typed_comes_back_escaped() {
        let refused = samples(Language::Fr).into_iter().find(|s| s.name == "form-refused").expect("there");
        assert!(refused.html.contains("&lt;b&gt;Prise de sang&lt;/b&gt; &amp; &quot;suites&quot;"));
        assert!(refused.html.contains("<title>Erreur\u{a0}: "));
        assert!(refused.html.contains("name=\"csrf\" value=\"sample\""));
    }
}
