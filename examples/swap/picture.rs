//! Picture: which host sealed which block, as an SVG that explains itself.

use std::fmt::Write as _;

/// What the picture shows.
pub(crate) struct Picture<'a> {
    /// What was run, in one line.
    pub(crate) title: String,
    /// What came of it, in one line.
    pub(crate) outcome: String,
    /// The two hosts.
    pub(crate) hosts: [&'a str; 2],
    /// For each block from 1 on: the host that sealed it; `None` if it was missed.
    pub(crate) blocks: Vec<Option<usize>>,
    /// Real headers among them, by number.
    pub(crate) real: Vec<u64>,
    /// Where a swap moved the right to sign: the first block of the new holder, and the swap's name.
    pub(crate) swaps: Vec<(u64, String)>,
    /// Where a process was killed: the block, and which host.
    pub(crate) kills: Vec<(u64, usize)>,
}

const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 330.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 30.0;
const ROWS: [f64; 2] = [130.0, 190.0];
const ROW: f64 = 40.0;
const AXIS: f64 = 250.0;
/// Blue and orange are told apart by every kind of eye; a miss is red and has a cross as well.
const COLOURS: [&str; 2] = ["#0072b2", "#e69f00"];
const MISSED: &str = "#c1121f";

impl Picture<'_> {
    /// The picture as SVG 1.1.
    pub(crate) fn to_svg(&self) -> String {
        let mut svg = String::new();
        self.frame(&mut svg);
        self.bars(&mut svg);
        self.swap_lines(&mut svg);
        self.kill_marks(&mut svg);
        self.axis(&mut svg);
        self.legend(&mut svg);
        svg.push_str("</svg>\n");
        svg
    }

    fn step(&self) -> f64 {
        (WIDTH - LEFT - RIGHT) / (self.blocks.len().max(1) as f64)
    }

    /// Where a block's bar begins.
    fn x(&self, number: u64) -> f64 {
        LEFT + self.step() * (number.saturating_sub(1) as f64)
    }

    fn frame(&self, svg: &mut String) {
        put(
            svg,
            format_args!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             width=\"{WIDTH}\" height=\"{HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\">"
            ),
        );
        put(svg, format_args!("<title>{}</title>", escape(&self.title)));
        put(svg, format_args!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>"));
        let (title, outcome) = (escape(&self.title), escape(&self.outcome));
        put(
            svg,
            format_args!(
                "<text x=\"{LEFT}\" y=\"28\" font-size=\"18\" font-weight=\"bold\">{title}</text>"
            ),
        );
        put(svg, format_args!("<text x=\"{LEFT}\" y=\"50\" fill=\"#444444\">{outcome}</text>"));
        for (row, name) in ROWS.iter().zip(self.hosts) {
            let (middle, width) = (row + ROW / 2.0 + 5.0, WIDTH - LEFT - RIGHT);
            put(
                svg,
                format_args!(
                    "<text x=\"{:.1}\" y=\"{middle}\" text-anchor=\"end\">{}</text>",
                    LEFT - 10.0,
                    escape(name)
                ),
            );
            put(
                svg,
                format_args!(
                    "<rect x=\"{LEFT}\" y=\"{row}\" width=\"{width}\" height=\"{ROW}\" fill=\"#f2f2f2\"/>"
                ),
            );
        }
    }

    /// One bar for each block; bars too narrow to see are drawn as one.
    fn bars(&self, svg: &mut String) {
        let gap = if self.step() >= 4.0 { 1.0 } else { 0.0 };
        for (first, length, host) in runs(&self.blocks, gap > 0.0) {
            let (x, width) = (self.x(first), self.step() * length as f64 - gap);
            match host {
                Some(host) => put(
                    svg,
                    format_args!(
                        "<rect x=\"{x:.2}\" y=\"{}\" width=\"{width:.2}\" height=\"{ROW}\" fill=\"{}\"/>",
                        ROWS[host], COLOURS[host]
                    ),
                ),
                None => {
                    let (top, height) = (ROWS[0], ROWS[1] + ROW - ROWS[0]);
                    put(
                        svg,
                        format_args!(
                            "<rect x=\"{x:.2}\" y=\"{top}\" width=\"{width:.2}\" height=\"{height}\" \
                         fill=\"{MISSED}\" fill-opacity=\"0.25\"/>"
                        ),
                    );
                    let middle = x + width / 2.0;
                    put(
                        svg,
                        format_args!(
                            "<text x=\"{middle:.2}\" y=\"{}\" text-anchor=\"middle\" fill=\"{MISSED}\" \
                         font-weight=\"bold\">&#215;</text>",
                            ROWS[1] - 6.0
                        ),
                    );
                }
            }
        }
        for number in &self.real {
            put(
                svg,
                format_args!(
                    "<circle cx=\"{:.2}\" cy=\"{}\" r=\"2.5\" fill=\"#333333\"/>",
                    self.x(*number) + self.step() / 2.0,
                    ROWS[1] + ROW + 7.0
                ),
            );
        }
    }

    fn swap_lines(&self, svg: &mut String) {
        let named = self.swaps.len() <= 12;
        for (index, (number, name)) in self.swaps.iter().enumerate() {
            let (x, end) = (self.x(*number), ROWS[1] + ROW);
            let top = if index % 2 == 0 { 78.0 } else { 98.0 };
            let (from, width) = if named { (top, "1.5") } else { (ROWS[0] - 8.0, "0.5") };
            put(
                svg,
                format_args!(
                    "<line x1=\"{x:.2}\" y1=\"{from}\" x2=\"{x:.2}\" y2=\"{end}\" stroke=\"#222222\" \
                 stroke-width=\"{width}\" stroke-dasharray=\"4 2\"/>"
                ),
            );
            if named {
                let anchor = if x > WIDTH * 0.75 { ("end", x - 5.0) } else { ("start", x + 5.0) };
                put(
                    svg,
                    format_args!(
                        "<text x=\"{:.2}\" y=\"{:.1}\" text-anchor=\"{}\" font-size=\"12\">{}</text>",
                        anchor.1,
                        top + 8.0,
                        anchor.0,
                        escape(&format!("{name}, from block {number}"))
                    ),
                );
            }
        }
    }

    fn kill_marks(&self, svg: &mut String) {
        for (number, host) in &self.kills {
            let (x, y) = (self.x(*number) + self.step() / 2.0, ROWS[*host] + ROW / 2.0);
            put(svg, format_args!("<g stroke=\"#000000\" stroke-width=\"2.5\">"));
            for (dx, dy) in [(6.0, 6.0), (6.0, -6.0)] {
                let (left, right, from, to) = (x - dx, x + dx, y - dy, y + dy);
                put(
                    svg,
                    format_args!(
                        "<line x1=\"{left:.2}\" y1=\"{from:.2}\" x2=\"{right:.2}\" y2=\"{to:.2}\"/>"
                    ),
                );
            }
            put(svg, format_args!("</g>"));
        }
    }

    fn axis(&self, svg: &mut String) {
        let last = self.blocks.len() as u64;
        let end = WIDTH - RIGHT;
        put(
            svg,
            format_args!(
                "<line x1=\"{LEFT}\" y1=\"{AXIS}\" x2=\"{end}\" y2=\"{AXIS}\" stroke=\"#444444\"/>"
            ),
        );
        let every = nice(last / 12);
        for number in std::iter::once(1).chain((1..=last / every).map(|tick| tick * every)) {
            let x = self.x(number) + self.step() / 2.0;
            let (tick, below) = (AXIS + 5.0, AXIS + 19.0);
            put(
                svg,
                format_args!(
                    "<line x1=\"{x:.2}\" y1=\"{AXIS}\" x2=\"{x:.2}\" y2=\"{tick}\" stroke=\"#444444\"/>"
                ),
            );
            put(
                svg,
                format_args!(
                    "<text x=\"{x:.2}\" y=\"{below}\" text-anchor=\"middle\" font-size=\"11\">{number}</text>"
                ),
            );
        }
        let (x, y) = ((LEFT + end) / 2.0, AXIS + 36.0);
        put(
            svg,
            format_args!(
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"12\">block number</text>"
            ),
        );
    }

    fn legend(&self, svg: &mut String) {
        let y = HEIGHT - 18.0;
        let (box_y, mut x) = (y - 11.0, LEFT);
        for (colour, host) in COLOURS.iter().zip(self.hosts) {
            put(
                svg,
                format_args!(
                    "<rect x=\"{x}\" y=\"{box_y}\" width=\"14\" height=\"14\" fill=\"{colour}\"/>"
                ),
            );
            put(
                svg,
                format_args!(
                    "<text x=\"{}\" y=\"{y}\">sealed by {}</text>",
                    x + 20.0,
                    escape(host)
                ),
            );
            x += 155.0;
        }
        let marks = [("&#215;", MISSED, "missed block"), ("&#10006;", "#000000", "process killed")];
        for (mark, colour, meaning) in marks {
            put(
                svg,
                format_args!(
                    "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\" font-weight=\"bold\">{mark}</text>"
                ),
            );
            put(svg, format_args!("<text x=\"{}\" y=\"{y}\">{meaning}</text>", x + 18.0));
            x += 140.0;
        }
        put(
            svg,
            format_args!(
                "<line x1=\"{x}\" y1=\"{0}\" x2=\"{1}\" y2=\"{0}\" stroke=\"#222222\" \
             stroke-width=\"1.5\" stroke-dasharray=\"4 2\"/>",
                y - 4.0,
                x + 22.0
            ),
        );
        put(
            svg,
            format_args!("<text x=\"{}\" y=\"{y}\">first block of the new holder</text>", x + 28.0),
        );
        if !self.real.is_empty() {
            x += 225.0;
            put(
                svg,
                format_args!("<circle cx=\"{x}\" cy=\"{}\" r=\"2.5\" fill=\"#333333\"/>", y - 4.0),
            );
            put(svg, format_args!("<text x=\"{}\" y=\"{y}\">real Goerli header</text>", x + 10.0));
        }
    }
}

/// Neighbouring blocks with the same fate: first number, length, host. One each if `single`.
fn runs(blocks: &[Option<usize>], single: bool) -> Vec<(u64, u64, Option<usize>)> {
    let mut runs: Vec<(u64, u64, Option<usize>)> = Vec::new();
    for (number, host) in (1..).zip(blocks) {
        match runs.last_mut() {
            Some((_, length, same)) if !single && same == host => *length += 1,
            Some(_) | None => runs.push((number, 1, *host)),
        }
    }
    runs
}

/// The next of 1, 2, 5, 10, 20, 50, ... from a number on.
fn nice(least: u64) -> u64 {
    let steps = (0..18).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)));
    steps.into_iter().find(|step| *step >= least).unwrap_or(least).max(1)
}

fn put(svg: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    if writeln!(svg, "{line}").is_err() {
        svg.push('\n');
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
