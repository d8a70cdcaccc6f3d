//! A professional as claims need her, from the directory.

use kernel::{Answer, Professional};
use oauth::openid::{Identity, Practice};
use store::Tx;

use crate::directory::{self, Situation};

/// Her national id: `8` and her RPPS number.
pub(super) fn national_id(of: &Professional) -> String {
    format!("8{}", of.rpps)
}

/// Everything that is said about her: her names, the activity she chose, and all she has.
pub(super) fn identity(tx: &mut Tx<'_>, of: &Professional) -> Answer<Identity> {
    let practitioner = directory::practitioner(tx, &of.rpps)?;
    let situations = directory::situations(tx, &of.rpps)?;
    let (given_name, family_name, civility, title) = match practitioner {
        Some(known) => (known.given, known.family, known.civil_title, known.title),
        None => named(&of.name),
    };
    let exactly = |one: &&Situation| one.specialty == of.specialty && one.structure.name == of.structure;
    let chosen = || situations.iter().filter(|one| is_chosen(one, of));
    let chosen = chosen().find(exactly).or_else(|| chosen().next()).map_or_else(|| acting(of), practice);
    let practices = situations.iter().map(practice).collect();
    Ok(Identity { national_id: national_id(of), given_name, family_name, civility, title, chosen, practices })
}

/// Whether the activity that she chose is still one of hers.
pub(super) fn acts(tx: &mut Tx<'_>, of: &Professional) -> Answer<bool> {
    Ok(directory::situations(tx, &of.rpps)?.iter().any(|one| is_chosen(one, of)))
}

/// The same profession at the same place. A place that has a number keeps it when it changes its name, and a doctor
/// who learns another specialty is no other doctor.
fn is_chosen(one: &Situation, of: &Professional) -> bool {
    let place = &one.structure;
    let same_place = match (&place.finess, &of.finess) {
        (Some(here), Some(there)) => here == there,
        (None, None) => place.name == of.structure,
        _ => false,
    };
    one.profession == of.profession && same_place
}

/// The activity as her session has it: the directory may have forgotten it since her sign-on was looked at.
fn acting(of: &Professional) -> Practice {
    Practice {
        profession: of.profession.clone(),
        category: "C".to_owned(),
        specialty: of.specialty.clone().unwrap_or_default(),
        structure: of.structure.clone(),
        legal_name: of.structure.clone(),
        finess: of.finess.clone().unwrap_or_default(),
        ..Practice::default()
    }
}

fn practice(of: &Situation) -> Practice {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let place = &of.structure;
    Practice {
        profession: of.profession.clone(),
        category: of.category.clone(),
        know_how: of.know_how.clone(),
        specialty: text(&of.specialty),
        mode: of.mode.code().to_owned(),
        sector: text(&of.sector),
        section: text(&of.section),
        role: text(&of.role),
        structure_id: place.id.clone(),
        structure: place.name.clone(),
        legal_name: place.legal_name.clone(),
        finess: text(&place.finess),
        legal_finess: text(&place.legal_finess),
        siret: text(&place.siret),
        siren: text(&place.siren),
        street: place.street.clone(),
        postal_code: place.postal_code.clone(),
        insee: place.insee.clone(),
        town: place.town.clone(),
        department: place.department.clone(),
        phone: place.phone.clone(),
        email: place.email.clone(),
        former_id: place.former_id.clone(),
        authority: place.authority.clone(),
    }
}

/// Given name, family name, civility and title out of `Dr Claire Moreau`, for somebody who was entered by hand.
fn named(display: &str) -> (String, String, String, String) {
    let mut words: Vec<&str> = display.split_whitespace().collect();
    let title = match words.first().copied() {
        Some("Dr") => "DR",
        Some("Pr") => "PR",
        _ => "",
    };
    let civility = match words.first().copied() {
        Some("M.") => "M",
        Some("Mme") => "MME",
        _ => "",
    };
    if !(title.is_empty() && civility.is_empty()) {
        words.remove(0);
    }
    let (given, family) = words.split_at(words.len().min(1));
    (given.join(" "), family.join(" "), civility.to_owned(), title.to_owned())
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn names_entered_by_hand_fall_apart_as_they_were_put_together() {
        for (display, given, family, title) in [
            ("Dr Claire Moreau", "Claire", "Moreau", "DR"),
            ("Pr Jean-Pierre Le Goff", "Jean-Pierre", "Le Goff", "PR"),
            ("Mme Aline DURAND", "Aline", "DURAND", ""),
            ("Madonna", "Madonna", "", ""),
            ("", "", "", ""),
        ] {
            let (g, f, _, t) = named(display);
            assert_eq!((g.as_str(), f.as_str(), t.as_str()), (given, family, title), "{display}");
        }
    }
}
