//! SEND MAIL (4.34).

use std::path::PathBuf;
use std::time::Duration;

use crate::connectors::mail::{self, Server};
use crate::fault::Code;
use crate::pql::Error;
use crate::pql::arguments;
use crate::pql::eval::{Done, Halt, Run, read_text};
use crate::pql::syntax::tree::{Expression, Mail, MailPart};
use crate::value::{Row, Value};

const TEMPLATES: &str = "templates/email";
const ATTACHMENTS: &str = "temp";
const PORT: usize = 25;
const TIMEOUT: Duration = Duration::from_mins(1);

/// Sends a mail; what is missing or refused is said in the answer, not by an error.
pub(crate) fn run(run: &mut Run, mail: &Mail) -> Done<Value> {
    let mut invalid = Vec::new();
    let to = recipients(run, &mail.to, &mut invalid)?;
    let cc = recipients(run, &mail.cc, &mut invalid)?;
    let bcc = recipients(run, &mail.bcc, &mut invalid)?;
    let from = given(run, mail.from.as_ref(), "email.sender.account")?;
    let host = given(run, mail.host.as_ref(), "email.smtp.host")?;
    let sent: Vec<Value> = [&to, &cc, &bcc]
        .into_iter()
        .flatten()
        .map(|text| Value::text(text.as_str()))
        .collect();
    let body = body(run, mail)?;
    let (Some(from), Some(host)) = (from.clone(), host) else {
        let what = if from.is_some() {
            "the SMTP host is missing: set `email.smtp.host`"
        } else {
            "the sender is missing: set `email.sender.account`"
        };
        return Ok(answer(what, Vec::new(), invalid));
    };
    if sent.is_empty() {
        return Ok(answer("there are no recipients", Vec::new(), invalid));
    }
    let mut attachments: Vec<PathBuf> = Vec::new();
    for file in &mail.attachments {
        let name = run.evaluate_text(file)?;
        attachments.push(run.file_path(&name, ATTACHMENTS));
    }
    let server = Server {
        login: login(run, mail, &host, &from)?,
        port: port(run, mail)?,
        host,
        timeout: TIMEOUT,
    };
    let ready = mail::Mail {
        title: run.evaluate_defined(&mail.title)?.render().into_owned(),
        body,
        from,
        personal: given(run, mail.personal.as_ref(), "email.sender.personal")?,
        to,
        cc,
        bcc,
        attachments,
    };
    // What goes wrong is told in the answer; only a stop of the run is an error.
    let done = run.wait(async { Ok(mail::send(&ready, &server).await) })?;
    Ok(match done {
        Ok(()) => answer("Sent.", sent, invalid),
        Err(error) => answer(&error.to_string(), Vec::new(), invalid),
    })
}

/// The password that the statement names belongs to its sender; that of the settings belongs to
/// their account and goes to their server only.
fn login(run: &mut Run, mail: &Mail, host: &str, from: &str) -> Done<Option<(String, String)>> {
    if mail.password.is_some() {
        let password = given(run, mail.password.as_ref(), "")?;
        let account = mail::address(from).unwrap_or_else(|| from.to_owned());
        return Ok(password.map(|password| (account, password)));
    }
    let mut own = |name| given(run, None, name);
    let is_own = own("email.smtp.host")?.is_some_and(|own| own.eq_ignore_ascii_case(host));
    let account = own("email.sender.account")?.filter(|_| is_own);
    let account = account.map(|text| mail::address(&text).unwrap_or(text));
    Ok(account.zip(own("email.sender.password")?))
}

fn port(run: &mut Run, mail: &Mail) -> Done<u16> {
    let place = mail.port.as_ref().map(|port| port.span);
    let number = match &mail.port {
        Some(port) => run.evaluate_integer(port)?,
        None => i64::try_from(run.setting_number("email.smtp.port", PORT)).unwrap_or(i64::MAX),
    };
    match u16::try_from(number) {
        Ok(port) if port > 0 => Ok(port),
        _ => {
            let message = format!("the port of a mail server is 1 to 65535, not {number}");
            let halt = Halt::new(Code::PQL_STATEMENT, message);
            Err(place.into_iter().fold(halt, Halt::at))
        }
    }
}

fn answer(message: &str, sent: Vec<Value>, invalid: Vec<Value>) -> Value {
    let mut row = Row::new();
    row.insert("message", message);
    row.insert("logs", vec![Value::text(message)]);
    row.insert("sent", sent);
    row.insert("invalid", invalid);
    row.into()
}

/// A phrase, else a setting; empty means absent.
fn given(run: &mut Run, phrase: Option<&Expression>, setting: &str) -> Done<Option<String>> {
    let text = match phrase {
        Some(phrase) => Some(run.evaluate_defined(phrase)?.render().into_owned()),
        None => run.setting(setting).map(|text| text.to_string()),
    };
    Ok(text.filter(|text| !text.trim().is_empty()))
}

/// The addresses of some lists, each separated by `,` or `;`.
fn recipients(run: &mut Run, lists: &[Expression], invalid: &mut Vec<Value>) -> Done<Vec<String>> {
    let mut found = Vec::new();
    for list in lists {
        let value = run.evaluate_defined(list)?;
        if value.is_absent() {
            continue;
        }
        let texts = match &value {
            Value::Text(text) => vec![text.to_string()],
            other => other.to_array().iter().map(Value::to_string).collect(),
        };
        let texts = texts.iter().flat_map(|text| parts(text)).map(str::trim);
        for text in texts.filter(|text| !text.is_empty()) {
            if mail::address(text).is_some() {
                found.push(text.to_owned());
            } else {
                invalid.push(Value::text(text));
            }
        }
    }
    Ok(found)
}

/// A list taken apart; a name in quotes may contain the signs between addresses.
fn parts(list: &str) -> impl Iterator<Item = &str> {
    let mut in_quotes = false;
    list.split(move |letter| {
        in_quotes ^= letter == '"';
        !in_quotes && matches!(letter, ',' | ';')
    })
}

fn body(run: &mut Run, mail: &Mail) -> Done<String> {
    let mut text = match &mail.template {
        Some(part) => part_text(run, part, "default.html")?,
        None => String::new(),
    };
    if let Some(content) = &mail.content {
        let content = run.evaluate_defined(content)?;
        let content = run.text_of(&content)?.into_owned();
        text = place(&text, "#{content}", &content);
    }
    if let Some(part) = &mail.signature {
        let signature = part_text(run, part, "signature.html")?;
        text = place(&text, "#{signature}", &signature);
    }
    let arguments = match &mail.data {
        Some(data) => arguments::of_value(&run.evaluate(data)?).map_err(Error::from)?,
        None => Vec::new(),
    };
    run.render_embedded("mail", &text, arguments)
}

fn part_text(run: &mut Run, part: &MailPart, default: &str) -> Done<String> {
    let name = match part {
        MailPart::Default => default.to_owned(),
        MailPart::File(file) => run.evaluate_text(file)?,
    };
    let path = run.file_path(&name, TEMPLATES);
    read_text(&path)
}

/// Puts a part at its mark, else before the end of the body, else at the end.
fn place(text: &str, mark: &str, part: &str) -> String {
    if text.contains(mark) {
        return text.replace(mark, part);
    }
    match text.rfind("</body>") {
        Some(at) => {
            let (before, after) = text.split_at(at);
            format!("{before}{part}{after}")
        }
        None => format!("{text}{part}"),
    }
}
