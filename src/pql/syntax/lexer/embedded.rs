//! Text with code blocks: where the blocks are.

use std::ops::Range;

/// One piece of the text; ranges of code are without their marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Region {
    /// Copied to the output.
    Text(Range<usize>),
    /// `<% code %>`
    Code(Range<usize>),
    /// `<%= value %>`
    Output(Range<usize>),
    /// `<%! code %>`
    Prelude(Range<usize>),
}

/// Finds the blocks. The first `%>` ends a block wherever it stands. The second result is the
/// offset of a `<%` that nothing closes; what follows it belongs to no region.
pub(crate) fn split(text: &str) -> (Vec<Region>, Option<usize>) {
    let mut regions = Vec::new();
    let mut position = 0;
    while let Some(length) = text.get(position..).and_then(|rest| rest.find("<%")) {
        let opener = position + length;
        if length > 0 {
            regions.push(Region::Text(position..opener));
        }
        let inside = opener + 2;
        let code = text.get(inside..).unwrap_or_default();
        let Some(length) = code.find("%>") else {
            return (regions, Some(opener));
        };
        let end = inside + length;
        // Of `<%=%>` the range is empty; the sign is never the one of the closing mark.
        let region = match code.as_bytes().first() {
            Some(b'=') => Region::Output(inside + 1..end),
            Some(b'!') => Region::Prelude(inside + 1..end),
            _ => Region::Code(inside..end),
        };
        regions.push(region);
        position = end + 2;
    }
    if position < text.len() {
        regions.push(Region::Text(position..text.len()));
    }
    (regions, None)
}
