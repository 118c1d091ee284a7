//! A thousand renewals of a function while clients call it: no call may fail.

use crate::daemon::Daemon;
use crate::renewals::renew_under_calls;

const RENEWALS: usize = 1_000;

#[test]
fn no_call_fails_because_of_a_thousand_renewals() {
    let daemon = Daemon::start();
    println!("{:?}", renew_under_calls(&daemon, RENEWALS));
}
