//! IHE XDM archives, as secure mail and the old DMP's export carry them: `IHE_XDM/SUBSET01/…`.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

/// A zip with the documents of one submission and a minimal `METADATA.XML` (ebRIM `ExtrinsicObject`s with URI and
/// media type only: readers take the rest from the CDA headers).
#[must_use]
pub fn archive(documents: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let written = write_all(&mut zip, documents).and_then(|()| zip.finish().map_err(Into::into));
    written.map(Cursor::into_inner).unwrap_or_default()
}

fn write_all(
    zip: &mut zip::ZipWriter<Cursor<Vec<u8>>>,
    documents: &[(String, Vec<u8>)],
) -> Result<(), std::io::Error> {
    let options = SimpleFileOptions::default();
    let mut metadata = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>
"#,
    );
    for (i, (name, _)) in documents.iter().enumerate() {
        metadata.push_str(&format!(
            r#"<rim:ExtrinsicObject id="Document{i:02}" mimeType="text/xml" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"><rim:Slot name="URI"><rim:ValueList><rim:Value>{name}</rim:Value></rim:ValueList></rim:Slot></rim:ExtrinsicObject>
"#
        ));
    }
    metadata.push_str("</rim:RegistryObjectList></lcm:SubmitObjectsRequest>\n");
    let readme = "Documents de santé, archive IHE XDM (données fictives).\n";
    let index =
        "<!DOCTYPE html><html lang=\"fr\"><title>Archive</title><p>Documents de santé fictifs.</p></html>\n";
    let mut file = |name: &str, bytes: &[u8]| {
        zip.start_file(name, options)?;
        zip.write_all(bytes)
    };
    file("README.TXT", readme.as_bytes())?;
    file("INDEX.HTM", index.as_bytes())?;
    file("IHE_XDM/SUBSET01/METADATA.XML", metadata.as_bytes())?;
    for (name, bytes) in documents {
        file(&format!("IHE_XDM/SUBSET01/{name}"), bytes)?;
    }
    Ok(())
}
