//! The nouns: professionals, structures, and situations of practice, which join the two.

use kernel::Professional;
use kernel::rpps::Rpps;

/// A professional as her order registered her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practitioner {
    /// Her number for life.
    pub rpps: Rpps,
    /// `M` or `MME`.
    pub civil_title: String,
    /// Title she practises under: `DR`, `PR`, or nothing.
    pub title: String,
    /// Name she practises under.
    pub family: String,
    /// Given name she practises under.
    pub given: String,
}

impl Practitioner {
    /// As patients know her: `Dr Claire Moreau`.
    #[must_use]
    pub fn display(&self) -> String {
        let title = match self.title.as_str() {
            "DR" => "Dr ",
            "PR" => "Pr ",
            _ => "",
        };
        format!("{title}{} {}", capitalised(&self.given), capitalised(&self.family)).trim().to_owned()
    }
}

/// `JEAN-PIERRE` → `Jean-Pierre`, `D'ALMEIDA` → `D'Almeida`: the extract is written in capitals.
fn capitalised(name: &str) -> String {
    let mut begins = true;
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if begins {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        begins = !c.is_alphanumeric();
    }
    out
}

/// Where somebody practises: a hospital's site, a practice, a pharmacy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// The directory's technical identifier (`R10100000012345`, `F750100125` …).
    pub id: String,
    /// As its sign says, else its legal name.
    pub name: String,
    /// Its legal name.
    pub legal_name: String,
    /// FINESS of the site.
    pub finess: Option<String>,
    /// FINESS of the legal entity.
    pub legal_finess: Option<String>,
    /// SIRET of the site.
    pub siret: Option<String>,
    /// SIREN.
    pub siren: Option<String>,
    /// Number and street.
    pub street: String,
    /// Postcode.
    pub postal_code: String,
    /// INSEE code of the town.
    pub insee: String,
    /// Town.
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

/// How somebody practises (TRE_R23).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `L`: on her own account.
    SelfEmployed,
    /// `S`: employed.
    Employed,
    /// `B`: as a volunteer.
    Volunteer,
    /// Not said.
    Unknown,
}

impl Mode {
    /// The extract's letter.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SelfEmployed => "L",
            Self::Employed => "S",
            Self::Volunteer => "B",
            Self::Unknown => "",
        }
    }

    /// The mode of a letter.
    #[must_use]
    pub fn parse(code: &str) -> Self {
        match code {
            "L" => Self::SelfEmployed,
            "S" => Self::Employed,
            "B" => Self::Volunteer,
            _ => Self::Unknown,
        }
    }
}

/// One profession that somebody exercises in one way in one place: the *situation d'exercice* that is part of
/// every decision and of every journal line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Whose.
    pub rpps: Rpps,
    /// Names it among hers; the same in every import.
    pub id: String,
    /// TRE_G15 code of the profession (`10` doctor, `21` pharmacist, `60` nurse …).
    pub profession: String,
    /// `C` civil, `M` military, `E` student.
    pub category: String,
    /// Type of know-how (`S` specialty, `CEX` exclusive competence …).
    pub know_how: String,
    /// Specialty (`SM04` cardiology …).
    pub specialty: Option<String>,
    /// How.
    pub mode: Mode,
    /// Sector of activity (TRE_R02: `SA07` practice …).
    pub sector: Option<String>,
    /// Section of the pharmacists' order (`A` owner …).
    pub section: Option<String>,
    /// Role in the structure.
    pub role: Option<String>,
    /// Where.
    pub structure: Structure,
}

impl Situation {
    /// As visits and the journal name her in this activity.
    #[must_use]
    pub fn acting(&self, name: &str) -> Professional {
        Professional {
            rpps: self.rpps.clone(),
            name: name.to_owned(),
            profession: self.profession.clone(),
            specialty: self.specialty.clone(),
            structure: self.structure.name.clone(),
            finess: self.structure.finess.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Practitioner, capitalised};
    use kernel::rpps::Rpps;

    #[test]
    fn names_are_written_as_people_write_them() {
        for (from, to) in [("JEAN-PIERRE", "Jean-Pierre"), ("D'ALMEIDA", "D'Almeida"), ("LE GOFF", "Le Goff")]
        {
            assert_eq!(capitalised(from), to);
        }
        let claire = Practitioner {
            rpps: Rpps::parse("10001045367").unwrap(),
            civil_title: "MME".into(),
            title: "DR".into(),
            family: "MOREAU".into(),
            given: "CLAIRE".into(),
        };
        assert_eq!(claire.display(), "Dr Claire Moreau");
    }
}
