//! Workbooks as other programs see them.

use std::collections::BTreeSet;
use std::fs::{File, Permissions};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, open_workbook_auto};
use proptest::prelude::*;
use rust_xlsxwriter::{Chart, Color, Format, Formula, Table, Workbook as Writer};
use tempfile::TempDir;
use zip::ZipArchive;

use super::{Workbook, read};
use crate::clock::Civil;
use crate::value::{DateTime, Value};

/// A report with formats, a formula, a chart, a second sheet and a name.
fn template(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("template.xlsx");
    let mut book = Writer::new();
    let money = Format::new().set_num_format("#,##0.00 €").set_bold();
    let title = Format::new().set_background_color(Color::Yellow);
    let sheet = book.add_worksheet().set_name("report").unwrap();
    sheet.write_with_format(0, 0, "Name", &title).unwrap();
    sheet.write_with_format(0, 1, "Sum", &title).unwrap();
    sheet
        .write_formula(0, 3, Formula::new("=SUM(B2:B100)").set_result("0"))
        .unwrap();
    sheet.set_column_format(1, &money).unwrap();
    sheet.write_blank(1, 0, &title).unwrap();
    sheet.write_blank(1, 5, &title).unwrap();
    let mut chart = Chart::new_column();
    chart.add_series().set_values("report!$B$2:$B$3");
    sheet.insert_chart(5, 5, &chart).unwrap();
    let other = book.add_worksheet().set_name("other & more").unwrap();
    other.write(0, 0, "stays").unwrap();
    book.define_name("report!here", "=report!$A$1").unwrap();
    book.define_name("'other & more'!there", "='other & more'!$A$1")
        .unwrap();
    book.save(&path).unwrap();
    path
}

fn append(book: &mut Workbook, sheet: &str, cells: &[Value]) {
    let cells = cells.iter().cloned().enumerate();
    let cells = cells.map(|(column, value)| (u16::try_from(column).unwrap(), value));
    book.append(sheet, 0, cells).unwrap();
}

fn part(path: &Path, name: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut bytes = Vec::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

fn parts(path: &Path) -> BTreeSet<String> {
    let archive = ZipArchive::new(File::open(path).unwrap()).unwrap();
    archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect()
}

fn text(path: &Path, name: &str) -> String {
    String::from_utf8(part(path, name)).unwrap()
}

#[test]
fn a_template_keeps_what_it_has() {
    let folder = TempDir::new().unwrap();
    let template = template(&folder);
    let path = folder.path().join("out.xlsx");
    let mut book = Workbook::open(&path, true, Some(&template)).unwrap();
    append(&mut book, "report", &["Ada".into(), Value::Decimal(12.5)]);
    append(&mut book, "REPORT", &["Bob".into(), 3.into()]);
    book.write().unwrap();
    assert_eq!(parts(&path), parts(&template));
    for name in [
        "xl/charts/chart1.xml",
        "xl/drawings/drawing1.xml",
        "xl/worksheets/sheet2.xml",
    ] {
        assert_eq!(part(&path, name), part(&template, name), "{name}");
    }
    let mut seen = open_workbook_auto(&path).unwrap();
    let rows = seen.worksheet_range("report").unwrap();
    let cell = |row, column| rows.get_value((row, column)).unwrap().clone();
    assert_eq!(cell(1, 0), Data::String("Ada".to_owned()));
    assert_eq!(cell(1, 1), Data::Float(12.5));
    assert_eq!(cell(2, 0), Data::String("Bob".to_owned()));
    let formulas = seen.worksheet_formula("report").unwrap();
    assert_eq!(formulas.get_value((0, 3)).unwrap(), "SUM(B2:B100)");
    let sheet = text(&path, "xl/worksheets/sheet1.xml");
    // The cell that was there keeps its look, the one that was not takes that of its column.
    assert!(
        sheet.contains(r#"<c r="A2" s="1" t="inlineStr">"#),
        "{sheet}"
    );
    assert!(
        sheet.contains(r#"<c r="B2" s="2"><v>12.5</v></c><c r="F2" s="1"/>"#),
        "{sheet}"
    );
    assert!(sheet.contains(r#"<c r="B3" s="2"><v>3</v></c>"#), "{sheet}");
    assert!(text(&path, "xl/workbook.xml").contains(r#"fullCalcOnLoad="1""#));
    assert_eq!(
        parts(folder.path().join("template.xlsx").as_path()),
        parts(&template)
    );
}

#[test]
fn moments_get_a_format_where_the_cell_has_none() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("moments.xlsx");
    let mut writer = Writer::new();
    let day = Format::new().set_num_format("d. mmmm");
    let sheet = writer.add_worksheet();
    sheet.set_column_format(1, &day).unwrap();
    sheet
        .set_column_format(2, &Format::new().set_bold())
        .unwrap();
    writer.save(&path).unwrap();
    let moment: Value = DateTime::full(Civil::constant(2024, 2, 29, 13, 4, 5, 0)).into();
    let first: Value = DateTime::date(Civil::constant(1900, 1, 1, 0, 0, 0, 0).date()).into();
    let never: Value = DateTime::date(Civil::constant(1850, 1, 1, 0, 0, 0, 0).date()).into();
    let mut book = Workbook::open(&path, false, None).unwrap();
    append(
        &mut book,
        "Sheet1",
        &[moment.clone(), moment.clone(), moment.clone()],
    );
    append(&mut book, "Sheet1", &[first.clone(), never]);
    book.write().unwrap();
    let rows = read(&path).unwrap();
    let row: Vec<String> = rows.first().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(row, ["2024-02-29 13:04:05"; 3]);
    let row: Vec<String> = rows.get(1).unwrap().iter().map(Value::to_string).collect();
    assert_eq!(row, ["1900-01-01", "1850-01-01", "null"]);
    let styles = text(&path, "xl/styles.xml");
    assert!(
        styles.contains(r#"formatCode="yyyy\-mm\-dd hh:mm:ss""#),
        "{styles}"
    );
    let sheet = text(&path, "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains(r#"<c r="B1" s="1">"#),
        "the day of the column stays: {sheet}"
    );
    // A second time the formats are there already.
    let mut book = Workbook::open(&path, false, None).unwrap();
    append(&mut book, "Sheet1", std::slice::from_ref(&moment));
    book.write().unwrap();
    assert_eq!(read(&path).unwrap().len(), 3);
}

#[test]
fn sheets_come_and_go() {
    let folder = TempDir::new().unwrap();
    let path = template(&folder);
    let mut book = Workbook::open(&path, false, None).unwrap();
    append(&mut book, "new <&> one", &["x".into()]);
    assert!(book.remove("report").unwrap());
    assert!(!book.remove("report").unwrap());
    book.write().unwrap();
    let mut seen = open_workbook_auto(&path).unwrap();
    assert_eq!(seen.sheet_names(), ["other & more", "new <&> one"]);
    let rows = seen.worksheet_range("new <&> one").unwrap();
    assert_eq!(
        rows.get_value((0, 0)).unwrap(),
        &Data::String("x".to_owned())
    );
    let list = text(&path, "xl/workbook.xml");
    assert!(!list.contains("report!"), "{list}");
    assert!(
        list.contains(r#"<definedName name="there" localSheetId="0">"#),
        "{list}"
    );
    assert!(!parts(&path).contains("xl/worksheets/sheet1.xml"));
    assert!(!text(&path, "[Content_Types].xml").contains("sheet1.xml"));
    // One that has no sheet left gets one, or no program could open it.
    let mut book = Workbook::open(&path, false, None).unwrap();
    assert!(book.remove("other & more").unwrap());
    assert!(book.remove("new <&> one").unwrap());
    book.write().unwrap();
    assert_eq!(open_workbook_auto(&path).unwrap().sheet_names(), ["Sheet1"]);
}

#[test]
fn sheets_of_other_programs_are_understood() {
    let folder = TempDir::new().unwrap();
    let path = template(&folder);
    let other = folder.path().join("other.xlsx");
    // Tags in a namespace, rows and cells that do not say where they are.
    let sheet = r#"<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:dimension ref="A1:B1"/><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row><x:row/><x:row><x:c/><x:c/></x:row></x:sheetData></x:worksheet>"#;
    with_part(&path, &other, "xl/worksheets/sheet1.xml", sheet);
    let mut book = Workbook::open(&other, false, None).unwrap();
    append(&mut book, "report", &[2.into(), 3.into()]);
    append(&mut book, "report", &[Value::Null, 4.into()]);
    append(&mut book, "report", &[5.into(), true.into()]);
    book.write().unwrap();
    let written = text(&other, "xl/worksheets/sheet1.xml");
    assert!(
        written.contains("<x:row><x:c><x:v>1</x:v></x:c></x:row><x:row>"),
        "{written}"
    );
    assert!(!written.contains("dimension"), "{written}");
    let rows = read(&other).unwrap();
    let rows: Vec<String> = rows
        .into_iter()
        .map(|row| Value::from(row).to_string())
        .collect();
    assert_eq!(rows, ["[1,null]", "[2,3]", "[null,4]", "[5,true]"]);
}

/// Copies a workbook with another text of one part.
fn with_part(from: &Path, to: &Path, part: &str, text: &str) {
    let mut archive = ZipArchive::new(File::open(from).unwrap()).unwrap();
    let mut writer = zip::ZipWriter::new(File::create(to).unwrap());
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).unwrap();
        if file.name().unwrap() == part {
            let options = zip::write::SimpleFileOptions::default();
            writer.start_file(part, options).unwrap();
            std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        } else {
            writer.raw_copy_file(file).unwrap();
        }
    }
    writer.finish().unwrap();
}

#[test]
fn an_empty_list_of_formats_is_filled() {
    let folder = TempDir::new().unwrap();
    let path = template(&folder);
    let other = folder.path().join("other.xlsx");
    let styles = text(&path, "xl/styles.xml");
    let (head, rest) = styles.split_once("<numFmts").unwrap();
    let (_, rest) = rest.split_once("</numFmts>").unwrap();
    let styles = [head, r#"<numFmts count="0" />"#, rest].concat();
    with_part(&path, &other, "xl/styles.xml", &styles);
    let mut book = Workbook::open(&other, false, None).unwrap();
    let day = DateTime::date(Civil::constant(2024, 2, 29, 0, 0, 0, 0).date());
    append(&mut book, "other & more", &[day.into()]);
    book.write().unwrap();
    let written = text(&other, "xl/styles.xml");
    assert_eq!(written.matches("numFmts").count(), 2, "{written}");
    let mut seen = open_workbook_auto(&other).unwrap();
    let rows = seen.worksheet_range("other & more").unwrap();
    let day = rows.get_value((1, 0)).unwrap();
    assert!(
        matches!(day, Data::DateTime(day) if day.is_datetime()),
        "{day:?}"
    );
}

#[test]
fn a_link_leads_to_the_new_file() {
    let folder = TempDir::new().unwrap();
    let (path, link) = (template(&folder), folder.path().join("link.xlsx"));
    std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut book = Workbook::open(&link, false, None).unwrap();
    append(&mut book, "report", &["Ada".into()]);
    book.write().unwrap();
    assert!(link.is_symlink());
    assert_eq!(read(&path).unwrap().len(), 2);
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_cannot_be_written_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("no.xlsx");
    std::fs::write(&path, "a text").unwrap();
    let error = Workbook::open(&path, false, None)
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("no workbook of the form xlsx"), "{error}");
    let path = folder.path().join("long.xlsx");
    let mut book = Workbook::open(&path, true, None).unwrap();
    append(&mut book, "s", &["x".repeat(32_768).into()]);
    let error = book.write().unwrap_err().to_string();
    assert!(
        error.contains("the text for cell A1 is longer than 32767"),
        "{error}"
    );
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1, "nothing is left of a file that was not written");
    let refused = book
        .append("a/b", 0, [(0, Value::Null)])
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("cannot be the name of a sheet"),
        "{refused}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_comes_back(texts in prop::collection::vec("(\\PC|\\x00-\\x1f|_x00[0-9A-F]{2}_|[<>&'\"]){1,20}", 1..5)) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("texts.xlsx");
        let mut book = Workbook::open(&path, true, None).unwrap();
        for text in &texts {
            append(&mut book, "s", &[text.as_str().into()]);
        }
        book.write().unwrap();
        let rows = read(&path).unwrap();
        let seen: Vec<String> = rows.iter().flatten().map(Value::to_string).collect();
        prop_assert_eq!(seen, texts);
    }
}

#[test]
fn a_table_takes_in_the_rows_below_it() {
    let folder = TempDir::new().unwrap();
    let template = folder.path().join("template.xlsx");
    let mut book = Writer::new();
    let sheet = book.add_worksheet().set_name("report").unwrap();
    sheet.add_table(0, 0, 1, 1, &Table::new()).unwrap();
    let totals = Table::new().set_total_row(true);
    sheet.add_table(0, 3, 2, 4, &totals).unwrap();
    book.save(&template).unwrap();
    let path = folder.path().join("out.xlsx");
    let mut book = Workbook::open(&path, true, Some(&template)).unwrap();
    for row in 1..=3 {
        append(&mut book, "report", &[row.into(), "x".into()]);
    }
    // Beside the tables, and behind a gap.
    book.append("report", 0, [(9, 1.into())]).unwrap();
    book.append("report", 0, [(0, 1.into())]).unwrap();
    book.write().unwrap();
    let table = |number: u32| text(&path, &format!("xl/tables/table{number}.xml"));
    let first = table(1);
    assert_eq!(first.matches(r#"ref="A1:B4""#).count(), 2, "{first}");
    assert_eq!(
        table(2),
        text(&template, "xl/tables/table2.xml"),
        "it has totals"
    );
    let mut seen = open_workbook_auto(&path).unwrap();
    let rows = seen.worksheet_range("report").unwrap();
    assert_eq!(rows.get_value((1, 0)), Some(&Data::Float(1.0)));
}

/// The rows of a sheet, behind a change of one part.
fn changed(folder: &TempDir, part: &str, change: impl FnOnce(&str) -> String) -> PathBuf {
    let (path, other) = (template(folder), folder.path().join("other.xlsx"));
    with_part(&path, &other, part, &change(&text(&path, part)));
    other
}

#[test]
fn lists_of_other_programs_are_understood() {
    let folder = TempDir::new().unwrap();
    let day: Value = DateTime::date(Civil::constant(2024, 2, 29, 0, 0, 0, 0).date()).into();
    let written = |path: &Path| {
        let mut book = Workbook::open(path, false, None).unwrap();
        append(&mut book, "other & more", std::slice::from_ref(&day));
        append(&mut book, "new", &[1.into()]);
        book.write().unwrap();
        let mut seen = open_workbook_auto(path).unwrap();
        let rows = seen.worksheet_range("other & more").unwrap();
        assert_eq!(seen.worksheet_range("new").unwrap().height(), 1);
        rows.get_value((1, 0)).unwrap().clone()
    };
    let path = changed(&folder, "xl/styles.xml", |text| {
        let (head, rest) = text.split_once("<numFmt ").unwrap();
        let (inside, rest) = rest.split_once("/>").unwrap();
        [head, "<numFmt ", inside, "></numFmt>", rest].concat()
    });
    assert!(matches!(written(&path), Data::DateTime(_)));
    let styles = text(&path, "xl/styles.xml");
    assert_eq!(
        styles.matches(r#"numFmtId="164" formatCode"#).count(),
        1,
        "{styles}"
    );

    let bare = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>"#;
    let path = changed(&folder, "xl/styles.xml", |_| bare.to_owned());
    assert_eq!(written(&path), Data::String("2024-02-29".to_owned()));

    let path = changed(&folder, "xl/workbook.xml", |text| {
        let (head, rest) = text.split_once("<calcPr").unwrap();
        let (_, rest) = rest.split_once("/>").unwrap();
        [head, rest].concat()
    });
    written(&path);
    let list = text(&path, "xl/workbook.xml");
    assert!(
        list.contains(r#"</definedNames><calcPr fullCalcOnLoad="1"/>"#),
        "{list}"
    );

    let path = changed(&folder, "xl/_rels/workbook.xml.rels", |text| {
        let text = text.replace("<Rel", "<r:Rel").replace("</Rel", "</r:Rel");
        text.replace("xmlns=", "xmlns:r=")
    });
    written(&path);

    let path = changed(&folder, "xl/worksheets/sheet2.xml", |text| {
        let (head, rest) = text.split_once("<sheetData>").unwrap();
        let (_, rest) = rest.split_once("</sheetData>").unwrap();
        let head = head.replace(r#"ref="A1"/>"#, r#"ref="A1"></dimension>"#);
        [&head, "<sheetData />", rest].concat()
    });
    let mut book = Workbook::open(&path, false, None).unwrap();
    append(&mut book, "other & more", &[1.into()]);
    book.write().unwrap();
    assert!(!text(&path, "xl/worksheets/sheet2.xml").contains("dimension"));

    let empty = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>"#;
    let path = changed(&folder, "xl/worksheets/sheet2.xml", |_| empty.to_owned());
    let mut book = Workbook::open(&path, false, None).unwrap();
    append(&mut book, "other & more", &[1.into()]);
    let error = book.write().unwrap_err().to_string();
    assert!(error.contains("a sheet has no place for rows"), "{error}");
}

#[test]
fn a_sheet_goes_with_all_that_is_its_own() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("book.xlsx");
    let mut book = Writer::new();
    for name in ["first", "second", "third"] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.add_table(0, 0, 1, 1, &Table::new()).unwrap();
        sheet
            .insert_note(3, 3, &rust_xlsxwriter::Note::new(name))
            .unwrap();
        let mut chart = Chart::new_column();
        chart
            .add_series()
            .set_values(format!("{name}!$A$1:$A$2").as_str());
        sheet.insert_chart(5, 5, &chart).unwrap();
        match name {
            "third" => drop(sheet.set_active(true)),
            _ => drop(sheet.set_hidden(name == "first")),
        }
    }
    book.save(&path).unwrap();
    let before = parts(&path);
    let mut book = Workbook::open(&path, false, None).unwrap();
    assert!(book.remove("SECOND").unwrap());
    book.write().unwrap();
    let gone: Vec<String> = before.difference(&parts(&path)).cloned().collect();
    let expected = [
        "xl/charts/chart2.xml",
        "xl/comments2.xml",
        "xl/drawings/_rels/drawing2.xml.rels",
        "xl/drawings/drawing2.xml",
        "xl/drawings/vmlDrawing2.vml",
        "xl/tables/table2.xml",
        "xl/worksheets/_rels/sheet2.xml.rels",
        "xl/worksheets/sheet2.xml",
    ];
    assert_eq!(gone, expected);
    let types = text(&path, "[Content_Types].xml");
    assert!(
        !types.contains("table2.xml") && types.contains("table3.xml"),
        "{types}"
    );
    assert!(text(&path, "xl/workbook.xml").contains(r#"activeTab="1""#));
    // The one that is left was hidden.
    let mut book = Workbook::open(&path, false, None).unwrap();
    assert!(book.remove("third").unwrap());
    book.write().unwrap();
    let list = text(&path, "xl/workbook.xml");
    assert!(
        !list.contains("hidden") && !list.contains("activeTab"),
        "{list}"
    );
}

#[test]
fn a_template_becomes_what_its_new_name_says() {
    let folder = TempDir::new().unwrap();
    let path = changed(&folder, "[Content_Types].xml", |text| {
        text.replace("sheet.main+xml", "template.main+xml")
    });
    let out = folder.path().join("out.xlsx");
    Workbook::open(&out, true, Some(&path))
        .unwrap()
        .write()
        .unwrap();
    assert!(text(&out, "[Content_Types].xml").contains("spreadsheetml.sheet.main+xml"));
    let path = changed(&folder, "[Content_Types].xml", |text| {
        let entry =
            r#"<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>"#;
        text.replace("</Types>", &format!("{entry}</Types>"))
    });
    let mut book = Workbook::open(&out, true, Some(&path)).unwrap();
    let error = book.write().unwrap_err().to_string();
    assert!(error.contains("its name must end with `.xlsm`"), "{error}");
    let out = folder.path().join("out.xlsm");
    Workbook::open(&out, true, Some(&path))
        .unwrap()
        .write()
        .unwrap();
}

#[test]
fn limits_of_the_format_hold() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("book.xlsx");
    let mut charts = Writer::new();
    charts.add_worksheet();
    let sheet = charts.add_chartsheet().set_name("Ärger").unwrap();
    let mut chart = Chart::new_column();
    chart.add_series().set_values("Sheet1!$A$1:$A$2");
    sheet.insert_chart(0, 0, &chart).unwrap();
    charts.save(&path).unwrap();
    let mut book = Workbook::open(&path, false, None).unwrap();
    let mut refused = |sheet: &str, column| {
        let appended = book.append(sheet, 0, [(column, Value::from(1))]);
        appended.unwrap_err().to_string()
    };
    let error = refused("ärger", 0);
    assert!(
        error.contains("its sheet `ärger` is none of cells"),
        "{error}"
    );
    let error = refused("s", 16_384);
    assert!(
        error.contains("a sheet has 16384 columns, to `XFD`"),
        "{error}"
    );
    for name in ["a\u{1}", &"😀".repeat(16), ""] {
        let error = refused(name, 0);
        assert!(error.contains("cannot be the name of a sheet"), "{error}");
    }
    append(&mut book, "SHEET1", &["😀".repeat(16_384).into()]);
    let error = book.write().unwrap_err().to_string();
    assert!(error.contains("longer than 32767"), "{error}");
}

#[test]
fn a_protected_file_stays() {
    let folder = TempDir::new().unwrap();
    let path = template(&folder);
    std::fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let mut book = Workbook::open(&path, false, None).unwrap();
    append(&mut book, "report", &[1.into()]);
    let error = book.write().unwrap_err().to_string();
    assert!(error.contains("its permissions are read-only"), "{error}");
    // A link that leads to no file yet makes one where it leads.
    let (link, file) = (
        folder.path().join("link.xlsx"),
        folder.path().join("to.xlsx"),
    );
    std::os::unix::fs::symlink("to.xlsx", &link).unwrap();
    let mut book = Workbook::open(&link, false, None).unwrap();
    append(&mut book, "s", &[1.into()]);
    book.write().unwrap();
    assert!(link.is_symlink() && file.is_file());
}
