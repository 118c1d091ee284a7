//! How fast are loops and texts of PQL beside the same programs in Python? The question is the
//! cost of the interpreter, so programs are run whole, start included, and the best of some runs
//! counts. Expected: counting at least 3 times as fast as `CPython`; building a text and filtering
//! a table not slower.
//!
//! `cargo bench --bench pql` prints one line for each program: seconds of both, and the ratio.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "measures foreign programs and tells it to a person"
)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Name, PQL, Python.
const PROGRAMS: &[(&str, &str, &str)] = &[
    (
        "10 million additions in FOR",
        "SET $i := 0; FOR $n IN 1 TO 10000000 LOOP SET $i := $i + 1; END LOOP; PRINT $i;",
        "i = 0\nfor n in range(1, 10000001):\n    i = i + 1\nprint(i)",
    ),
    (
        "10 million additions in WHILE",
        "SET $i := 0; WHILE $i < 10000000 LOOP SET $i := $i + 1; END LOOP; PRINT $i;",
        "i = 0\nwhile i < 10000000:\n    i = i + 1\nprint(i)",
    ),
    (
        "a text of 100 thousand pieces",
        "SET $s := ''; FOR $n IN 1 TO 100000 LOOP SET $s := $s + 'x' + $n; END LOOP; PRINT $s;",
        "s = ''\nfor n in range(1, 100001):\n    s = s + 'x' + str(n)\nprint(s)",
    ),
    (
        "2 million turns with IF",
        "SET $a := 0; FOR $n IN 1 TO 2000000 LOOP
           IF $n % 3 == 0 THEN SET $a := $a + $n; ELSIF $n % 5 == 0 THEN SET $a := $a - 1; END IF;
         END LOOP; PRINT $a;",
        "a = 0\nfor n in range(1, 2000001):\n    if n % 3 == 0:\n        a = a + n\n    \
         elif n % 5 == 0:\n        a = a - 1\nprint(a)",
    ),
    (
        "300 thousand calls of a function",
        "FUNCTION $f ($x) BEGIN RETURN $x * 2; END;
         SET $a := 0; FOR $n IN 1 TO 300000 LOOP SET $a := $a + $f($n); END LOOP; PRINT $a;",
        "def f(x):\n    return x * 2\na = 0\nfor n in range(1, 300001):\n    \
         a = a + f(n)\nprint(a)",
    ),
    (
        "300 thousand rows filtered by a link",
        "VAR $t := 1 TO 300000 -> TO TABLE (n); VAR $k := $t WHERE 'n % 3 == 0 AND n > 1000';
         PRINT $k COUNT;",
        "t = [{'n': n} for n in range(1, 300001)]\n\
         k = [r for r in t if r['n'] % 3 == 0 and r['n'] > 1000]\nprint(len(k))",
    ),
    (
        "300 thousand rows filtered in a loop",
        "VAR $t := 1 TO 300000 -> TO TABLE (n); VAR $k := [];
         FOR $r OF $t LOOP IF $r.n % 3 == 0 THEN LET $k ADD ${ $r.n }; END IF; END LOOP;
         PRINT $k COUNT;",
        "t = [{'n': n} for n in range(1, 300001)]\nk = []\n\
         for r in t:\n    if r['n'] % 3 == 0:\n        k.append(r['n'])\nprint(len(k))",
    ),
];

const RUNS: usize = 3;

fn main() {
    for (name, pql, python) in PROGRAMS {
        let own = best(|| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_keeper"));
            command.args(["run", "--sql", pql]);
            command
        });
        let other = best(|| {
            let mut command = Command::new("python3");
            command.args(["-c", python]);
            command
        });
        println!(
            "{name}: keeper {:.3} s, python3 {:.3} s, {:.1} times as fast",
            own.as_secs_f64(),
            other.as_secs_f64(),
            other.as_secs_f64() / own.as_secs_f64()
        );
    }
}

fn best(make: impl Fn() -> Command) -> Duration {
    let times = (0..RUNS).map(|_| {
        let begun = Instant::now();
        let status = make().stdout(Stdio::null()).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "the program ends well"
        );
        begun.elapsed()
    });
    times.min().unwrap_or_default()
}
