//! A share on paper is read back: from letters, from words, and from the picture of a card.

use super::*;
use crate::custody_fixture::*;
use brainswap::shard::{
    card::Card,
    custody::seal_share,
    text::{NotText, Written, from_text, to_lines, to_text},
    words::{NotWords, from_words, manifest_words, to_words},
};
use std::process::Command;

fn lines(text: &str) -> Vec<String> {
    to_lines(text).iter().map(|line| line.to_string()).collect()
}

fn shard() -> (Dealt, Vec<u8>) {
    let (made, _) = dealt_to_age();
    let file = seal_share(&made.shares[0], &made.generation, None).unwrap();
    (made, file)
}

#[test]
fn letters_and_lines_are_read_in_any_order_case_and_spacing() {
    let (_, file) = shard();
    let text = to_text(Written::Shard, &file).unwrap();
    assert!(text.starts_with("BSSHARD1") && text.len() > 500);
    assert!(text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()));
    let mut lines = lines(&text);
    let whole = lines.join("\n");
    lines.reverse();
    for typed in [
        text.to_string(),
        text.to_lowercase(),
        format!("  {}\r\n", text.as_str()),
        whole.clone(),
        whole.to_lowercase(),
        whole.replace('\n', "\r\n\r\n").replace("  ", " \t "),
        lines.join("\n"),
        format!("{whole}\n{}", lines[0]),
    ] {
        let (written, bytes) = from_text(&typed).unwrap();
        assert_eq!((written, bytes.as_slice()), (Written::Shard, file.as_slice()));
    }
}

#[test]
fn a_wrong_letter_is_named_by_its_line() {
    // The same letters every time: a line's check misses one error in 32,768.
    let text = to_text(Written::Share, &dealt().shares[0].to_bytes()).unwrap();
    let lines = lines(&text);
    for at in 0..lines.len() {
        let line = at + 1;
        let with = |changed: String| {
            let mut all = lines.clone();
            all[at] = changed;
            from_text(&all.join("\n")).unwrap_err()
        };
        for place in 7..lines[at].len() {
            if lines[at].as_bytes()[place] == b' ' {
                continue;
            }
            let mut changed = lines[at].clone().into_bytes();
            changed[place] = if changed[place] == b'Q' { b'P' } else { b'Q' };
            let refused = with(String::from_utf8(changed).unwrap());
            assert_eq!(refused, NotText::Line { line });
        }
        assert_eq!(with(lines[at][..lines[at].len() - 1].to_owned()), NotText::Line { line });
        assert_eq!(with(String::new()), NotText::Missing { line });
        let no_number = with("x".to_owned() + &lines[at]);
        let expected = if at == 0 { NotText::Foreign } else { NotText::NoNumber { at: line } };
        assert_eq!(no_number, expected);
    }
}

#[test]
fn a_wrong_letter_of_a_code_is_refused() {
    let bytes = dealt().shares[0].to_bytes();
    let text = to_text(Written::Share, &bytes).unwrap();
    for at in 0..text.len() {
        let mut changed = text.clone().to_string().into_bytes();
        changed[at] = if changed[at] == b'Q' { b'P' } else { b'Q' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(from_text(&changed).is_err(), "{at}");
        assert!(from_text(&text[..at]).is_err());
    }
    let refused = to_text(Written::Shard, &[0; 700]).unwrap_err();
    assert_eq!(refused, NotText::TooLong { got: 700 });
}

#[test]
fn words_are_read_by_their_first_four_letters() {
    let Dealt { generation, shares, .. } = dealt();
    for share in &shares {
        let words = to_words(share).unwrap();
        assert_eq!(words.split(' ').count(), 36);
        let short: Vec<_> = words.split(' ').map(|word| word[..4].to_uppercase()).collect();
        for typed in [words.to_string(), short.join("\n"), format!(" {} ", words.as_str())] {
            assert_eq!(from_words(&typed, &generation).unwrap().to_bytes(), share.to_bytes());
        }
    }
}

#[test]
fn wrong_words_are_refused() {
    let Dealt { generation, shares, .. } = dealt();
    let words = to_words(&shares[0]).unwrap();
    let list: Vec<_> = words.split(' ').collect();
    let read = |list: &[&str]| from_words(&list.join(" "), &generation).unwrap_err();
    for at in 0..36 {
        let mut changed = list.clone();
        changed[at] = "nothing";
        assert_eq!(read(&changed), NotWords::Unknown { at: at + 1 });
        changed[at] = if list[at] == "academic" { "acid" } else { "academic" };
        assert_eq!(read(&changed), NotWords::Check);
        let mut fewer = list.clone();
        fewer.remove(at);
        assert_eq!(read(&fewer), NotWords::Count { got: 35 });
        if at > 0 && list[at] != list[at - 1] {
            let mut swapped = list.clone();
            swapped.swap(at, at - 1);
            assert_eq!(read(&swapped), NotWords::Check);
        }
    }
    let other = dealt_by(&plan(), 2);
    let refused = from_words(&words, &other.generation).unwrap_err();
    assert_eq!(refused, NotWords::Foreign);
    let (next, _) = crate::renewing::refreshed(&generation, &shares);
    assert_eq!(from_words(&words, &next).unwrap_err().code(), "share.old");
}

#[test]
fn a_manifest_is_named_by_13_words() {
    let (one, other) = (dealt().generation, dealt_by(&plan(), 2).generation);
    let words = manifest_words(one.id());
    assert_eq!(words.split(' ').count(), 13);
    assert_ne!(words, manifest_words(other.id()));
}

fn cards() -> [(Card, Vec<u8>, &'static str); 2] {
    let (made, file) = shard();
    let share = made.shares[3].to_bytes().to_vec();
    [
        (Card::of_shard(&made.generation, seat("1.1"), &file).unwrap(), file, "1.1"),
        (Card::for_sealed_bag(&made.generation, &made.shares[3]).unwrap(), share, "2.1"),
    ]
}

#[test]
fn a_card_says_what_a_stranger_must_know() {
    let (made, _) = shard();
    for (card, _, seat) in cards() {
        let svg = card.to_svg();
        for needed in [
            format!("SHARD {seat}"),
            "GENERATION 1".to_owned(),
            format!("set {}", made.generation.set()),
            "validator 7".to_owned(),
            "Dealt on 2026-11-20".to_owned(),
            "Needed: 2 of 3 locations, and at this location 2 of 3 custodians".to_owned(),
            "docs/wire/shard.md".to_owned(),
            manifest_words(made.generation.id()).split(' ').next().unwrap().to_owned(),
        ] {
            assert!(svg.contains(&needed), "{needed}");
        }
        assert!(card.to_pdf().starts_with(b"%PDF-1.7"));
    }
    let nobody = Card::of_shard(&made.generation, seat("7.7"), b"x").err().unwrap();
    assert_eq!(nobody.code(), "card.no_seat");
}

/// What a reader sees in a picture: grey values, row by row.
fn scanned(width: usize, height: usize, grey: &[u8]) -> String {
    let at = |x: usize, y: usize| grey[y * width + x];
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[test]
fn a_card_drawn_as_svg_is_scanned_back() {
    for (card, bytes, _) in cards() {
        let options = resvg::usvg::Options::default();
        let tree = resvg::usvg::Tree::from_str(&card.to_svg(), &options).unwrap();
        // 200 dots an inch.
        let scale = 200.0 / 25.4 / (96.0 / 25.4);
        let (width, height) = (1654, 2339);
        let mut picture = resvg::tiny_skia::Pixmap::new(width, height).unwrap();
        let transform = resvg::tiny_skia::Transform::from_scale(scale, scale);
        resvg::render(&tree, transform, &mut picture.as_mut());
        let grey: Vec<u8> = picture.pixels().iter().map(|pixel| pixel.green()).collect();
        let text = scanned(width as usize, height as usize, &grey);
        assert_eq!(*from_text(&text).unwrap().1, bytes);
    }
}

#[test]
fn a_card_printed_as_pdf_is_scanned_back_and_its_lines_are_read() {
    if !tool("pdftoppm") || !tool("pdftotext") || !tool("zbarimg") {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    for (card, bytes, _) in cards() {
        std::fs::write(path("card.pdf"), card.to_pdf().as_slice()).unwrap();
        let args = ["-gray", "-r", "200", "-singlefile", &path("card.pdf"), &path("card")];
        assert!(Command::new("pdftoppm").args(args).status().unwrap().success());
        let read =
            Command::new("zbarimg").args(["-q", "--raw", &path("card.pgm")]).output().unwrap();
        let text = String::from_utf8(read.stdout).unwrap();
        assert_eq!(*from_text(&text).unwrap().1, bytes);
        let output = Command::new("pdftotext").args(["-layout", &path("card.pdf"), "-"]).output();
        let page = String::from_utf8(output.unwrap().stdout).unwrap();
        // The numbered lines stand at the right of each row.
        let typed: Vec<_> = page
            .lines()
            .filter_map(|row| {
                let slash = row.find('/').filter(|at| *at >= 2)?;
                let line = row.get(slash - 2..)?;
                let is_line = line.as_bytes()[..2].iter().all(u8::is_ascii_digit)
                    && line.as_bytes()[3..5].iter().all(u8::is_ascii_digit);
                is_line.then(|| line.to_owned())
            })
            .collect();
        assert_eq!(*from_text(&typed.join("\n")).unwrap().1, bytes, "{page}");
    }
}
