//! Qr: small texts as codes on a terminal, for machines that share nothing but a camera.

use super::{cli::Report, failure::Failure, files};
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};
use serde_json::json;
use std::path::Path;

/// `ceremony qr`.
pub fn qr(file: &Path, approvals: bool) -> Result<Report, Failure> {
    let texts = if approvals {
        let plan = files::read_document(file)?;
        plan.approvals().map(|approval| approval.to_string()).collect()
    } else {
        vec![String::from_utf8_lossy(&files::read(file)?).trim_end().to_owned()]
    };
    let mut says = Vec::new();
    for text in &texts {
        says.push(code(text.as_bytes())?);
    }
    Ok(Report { text: says.join("\n"), json: json!({ "texts": texts }) })
}

/// A code for a terminal with a dark ground.
fn code(bytes: &[u8]) -> Result<String, Failure> {
    let code = QrCode::with_error_correction_level(bytes, EcLevel::L).map_err(|_| {
        let message = format!("{} bytes are too many for one code", bytes.len());
        Failure::new("qr.too_long", message, "carry the file, and only the approvals as codes")
    })?;
    let (dark, light) = (Dense1x2::Light, Dense1x2::Dark);
    Ok(code.render::<Dense1x2>().dark_color(dark).light_color(light).build())
}
