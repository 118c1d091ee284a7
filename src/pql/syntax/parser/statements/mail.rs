//! SEND MAIL.

use crate::pql::syntax::parser::phrase::{PhraseForm, Phrases};
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::tree::{Mail, MailPart, Query};

const PHRASES: &[PhraseForm] = &[
    PhraseForm::one("[SET] SMTP HOST"),
    PhraseForm::one("[SET] HOST"),
    PhraseForm::one("[SET] PORT"),
    PhraseForm::one("[SET] FROM"),
    PhraseForm::one("[SET] PERSONAL"),
    PhraseForm::one("[SET] PASSWORD"),
    PhraseForm::one("[SET] CONTENT"),
    PhraseForm::one("[USE] TEMPLATE"),
    PhraseForm::flag("[USE] DEFAULT TEMPLATE"),
    PhraseForm::one("[WITH] SIGNATURE"),
    PhraseForm::flag("[WITH] DEFAULT SIGNATURE"),
    PhraseForm::one("[PLACE] DATA"),
    PhraseForm::many("ATTACH"),
    PhraseForm::many("TO"),
    PhraseForm::many("CC"),
    PhraseForm::many("BCC"),
];

impl Parser<'_> {
    /// `SEND MAIL title ..`; the cursor is behind SEND.
    pub(in crate::pql::syntax::parser) fn mail(&mut self) -> Step<Query> {
        let start = self.span().start;
        if !self.eat_word("MAIL") && !self.eat_word("EMAIL") {
            return self.fail("`MAIL`");
        }
        let title = self.phrase_argument("SEND MAIL")?;
        let mut found = self.phrases("SEND MAIL", PHRASES)?;
        Ok(Query::Mail(Box::new(Mail {
            title,
            host: found.take("SMTP HOST").or_else(|| found.take("HOST")),
            port: found.take("PORT"),
            from: found.take("FROM"),
            personal: found.take("PERSONAL"),
            password: found.take("PASSWORD"),
            content: found.take("CONTENT"),
            template: part(&mut found, "TEMPLATE", "DEFAULT TEMPLATE"),
            signature: part(&mut found, "SIGNATURE", "DEFAULT SIGNATURE"),
            data: found.take("DATA"),
            attachments: found.take_all("ATTACH").unwrap_or_default(),
            to: found.take_all("TO").unwrap_or_default(),
            cc: found.take_all("CC").unwrap_or_default(),
            bcc: found.take_all("BCC").unwrap_or_default(),
            span: self.span_from(start),
        })))
    }
}

fn part(found: &mut Phrases, file: &str, default: &str) -> Option<MailPart> {
    if found.has(default) {
        return Some(MailPart::Default);
    }
    found.take(file).map(MailPart::File)
}
