//! Reads every XML file under a folder and prints one line for each: what the reader found, or why it
//! refused. `cargo run -p cda --example conform_cda -- DIR [HTML-DIR]`; with a second folder, the rendered
//! bodies are written there for a validator.

#![allow(clippy::print_stdout, reason = "a command-line tool")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, io};

use cda::{Body, Document, Rendering};

fn main() -> io::Result<()> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let Some(folder) = arguments.next() else {
        return Err(io::Error::other("usage: conform DIR [HTML-DIR]"));
    };
    let pages = arguments.next();
    let mut files = Vec::new();
    gather(&folder, &mut files)?;
    files.sort();
    let (mut accepted, mut bytes_read) = (0, 0);
    let (mut headers, mut whole, mut writing) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for file in &files {
        let bytes = fs::read(file)?;
        bytes_read += bytes.len();
        let name = file.strip_prefix(&folder).unwrap_or(file).display();
        let start = Instant::now();
        let header = cda::header_only(&bytes);
        headers += start.elapsed();
        let start = Instant::now();
        let document = cda::parse(&bytes);
        whole += start.elapsed();
        match document {
            Ok(document) => {
                accepted += 1;
                assert_eq!(header.as_ref().ok(), Some(&document.header), "header_only disagrees with parse");
                let start = Instant::now();
                let html = document.html(&Rendering::default());
                let words = document.text().split(' ').count();
                writing += start.elapsed();
                println!("{name}: {} | {} words | {} html", summary(&document), words, html.len());
                if let Some(pages) = &pages {
                    write_page(pages, file, &document, &html)?;
                }
            }
            Err(rejection) => println!(
                "{name}: REFUSED {} at {}: {}",
                rejection.code,
                rejection.path.as_deref().unwrap_or("-"),
                rejection.message
            ),
        }
    }
    println!(
        "{accepted} of {} accepted, {} kB; headers {headers:?}, whole {whole:?}, html and text {writing:?}",
        files.len(),
        bytes_read / 1024
    );
    Ok(())
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xml")) {
            files.push(path);
        }
    }
    Ok(())
}

fn summary(document: &Document) -> String {
    let header = &document.header;
    let authors: Vec<&str> = header
        .authors
        .iter()
        .map(|author| {
            let organization = || author.organization.as_ref().and_then(|o| o.name.as_deref());
            author.person_name.as_deref().or_else(organization).unwrap_or("?")
        })
        .collect();
    let ins = match &header.patient.ins {
        Some(Ok(ins)) => ins.to_string(),
        Some(Err(error)) => format!("bad INS: {error}"),
        None => "no INS".to_owned(),
    };
    let embedded =
        document.embedded().map_or("-".to_owned(), |e| format!("{} {} B", e.media_type, e.bytes.len()));
    let sections = match &document.body {
        Body::Structured(sections) => format!("{} sections", sections.len()),
        Body::Unstructured { .. } => "file".to_owned(),
        Body::Elsewhere { reference } => format!("elsewhere: {reference}"),
    };
    let claimed = &header.patient.claimed;
    let parts = [
        header.title.clone(),
        header.type_code.code.clone(),
        header.class_code.as_ref().map_or("-", |class| class.code.as_str()).to_owned(),
        header.effective.instant.to_string(),
        authors.join(", "),
        ins,
        format!(
            "{} {} {} {} {}",
            claimed.birth_name.as_deref().unwrap_or("-"),
            claimed.given_names.as_deref().unwrap_or("-"),
            claimed.birth_date.map_or("-".to_owned(), |d| d.to_string()),
            claimed.sex.map_or("-", kernel::Sex::letter),
            claimed.birth_place.as_deref().unwrap_or("-"),
        ),
        format!("{} #{}", header.unique_id, header.replaces.join(",")),
        header.format_hint.clone().unwrap_or_default(),
        header.encounter.as_ref().and_then(|e| e.facility_type.as_ref()).map_or("-", |c| &c.code).to_owned(),
        embedded,
        format!("{} attachments", document.attachments().len()),
        sections,
    ];
    parts.join(" | ")
}

fn write_page(folder: &Path, file: &Path, document: &Document, html: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy().replace(' ', "_");
    let title = document.header.title.replace('&', "&amp;").replace('<', "&lt;");
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1>{html}</main></body></html>\n"
    );
    fs::write(folder.join(name + ".html"), page)
}
