//! Real shells and Pythons, with the tricks that children play.

use super::*;
use crate::fault::Code;
use crate::process::{find_orphans, kill_orphans};

/// Far more than any test here takes, far less than what a hung child would.
const SOON: Duration = Duration::from_secs(20);

struct House {
    launcher: SystemLauncher,
    home: tempfile::TempDir,
    home_id: String,
}

impl House {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let home_id = uuid::Uuid::new_v4().to_string();
        let launcher = SystemLauncher::open(Settings {
            home_id: home_id.clone(),
            script_folder: home.path().join("run"),
            python: "python3".into(),
            program_folders: vec![home.path().join("bin")],
            inherited: Vec::new(),
        });
        Self {
            launcher: launcher.expect("a launcher"),
            home,
            home_id,
        }
    }

    async fn start(&self, program: Program) -> Result<Running, Error> {
        let launch = Launch {
            program,
            folder: self.home.path().join("work/1"),
            environment: vec![("GIVEN".into(), "yes".into())],
            action_id: 7,
        };
        self.launcher.launch(launch).await
    }

    async fn shell(&self, text: &str) -> Running {
        let program = Program::Shell(text.to_owned());
        self.start(program).await.expect("a shell starts")
    }

    /// Asserts that nothing is left: no process, no script.
    async fn assert_clean(&self) {
        self.launcher.tracker.close();
        let end = tokio::time::timeout(SOON, self.launcher.tracker.wait());
        end.await.expect("all supervisors end");
        assert_eq!(find_orphans(&self.home_id).expect("proc"), []);
        let scripts = std::fs::read_dir(self.home.path().join("run")).expect("there");
        assert_eq!(scripts.count(), 0, "scripts are deleted");
    }
}

async fn finish(mut running: Running) -> (Vec<(Stream, String)>, Exit) {
    let all = async {
        let mut lines = Vec::new();
        while let Some(line) = running.lines.recv().await {
            lines.push((line.stream, line.text));
        }
        let exit = running.wait().await;
        assert_eq!(running.wait().await, exit, "asking again answers again");
        (lines, exit)
    };
    tokio::time::timeout(SOON, all).await.expect("ends soon")
}

async fn first_line(running: &mut Running) -> String {
    let line = tokio::time::timeout(SOON, running.lines.recv()).await;
    line.expect("soon").expect("a line").text
}

fn out(lines: &[(Stream, String)], wanted: Stream) -> Vec<&str> {
    let of = lines.iter().filter(|(stream, _)| *stream == wanted);
    of.map(|(_, text)| text.as_str()).collect()
}

#[tokio::test]
async fn one_line_is_shell() {
    let house = House::new();
    let text = "  echo a | tr a b && echo \"$GIVEN $KEEPER_ACTION_ID\" >&2; pwd; exit 3\n";
    let (lines, exit) = finish(house.shell(text).await).await;
    let folder = house.home.path().join("work/1");
    assert_eq!(
        out(&lines, Stream::Out),
        ["b", folder.to_str().expect("text")]
    );
    assert_eq!(out(&lines, Stream::Err), ["yes 7"]);
    assert_eq!((exit.code, exit.signal, exit.leftovers), (Some(3), None, 0));
    house.assert_clean().await;
}

#[tokio::test]
async fn stdin_is_empty_and_the_environment_listed() {
    let house = House::new();
    let (lines, exit) = finish(house.shell("cat; env | cut -d= -f1 | sort").await).await;
    let allowed = [
        "GIVEN",
        "HOME",
        "KEEPER_ACTION_ID",
        "KEEPER_HOME_ID",
        "LANG",
        "PATH",
        "PWD",
        "PYTHONUNBUFFERED",
        "TZ",
        "_",
        "OLDPWD",
        "SHLVL",
    ];
    assert!(exit.is_success());
    for name in out(&lines, Stream::Out) {
        assert!(allowed.contains(&name), "{name} leaked");
    }
    house.assert_clean().await;
}

#[tokio::test]
async fn several_lines_are_a_script_with_its_interpreter() {
    let house = House::new();
    let plain = finish(house.shell("a=1\necho $a $#\n").await).await;
    assert_eq!(out(&plain.0, Stream::Out), ["1 0"]);
    let script = "#!/usr/bin/env python3\nimport sys\nprint(sys.version_info.major)\n";
    let python = finish(house.shell(script).await).await;
    assert_eq!(out(&python.0, Stream::Out), ["3"]);
    house.assert_clean().await;
}

#[tokio::test]
async fn python_text_runs() {
    let house = House::new();
    let text = "import sys\nprint('h\u{e9}')\nprint('e', file=sys.stderr)\nsys.exit(4)";
    let running = house.start(Program::Python(text.to_owned())).await;
    let (lines, exit) = finish(running.expect("python starts")).await;
    assert_eq!(out(&lines, Stream::Out), ["h\u{e9}"]);
    assert_eq!(out(&lines, Stream::Err), ["e"]);
    assert_eq!(exit.code, Some(4));
    house.assert_clean().await;
}

#[tokio::test]
async fn much_output_on_both_streams_arrives_in_order() {
    let house = House::new();
    let text = "i=0; while [ $i -lt 3000 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done";
    let (lines, _) = finish(house.shell(text).await).await;
    for (stream, letter) in [(Stream::Out, 'o'), (Stream::Err, 'e')] {
        let expected: Vec<String> = (0..3000).map(|i| format!("{letter}{i}")).collect();
        assert_eq!(out(&lines, stream), expected);
    }
    house.assert_clean().await;
}

#[tokio::test]
async fn output_that_nobody_reads_does_not_hold_a_child_up() {
    let house = House::new();
    let mut running = house.shell("yes | head -c 3000000").await;
    running.lines.close();
    let exit = tokio::time::timeout(SOON, running.wait()).await;
    assert!(exit.expect("soon").is_success());
    house.assert_clean().await;
}

#[tokio::test]
async fn a_signal_is_told_from_a_code() {
    let house = House::new();
    let (_, exit) = finish(house.shell("kill -9 $$").await).await;
    assert_eq!((exit.code, exit.signal), (None, Some(9)));
    assert!(!exit.is_success());
    house.assert_clean().await;
}

#[tokio::test]
async fn a_missing_program_is_told_with_its_cure() {
    let house = House::new();
    let missing = Program::Command {
        program: "/no/such/program".into(),
        arguments: Vec::new(),
    };
    let script = Program::Shell("#!/no/such/interpreter -x\necho 1\n".to_owned());
    for program in [missing, script] {
        let error = house.start(program).await.expect_err("nothing to start");
        assert_eq!(error.code(), Code::PROCESS_FAILED);
        let text = error.to_string();
        assert!(
            text.contains("`/no/such/") && text.contains("install it"),
            "{text}"
        );
    }
    house.assert_clean().await;
}

#[tokio::test]
async fn a_polite_stop_lets_the_child_tidy_up() {
    let house = House::new();
    let text = "trap 'echo bye; exit 5' TERM; echo on; while :; do sleep 0.01; done";
    let mut running = house.shell(text).await;
    assert_eq!(first_line(&mut running).await, "on");
    running.stop(SOON);
    let (lines, exit) = finish(running).await;
    assert_eq!(out(&lines, Stream::Out), ["bye"]);
    assert_eq!(exit.code, Some(5));
    house.assert_clean().await;
}

#[tokio::test]
async fn an_ignored_stop_becomes_a_kill_of_the_whole_group() {
    let house = House::new();
    let text = "trap '' TERM; sh -c 'sleep 100' & sleep 100 & echo on; wait; wait; sleep 100";
    let mut running = house.shell(text).await;
    assert_eq!(first_line(&mut running).await, "on");
    running.stop(Duration::from_millis(50));
    let (_, exit) = finish(running).await;
    assert_eq!(exit.signal, Some(9));
    house.assert_clean().await;
}

#[tokio::test]
async fn a_shorter_grace_cuts_a_longer_one() {
    let house = House::new();
    let mut running = house
        .shell("trap '' TERM; echo on; while :; do sleep 0.01; done")
        .await;
    assert_eq!(first_line(&mut running).await, "on");
    running.stop(Duration::from_hours(1));
    running.stop(Duration::ZERO);
    let (_, exit) = finish(running).await;
    assert_eq!(exit.signal, Some(9));
    house.assert_clean().await;
}

#[tokio::test]
async fn a_dropped_child_is_stopped() {
    let house = House::new();
    let mut running = house.shell("echo on; sleep 100").await;
    assert_eq!(first_line(&mut running).await, "on");
    drop(running);
    house.assert_clean().await;
}

#[tokio::test]
async fn what_the_main_process_leaves_is_killed_and_counted() {
    let house = House::new();
    let (lines, exit) = finish(house.shell("sleep 100 & sleep 100 & echo done").await).await;
    assert_eq!(out(&lines, Stream::Out), ["done"]);
    assert_eq!((exit.code, exit.leftovers), (Some(0), 2));
    house.assert_clean().await;
}

/// Forks twice, leaves session and group; the text is what the last one does.
fn daemon(last: &str) -> Program {
    Program::Python(format!(
        "import os, sys, time\n\
         r, w = os.pipe()\n\
         if os.fork() == 0:\n\
         \x20   os.setsid()\n\
         \x20   if os.fork() == 0:\n\
         \x20       {last}\n\
         \x20       os.write(w, b'x')\n\
         \x20       time.sleep(100)\n\
         \x20   os._exit(0)\n\
         os.read(r, 1)\n\
         print('done', flush=True)\n\
         os._exit(0)\n"
    ))
}

#[tokio::test]
async fn a_straggler_that_holds_the_output_is_found_by_its_marker() {
    let house = House::new();
    let running = house.start(daemon("pass")).await.expect("starts");
    let (lines, exit) = finish(running).await;
    assert_eq!(out(&lines, Stream::Out), ["done"]);
    assert_eq!((exit.code, exit.leftovers), (Some(0), 1));
    house.assert_clean().await;
}

#[tokio::test]
async fn orphans_are_found_and_killed_by_a_later_daemon() {
    let house = House::new();
    let close = "os.close(0); os.close(1); os.close(2)";
    let running = house.start(daemon(close)).await.expect("starts");
    let (_, exit) = finish(running).await;
    assert_eq!(exit.code, Some(0));
    let orphans = find_orphans(&house.home_id).expect("proc");
    assert_eq!(orphans.iter().map(|o| o.action_id).collect::<Vec<_>>(), [7]);
    assert_eq!(find_orphans("another home").expect("proc"), []);
    assert_eq!(kill_orphans(&house.home_id).expect("killed"), 1);
    assert_eq!(kill_orphans(&house.home_id).expect("nobody"), 0);
    house.assert_clean().await;
}

#[tokio::test]
async fn a_closed_launcher_starts_nothing() {
    let house = House::new();
    house.launcher.close().await;
    let error = house.start(Program::Shell("true".to_owned())).await;
    assert_eq!(error.expect_err("closed").code(), Code::SHUTTING_DOWN);
}
