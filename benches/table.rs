//! A table of measurements: each against something measured in the same run, with the limit that
//! was set for it.
#![expect(clippy::print_stdout, reason = "printing is what a table is for")]

/// How a figure is to be read.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

impl Limit {
    fn holds(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(limit) => figure >= limit,
            Self::AtMost(limit) => figure <= limit,
        }
    }
}

/// Prints the head of the table.
pub fn head() {
    println!(
        "{:<44} {:>14} {:>14} {:>10} {:>12}",
        "what", "ours", "beside", "figure", "limit"
    );
}

/// Prints one line.
pub fn line(what: &str, ours: &str, beside: &str, figure: f64, limit: Limit) {
    let (sign, bound) = match limit {
        Limit::AtLeast(bound) => (">=", bound),
        Limit::AtMost(bound) => ("<=", bound),
    };
    let verdict = if limit.holds(figure) { "" } else { "  MISSED" };
    println!("{what:<44} {ours:>14} {beside:>14} {figure:>10.2} {sign:>4} {bound:>7.2}{verdict}");
}

/// The middle of several measurements.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
