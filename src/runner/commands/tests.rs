//! RUN SHELL and PAR with real children.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use proptest::prelude::*;

use super::ShellCommands;
use crate::fault::Code;
use crate::pql::Commands;
use crate::pql::tests::Host;
use crate::process::{self, SystemLauncher};

/// Ten times what is promised: the machine may be busy with other tests.
const LATEST: Duration = Duration::from_secs(2);

/// A host whose programs may start children, which live in the folder of the second answer.
fn host() -> (Host, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut host = Host::new();
    let launcher = SystemLauncher::open(process::Settings {
        home_id: format!("test-{}", folder.path().display()),
        script_folder: folder.path().join("run"),
        python: "python3".into(),
        program_folders: Vec::new(),
        inherited: Vec::new(),
    });
    let commands = ShellCommands {
        launcher: Arc::new(launcher.unwrap()),
        runtime: host.runtime(),
        folder: folder.path().to_owned(),
        action_id: 0,
    };
    host.commands = Some(Arc::new(commands) as Arc<dyn Commands>);
    (host, folder)
}

#[test]
fn a_stopped_run_ends_its_children_at_once() {
    let (host, folder) = host();
    for (program, children) in [
        ("RUN SHELL 'touch begun; exec sleep 100';", 1),
        ("RUN SHELL 'touch begun; sleep 100; true';", 1),
        (
            "GET # 1 TO 4; PAR # RUN SHELL 'touch begun-$$; exec sleep 100; true ';",
            2,
        ),
    ] {
        let runner = host.runner(program);
        let cancel = runner.cancel();
        let (ended, is_ended) = sync_channel(1);
        let error = std::thread::scope(|scope| {
            scope.spawn(move || ended.send(runner.run()));
            let begun = || std::fs::read_dir(folder.path()).unwrap().flatten();
            let is_mark = |entry: &std::fs::DirEntry| {
                entry.file_name().to_string_lossy().starts_with("begun")
            };
            while begun().filter(is_mark).count() < children {
                std::thread::yield_now();
            }
            let stopped = tokio::time::Instant::now();
            cancel.cancel();
            let outcome = is_ended.recv_timeout(Duration::from_mins(1)).unwrap();
            let took = stopped.elapsed();
            println!("{} ms: {program}", took.as_millis());
            assert!(took < LATEST, "{took:?}: {program}");
            begun()
                .filter(is_mark)
                .for_each(|entry| std::fs::remove_file(entry.path()).unwrap());
            outcome.expect_err("the run is stopped")
        });
        assert_eq!(error.code(), Code::PQL_CANCELLED, "{program}: {error}");
    }
}

#[test]
fn par_hands_the_fields_of_each_row_to_its_child() {
    let (host, folder) = host();
    let program =
        "GET # [ { \"a\": \"x y\", \"b\": 1 }, { \"a\": \"it's $HOME & \\\"q\\\"\", \"b\": 2 } ];
        PAR # RUN SHELL 'printf \"%s\\n\" >> rows';";
    host.run(program)
        .unwrap_or_else(|error| panic!("{}", error.render()));
    let rows = std::fs::read_to_string(folder.path().join("rows")).unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.sort_unstable();
    assert_eq!(
        rows,
        ["a=it%27s+%24HOME+%26+%22q%22&b=2", "a=x+y&b=1"],
        "each once, whole"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A line of output ends at a line end, so there is none in the text.
    #[test]
    fn text_comes_back_from_the_shell(
        text in "([ -~]|'|\"|\\\\|`|\\$\\(id\\)|\\$HOME|\\$x|#n|&n|;|!|~u0027|\u{e9}|\u{1f600}|\t){0,12}",
    ) {
        let (host, _folder) = host();
        let texts = host.outputs(
            "VAR $a := RUN SHELL printf '%s|' $t;
             VAR $b := RUN SHELL printf '%s|' ${ $t };
             VAR $c := RUN SHELL printf '%s|' '''$t''';
             VAR $r := { \"t\": $t }; VAR $d := RUN SHELL printf '%s|' $r.t;
             OUTPUT [$a.logs.first, $b.logs.first, $c.logs.first, $d.logs.first];",
            &text,
        );
        for found in texts {
            prop_assert_eq!(found, format!("{text}|"));
        }
    }
}
