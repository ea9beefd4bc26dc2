//! SVG: the page as vector graphics, with nothing that is fetched from elsewhere.

use super::{Card, PAGE_HEIGHT, PAGE_WIDTH};
use alloc::string::String;
use core::fmt::Write as _;
use zeroize::Zeroizing;

pub(super) fn draw(card: &Card) -> Zeroizing<String> {
    let mut svg = Zeroizing::new(String::with_capacity(64 * 1024));
    // Writing to a text in memory does not fail.
    let _infallible = write_all(card, &mut svg);
    svg
}

fn write_all(card: &Card, svg: &mut String) -> core::fmt::Result {
    write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{PAGE_WIDTH}mm\" \
         height=\"{PAGE_HEIGHT}mm\" viewBox=\"0 0 {PAGE_WIDTH} {PAGE_HEIGHT}\">\n\
         <rect width=\"{PAGE_WIDTH}\" height=\"{PAGE_HEIGHT}\" fill=\"#fff\"/>\n"
    )?;
    for row in &card.rows {
        let weight = if row.bold { " font-weight=\"bold\"" } else { "" };
        write!(
            svg,
            "<text x=\"{}\" y=\"{:.2}\" font-family=\"monospace\" font-size=\"{}\"{weight} \
             xml:space=\"preserve\">",
            row.left, row.top, row.height
        )?;
        for letter in row.text.chars() {
            match letter {
                '&' => svg.push_str("&amp;"),
                '<' => svg.push_str("&lt;"),
                '>' => svg.push_str("&gt;"),
                ' '..='~' => svg.push(letter),
                _ => svg.push('?'),
            }
        }
        svg.push_str("</text>\n");
    }
    let code = &card.code;
    write!(
        svg,
        "<path transform=\"translate({:.3} {:.3}) scale({:.5})\" fill=\"#000\" \
         shape-rendering=\"crispEdges\" d=\"",
        code.left, code.top, code.module
    )?;
    for (x, y, length) in code.runs() {
        write!(svg, "M{x} {y}h{length}v1h-{length}z")?;
    }
    svg.push_str("\"/>\n</svg>\n");
    Ok(())
}
