//! Reading the public RPPS extract (`PS_LibreAcces_Personne_activite`): UTF-8, `|` between columns, no quotes,
//! a header. Columns are found by their names, which changed over the years by accents and by a suffix; the
//! columns used stand in `docs/operations/professionals.md`.

use std::io::BufRead;

use aws_lc_rs::digest::{SHA256, digest};
use kernel::Fault;
use kernel::finess::Finess;
use kernel::rpps::Rpps;
use kernel::text::fold;

use super::model::{Mode, Practitioner, Situation, Structure};

/// One line, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who.
    pub practitioner: Practitioner,
    /// What she does where; `None` for somebody who is registered and practises nowhere.
    pub situation: Option<Situation>,
}

/// Why a line is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reject {
    /// It is not UTF-8, or has too few columns.
    Torn,
    /// It names somebody by another register than RPPS.
    OtherRegister,
    /// The RPPS number has not eleven digits, or its check digit is wrong.
    Rpps,
    /// A name is missing.
    Name,
    /// The code of the profession is missing or is none.
    Profession,
}

impl Reject {
    /// The machine word in the rejects file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Torn => "torn",
            Self::OtherRegister => "other-register",
            Self::Rpps => "rpps",
            Self::Name => "name",
            Self::Profession => "profession",
        }
    }

    /// The sentence beside it.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Torn => "the line is not UTF-8 or has not the columns of the header",
            Self::OtherRegister => "the identifier is not an RPPS number (type 8)",
            Self::Rpps => "the RPPS number has not eleven digits or its check digit is wrong",
            Self::Name => "the name or the given name is missing",
            Self::Profession => "the code of the profession is missing or is not a number",
        }
    }
}

macro_rules! columns {
    ($($name:ident = $folded:literal),* $(,)?) => {
        #[derive(Clone, Copy)]
        enum Column { $($name),* }
        /// Names of the columns used, folded, in the order of `Column`.
        const COLUMNS: &[&str] = &[$($folded),*];
    };
}

columns! {
    Kind = "TYPE D IDENTIFIANT PP", Number = "IDENTIFIANT PP",
    Family = "NOM D EXERCICE", Given = "PRENOM D EXERCICE", Profession = "CODE PROFESSION",
    StructureId = "IDENTIFIANT TECHNIQUE DE LA STRUCTURE", LegalName = "RAISON SOCIALE SITE",
    Title = "CODE CIVILITE D EXERCICE", CivilTitle = "CODE CIVILITE",
    Category = "CODE CATEGORIE PROFESSIONNELLE",
    KnowHow = "CODE TYPE SAVOIR FAIRE", Specialty = "CODE SAVOIR FAIRE", Mode = "CODE MODE EXERCICE",
    Siret = "NUMERO SIRET SITE", Siren = "NUMERO SIREN SITE", Finess = "NUMERO FINESS SITE",
    LegalFiness = "NUMERO FINESS ETABLISSEMENT JURIDIQUE", Sign = "ENSEIGNE COMMERCIALE SITE",
    StreetNumber = "NUMERO VOIE", Repeat = "INDICE REPETITION VOIE", StreetType = "LIBELLE TYPE DE VOIE",
    Street = "LIBELLE VOIE", PostalCode = "CODE POSTAL", Insee = "CODE COMMUNE", Town = "LIBELLE COMMUNE",
    Phone = "TELEPHONE", Email = "ADRESSE E MAIL", Department = "CODE DEPARTEMENT",
    FormerId = "ANCIEN IDENTIFIANT DE LA STRUCTURE", Authority = "AUTORITE D ENREGISTREMENT",
    Sector = "CODE SECTEUR D ACTIVITE", Section = "CODE SECTION TABLEAU PHARMACIENS", Role = "CODE ROLE",
}

/// The first columns are those without which a file is not read at all.
const NEEDED: usize = 7;

/// A reader over the lines of an extract.
pub struct Lines<R> {
    reader: csv::Reader<R>,
    record: csv::ByteRecord,
    places: Vec<Option<usize>>,
    line: u64,
}

impl<R> std::fmt::Debug for Lines<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lines(line {})", self.line)
    }
}

impl<R: BufRead> Lines<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// `Fault::Configuration` when a needed column is missing; `Fault::Io`.
    pub fn open(mut source: R) -> Result<Self, Fault> {
        if source.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
            source.consume(3);
        }
        // With the line feed as the only end, the reader counts lines as an editor does; a carriage return before
        // it is trimmed with its column.
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b'|')
            .terminator(csv::Terminator::Any(b'\n'))
            .quoting(false)
            .flexible(true)
            .from_reader(source);
        let header = reader.byte_headers().map_err(|e| Fault::Configuration(format!("header: {e}")))?;
        let found: Vec<String> = header.iter().map(|name| column(&String::from_utf8_lossy(name))).collect();
        let places: Vec<Option<usize>> =
            COLUMNS.iter().map(|name| found.iter().position(|column| column == name)).collect();
        let missing: Vec<&str> = COLUMNS
            .iter()
            .zip(&places)
            .take(NEEDED)
            .filter(|(_, place)| place.is_none())
            .map(|(name, _)| *name)
            .collect();
        if !missing.is_empty() {
            let said = format!("this is no RPPS extract: it has no column {}", missing.join(", "));
            return Err(Fault::Configuration(said));
        }
        Ok(Self { reader, record: csv::ByteRecord::new(), places, line: 1 })
    }

    /// Number of the line read last; the header is line 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    /// `Fault::Io` when the file cannot be read on.
    pub fn next_entry(&mut self) -> Result<Option<Result<Entry, Reject>>, Fault> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                self.line = self.record.position().map_or(self.line + 1, csv::Position::line);
                Ok(Some(self.check()))
            }
            Err(error) if error.is_io_error() => Err(Fault::Io(error.to_string())),
            Err(_) => {
                self.line += 1;
                Ok(Some(Err(Reject::Torn)))
            }
        }
    }

    fn text(&self, column: Column) -> Result<&str, Reject> {
        let place = self.places.get(column as usize).copied().flatten();
        let Some(bytes) = place.and_then(|place| self.record.get(place)) else { return Ok("") };
        std::str::from_utf8(bytes).map(str::trim).map_err(|_| Reject::Torn)
    }

    fn owned(&self, column: Column) -> Result<String, Reject> {
        self.text(column).map(str::to_owned)
    }

    fn filled(&self, column: Column) -> Result<Option<String>, Reject> {
        Ok(Some(self.owned(column)?).filter(|text| !text.is_empty()))
    }

    fn check(&self) -> Result<Entry, Reject> {
        let last_needed = self.places.iter().take(NEEDED).flatten().max();
        if last_needed.is_none_or(|last| *last >= self.record.len()) {
            return Err(Reject::Torn);
        }
        if self.text(Column::Kind)? != "8" {
            return Err(Reject::OtherRegister);
        }
        let rpps = Rpps::parse(self.text(Column::Number)?).ok_or(Reject::Rpps)?;
        let practitioner = Practitioner {
            rpps: rpps.clone(),
            civil_title: self.owned(Column::CivilTitle)?,
            title: self.owned(Column::Title)?,
            family: self.owned(Column::Family)?,
            given: self.owned(Column::Given)?,
        };
        if practitioner.family.is_empty() || practitioner.given.is_empty() {
            return Err(Reject::Name);
        }
        let profession = self.owned(Column::Profession)?;
        if profession.is_empty() || !profession.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Reject::Profession);
        }
        let situation = match self.structure()? {
            Some(structure) => Some(self.situation(rpps, profession, structure)?),
            None => None,
        };
        Ok(Entry { practitioner, situation })
    }

    fn situation(&self, rpps: Rpps, profession: String, structure: Structure) -> Result<Situation, Reject> {
        let mut situation = Situation {
            rpps,
            id: String::new(),
            profession,
            category: self.owned(Column::Category)?,
            know_how: self.owned(Column::KnowHow)?,
            specialty: self.filled(Column::Specialty)?,
            mode: Mode::parse(self.text(Column::Mode)?),
            sector: self.filled(Column::Sector)?,
            section: self.filled(Column::Section)?,
            role: self.filled(Column::Role)?,
            structure,
        };
        situation.id = name(&situation);
        Ok(situation)
    }

    /// The structure, when the line names one.
    fn structure(&self) -> Result<Option<Structure>, Reject> {
        let finess = self.filled(Column::Finess)?.and_then(|number| Finess::parse(&number));
        let finess = finess.map(|finess| finess.as_str().to_owned());
        let siret = self.filled(Column::Siret)?.filter(|siret| digits(siret, 14));
        let id = self
            .filled(Column::StructureId)?
            .or_else(|| finess.as_ref().map(|finess| format!("F{finess}")))
            .or_else(|| siret.as_ref().map(|siret| format!("S{siret}")));
        let Some(id) = id else { return Ok(None) };
        let legal_name = self.owned(Column::LegalName)?;
        let street = [Column::StreetNumber, Column::Repeat, Column::StreetType, Column::Street];
        let street: Vec<&str> = street.into_iter().map(|part| self.text(part)).collect::<Result<_, _>>()?;
        let street: Vec<&str> = street.into_iter().filter(|part| !part.is_empty()).collect();
        Ok(Some(Structure {
            id,
            name: self.filled(Column::Sign)?.unwrap_or_else(|| legal_name.clone()),
            legal_name,
            finess,
            legal_finess: self.filled(Column::LegalFiness)?,
            siret,
            siren: self.filled(Column::Siren)?.filter(|siren| digits(siren, 9)),
            street: street.join(" "),
            postal_code: self.owned(Column::PostalCode)?,
            insee: self.owned(Column::Insee)?,
            town: self.owned(Column::Town)?,
            department: self.owned(Column::Department)?,
            phone: self.owned(Column::Phone)?,
            email: self.owned(Column::Email)?,
            former_id: self.owned(Column::FormerId)?,
            authority: self.owned(Column::Authority)?,
        }))
    }
}

/// What names a situation among hers, in every import the same: a hash of all it says but the details of the structure.
fn name(of: &Situation) -> String {
    let given = |text: &Option<String>| text.clone().unwrap_or_default();
    let parts = [
        of.profession.clone(),
        of.category.clone(),
        of.know_how.clone(),
        given(&of.specialty),
        of.mode.code().to_owned(),
        given(&of.sector),
        given(&of.section),
        given(&of.role),
        of.structure.id.clone(),
    ];
    let hash = digest(&SHA256, parts.join("|").as_bytes());
    kernel::codes::hex(&hash.as_ref()[..8])
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

/// The name of a column without accents and without the suffix that recent extracts add.
fn column(name: &str) -> String {
    let folded = fold(name);
    let bare = folded.strip_suffix(" COORD STRUCTURE").or_else(|| folded.strip_suffix(" STRUCTURE"));
    match bare {
        Some(bare) if COLUMNS.contains(&bare) => bare.to_owned(),
        _ => folded,
    }
}
