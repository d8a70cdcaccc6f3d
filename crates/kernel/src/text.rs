//! Comparing what people typed: without accents, case, hyphens or double spaces.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `« Élodie-Anne  Lœb »` → `ELODIE ANNE LOEB`: letters and digits in capitals, anything else one space.
/// This is how strict traits are compared (RNIV: names in capitals without accents).
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'œ' | 'Œ' => out.push_str("OE"),
            'æ' | 'Æ' => out.push_str("AE"),
            'ß' => out.push_str("SS"),
            _ if c.is_alphanumeric() => out.extend(c.to_uppercase()),
            _ => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds_what_people_type() {
        for (typed, folded) in [
            ("Élodie-Anne  Lœb", "ELODIE ANNE LOEB"),
            ("  d'Œuvre ", "D OEUVRE"),
            ("NUÑEZ", "NUNEZ"),
            ("", ""),
            ("--", ""),
        ] {
            assert_eq!(fold(typed), folded, "{typed}");
        }
    }
}
