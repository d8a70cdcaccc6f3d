//! The nouns: alerts and suspensions.

use kernel::{Instant, Professional};

use super::rules::{Pattern, Sign};

/// Something unusual about an account, on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Whose account.
    pub rpps: String,
    /// What is unusual.
    pub sign: Sign,
    /// Since when, that day.
    pub at: Instant,
    /// When it was last so.
    pub last_at: Instant,
    /// The highest count that day.
    pub figure: i64,
}

/// A suspension: by whom, why, until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Since when.
    pub at: Instant,
    /// Who suspended.
    pub operator: String,
    /// Why, in her words.
    pub reason: String,
    /// When it was lifted, and by whom.
    pub lifted: Option<(Instant, String)>,
}

/// An account, as the operator's team sees it: counts, never whose spaces.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who she is, when the directory knows her.
    pub professional: Option<Professional>,
    /// Her number.
    pub rpps: String,
    /// Since when she is suspended.
    pub suspended_at: Option<Instant>,
    /// What the account has done lately.
    pub pattern: Pattern,
    /// Devices it came from.
    pub devices: i64,
    /// What was unusual, the last first.
    pub alerts: Vec<Alert>,
    /// Suspensions, the last first.
    pub suspensions: Vec<Suspension>,
}
