//! Card: one page of paper for one seat, with what a stranger in ten years must know.

mod pdf;
mod svg;

use super::{
    Generation, PASSPHRASE, Seat, Share,
    text::{NotText, Written, to_lines, to_text},
    words::{manifest_words, to_words},
};
use alloc::{format, string::String, vec, vec::Vec};
use qrcode::{EcLevel, QrCode};
use zeroize::Zeroizing;

/// A page, ready to be drawn: [`to_svg`](Card::to_svg) or [`to_pdf`](Card::to_pdf).
pub struct Card {
    rows: Vec<Row>,
    code: Code,
}

/// A line of text; lengths are in millimetres, from the upper left of an A4 page.
struct Row {
    left: f32,
    top: f32,
    height: f32,
    bold: bool,
    text: Zeroizing<String>,
}

/// A QR code.
struct Code {
    left: f32,
    top: f32,
    module: f32,
    width: usize,
    dark: Vec<bool>,
}

/// The width of an A4 page, in millimetres.
const PAGE_WIDTH: f32 = 210.0;
const PAGE_HEIGHT: f32 = 297.0;
/// The side of the QR code with its quiet zone, in millimetres.
const CODE_SIDE: f32 = 92.0;
/// Light modules around a code (ISO/IEC 18004).
const QUIET: f32 = 4.0;

/// Why there is no card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotACard {
    /// There is no such seat.
    #[error("there is no seat {seat} in the manifest")]
    NoSeat {
        /// Which.
        seat: Seat,
    },
    /// It does not fit.
    #[error(transparent)]
    Text(#[from] NotText),
    /// No QR code holds it.
    #[error("no QR code holds the shard")]
    Code,
}

impl NotACard {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSeat { .. } => "card.no_seat",
            Self::Text(error) => error.code(),
            Self::Code => "card.code",
        }
    }
}

impl Card {
    /// The card of a shard: of the age file, byte for byte, that the custodian of the seat opens.
    ///
    /// # Errors
    ///
    /// [`NotACard`].
    pub fn of_shard(generation: &Generation, seat: Seat, file: &[u8]) -> Result<Self, NotACard> {
        let custodian = generation.plan().custodian(seat).ok_or(NotACard::NoSeat { seat })?;
        let opens = match custodian.recipients.as_slice() {
            [only] if only == PASSPHRASE => String::from("the passphrase of the custodian"),
            [only] => short(only),
            [first, rest @ ..] => format!("{} or {} other keys", short(first), rest.len()),
            [] => String::new(),
        };
        let how = [
            String::from(
                "To open it without this program: decode the letters as bech32m (BIP 350), save the",
            ),
            String::from(
                "bytes as shard.age and run \"age --decrypt -i KEY shard.age\" (C2SP age.md, version 1).",
            ),
            format!("It opens with: {opens}."),
        ];
        Self::of(generation, seat, &to_text(Written::Shard, file)?, &how, None)
    }

    /// The card of a share that is not encrypted, for a sealed bag: whoever reads it has the share.
    ///
    /// # Errors
    ///
    /// [`NotACard`].
    pub fn for_sealed_bag(generation: &Generation, share: &Share) -> Result<Self, NotACard> {
        let text = to_text(Written::Share, &share.to_bytes())?;
        let how = [
            String::from(
                "THIS SHARE IS NOT ENCRYPTED. Keep it in a sealed bag; whoever reads it has the share.",
            ),
            String::from("The letters are bech32m (BIP 350); the words hold the same number."),
            String::new(),
        ];
        Self::of(generation, share.seat(), &text, &how, to_words(share).ok())
    }

    fn of(
        generation: &Generation,
        seat: Seat,
        text: &str,
        how: &[String; 3],
        words: Option<Zeroizing<String>>,
    ) -> Result<Self, NotACard> {
        let (manifest, plan) = (generation.manifest(), generation.plan());
        let no_seat = NotACard::NoSeat { seat };
        let location = plan.location(seat.location()).ok_or(no_seat)?;
        let custodian = plan.custodian(seat).ok_or(no_seat)?;
        let mut rows = Rows { rows: Vec::new(), top: 18.0 };
        rows.line(6.0, true, format!("SHARD {seat}   GENERATION {}", manifest.generation));
        rows.line(4.0, true, format!("set {}", manifest.set));
        rows.line(4.0, false, format!("of \"{}\"", manifest.label));
        if let Some(key) = manifest.public_key {
            rows.line(2.6, false, format!("public key {key}"));
        }
        rows.gap();
        rows.line(
            3.6,
            false,
            format!(
                "Location {}: {}.   Custodian {}: {}.",
                seat.location(),
                location.name,
                seat.custodian(),
                custodian.name
            ),
        );
        rows.line(3.6, false, format!("Dealt on {}.", manifest.date));
        rows.gap();
        rows.line(3.6, true, String::from("What this is"));
        rows.line(
            3.4,
            false,
            String::from(
                "One of several shards of a secret. Alone it says nothing about the secret.",
            ),
        );
        rows.line(
            3.4,
            false,
            format!(
                "Needed: {} of {} locations, and at this location {} of {} custodians.",
                plan.threshold,
                plan.locations.len(),
                location.threshold,
                location.custodians.len()
            ),
        );
        rows.line(3.4, false, String::from("Also needed: the manifest and the vault of this set. They are public; every custodian has a copy."));
        rows.line(
            3.4,
            false,
            String::from(
                "Format and steps: docs/wire/shard.md of the program \"brainswap\", version 1.",
            ),
        );
        for line in how.iter().filter(|line| !line.is_empty()) {
            rows.line(3.4, false, line.clone());
        }
        rows.gap();
        rows.line(3.6, true, String::from("Manifest, in words"));
        for line in wrapped(&manifest_words(generation.id()), 7) {
            rows.line(3.4, false, line);
        }
        if let Some(words) = words {
            rows.gap();
            for line in wrapped(&words, 9) {
                rows.line(3.2, false, line);
            }
        }
        rows.gap();
        let top = rows.top;
        let code = Code::of(text, 12.0, top)?;
        let lines = to_lines(text);
        for (at, line) in (0_u16..).zip(lines) {
            let top = top + 4.0 + f32::from(at) * 3.9;
            rows.rows.push(Row { left: 108.0, top, height: 2.6, bold: false, text: line });
        }
        Ok(Self { rows: rows.rows, code })
    }

    /// The page as SVG 1.1, A4.
    #[must_use]
    pub fn to_svg(&self) -> Zeroizing<String> {
        svg::draw(self)
    }

    /// The page as PDF 1.7, A4.
    #[must_use]
    pub fn to_pdf(&self) -> Zeroizing<Vec<u8>> {
        pdf::draw(self)
    }
}

struct Rows {
    rows: Vec<Row>,
    top: f32,
}

impl Rows {
    fn line(&mut self, height: f32, bold: bool, text: String) {
        let text = Zeroizing::new(text);
        self.rows.push(Row { left: 16.0, top: self.top, height, bold, text });
        self.top += height * 1.5;
    }

    fn gap(&mut self) {
        self.top += 2.0;
    }
}

impl Code {
    fn of(text: &str, left: f32, top: f32) -> Result<Self, NotACard> {
        let code = [EcLevel::Q, EcLevel::M]
            .into_iter()
            .find_map(|level| QrCode::with_error_correction_level(text, level).ok())
            .ok_or(NotACard::Code)?;
        let width = code.width();
        let modules = u16::try_from(width).map_err(|_| NotACard::Code)?;
        let module = CODE_SIDE / (f32::from(modules) + 2.0 * QUIET);
        let dark = code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
        let quiet = QUIET * module;
        Ok(Self { left: left + quiet, top: top + quiet, module, width, dark })
    }

    /// The runs of dark modules: left and top in modules, and how many.
    fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = vec![];
        for (y, row) in self.dark.chunks(self.width.max(1)).enumerate() {
            let mut begin = None;
            for (x, dark) in row.iter().copied().chain([false]).enumerate() {
                match (begin, dark) {
                    (None, true) => begin = Some(x),
                    (Some(from), false) => {
                        runs.push((from, y, x - from));
                        begin = None;
                    }
                    _ => {}
                }
            }
        }
        runs
    }
}

/// A recipient that is too long for a line is cut; its beginning tells which it is.
fn short(recipient: &str) -> String {
    match recipient.get(..48) {
        Some(beginning) => format!("{beginning}..."),
        None => String::from(recipient),
    }
}

fn wrapped(words: &str, each: usize) -> Vec<String> {
    let words: Vec<_> = words.split(' ').collect();
    words.chunks(each).map(|line| line.join(" ")).collect()
}
