//! Servers that programs talk to: one that answers HTTP from a table, one that takes mails.
//!
//! Each has a thread of its own that ends with the value.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A listener whose connections are served one after the other.
pub struct Peer {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Peer {
    /// Answers each request with what `answer` makes of its head and its number, counted from 0.
    pub fn http(answer: impl Fn(&str, usize) -> (u16, String) + Send + 'static) -> Self {
        let mut number = 0;
        Self::start(move |stream, heard| {
            let mut stream = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if stream.read_line(&mut head).unwrap_or(0) == 0 {
                    return;
                }
            }
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let is_length = name.eq_ignore_ascii_case("content-length");
                is_length.then(|| value.trim().parse().ok())?
            });
            let mut body = vec![0; length.unwrap_or(0)];
            stream.read_exact(&mut body).expect("the whole body");
            let body = String::from_utf8_lossy(&body);
            heard.lock().expect("whole").push(format!("{head}{body}"));
            let (status, text) = answer(&head, number);
            number += 1;
            let answer = format!(
                "HTTP/1.1 {status} Status\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
                text.len()
            );
            // A caller that has gone away is its own business.
            drop(stream.get_mut().write_all(answer.as_bytes()));
        })
    }

    /// Takes every mail that is brought.
    pub fn smtp() -> Self {
        Self::start(|stream, heard| {
            let mut stream = BufReader::new(stream);
            let say = |stream: &mut BufReader<TcpStream>, text: &str| {
                stream.get_mut().write_all(text.as_bytes()).is_ok()
            };
            let mut is_body = false;
            let mut line = String::new();
            let mut goes_on = say(&mut stream, "220 peer\r\n");
            while goes_on && stream.read_line(&mut line).unwrap_or(0) > 0 {
                let said = line.trim_end().to_owned();
                line.clear();
                heard.lock().expect("whole").push(said.clone());
                let first = said.split(' ').next().unwrap_or_default();
                let answer = match first {
                    "." => "250 taken\r\n",
                    _ if is_body => continue,
                    "DATA" => "354 go on\r\n",
                    _ => "250 ok\r\n",
                };
                is_body = first == "DATA";
                goes_on = say(&mut stream, answer);
            }
        })
    }

    fn start(mut serve: impl FnMut(TcpStream, &Mutex<Vec<String>>) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let (heard, is_over) = (Arc::<Mutex<Vec<String>>>::default(), Arc::default());
        let (told, ends) = (Arc::clone(&heard), Arc::<AtomicBool>::clone(&is_over));
        let thread = std::thread::Builder::new().name("peer".to_owned());
        let thread = thread.spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                serve(stream, &told);
            }
        });
        Self {
            address,
            heard,
            is_over,
            thread: Some(thread.expect("a thread can be started")),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it was told, in order: whole requests, or the lines of the mails.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("whole").clone()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // One more connection wakes the thread up.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
