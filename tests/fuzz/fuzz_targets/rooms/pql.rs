//! Two of the folders of the room `pql`; their files name each other by this path.

#[expect(dead_code, unused_imports, reason = "only a part of the room is used here")]
#[path = "../../../../src/pql/diagnostics/mod.rs"]
pub mod diagnostics;
#[expect(dead_code, unused_imports, reason = "only a part of the room is used here")]
#[path = "../../../../src/pql/syntax/mod.rs"]
pub mod syntax;
