//! Handing a mail to an SMTP server.

use std::path::PathBuf;
use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::connectors::Error;

/// The port that means TLS from the first byte.
const IMPLICIT_TLS_PORT: u16 = 465;

/// A mail that is ready to be sent.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// The subject.
    pub title: String,
    /// The body, HTML.
    pub body: String,
    /// The address of the sender.
    pub from: String,
    /// The name of the sender.
    pub personal: Option<String>,
    /// Recipients as written: `a@b` or `Name<a@b>`.
    pub to: Vec<String>,
    /// Further recipients.
    pub cc: Vec<String>,
    /// Hidden recipients.
    pub bcc: Vec<String>,
    /// Files that go along.
    pub attachments: Vec<PathBuf>,
}

/// Where mails are handed over.
#[derive(Clone)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port; 465 means TLS from the first byte.
    pub port: u16,
    /// Login and password.
    pub login: Option<(String, String)>,
    /// How long each answer may take.
    pub timeout: Duration,
}

/// Reads the address of a person; `None` when it is none, or one that needs more than ASCII, which
/// servers need not take.
pub fn address(text: &str) -> Option<String> {
    let address = mailbox(text).map(|mailbox| mailbox.email.to_string());
    address.filter(|address| address.is_ascii())
}

fn mailbox(text: &str) -> Option<Mailbox> {
    let text = text.trim();
    let (name, address) = match text.split_once('<') {
        Some((name, rest)) => (Some(name.trim().to_owned()), rest.strip_suffix('>')?.trim()),
        None => (None, text),
    };
    let address: Address = address.parse().ok()?;
    let name = name.map(|name| one_line(&name));
    Some(Mailbox::new(name.filter(|name| !name.is_empty()), address))
}

/// A text for the head of a mail, where a line end would begin a line of its own.
fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
        .trim()
        .to_owned()
}

/// Sends a mail and waits until the server has taken it. Dropping the future hangs up.
///
/// # Errors
/// [`Error::Mail`] when it cannot be built or the server refuses it, [`Error::File`] for an
/// attachment that cannot be read.
pub async fn send(mail: &Mail, server: &Server) -> Result<(), Error> {
    let message = build(mail)?;
    let fault = |error: &dyn std::fmt::Display| Error::Mail {
        message: format!("mail server `{}:{}`: {error}", server.host, server.port),
    };
    let builder = if server.port == IMPLICIT_TLS_PORT {
        AsyncSmtpTransport::<Tokio1Executor>::relay(&server.host).map_err(|error| fault(&error))?
    } else {
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
    };
    let mut builder = builder.port(server.port).timeout(Some(server.timeout));
    if let Some((login, password)) = &server.login {
        builder = builder.credentials(Credentials::new(login.clone(), password.clone()));
    }
    builder
        .build()
        .send(message)
        .await
        .map(drop)
        .map_err(|error| fault(&error))
}

fn build(mail: &Mail) -> Result<Message, Error> {
    let fault = |message: String| Error::Mail { message };
    let mut sender = mailbox(&mail.from)
        .ok_or_else(|| fault(format!("`{}` is no address of a sender", mail.from)))?;
    if let Some(personal) = &mail.personal {
        sender.name = Some(one_line(personal));
    }
    let mut builder = Message::builder()
        .from(sender)
        .subject(one_line(&mail.title));
    for text in &mail.to {
        builder = mailbox(text).into_iter().fold(builder, MessageBuilder::to);
    }
    for text in &mail.cc {
        builder = mailbox(text).into_iter().fold(builder, MessageBuilder::cc);
    }
    for text in &mail.bcc {
        builder = mailbox(text).into_iter().fold(builder, MessageBuilder::bcc);
    }
    let body = SinglePart::html(mail.body.clone());
    let built = if mail.attachments.is_empty() {
        builder.singlepart(body)
    } else {
        let mut parts = MultiPart::mixed().singlepart(body);
        for path in &mail.attachments {
            let bytes = std::fs::read(path).map_err(|error| Error::file(path, &error))?;
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            let kind = ContentType::parse("application/octet-stream")
                .map_err(|error| fault(error.to_string()))?;
            parts = parts.singlepart(Attachment::new(name.unwrap_or_default()).body(bytes, kind));
        }
        builder.multipart(parts)
    };
    built.map_err(|error| fault(format!("the mail cannot be built: {error}")))
}
