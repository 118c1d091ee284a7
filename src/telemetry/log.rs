//! Starting the daemon's own log.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use super::redact;
use crate::fault::Code;

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For a person, with colour.
    Coloured,
    /// For a person, without colour.
    Plain,
    /// One JSON object per line.
    Json,
}

/// Why the log could not be started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The filter cannot be read.
    #[error(
        "log filter `{filter}` is not valid: give a level from `error` to `trace`, or targets such \
         as `info,keeper::http=debug`"
    )]
    Filter {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
    /// The process has a log already.
    #[error("the log was started before")]
    Started,
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Filter { .. } => Code::SETTING_INVALID,
            Self::Started => Code::INTERNAL,
        }
    }
}

/// Sends the log of the whole process to `writer`, usually stderr, redacted.
///
/// # Errors
/// [`Error::Filter`]; [`Error::Started`] when the process has a log already.
pub fn start_log(
    form: Form,
    filter: &str,
    writer: impl Write + Send + 'static,
) -> Result<(), Error> {
    let subscriber = subscriber(form, filter, writer)?;
    subscriber.try_init().map_err(|_| Error::Started)
}

fn subscriber(
    form: Form,
    filter: &str,
    writer: impl Write + Send + 'static,
) -> Result<tracing::Dispatch, Error> {
    let parsed = EnvFilter::try_new(filter).map_err(|source| Error::Filter {
        filter: filter.to_owned(),
        source,
    })?;
    let redacting = Redacting(Arc::new(Mutex::new(writer)));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(parsed)
        .with_writer(redacting);
    Ok(match form {
        Form::Coloured => builder.with_ansi(true).into(),
        Form::Plain => builder.with_ansi(false).into(),
        Form::Json => builder.json().flatten_event(true).into(),
    })
}

/// Redacts each line on its way to the shared writer. A line arrives as one write.
struct Redacting<W>(Arc<Mutex<W>>);

impl<W> Clone for Redacting<W> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let mut writer = self.0.lock().map_err(|_| io::ErrorKind::Other)?;
        writer.write_all(redact(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().map_err(|_| io::ErrorKind::Other)?.flush()
    }
}

impl<W: Write + 'static> MakeWriter<'_> for Redacting<W> {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(form: Form, filter: &str) -> String {
        let sink = Sink::default();
        let dispatch = subscriber(form, filter, sink.clone()).expect("filter is valid");
        tracing::dispatcher::with_default(&dispatch, || {
            tracing::info!(url = "/x?token=verysecret", "request refused");
            tracing::debug!("detail");
        });
        let bytes = sink.0.lock().expect("no panic").clone();
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn lines_are_filtered_and_redacted_in_every_form() {
        for form in [Form::Coloured, Form::Plain, Form::Json] {
            let text = logged(form, "info");
            assert!(text.contains("request refused"), "{text}");
            assert!(
                text.contains("***") && !text.contains("verysecret"),
                "{text}"
            );
            assert!(!text.contains("detail"), "{text}");
        }
        assert!(logged(Form::Plain, "debug").contains("detail"));
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_refused() {
        let error = subscriber(Form::Plain, "keeper=loud", Sink::default()).expect_err("refused");
        assert_eq!(error.code(), Code::SETTING_INVALID);
    }
}
