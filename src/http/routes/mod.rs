//! Every route, as data: what the router is built from and what tests walk.

pub(super) mod api;
mod definitions;
mod open;
mod tasks;

use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, delete, get, on};

use super::State;
use super::body::Carries;

/// One path and what it offers.
pub(super) struct Route {
    /// The pattern.
    pub path: &'static str,
    /// The methods that are served, for tests and the manual.
    #[cfg(test)]
    pub offers: &'static [&'static str],
    /// What requests bring along.
    pub carries: Carries,
    /// The handlers.
    pub methods: MethodRouter<State>,
}

/// A change: `PUT`, and `POST` for clients that cannot.
fn put<T: 'static>(path: &'static str, handler: impl Handler<T, State>) -> Route {
    Route {
        path,
        #[cfg(test)]
        offers: &["PUT", "POST"],
        carries: Carries::Document,
        methods: on(MethodFilter::PUT.or(MethodFilter::POST), handler),
    }
}

/// A question.
fn ask<T: 'static>(path: &'static str, handler: impl Handler<T, State>) -> Route {
    Route {
        path,
        #[cfg(test)]
        offers: &["GET"],
        carries: Carries::Document,
        methods: get(handler),
    }
}

/// A change and its opposite on one path.
fn put_delete<T: 'static, U: 'static>(
    path: &'static str,
    change: impl Handler<T, State>,
    remove: impl Handler<U, State>,
) -> Route {
    Route {
        path,
        #[cfg(test)]
        offers: &["PUT", "POST", "DELETE"],
        carries: Carries::Document,
        methods: on(MethodFilter::PUT.or(MethodFilter::POST), change).delete(remove),
    }
}

/// A removal.
fn take_away<T: 'static>(path: &'static str, handler: impl Handler<T, State>) -> Route {
    Route {
        path,
        #[cfg(test)]
        offers: &["DELETE"],
        carries: Carries::Document,
        methods: delete(handler),
    }
}

/// All of them.
pub(super) fn all() -> Vec<Route> {
    let mut routes = open::routes();
    routes.extend(definitions::routes());
    routes.extend(tasks::routes());
    routes.extend(api::routes());
    routes
}
