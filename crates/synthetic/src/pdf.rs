//! A one-page PDF with real, selectable text (ISO 32000-1; Helvetica in WinAnsiEncoding).

use rand::RngCore;

use crate::dice;

/// A page with a title and lines of text; characters outside Windows-1252 become `?`.
#[must_use]
pub fn page(title: &str, lines: &[String]) -> Vec<u8> {
    document(title, lines, None)
}

/// The same page in a file of about `size` bytes: the rest is a stream of noise, as dense as a scanned page.
#[must_use]
pub fn padded(title: &str, lines: &[String], size: usize) -> Vec<u8> {
    let bare = document(title, lines, Some(&[])).len();
    let mut noise = vec![0; size.saturating_sub(bare)];
    dice(size as u64, 30, title.len() as u64).fill_bytes(&mut noise);
    document(title, lines, Some(&noise))
}

fn document(title: &str, lines: &[String], noise: Option<&[u8]>) -> Vec<u8> {
    let mut text = b"BT /F1 16 Tf 56 780 Td (".to_vec();
    text.extend(escaped(title));
    text.extend(b") Tj /F1 11 Tf");
    for line in lines {
        text.extend(b" 0 -18 Td (");
        text.extend(escaped(line));
        text.extend(b") Tj");
    }
    text.extend(b" ET");

    let mut info = b"<< /Producer (carnet synthetic) /Title (".to_vec();
    info.extend(escaped(title));
    info.extend(b") >>");
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
/Resources << /Font << /F1 4 0 R >> >> >>"
            .to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        stream(&text),
        info,
    ];
    if let Some(noise) = noise {
        objects.push(stream(noise));
    }
    assemble(&objects)
}

/// Numbers the objects and writes header, table of offsets and trailer.
fn assemble(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::with_capacity(objects.len());
    for (i, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n", i + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    file
}

fn stream(bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<< /Length {} >>\nstream\n", bytes.len()).into_bytes();
    object.extend(bytes);
    object.extend(b"\nendstream");
    object
}

/// A PDF string's inside: Windows-1252 with brackets and backslash escaped.
fn escaped(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | ')' | '\\' => out.extend([b'\\', c as u8]),
            'œ' => out.push(0x9C),
            'Œ' => out.push(0x8C),
            '’' => out.push(0x92),
            '–' => out.push(0x96),
            '€' => out.push(0x80),
            c if (c as u32) < 0x100 => out.push(c as u32 as u8),
            _ => out.push(b'?'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_point_at_their_objects() {
        let file = page("Compte rendu", &["Glycémie (à jeun) : 0,92 g/L".into(), "Cœur : régulier".into()]);
        let table = String::from_utf8_lossy(&file);
        let start: usize = table
            .rsplit("startxref\n")
            .next()
            .and_then(|tail| tail.lines().next())
            .and_then(|n| n.parse().ok())
            .unwrap();
        assert!(file[start..].starts_with(b"xref"));
        let rows = String::from_utf8_lossy(&file[start..]).into_owned();
        for (i, row) in rows.lines().skip(3).take(6).enumerate() {
            let offset: usize = row[..10].parse().unwrap();
            assert!(file[offset..].starts_with(format!("{} 0 obj", i + 1).as_bytes()), "{row}");
        }
    }

    #[test]
    fn padding_reaches_the_size_asked_for() {
        let file = padded("Scan", &[], 80_000);
        assert!((79_900..80_100).contains(&file.len()), "{}", file.len());
    }
}
