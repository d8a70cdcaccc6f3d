//! Who may act for whom on which day. Pure: no job hands a space over at majority and none ends a delegation;
//! each request asks here, and the answer changes with the day.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::Instant;
use kernel::ins::age;

use super::model::{Kind, Relation, Stage, Standing};

/// From this age a person decides alone (art. 388 and 414 Code civil).
pub const MAJORITY: i16 = 18;

/// A delegation lasts at most this many years; it can be renewed.
pub const MOST_YEARS: i16 = 1;

/// An offer that nobody has answered lapses after this time, in microseconds.
pub const OFFER_LIFE: i64 = 30 * Instant::DAY;

/// What a decision must know of a person's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// Her birth date.
    pub born: Date,
    /// When she died.
    pub died: Option<Date>,
    /// True when her space is in use.
    pub open: bool,
}

impl Life {
    /// True before her majority.
    #[must_use]
    pub fn is_minor(self, today: Date) -> bool {
        age(self.born, today) < MAJORITY
    }

    fn acts(self) -> bool {
        self.open && self.died.is_none()
    }
}

/// The ground on which somebody asks to act.
#[derive(Clone, Copy, Debug)]
pub enum Ground<'a> {
    /// The insurer's file names her as parent.
    Parent,
    /// The insurer's file names her as guardian.
    Guardian,
    /// A row of [`super::model::Relation`].
    Row(&'a Relation),
}

/// Whether somebody may act for a person today, and as what.
///
/// A parent: until the day the child is of age, alone or with the other parent, living together or not (art.
/// 372 and 373-2 Code civil). A guardian: from the first to the last day of the measure, whatever the age. A
/// delegate: of age herself, agreed by both, within the days agreed on. Nobody: for somebody who has died or
/// whose space is not in use, or when that is so of the one who asks.
#[must_use]
pub fn may_act(ground: Ground<'_>, today: Date, represented: Life, acting: Life) -> Option<Standing> {
    if !represented.acts() || !acting.acts() {
        return None;
    }
    match ground {
        Ground::Parent => represented.is_minor(today).then_some(Standing::Parent),
        Ground::Guardian => (!acting.is_minor(today)).then_some(Standing::Guardian),
        Ground::Row(relation) => {
            let holds = relation.accepted_at.is_some()
                && relation.ended_at.is_none()
                && relation.begins <= today
                && relation.ends.is_none_or(|last| today <= last);
            match relation.kind {
                _ if !holds || acting.is_minor(today) => None,
                Kind::Guardian => Some(Standing::Guardian),
                // Without an end there is no delegation: nobody is helped for ever by one click.
                Kind::Delegate => relation.ends.map(|_| Standing::Delegate(relation.says.scope.clone())),
            }
        }
    }
}

/// How a relation stands at this moment, for those who are shown it.
#[must_use]
pub fn stage(relation: &Relation, now: Instant) -> Stage {
    let today = now.date();
    let run_out = relation.ends.is_some_and(|last| last < today);
    let lapsed = relation.accepted_at.is_none() && now.0 - relation.offered_at.0 > OFFER_LIFE;
    if relation.ended_at.is_some() || run_out || lapsed {
        Stage::Over
    } else if relation.accepted_at.is_none() {
        Stage::Offered
    } else if relation.begins > today {
        Stage::Waiting
    } else {
        Stage::InForce
    }
}

/// The last day that a delegation from `begins` on may have.
#[must_use]
pub fn last_day(begins: Date) -> Date {
    begins.saturating_add(i64::from(MOST_YEARS).years()).saturating_sub(1.day())
}

/// What is wrong with the days of a delegation, as a refusal's word; `None` when nothing is.
#[must_use]
pub fn wrong_days(begins: Date, ends: Date, today: Date) -> Option<&'static str> {
    if begins < today {
        Some("delegation-begins-past")
    } else if ends < begins {
        Some("delegation-ends-before")
    } else if ends > last_day(begins) {
        Some("delegation-too-long")
    } else {
        None
    }
}
