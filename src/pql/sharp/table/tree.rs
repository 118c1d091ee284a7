//! TO TREE: rows that name their parent, as nodes with children.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::call::{fail, into_name};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Table, Value};

pub(crate) const LINKS: &[Entry] = &[Entry::new(
    &["TO TREE"],
    "(id, parent, start, children)",
    Takes::ROWS,
    Rule::Table(to_tree),
)
.says(
    "The ARRAY of the top nodes, whose parent is start; every other row goes into the array \
     `children` of its parent. Rows without a known parent are top nodes too, after the others; a \
     row in a cycle is an error.",
)
.shows(&[(
    r#"[{"id":1,"pid":0},{"id":2,"pid":1}] TO TREE (id, pid, 0, sub)"#,
    r#"[{"id":1,"pid":0,"sub":[{"id":2,"pid":1,"sub":[]}]}]"#,
)])];

fn to_tree(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let [id, parent, start, children] = call
        .list()?
        .try_into()
        .map_err(|_| fail("four values are needed: id, parent, start and children"))?;
    let [id, parent, children] = [into_name(id)?, into_name(parent)?, into_name(children)?];
    super::refuse_twice([&id, &parent, &children])?;
    let (id, parent) = (super::column(&table, &id)?, super::column(&table, &parent)?);
    let forest = Forest::new(&table, id, parent, &start);
    let nodes = forest.build(&table, &children)?;
    Ok(nodes.into())
}

/// The rows by their place among others; keys compare as texts.
struct Forest {
    /// The rows with the start as parent, then those without a known parent.
    tops: Vec<usize>,
    /// For each row its children in order.
    children: Vec<Vec<usize>>,
}

impl Forest {
    fn new(table: &Table, id: usize, parent: usize, start: &Value) -> Self {
        let text = |cells: &[Value], index| super::cell(cells, index).render().into_owned();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (place, cells) in table.rows().iter().enumerate() {
            // Of two rows with one key the first is the parent.
            places.entry(text(cells, id)).or_insert(place);
        }
        let start = start.render();
        let (mut tops, mut orphans) = (Vec::new(), Vec::new());
        let mut children = vec![Vec::new(); table.len()];
        for (place, cells) in table.rows().iter().enumerate() {
            let parent = text(cells, parent);
            let found = places.get(&parent).and_then(|at| children.get_mut(*at));
            match found {
                _ if parent == start => tops.push(place),
                Some(siblings) => siblings.push(place),
                None => orphans.push(place),
            }
        }
        tops.extend(orphans);
        Self { tops, children }
    }

    /// Builds from the leaves up, so that no depth of the tree can exhaust the stack.
    fn build(&self, table: &Table, name: &Arc<str>) -> Done<Vec<Value>> {
        let mut order = Vec::with_capacity(table.len());
        let mut waiting: Vec<usize> = self.tops.clone();
        while let Some(place) = waiting.pop() {
            order.push(place);
            waiting.extend(self.children.get(place).into_iter().flatten());
        }
        if order.len() != table.len() {
            let reached: HashSet<usize> = order.into_iter().collect();
            let lost = (0..table.len()).find(|place| !reached.contains(place));
            let row = lost.and_then(|place| table.row(place)).unwrap_or_default();
            let row = Value::from(row).excerpt();
            return Err(fail(&format!("the row `{row}` is its own ancestor")));
        }
        let mut built: Vec<Value> = vec![Value::Null; table.len()];
        for place in order.into_iter().rev() {
            let below = take(&mut built, self.children.get(place));
            let mut row = table.row(place).unwrap_or_default();
            row.insert(Arc::clone(name), Value::from(below));
            if let Some(node) = built.get_mut(place) {
                *node = row.into();
            }
        }
        Ok(take(&mut built, Some(&self.tops)))
    }
}

/// Takes nodes that are ready.
fn take(built: &mut [Value], places: Option<&Vec<usize>>) -> Vec<Value> {
    let places = places.into_iter().flatten();
    places
        .filter_map(|place| built.get_mut(*place).map(std::mem::take))
        .collect()
}
