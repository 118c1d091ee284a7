//! The table of settings: names, defaults and meanings, as data.

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its key in `keeper.toml`.
    pub key: &'static str,
    /// Its environment variable.
    pub variable: &'static str,
    /// Its default; for people when the real default depends on the machine.
    pub default: &'static str,
    /// What it means, one sentence without full stop.
    pub meaning: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
}

const fn setting(
    key: &'static str,
    variable: &'static str,
    default: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting {
        key,
        variable,
        default,
        meaning,
        secret: false,
    }
}

/// Every setting, in the order of the manual.
pub const SETTINGS: &[Setting] = &[
    setting(
        "home",
        "KEEPER_HOME",
        "the working directory",
        "folder of the store, the token, logs and caches; `%USER_HOME` stands for the user's own \
         folder; not allowed in the file",
    ),
    setting(
        "bind",
        "KEEPER_BIND",
        "127.0.0.1",
        "IP address to listen on; any other than a loopback address needs `token` to be set",
    ),
    setting("port", "KEEPER_HTTP_PORT", "7700", "port to listen on"),
    setting(
        "address",
        "KEEPER_HTTP_ADDRESS",
        "the bind address",
        "host by which clients and other nodes reach this node",
    ),
    Setting {
        key: "token",
        variable: "KEEPER_HTTP_TOKEN",
        default: "made on first start and kept in `token` in the home folder",
        meaning: "what every request but `GET /` and `GET /health` must present; at least 16 \
                  characters",
        secret: true,
    },
    Setting {
        key: "store",
        variable: "KEEPER_STORE",
        default: "sqlite:HOME/keeper.db",
        meaning: "URL of the database that holds Keeper's own tables",
        secret: true,
    },
    setting(
        "concurrent_by_cpu_cores",
        "KEEPER_CONCURRENT_BY_CPU_CORES",
        "4",
        "executors per processor thread, 1 to 64",
    ),
    setting(
        "time_zone",
        "KEEPER_TIMEZONE",
        "the system's",
        "IANA name of the zone that schedules are read in, such as `Asia/Shanghai`",
    ),
    setting(
        "drain_seconds",
        "KEEPER_DRAIN_SECONDS",
        "30",
        "how long running actions may finish when the daemon stops, 0 to 86400",
    ),
    setting(
        "lease_seconds",
        "KEEPER_LEASE_SECONDS",
        "30",
        "how long a node owns its work without a sign of life, 5 to 3600",
    ),
    setting(
        "wasm_memory_mib",
        "KEEPER_WASM_MEMORY_MIB",
        "1024",
        "most memory that a function may be allowed, 1 to 4096 MiB",
    ),
    setting(
        "wasm_call_seconds",
        "KEEPER_WASM_CALL_SECONDS",
        "60",
        "longest call that a function may be allowed, 1 to 3600",
    ),
    setting(
        "wasm_value_mib",
        "KEEPER_WASM_VALUE_MIB",
        "256",
        "largest argument or result that a function may be allowed, 1 to 1024 MiB",
    ),
    setting(
        "wasm_module_mib",
        "KEEPER_WASM_MODULE_MIB",
        "32",
        "largest module that may be deployed, 1 to 256 MiB",
    ),
    setting(
        "pql_call_depth",
        "KEEPER_PQL_CALL_DEPTH",
        "256",
        "most calls of PQL functions that wait for each other, 1 to 1024",
    ),
    setting(
        "pql_nesting",
        "KEEPER_PQL_NESTING",
        "64",
        "deepest nesting of brackets and blocks in a PQL program, 8 to 64",
    ),
    setting(
        "pql_rows",
        "KEEPER_PQL_ROWS",
        "10000000",
        "most rows of a result, a page, the buffer or a range, 1 to 1000000000; PAGE and BLOCK \
         move any number in pages",
    ),
    setting(
        "pql_steps",
        "KEEPER_PQL_STEPS",
        "0",
        "statements and loop turns after which a PQL run is ended, 0 to 1000000000000000; 0 ends \
         none",
    ),
    setting(
        "pql_cancel_steps",
        "KEEPER_PQL_CANCEL_STEPS",
        "16",
        "statements and loop turns of PQL between two looks whether the run was killed, 1 to \
         1000; queries, requests and waits are stopped at once",
    ),
    setting(
        "pql_text_mib",
        "KEEPER_PQL_TEXT_MIB",
        "64",
        "largest text that a PQL program may make, 1 to 2048 MiB",
    ),
    setting(
        "pql_connect_retries",
        "KEEPER_PQL_CONNECT_RETRIES",
        "100",
        "how often PQL tries again, a second apart, to reach a database server whose connection \
         says nothing about it, 0 to 10000; where a person waits, 3 times at most",
    ),
    setting(
        "log_format",
        "KEEPER_LOG_FORMAT",
        "human",
        "form of the daemon's log on stderr: `human` or `json`",
    ),
    setting(
        "log_level",
        "KEEPER_LOG_LEVEL",
        "info",
        "least serious line to log, `error` to `trace`, or a filter such as \
         `info,keeper::http=debug`",
    ),
];

/// Finds a setting by its key.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}
