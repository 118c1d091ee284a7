//! The sheets of a workbook and the parts that they are in.

use std::collections::BTreeSet;
use std::path::Path;

use quick_xml::events::{BytesStart, Event};

use super::package::Package;
use super::xml::{
    Edit, Pieces, Result, attribute, edit, escaped, flag, insert_behind, local, number, prefix,
    with_attributes,
};

const TYPES: &str = "[Content_Types].xml";
const ROOT_RELATIONS: &str = "_rels/.rels";
const SHEET_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
const BOOK_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
const TEMPLATE_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml";
const MACROS_TYPE: &str = "application/vnd.ms-office.vbaProject";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// A sheet of cells.
pub(super) struct SheetPart {
    pub(super) name: String,
    pub(super) part: String,
    relation: String,
}

/// The part that lists the sheets, and what it says of them.
pub(super) struct Book {
    part: String,
    pub(super) sheets: Vec<SheetPart>,
    pub(super) styles: Option<String>,
    /// Whether moments are counted from 1904.
    pub(super) is_1904: bool,
}

/// Where a part leads.
pub(super) struct Relation {
    id: String,
    /// The last word of its type.
    pub(super) kind: String,
    pub(super) part: String,
}

impl Book {
    pub(super) fn read(package: &mut Package) -> Result<Self> {
        let roots = relations(&package.text(ROOT_RELATIONS)?, "")?;
        let main = roots.into_iter().find(|one| one.kind == "officeDocument");
        let part = main.ok_or("it has no list of sheets")?.part;
        let related = relations(&package.text(&relations_of(&part))?, &part)?;
        let mut sheets = Vec::new();
        let mut is_1904 = false;
        let text = package.text(&part)?;
        each_tag(&text, |tag| match local(tag) {
            "workbookPr" => is_1904 = flag(tag, "date1904"),
            "sheet" => {
                let (name, id) = (attribute(tag, "name"), attribute(tag, "id"));
                let relation = related
                    .iter()
                    .find(|one| id.as_ref() == Some(&one.id) && one.kind == "worksheet");
                if let (Some(name), Some(relation)) = (name, relation) {
                    sheets.push(SheetPart {
                        name,
                        part: relation.part.clone(),
                        relation: relation.id.clone(),
                    });
                }
            }
            _ => {}
        })?;
        let styles = related.into_iter().find(|one| one.kind == "styles");
        Ok(Self {
            part,
            sheets,
            styles: styles.map(|one| one.part),
            is_1904,
        })
    }

    /// Adds an empty sheet behind the others.
    pub(super) fn add(&mut self, package: &mut Package, name: &str) -> Result<()> {
        let text = package.text(&self.part)?;
        let (mut ids, mut sign, mut is_taken) = (0, String::new(), false);
        each_tag(&text, |tag| match local(tag) {
            "sheets" => sign = prefix(tag),
            "sheet" => {
                ids = ids.max(number(tag, "sheetId").unwrap_or_default());
                let own = attribute(tag, "name");
                is_taken |= own.is_some_and(|own| own.to_lowercase() == name.to_lowercase());
            }
            _ => {}
        })?;
        if is_taken {
            return Err(format!("its sheet `{name}` is none of cells"));
        }
        let relations_part = relations_of(&self.part);
        let relations_text = package.text(&relations_part)?;
        let taken = relations(&relations_text, &self.part)?;
        let relation = (1..u32::MAX)
            .map(|number| format!("rId{number}"))
            .find(|id| taken.iter().all(|one| one.id != *id))
            .ok_or("it is full")?;
        let part = (1..u32::MAX)
            .map(|number| resolve(&self.part, &format!("worksheets/sheet{number}.xml")))
            .find(|part| !package.has(part))
            .ok_or("it is full")?;
        let entry = format!(
            "<{sign}sheet xmlns:r=\"{RELATIONS}\" name=\"{}\" sheetId=\"{}\" r:id=\"{relation}\"/>",
            escaped(name),
            ids.saturating_add(1),
        );
        package.set(&self.part, edit(&text, |_| Edit::Keep, ("sheets", &entry))?);
        let sign = sign_of(&relations_text, "Relationships")?;
        let entry = format!(
            "<{sign}Relationship Id=\"{relation}\" Type=\"{RELATIONS}/worksheet\" \
             Target=\"/{part}\"/>"
        );
        let text = edit(&relations_text, |_| Edit::Keep, ("Relationships", &entry))?;
        package.set(&relations_part, text);
        let types = package.text(TYPES)?;
        let sign = sign_of(&types, "Types")?;
        let entry = format!("<{sign}Override PartName=\"/{part}\" ContentType=\"{SHEET_TYPE}\"/>");
        package.set(TYPES, edit(&types, |_| Edit::Keep, ("Types", &entry))?);
        let empty = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <worksheet xmlns=\"{MAIN}\"><sheetData/></worksheet>"
        );
        package.set(&part, empty);
        self.sheets.push(SheetPart {
            name: name.to_owned(),
            part,
            relation,
        });
        Ok(())
    }

    /// Removes a sheet and what the workbook says about it.
    pub(super) fn remove(&mut self, package: &mut Package, index: usize) -> Result<()> {
        let sheet = self.sheets.remove(index);
        let text = package.text(&self.part)?;
        let mut place = 0_u32;
        let mut removed = None;
        each_tag(&text, |tag| {
            if local(tag) == "sheet" {
                if attribute(tag, "id").as_ref() == Some(&sheet.relation) {
                    removed = Some(place);
                }
                place = place.saturating_add(1);
            }
        })?;
        let removed = removed.unwrap_or(u32::MAX);
        let led = parts_behind(package, &sheet.part)?;
        let text = edit(
            &text,
            |tag| match local(tag) {
                "sheet" if attribute(tag, "id").as_ref() == Some(&sheet.relation) => Edit::Remove,
                "definedName" => match number(tag, "localSheetId") {
                    Some(own) if own == removed => Edit::Remove,
                    Some(own) if own > removed => {
                        let own = own.saturating_sub(1).to_string();
                        Edit::Change(with_attributes(tag, &[("localSheetId", Some(&own))]))
                    }
                    _ => Edit::Keep,
                },
                "workbookView" => {
                    let shown = |name| match number(tag, name) {
                        Some(shown) if shown > removed => Some(shown.saturating_sub(1).to_string()),
                        // The one that goes; then the first one is shown.
                        Some(shown) if shown == removed => None,
                        other => other.map(|shown| shown.to_string()),
                    };
                    let (active, first) = (shown("activeTab"), shown("firstSheet"));
                    Edit::Change(with_attributes(
                        tag,
                        &[
                            ("activeTab", active.as_deref()),
                            ("firstSheet", first.as_deref()),
                        ],
                    ))
                }
                _ => Edit::Keep,
            },
            ("", ""),
        )?;
        package.set(&self.part, with_one_shown(&text)?);
        self.drop_part(package, &sheet.part)?;
        let kept = parts_behind(package, "")?;
        for part in led.difference(&kept) {
            self.drop_part(package, part)?;
        }
        Ok(())
    }

    /// Has all formulas computed anew when the file is opened; `chain`, the order in which they
    /// were computed, is made anew with it.
    pub(super) fn recompute(&self, package: &mut Package) -> Result<()> {
        let related = relations(&package.text(&relations_of(&self.part))?, &self.part)?;
        if let Some(chain) = related.into_iter().find(|one| one.kind == "calcChain") {
            self.drop_part(package, &chain.part)?;
        }
        let text = package.text(&self.part)?;
        let mut is_said = false;
        let mut text = edit(
            &text,
            |tag| match local(tag) {
                "calcPr" => {
                    is_said = true;
                    Edit::Change(with_attributes(tag, &[("fullCalcOnLoad", Some("1"))]))
                }
                _ => Edit::Keep,
            },
            ("", ""),
        )?;
        if !is_said {
            let sign = sign_of(&text, "sheets")?;
            let entry = format!("<{sign}calcPr fullCalcOnLoad=\"1\"/>");
            let before = [
                "sheets",
                "functionGroups",
                "externalReferences",
                "definedNames",
            ];
            text = insert_behind(&text, &before, &entry)?;
        }
        package.set(&self.part, text);
        Ok(())
    }

    /// Lets the workbook say what the name of its file says, or no program opens it: a template
    /// may become a workbook.
    pub(super) fn suit(&self, package: &mut Package, file: &Path) -> Result<()> {
        let ending = file.extension().and_then(|ending| ending.to_str());
        let kind = match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("xlsx") => BOOK_TYPE,
            Some("xltx") => TEMPLATE_TYPE,
            _ => return Ok(()),
        };
        let types = package.text(TYPES)?;
        let mut has_macros = false;
        let text = edit(
            &types,
            |tag| {
                let own = attribute(tag, "ContentType").unwrap_or_default();
                let part = attribute(tag, "PartName").unwrap_or_default();
                has_macros |= own == MACROS_TYPE;
                if part.trim_start_matches('/') == self.part && own != kind {
                    Edit::Change(with_attributes(tag, &[("ContentType", Some(kind))]))
                } else {
                    Edit::Keep
                }
            },
            ("", ""),
        )?;
        if has_macros {
            return Err("it has macros, so its name must end with `.xlsm`".to_owned());
        }
        package.set(TYPES, text);
        Ok(())
    }

    /// Removes a part that the list of sheets leads to.
    fn drop_part(&self, package: &mut Package, part: &str) -> Result<()> {
        let relations_part = relations_of(&self.part);
        let text = package.text(&relations_part)?;
        let leads = |tag: &BytesStart<'_>| {
            attribute(tag, "Target").is_some_and(|target| resolve(&self.part, &target) == part)
        };
        let text = edit(&text, |tag| removal(leads(tag)), ("", ""))?;
        package.set(&relations_part, text);
        let types = package.text(TYPES)?;
        let names = |tag: &BytesStart<'_>| {
            attribute(tag, "PartName").is_some_and(|name| name.trim_start_matches('/') == part)
        };
        package.set(TYPES, edit(&types, |tag| removal(names(tag)), ("", ""))?);
        package.remove(&relations_of(part));
        package.remove(part);
        Ok(())
    }
}

fn removal(is_meant: bool) -> Edit {
    if is_meant { Edit::Remove } else { Edit::Keep }
}

/// The namespace of an element.
fn sign_of(text: &str, name: &str) -> Result<String> {
    let mut sign = String::new();
    each_tag(text, |tag| {
        if local(tag) == name {
            sign = prefix(tag);
        }
    })?;
    Ok(sign)
}

/// The list of sheets with one that is not hidden: a workbook has one at least.
fn with_one_shown(text: &str) -> Result<String> {
    let (mut count, mut shown) = (0_usize, 0_usize);
    each_tag(text, |tag| {
        if local(tag) == "sheet" {
            count = count.saturating_add(1);
            let state = attribute(tag, "state").filter(|state| state != "visible");
            shown = shown.saturating_add(usize::from(state.is_none()));
        }
    })?;
    let mut is_wanted = count > 0 && shown == 0;
    edit(
        text,
        |tag| {
            if local(tag) == "sheet" && std::mem::take(&mut is_wanted) {
                return Edit::Change(with_attributes(tag, &[("state", None)]));
            }
            Edit::Keep
        },
        ("", ""),
    )
}

/// All parts that a part leads to, over others too.
fn parts_behind(package: &mut Package, part: &str) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut open = vec![part.to_owned()];
    while let Some(part) = open.pop() {
        let Some(text) = package.find(&relations_of(&part))? else {
            continue;
        };
        for relation in relations(&text, &part)? {
            if package.has(&relation.part) && found.insert(relation.part.clone()) {
                open.push(relation.part);
            }
        }
    }
    Ok(found)
}

fn each_tag(text: &str, mut each: impl FnMut(&BytesStart<'_>)) -> Result<()> {
    let mut pieces = Pieces::new(text);
    while let Some(piece) = pieces.next()? {
        if let Event::Start(tag) | Event::Empty(tag) = &piece.event {
            each(tag);
        }
    }
    Ok(())
}

pub(super) fn relations(text: &str, owner: &str) -> Result<Vec<Relation>> {
    let mut relations = Vec::new();
    each_tag(text, |tag| {
        let found = (
            attribute(tag, "Id"),
            attribute(tag, "Type"),
            attribute(tag, "Target"),
        );
        if let (Some(id), Some(kind), Some(target)) = found {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let part = resolve(owner, &target);
            relations.push(Relation { id, kind, part });
        }
    })?;
    Ok(relations)
}

/// The part that lists where a part leads.
pub(super) fn relations_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// The part that a relation of another one means.
fn resolve(owner: &str, target: &str) -> String {
    let mut folders: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => owner.split('/').rev().skip(1).collect(),
    };
    folders.reverse();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(folders.pop()),
            name => folders.push(name),
        }
    }
    folders.join("/")
}
