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
    /// A row of [`super::model::Relation`], and whose word it rests on today.
    Row(&'a Relation, Word),
}

/// Whose word a row rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The person's own, or a judge's.
    Lasting,
    /// That of somebody who represents her today.
    OfRepresentative,
    /// That of somebody who represented her once: nobody gives longer than she has (art. 1989 Code civil).
    Ended,
}

/// Whether somebody may act for a person today, and as what.
///
/// A parent: until the day the child is of age, alone or with the other parent, living together or not (art.
/// 372 and 373-2 Code civil). A guardian: from the first to the last day of the measure, whatever the age. A
/// delegate: of age herself, agreed by both, within the days agreed on, and no longer than whoever asked her in the
/// person's name represents the person; before majority nobody asks for herself. Nobody: for somebody who has died or
/// whose space is not in use, or when that is so of the one who asks.
#[must_use]
pub fn may_act(ground: Ground<'_>, today: Date, represented: Life, acting: Life) -> Option<Standing> {
    if !represented.acts() || !acting.acts() {
        return None;
    }
    match ground {
        Ground::Parent => represented.is_minor(today).then_some(Standing::Parent),
        Ground::Guardian => (!acting.is_minor(today)).then_some(Standing::Guardian),
        Ground::Row(relation, word) => {
            let holds = relation.accepted_at.is_some()
                && relation.ended_at.is_none()
                && relation.begins <= today
                && relation.ends.is_none_or(|last| today <= last);
            match relation.kind {
                _ if !holds || acting.is_minor(today) => None,
                Kind::Guardian => Some(Standing::Guardian),
                // Without an end there is no delegation: nobody is helped for ever by one click.
                Kind::Delegate => {
                    let was_minor = represented.is_minor(relation.offered_at.date());
                    let upheld = match word {
                        Word::Lasting => !was_minor || represented.is_minor(today),
                        Word::OfRepresentative => true,
                        Word::Ended => false,
                    };
                    let chosen = word == Word::Lasting && !was_minor;
                    let scope = relation.says.scope.clone();
                    relation.ends.filter(|_| upheld).map(|_| Standing::Delegate { scope, chosen })
                }
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

/// The last day before the majority of somebody born on this day.
#[must_use]
pub fn last_day_as_minor(born: Date) -> Date {
    born.saturating_add(i64::from(MAJORITY).years()).saturating_sub(1.day())
}

/// The last day that a delegation may have which is offered on `today` until `ends`: none that a person under age, or
/// whoever represents her, agrees on lasts past the minority, nor past the last day of the measure it rests on.
#[must_use]
pub fn no_longer_than_the_right(ends: Date, today: Date, represented: Life, measure: Option<Date>) -> Date {
    let minority = represented.is_minor(today).then(|| last_day_as_minor(represented.born));
    [minority, measure].into_iter().flatten().fold(ends, Date::min)
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

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use kernel::{Instant, PersonId};

    use super::super::model::{Documents, Kind, Relation, Says, Scope, Standing};
    use super::{Ground, Life, Word, may_act, no_longer_than_the_right, wrong_days};

    /// 22 November 2026, 9 in the morning in Paris.
    const NOW: Instant = Instant(1_795_334_400_000_000);
    const TODAY: Date = date(2026, 11, 22);

    fn born_years_ago(years: i16) -> Date {
        date(2026 - years, 11, 22)
    }

    fn scope() -> Scope {
        Scope { documents: Documents::All, ..Scope::default() }
    }

    fn row(kind: Kind, begins: Date, ends: Option<Date>) -> Relation {
        Relation {
            person: PersonId(4),
            id: 1,
            kind,
            begins,
            ends,
            offered_at: NOW,
            accepted_at: Some(NOW),
            ended_at: None,
            says: Says {
                ins: None,
                born: None,
                name: String::new(),
                acting: None,
                link: "carer".into(),
                scope: scope(),
                reason: String::new(),
                offered_by: None,
                invitation: Vec::new(),
            },
        }
    }

    /// A [`Ground`] that owns its row.
    enum Claim {
        Parent,
        Guardian,
        Row(Box<Relation>),
    }

    type Case<'a> = (&'a str, Claim, Life, Life, Option<Standing>);

    fn check(cases: Vec<Case<'_>>) {
        for (what, claim, represented, acting, expected) in cases {
            let ground = match &claim {
                Claim::Parent => Ground::Parent,
                Claim::Guardian => Ground::Guardian,
                Claim::Row(row) => Ground::Row(row, Word::Lasting),
            };
            assert_eq!(may_act(ground, TODAY, represented, acting), expected, "{what}");
        }
    }

    fn life(years: i16) -> Life {
        Life { born: born_years_ago(years), died: None, open: true }
    }

    fn dead(life: Life) -> Life {
        Life { died: Some(date(2026, 11, 21)), ..life }
    }

    fn closed(life: Life) -> Life {
        Life { open: false, ..life }
    }

    #[test]
    fn who_represents_whom_on_which_day() {
        let (child, adult, old) = (life(16), life(45), life(88));
        let of_age_tomorrow = Life { born: date(2008, 11, 23), ..child };
        let of_age_today = Life { born: TODAY.with().year(2008).build().unwrap(), ..child };
        use Claim::{Guardian, Parent};
        let cases: Vec<Case<'_>> = vec![
            ("a parent for her child", Parent, child, adult, Some(Standing::Parent)),
            ("a parent who is a minor herself", Parent, life(1), life(16), Some(Standing::Parent)),
            ("the day before majority", Parent, of_age_tomorrow, adult, Some(Standing::Parent)),
            ("the day of majority", Parent, of_age_today, adult, None),
            ("a parent for a child of age", Parent, adult, old, None),
            ("a child who has died", Parent, dead(child), adult, None),
            ("a parent who has died", Parent, child, dead(adult), None),
            ("a space that is closed", Parent, closed(child), adult, None),
            ("a parent whose own space is closed", Parent, child, closed(adult), None),
            ("a guardian of the insurer's file", Guardian, old, adult, Some(Standing::Guardian)),
            ("a guardian for a minor", Guardian, child, adult, Some(Standing::Guardian)),
            ("a guardian who is a minor", Guardian, old, child, None),
        ];
        check(cases);
    }

    #[test]
    fn who_acts_by_a_row_on_which_day() {
        use Claim::Row;
        let (child, adult, old) = (life(16), life(45), life(88));
        let delegate = || row(Kind::Delegate, date(2026, 6, 1), Some(date(2027, 5, 31)));
        let guardian = || row(Kind::Guardian, date(2026, 6, 1), None);
        let granted = Some(Standing::Delegate { scope: scope(), chosen: true });
        let cases: Vec<Case<'_>> = vec![
            ("a delegate", Row(Box::new(delegate())), old, adult, granted.clone()),
            ("a delegate who is a minor", Row(Box::new(delegate())), old, child, None),
            ("a delegate for somebody who died", Row(Box::new(delegate())), dead(old), adult, None),
            ("a delegate of a closed space", Row(Box::new(delegate())), closed(old), adult, None),
            ("not accepted", Row(Box::new(Relation { accepted_at: None, ..delegate() })), old, adult, None),
            ("taken back", Row(Box::new(Relation { ended_at: Some(NOW), ..delegate() })), old, adult, None),
            (
                "not yet begun",
                Row(Box::new(Relation { begins: date(2026, 11, 23), ..delegate() })),
                old,
                adult,
                None,
            ),
            (
                "its first day",
                Row(Box::new(Relation { begins: TODAY, ..delegate() })),
                old,
                adult,
                granted.clone(),
            ),
            (
                "its last day",
                Row(Box::new(Relation { ends: Some(TODAY), ..delegate() })),
                old,
                adult,
                granted,
            ),
            (
                "run out",
                Row(Box::new(Relation { ends: Some(date(2026, 11, 21)), ..delegate() })),
                old,
                adult,
                None,
            ),
            ("without an end", Row(Box::new(Relation { ends: None, ..delegate() })), old, adult, None),
            ("a guardianship", Row(Box::new(guardian())), old, adult, Some(Standing::Guardian)),
            (
                "a guardianship that ended",
                Row(Box::new(Relation { ended_at: Some(NOW), ..guardian() })),
                old,
                adult,
                None,
            ),
            (
                "a guardianship past its last day",
                Row(Box::new(Relation { ends: Some(date(2026, 11, 21)), ..guardian() })),
                old,
                adult,
                None,
            ),
        ];
        check(cases);
    }

    /// A delegation that was offered at some time by somebody, looked at today.
    #[test]
    fn a_representative_s_word_holds_no_longer_than_her_right() {
        let delegate = row(Kind::Delegate, date(2026, 6, 1), Some(date(2027, 5, 31)));
        let (child, old, adult) = (life(16), life(88), life(45));
        let of_age_today = Life { born: date(2008, 11, 22), ..child };
        let before = Relation { offered_at: Instant(NOW.0 - Instant::DAY), ..delegate.clone() };
        let given = |chosen| Some(Standing::Delegate { scope: scope(), chosen });
        let cases = [
            ("a parent's, for a minor", &delegate, Word::OfRepresentative, child, given(false)),
            ("a guardian's who is in force", &delegate, Word::OfRepresentative, old, given(false)),
            ("a parent's, from the birthday on", &before, Word::Ended, of_age_today, None),
            ("a guardian's whose measure has ended", &delegate, Word::Ended, old, None),
            ("her own", &delegate, Word::Lasting, old, given(true)),
            ("her own, asked on the birthday", &delegate, Word::Lasting, of_age_today, given(true)),
            ("noted for her as a minor", &delegate, Word::Lasting, child, given(false)),
            ("noted for her as a minor, now of age", &before, Word::Lasting, of_age_today, None),
        ];
        for (what, row, word, represented, expected) in cases {
            assert_eq!(may_act(Ground::Row(row, word), TODAY, represented, adult), expected, "{what}");
        }
    }

    #[test]
    fn the_last_day_is_cut_to_the_right() {
        let (child, old) = (Life { born: date(2009, 3, 1), ..life(16) }, life(88));
        let ends = date(2027, 11, 21);
        let measure = Some(date(2027, 1, 31));
        let cases = [
            (old, None, ends),
            (old, measure, date(2027, 1, 31)),
            (child, None, date(2027, 2, 28)),
            (child, measure, date(2027, 1, 31)),
            (life(17), None, date(2027, 11, 21)),
            (life(18), None, ends),
        ];
        for (represented, measure, expected) in cases {
            assert_eq!(no_longer_than_the_right(ends, TODAY, represented, measure), expected);
        }
    }

    #[test]
    fn a_delegation_lasts_a_year_at_most() {
        let cases = [
            (TODAY, date(2027, 11, 21), None),
            (TODAY, TODAY, None),
            (TODAY, date(2027, 11, 22), Some("delegation-too-long")),
            (TODAY, date(2026, 11, 21), Some("delegation-ends-before")),
            (date(2026, 11, 21), date(2027, 1, 1), Some("delegation-begins-past")),
            (date(2028, 2, 29), date(2029, 2, 27), None),
        ];
        for (begins, ends, wrong) in cases {
            assert_eq!(wrong_days(begins, ends, TODAY), wrong, "{begins} – {ends}");
        }
    }
}
