//! Trees as short texts in the manner of Lisp.

#![expect(
    clippy::format_collect,
    clippy::ref_option,
    clippy::too_many_lines,
    reason = "a table from nodes to text, read side by side with the tree"
)]

use crate::pql::syntax::tree::*;

pub(crate) fn program(program: &Program) -> String {
    let mut lines: Vec<String> = program
        .functions
        .values()
        .map(|f| {
            let parameters: Vec<String> = f
                .parameters
                .iter()
                .map(|p| match &p.default {
                    Some(default) => format!("({} {})", p.name, expression(default)),
                    None => p.name.to_string(),
                })
                .collect();
            format!(
                "(function {} [{}]{})",
                f.name,
                parameters.join(" "),
                block(&f.body)
            )
        })
        .collect();
    lines.extend(program.body.iter().map(statement));
    lines.join("\n")
}

fn block(body: &Block) -> String {
    body.iter().map(|s| format!(" {}", statement(s))).collect()
}

fn optional(value: &Option<Expression>) -> String {
    value
        .as_ref()
        .map(|value| format!(" {}", expression(value)))
        .unwrap_or_default()
}

fn targets(targets: &[Target]) -> String {
    let names: Vec<String> = targets
        .iter()
        .map(|t| format!("{}{}", t.sigil.sign(), t.name))
        .collect();
    names.join(",")
}

fn connection(connection: &Connection) -> String {
    match connection {
        Connection::Named {
            name,
            alias,
            database,
        } => {
            format!(
                "{}{}{}",
                expression(name),
                marked("as", alias),
                marked("use", database)
            )
        }
        Connection::Default { alias, database } => {
            format!("default{}{}", marked("as", alias), marked("use", database))
        }
        Connection::Qross { database } => format!("qross{}", marked("use", database)),
        Connection::Scratch(scratch) => format!("{scratch:?}").to_lowercase(),
        Connection::Database(url) => format!(
            "database {}{}{}{}{}{}",
            expression(&url.url),
            marked("driver", &url.driver),
            marked("username", &url.username),
            marked("password", &url.password),
            marked("as", &url.alias),
            marked("use", &url.database)
        ),
    }
}

fn marked(word: &str, value: &Option<Expression>) -> String {
    value
        .as_ref()
        .map(|value| format!(" {word}={}", expression(value)))
        .unwrap_or_default()
}

pub(crate) fn statement(statement: &Statement) -> String {
    match &statement.kind {
        StatementKind::Open(c) => format!("(open {})", connection(c)),
        StatementKind::Save(c) => format!("(save {})", connection(c)),
        StatementKind::Get(value) => format!("(get {})", expression(value)),
        StatementKind::Prep(body) => format!("(prep {})", template(body)),
        StatementKind::Put(put) => format!("(put {:?} {})", put.mode, template(&put.body)),
        StatementKind::Store(store) => format!(
            "({:?} {} {})",
            store.place,
            expression(&store.name),
            expression(&store.body)
        ),
        StatementKind::Set(set) => {
            let sign = if set.assignment == Assignment::Spread {
                ":="
            } else {
                "=:"
            };
            format!(
                "(set {} {sign} {})",
                targets(&set.targets),
                expression(&set.value)
            )
        }
        StatementKind::Var(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| {
                    let name = targets(std::slice::from_ref(&item.target));
                    format!("({name}{})", optional(&item.value))
                })
                .collect();
            format!("(var {})", items.join(" "))
        }
        StatementKind::Let { target, links } => {
            format!(
                "(let {}{})",
                targets(std::slice::from_ref(target)),
                link_list(links)
            )
        }
        StatementKind::Evaluate(value) => format!("(run {})", expression(value)),
        StatementKind::Output(value) => format!("(output{})", optional(value)),
        StatementKind::Return(value) => format!("(return{})", optional(value)),
        StatementKind::Print(print) => {
            let label = print
                .label
                .as_ref()
                .map(|l| format!(" #{}", l.text))
                .unwrap_or_default();
            let values: String = print
                .values
                .iter()
                .map(|v| format!(" {}", expression(v)))
                .collect();
            format!("(print{label}{values})")
        }
        StatementKind::Echo(text) => format!("(echo {text:?})"),
        StatementKind::Debug(DebugMode::Value(value)) => format!("(debug {})", expression(value)),
        StatementKind::Debug(mode) => format!("(debug {mode:?})"),
        StatementKind::If(it) => {
            let branches: String = it
                .branches
                .iter()
                .map(|b| format!(" ({}{})", condition(&b.condition), block(&b.body)))
                .collect();
            format!("(if{branches}{})", otherwise(&it.otherwise))
        }
        StatementKind::Case(case) => {
            let branches: String = case
                .branches
                .iter()
                .map(|b| format!(" ({}{})", case_test(&b.test), block(&b.body)))
                .collect();
            format!(
                "(case {}{branches}{})",
                subject(&case.subject),
                otherwise(&case.otherwise)
            )
        }
        StatementKind::For(it) => {
            let mode = format!("{:?}", it.mode).to_lowercase();
            let collection = expression(&it.collection);
            format!(
                "(for {} {mode} {collection}{})",
                targets(&it.targets),
                block(&it.body)
            )
        }
        StatementKind::While(it) => {
            format!("(while {}{})", condition(&it.condition), block(&it.body))
        }
        StatementKind::Exit(when) => format!("(exit{})", when_text(when)),
        StatementKind::Continue(when) => format!("(continue{})", when_text(when)),
        StatementKind::ExitCode(status) => format!("(exit-code{})", optional(status)),
        StatementKind::Sleep(SleepTime::Amount { amount, unit }) => {
            format!("(sleep {} {unit:?})", expression(amount))
        }
        StatementKind::Sleep(SleepTime::ToNext(unit)) => format!("(sleep-to-next {unit:?})"),
        StatementKind::Call(it) => format!("(call {})", call(it)),
        other => format!("({other:?})"),
    }
}

fn when_text(when: &Option<Condition>) -> String {
    when.as_ref()
        .map(|when| format!(" {}", condition(when)))
        .unwrap_or_default()
}

fn otherwise(body: &Option<Block>) -> String {
    body.as_ref()
        .map(|body| format!(" (else{})", block(body)))
        .unwrap_or_default()
}

fn subject(subject: &CaseSubject) -> String {
    match subject {
        CaseSubject::FirstTrue => "true".into(),
        CaseSubject::FirstFalse => "false".into(),
        CaseSubject::Value(value) => expression(value),
    }
}

fn case_test(test: &CaseTest) -> String {
    match test {
        CaseTest::Condition(test) => condition(test),
        CaseTest::Value(value) => expression(value),
    }
}

fn call(call: &Call) -> String {
    let arguments: String = call
        .arguments
        .iter()
        .map(|argument| match &argument.name {
            Some((name, _)) => format!(" {name}:={}", expression(&argument.value)),
            None => format!(" {}", expression(&argument.value)),
        })
        .collect();
    format!("({}{}{arguments})", call.sigil.sign(), call.name)
}

pub(crate) fn expression(value: &Expression) -> String {
    match &value.kind {
        ExpressionKind::Literal(literal) => literal_text(literal),
        ExpressionKind::Unassigned { text, name } => format!("(unassigned {name} {text:?})"),
        ExpressionKind::Word(word) => format!("`{word}"),
        ExpressionKind::Rich(rich) => format!("(rich {})", template(rich)),
        ExpressionKind::Variable(variable) => {
            let access: String = variable
                .access
                .iter()
                .map(|access| match access {
                    Access::Field { name, .. } => format!(".{name}"),
                    Access::Index { index, .. } => format!("[{}]", expression(index)),
                })
                .collect();
            format!("{}{}{access}", variable.sigil.sign(), variable.name)
        }
        ExpressionKind::Call(it) => call(it),
        ExpressionKind::Json(it) => json(it),
        ExpressionKind::Negate(inner) => format!("(- {})", expression(inner)),
        ExpressionKind::Arithmetic { first, rest, .. } => {
            let rest: String = rest
                .iter()
                .map(|term| format!(" {:?} {}", term.operator, expression(&term.operand)))
                .collect();
            format!("({}{rest})", expression(first))
        }
        ExpressionKind::Chain { data, links } => {
            format!("(chain {}{})", expression(data), link_list(links))
        }
        ExpressionKind::Test(test) => format!("(test {})", condition(test)),
        ExpressionKind::Embedded(Embedded::Value(inner)) => format!("${{{}}}", expression(inner)),
        ExpressionKind::Embedded(Embedded::Query(inner)) => {
            format!("${{{{{}}}}}", expression(inner))
        }
        ExpressionKind::Sql(sql) => {
            format!("({:?} {} {})", sql.effect, sql.verb, template(&sql.body))
        }
        ExpressionKind::Exec(text) => format!("(exec {})", expression(text)),
        ExpressionKind::Query(query) => format!("(query {query:?})"),
        ExpressionKind::If(it) => {
            let branches: String = it
                .branches
                .iter()
                .map(|(test, value)| format!(" ({} {})", condition(test), expression(value)))
                .collect();
            format!("(short-if{branches} {})", expression(&it.otherwise))
        }
        ExpressionKind::Case(it) => {
            let branches: String = it
                .branches
                .iter()
                .map(|(test, value)| format!(" ({} {})", case_test(test), expression(value)))
                .collect();
            let subject = subject(&it.subject);
            format!(
                "(short-case {subject}{branches} {})",
                expression(&it.otherwise)
            )
        }
    }
}

fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".into(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Decimal(value) => format!("{value:?}"),
        Literal::Text(text) => format!("{text:?}"),
    }
}

fn json(value: &Json) -> String {
    match &value.kind {
        JsonKind::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{key:?}: {}", json(value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        JsonKind::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(json).collect();
            format!("[{}]", elements.join(", "))
        }
        JsonKind::Literal(literal) => literal_text(literal),
        JsonKind::Item(it) => item(it),
        JsonKind::Cell(cell) => format!("{cell:?}"),
    }
}

fn item(item: &Item) -> String {
    let raw = if item.quoting == Quoting::Raw {
        "!"
    } else {
        ""
    };
    format!("{}{raw}", expression(&item.expression))
}

fn template(template: &Template) -> String {
    let segments: Vec<String> = template
        .segments
        .iter()
        .map(|segment| match segment {
            Segment::Text(text) => format!("{text:?}"),
            Segment::Item(it) => item(it),
            Segment::Unassigned { name, .. } => format!("#{{{name}}}"),
            Segment::Placeholder(Placeholder::Position { .. }) => "?".into(),
            Segment::Placeholder(Placeholder::Mark { name, .. }) => format!("@{{{name}}}"),
            Segment::Placeholder(Placeholder::Text { name, .. }) => format!("#{name}"),
            Segment::Placeholder(Placeholder::Value { name, .. }) => format!("&{name}"),
        })
        .collect();
    format!("<{}>", segments.join(" "))
}

pub(crate) fn condition(condition: &Condition) -> String {
    let list = |parts: &[Condition]| -> String {
        parts
            .iter()
            .map(|part| format!(" {}", self::condition(part)))
            .collect()
    };
    match &condition.kind {
        ConditionKind::Any(parts) => format!("(or{})", list(parts)),
        ConditionKind::All(parts) => format!("(and{})", list(parts)),
        ConditionKind::Not(inner) => format!("(not {})", self::condition(inner)),
        ConditionKind::Compare {
            comparison,
            left,
            right,
        } => {
            format!(
                "({comparison:?} {} {})",
                expression(left),
                expression(right)
            )
        }
        ConditionKind::In { value, set } => match set {
            Set::List(members) => {
                let members: String = members
                    .iter()
                    .map(|member| format!(" {}", expression(member)))
                    .collect();
                format!("(in {} ({}))", expression(value), members.trim_start())
            }
            Set::Value(set) => format!("(in {} {})", expression(value), expression(set)),
        },
        ConditionKind::Like { value, pattern } => {
            format!("(like {} {})", expression(value), expression(pattern))
        }
        ConditionKind::Is { value, state } => format!("(is {} {state:?})", expression(value)),
        ConditionKind::Exists(query) => format!("(exists {})", expression(query)),
        ConditionKind::PathExists { path_kind, path } => {
            format!("(exists-{path_kind:?} {})", expression(path))
        }
        ConditionKind::Truth(value) => expression(value),
    }
}

fn columns(columns: &[Column]) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|column| {
            let source = match &column.source {
                ColumnSource::All => "*".into(),
                ColumnSource::Named(name) => expression(name),
                ColumnSource::Aggregate { function, argument } => format!("{function}({argument})"),
            };
            format!("{source}{}", marked("as", &column.alias))
        })
        .collect();
    columns.join(", ")
}

fn link_list(links: &[Link]) -> String {
    links.iter().map(|it| format!(" {}", link(it))).collect()
}

fn link(link: &Link) -> String {
    let list = |values: &[Expression]| -> String {
        values.iter().map(expression).collect::<Vec<_>>().join(", ")
    };
    let argument = match &link.argument {
        None => String::new(),
        Some(LinkArgument::Value(value)) => format!(" {}", expression(value)),
        Some(LinkArgument::List(values)) => format!(" [{}]", list(values)),
        Some(LinkArgument::Names(names)) => format!(" {{{}}}", columns(names)),
        Some(LinkArgument::Pairs(pairs)) => {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(k, v)| format!("{}={}", expression(k), expression(v)))
                .collect();
            format!(" {{{}}}", pairs.join(", "))
        }
        Some(LinkArgument::Rows { names, rows }) => {
            let rows: String = rows.iter().map(|row| format!(" [{}]", list(row))).collect();
            format!(" {{{}}}{rows}", columns(names))
        }
        Some(LinkArgument::Template(text)) => format!(" {}", template(text)),
    };
    let tails: String = link
        .tails
        .iter()
        .map(|tail| format!(" +{}{}", tail.word, optional(&tail.value)))
        .collect();
    format!("|{}{argument}{tails}", link.name)
}
