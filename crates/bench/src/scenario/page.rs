//! The page where a person finds her documents, with two hundred of them behind it, asked for at a fixed rate
//! whatever the answers take.

use jiff::civil::datetime;
use synthetic::cda::Model;
use synthetic::mhd::Parcel;
use synthetic::{pdf, professionals};

use super::{Serials, deposit, fhir_headers, once};
use crate::Trouble;
use crate::load::Role;
use crate::login::Login;
use crate::wire::{Ask, Site, Wire};

/// How a browser asks for a page.
const BROWSER: &str = "accept: text/html\r\naccept-language: fr\r\n";

/// A browser, which opens one page for one guest after the other.
pub struct Browser {
    what: &'static str,
    path: String,
    guests: Vec<String>,
    turn: usize,
}

impl Role for Browser {
    fn next(&mut self) -> Ask<'_> {
        self.turn = (self.turn + 1) % self.guests.len();
        let headers = &self.guests[self.turn];
        Ask { what: self.what, method: "GET", path: &self.path, headers, body: b"", keep: false }
    }
}

/// So many browsers, each beginning with another guest. With `gzip` the answer is compressed, as it is for real
/// ones.
#[must_use]
pub fn roles(
    what: &'static str,
    path: &str,
    logins: &[Login],
    gzip: bool,
    browsers: usize,
) -> Vec<Box<dyn Role>> {
    let encoding = if gzip { "accept-encoding: gzip\r\n" } else { "" };
    let guests: Vec<String> =
        logins.iter().map(|login| format!("{}{BROWSER}{encoding}", login.headers)).collect();
    let browser = |turn| -> Box<dyn Role> {
        Box::new(Browser {
            what,
            path: path.to_owned(),
            guests: guests.clone(),
            turn: turn % guests.len().max(1),
        })
    };
    if guests.is_empty() { Vec::new() } else { (0..browsers).map(browser).collect() }
}

/// Gets a page once, to see that it is one; returns its bytes.
///
/// # Errors
/// When it is not a page: an error, or the way to the sign-in.
pub async fn try_page(site: &Site, path: &str, login: &Login) -> Result<Vec<u8>, Trouble> {
    let headers = format!("{}{BROWSER}", login.headers);
    let ask = Ask { what: "page", method: "GET", path, headers: &headers, body: b"", keep: true };
    let (status, body) = once(&mut Wire::new(site), &ask, |r| (r.status, r.body.to_vec())).await?;
    if status == 200 { Ok(body) } else { Err(format!("GET {path}: {status}, not a page").into()) }
}

/// Puts `documents` small documents of all models into the space with this INS, in two years' time of her life.
///
/// # Errors
/// The first refusal.
pub async fn fill(
    fhir: &Site,
    software: &Login,
    matricule: &str,
    documents: usize,
    serials: &Serials,
) -> Result<(), Trouble> {
    let mut person = synthetic::country::sample_patient();
    person.ins = kernel::Ins::parse(matricule, person.ins.authority)?;
    let headers = fhir_headers(software);
    let mut wire = Wire::new(fhir);
    for number in 0..documents {
        let author = professionals::doctor(1, number as u64 % 12);
        let month = (number % 12 + 1) as i8;
        let at = datetime(2023 + (number / 12 % 2) as i16, month, (number % 28 + 1) as i8, 9, 30, 0, 0);
        let sheet = deposit::sheet(serials.next(), 0, &person, &author, at);
        let bytes = pdf::page("Document", &[format!("numéro {number}")]);
        let model = Model::ALL[number % Model::ALL.len()];
        // The minimal profile says nothing about her but her number, which is all that is known here.
        let parcel = Parcel { sheet: &sheet, model, bytes: &bytes, media_type: "application/pdf" };
        let body = parcel.minimal().to_string();
        let ask = Ask {
            what: "fill",
            method: "POST",
            path: "",
            headers: &headers,
            body: body.as_bytes(),
            keep: false,
        };
        once(&mut wire, &ask, |_| ()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Fake;

    #[tokio::test(flavor = "current_thread")]
    async fn a_redirect_is_not_a_page() {
        let fake = Fake::start(|request| {
            if request.head.contains("cookie: s=1") {
                Fake::ok("<html>")
            } else {
                b"HTTP/1.1 303 See Other\r\nlocation: /sign-in\r\ncontent-length: 0\r\n\r\n".to_vec()
            }
        })
        .await;
        let known = Login { headers: "cookie: s=1\r\n".into(), ..Login::none() };
        assert_eq!(try_page(&fake.site, "/", &known).await.unwrap(), b"<html>");
        assert!(try_page(&fake.site, "/", &Login::none()).await.is_err());
    }
}
