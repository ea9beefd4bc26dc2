//! PDF: the page with standard fonts, so that it prints the same everywhere.

use super::{Card, PAGE_HEIGHT, PAGE_WIDTH};
use alloc::vec::Vec;
use pdf_writer::{Content, Name, Pdf, Rect, Ref, Str};
use zeroize::Zeroizing;

/// Points of 1/72 inch in a millimetre.
const POINTS: f32 = 72.0 / 25.4;

pub(super) fn draw(card: &Card) -> Zeroizing<Vec<u8>> {
    let [catalog, pages, page, regular, bold, content] = [1, 2, 3, 4, 5, 6].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    {
        let mut sheet = pdf.page(page);
        sheet.media_box(Rect::new(0.0, 0.0, PAGE_WIDTH * POINTS, PAGE_HEIGHT * POINTS));
        sheet.parent(pages).contents(content);
        let mut resources = sheet.resources();
        resources.fonts().pair(Name(b"R"), regular).pair(Name(b"B"), bold);
    }
    pdf.type1_font(regular).base_font(Name(b"Courier"));
    pdf.type1_font(bold).base_font(Name(b"Courier-Bold"));
    let drawn = Zeroizing::new(content_of(card));
    pdf.stream(content, &drawn);
    Zeroizing::new(pdf.finish())
}

fn content_of(card: &Card) -> Vec<u8> {
    let mut content = Content::new();
    for row in &card.rows {
        let font = if row.bold { Name(b"B") } else { Name(b"R") };
        let ascii = |byte: u8| if byte == b' ' || byte.is_ascii_graphic() { byte } else { b'?' };
        let text: Zeroizing<Vec<u8>> = Zeroizing::new(row.text.bytes().map(ascii).collect());
        content.begin_text();
        content.set_font(font, row.height * POINTS);
        content.next_line(row.left * POINTS, (PAGE_HEIGHT - row.top) * POINTS);
        content.show(Str(&text));
        content.end_text();
    }
    let code = &card.code;
    // A page has some 100 modules a side: exact in f32.
    let at = |modules: usize| modules as f32 * code.module;
    for (x, y, length) in code.runs() {
        let left = (code.left + at(x)) * POINTS;
        let bottom = (PAGE_HEIGHT - code.top - at(y + 1)) * POINTS;
        content.rect(left, bottom, at(length) * POINTS, code.module * POINTS);
    }
    content.fill_nonzero();
    content.finish().into_vec()
}
