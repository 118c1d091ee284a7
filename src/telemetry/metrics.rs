//! Every metric of the daemon, by name.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::clock::SignedDuration;

/// Upper bounds of the buckets for requests, in seconds.
const REQUEST_BUCKETS: [f64; 8] = [0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0];

/// Upper bounds of the buckets for lateness and waits, in seconds.
const LAG_BUCKETS: [f64; 9] = [0.002, 0.01, 0.05, 0.2, 1.0, 5.0, 30.0, 300.0, 3600.0];

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(
    non_camel_case_types,
    reason = "the names are label values as published"
)]
pub enum Outcome {
    /// It changed something.
    done,
    /// There was nothing to change.
    unchanged,
    /// It was refused or failed.
    failed,
}

/// Labels of a change.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Change {
    outcome: Outcome,
}

/// Labels of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RequestLabels {
    /// The route's pattern, never the path; `none` when no route matched.
    pub route: String,
    /// The method.
    pub method: String,
    /// The status.
    pub code: u16,
}

/// Labels of a settled tick.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Tick {
    outcome: &'static str,
}

/// Labels of an ended task.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    status: &'static str,
}

/// Labels of an ended action.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Attempt {
    kind: &'static str,
    outcome: &'static str,
}

/// The counters of this process; cloning shares them.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_seconds: Histogram,
    swaps: Family<Change, Counter>,
    reloads: Family<Change, Counter>,
    ticks: Family<Tick, Counter>,
    tick_lag: Histogram,
    tasks: Family<Ended, Counter>,
    task_wait: Histogram,
    actions: Family<Attempt, Counter>,
    /// Generation of the published definitions.
    pub generation: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Declares all of them.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("keeper");
        let metrics = Self {
            requests: Family::default(),
            request_seconds: Histogram::new(REQUEST_BUCKETS),
            swaps: Family::default(),
            reloads: Family::default(),
            ticks: Family::default(),
            tick_lag: Histogram::new(LAG_BUCKETS),
            tasks: Family::default(),
            task_wait: Histogram::new(LAG_BUCKETS),
            actions: Family::default(),
            generation: Gauge::default(),
            registry: Registry::default(),
        };
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running program", version);
        registry.register(
            "http_requests",
            "Answered requests",
            metrics.requests.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "Time from the head of a request to its answer",
            metrics.request_seconds.clone(),
        );
        registry.register(
            "function_swaps",
            "Renewals of functions",
            metrics.swaps.clone(),
        );
        registry.register(
            "config_reloads",
            "Reloads of all definitions",
            metrics.reloads.clone(),
        );
        registry.register(
            "definitions_generation",
            "Generation of the published definitions",
            metrics.generation.clone(),
        );
        register_scheduler(&mut registry, &metrics);
        Self {
            registry,
            ..metrics
        }
    }

    /// Counts a settled tick, and how late it was.
    pub fn count_tick(&self, outcome: &'static str, lag: SignedDuration) {
        self.ticks.get_or_create(&Tick { outcome }).inc();
        self.tick_lag.observe(lag.as_secs_f64().max(0.0));
    }

    /// Counts an ended task.
    pub fn count_task(&self, status: &'static str) {
        self.tasks.get_or_create(&Ended { status }).inc();
    }

    /// Notes how long a ready task waited for its turn.
    pub fn observe_wait(&self, waited: SignedDuration) {
        self.task_wait.observe(waited.as_secs_f64().max(0.0));
    }

    /// Counts an ended action.
    pub fn count_action(&self, kind: &'static str, outcome: &'static str) {
        self.actions.get_or_create(&Attempt { kind, outcome }).inc();
    }

    /// Counts an answered request.
    pub fn count_request(&self, labels: &RequestLabels, took: Duration) {
        self.requests.get_or_create(labels).inc();
        self.request_seconds.observe(took.as_secs_f64());
    }

    /// Counts a renewal of a function.
    pub fn count_swap(&self, outcome: Outcome) {
        self.swaps.get_or_create(&Change { outcome }).inc();
    }

    /// Counts a reload of all definitions.
    pub fn count_reload(&self, outcome: Outcome) {
        self.reloads.get_or_create(&Change { outcome }).inc();
    }

    /// All of them in the text form of `OpenMetrics`.
    pub fn render(&self) -> String {
        let mut page = String::new();
        // Writing to a String does not fail.
        let _ = text::encode(&mut page, &self.registry);
        page
    }
}

fn register_scheduler(registry: &mut Registry, metrics: &Metrics) {
    registry.register("ticks", "Settled ticks", metrics.ticks.clone());
    registry.register(
        "tick_lag_seconds",
        "Time from a tick to its settlement",
        metrics.tick_lag.clone(),
    );
    registry.register("tasks", "Ended tasks", metrics.tasks.clone());
    registry.register(
        "task_wait_seconds",
        "Time from ready to the start of a task",
        metrics.task_wait.clone(),
    );
    registry.register("actions", "Ended actions", metrics.actions.clone());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_rendered_under_their_published_names() {
        let metrics = Metrics::new();
        let labels = RequestLabels {
            route: "/health".to_owned(),
            method: "GET".to_owned(),
            code: 200,
        };
        metrics.count_request(&labels, Duration::from_millis(3));
        metrics.count_swap(Outcome::failed);
        metrics.count_reload(Outcome::done);
        let page = metrics.render();
        for line in [
            "keeper_http_requests_total{route=\"/health\",method=\"GET\",code=\"200\"} 1",
            "keeper_http_request_duration_seconds_count 1",
            "keeper_function_swaps_total{outcome=\"failed\"} 1",
            "keeper_config_reloads_total{outcome=\"done\"} 1",
            "keeper_build_info{version=",
        ] {
            assert!(page.contains(line), "{line} is not in\n{page}");
        }
    }

    /// The page that people read, from what a scraper is told.
    fn manual() -> String {
        let metrics = Metrics::new();
        let labels = RequestLabels {
            route: "/health".to_owned(),
            method: "GET".to_owned(),
            code: 200,
        };
        // A family without a sample is not rendered.
        metrics.count_request(&labels, Duration::ZERO);
        metrics.count_swap(Outcome::done);
        metrics.count_reload(Outcome::done);
        metrics.count_tick("created", SignedDuration::ZERO);
        metrics.count_task("success");
        metrics.count_action("shell", "done");
        let rendered = metrics.render();
        let mut page = String::from(
            "# Metrics\n\n`GET /metrics` answers them in the OpenMetrics form; it needs the token. \
             Counters end in `_total`,\nspans are in seconds.\n\n\
             | name | kind | meaning | labels |\n\
             |---|---|---|---|\n",
        );
        for line in rendered.lines() {
            let Some((name, help)) = line.strip_prefix("# HELP ").and_then(|l| l.split_once(' '))
            else {
                continue;
            };
            let kind = rendered
                .lines()
                .find_map(|line| line.strip_prefix(&format!("# TYPE {name} ")))
                .unwrap_or_default();
            let sample = rendered.lines().find(|line| {
                line.strip_prefix(name)
                    .is_some_and(|rest| rest.contains('{') && !rest.contains("le="))
            });
            let labels: Vec<&str> = sample
                .and_then(|line| line.split_once('{'))
                .map(|(_, rest)| {
                    rest.split(',')
                        .filter_map(|l| l.split_once('='))
                        .map(|l| l.0)
                        .collect()
                })
                .unwrap_or_default();
            let help = help.trim_end_matches('.');
            let suffix = if kind == "counter" { "_total" } else { "" };
            let labels = labels.join(", ");
            page.push_str(&["| `", name, suffix, "` | ", kind, " | ", help, " | "].concat());
            page.push_str(&[labels.as_str(), " |\n"].concat());
        }
        page
    }

    #[test]
    fn the_manual_lists_every_metric() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/metrics.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, manual()).expect("written");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            committed,
            manual(),
            "docs/metrics.md is old: run the tests once with UPDATE_DOCS=1"
        );
    }
}
