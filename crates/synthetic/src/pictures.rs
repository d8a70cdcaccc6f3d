//! Photographs of letters that nobody wrote: a sheet with grey lines, as PNG or JPEG.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use rand::Rng;

use crate::dice;

/// A picture of a page, `width` pixels wide and √2 times as high, as PNG.
#[must_use]
pub fn png(seed: u64, width: u32) -> Vec<u8> {
    written(&sheet(seed, width), ImageFormat::Png)
}

/// The same as JPEG.
#[must_use]
pub fn jpeg(seed: u64, width: u32) -> Vec<u8> {
    written(&sheet(seed, width), ImageFormat::Jpeg)
}

fn sheet(seed: u64, width: u32) -> RgbImage {
    let mut rng = dice(seed, 31, u64::from(width));
    let height = width * 141 / 100;
    let mut picture = RgbImage::from_pixel(width, height, Rgb([250, 249, 245]));
    let step = (height / 40).max(3);
    for line in (3..37).map(|n| n * step) {
        let end = width * rng.random_range(40..92) / 100;
        for x in width / 10..end {
            for y in line..line + step / 3 {
                picture.put_pixel(x, y.min(height - 1), Rgb([90, 90, 96]));
            }
        }
    }
    picture
}

/// Writing into memory fails only for sizes these formats cannot hold, which [`sheet`] does not make.
fn written(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    match picture.write_to(&mut file, format) {
        Ok(()) => file.into_inner(),
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_open_again() {
        for file in [png(1, 300), jpeg(1, 300)] {
            assert_eq!(image::load_from_memory(&file).unwrap().width(), 300);
        }
    }
}
