//! The OpenAPI document of `/api/v1`, made from its handlers.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::bodies;
use super::routes::api::{functions, jobs, schedules, tasks};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Keeper",
        description = "Jobs, tasks and functions of a Keeper node. Failed requests are answered \
                       with a problem document.",
        license(name = "Apache-2.0")
    ),
    paths(
        jobs::list,
        jobs::apply,
        jobs::show,
        jobs::delete,
        jobs::run,
        jobs::enable,
        jobs::disable,
        tasks::list,
        tasks::show,
        tasks::records,
        tasks::why,
        tasks::logs,
        tasks::kill,
        schedules::explain,
        schedules::preview,
        schedules::ticks_of_job,
        schedules::next_tick,
        schedules::calendar,
        schedules::set_day,
        schedules::remove_day,
        functions::list,
        functions::show,
        functions::deploy,
        functions::remove,
        functions::versions,
        functions::call,
        functions::renew,
        functions::rollback,
    ),
    components(schemas(bodies::ProblemBody)),
    modifiers(&Token)
)]
struct Document;

/// Everything under `/api/v1` needs the token.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let needed = SecurityRequirement::new("token", Vec::<String>::new());
        document.security = Some(vec![needed]);
    }
}

/// The document as JSON.
pub fn document() -> String {
    // It is plain data.
    Document::openapi().to_pretty_json().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::http::routes;

    fn paths() -> Value {
        let document: Value = serde_json::from_str(&document()).expect("JSON");
        document["paths"].clone()
    }

    #[test]
    fn every_route_of_the_api_is_described() {
        let paths = paths();
        for route in routes::all() {
            if !route.path.starts_with("/api/v1/") {
                continue;
            }
            let described = route
                .offers
                .iter()
                .any(|method| paths[route.path][method.to_lowercase()].is_object());
            assert!(described, "{} {:?}", route.path, route.offers);
        }
    }

    #[test]
    fn everything_described_is_a_route() {
        for path in paths().as_object().expect("paths").keys() {
            let exists = routes::all().iter().any(|route| route.path == path);
            assert!(exists, "{path}");
        }
    }

    #[test]
    fn the_committed_document_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, document() + "\n").expect("written");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed.trim_end() == document(),
            "docs/openapi.json is old: run the tests once with UPDATE_DOCS=1"
        );
    }
}
