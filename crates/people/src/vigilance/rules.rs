//! What is unusual, and what follows from it: no I/O, no clock.

use kernel::Instant;

use super::norms::{Ceilings, Norms, Unusual};

/// What an account has done lately, as counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// Different spaces opened within the last hour.
    pub hour: i64,
    /// Within the last day.
    pub day: i64,
    /// Of those of the day: of persons who live in another department than the practice.
    pub far: i64,
    /// Of those of the day: opened in the night that runs.
    pub night: i64,
    /// Searches within this hour.
    pub searches_hour: i64,
    /// Searches within the last day.
    pub searches_day: i64,
    /// Refusals within this hour.
    pub refusals_hour: i64,
}

/// What may be unusual about an account. The words are stored and never change meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sign {
    /// More spaces than usual: it had to prove itself again.
    ManySpaces,
    /// More spaces than possible: it was stopped.
    Stopped,
    /// Persons who live elsewhere.
    Far,
    /// At night.
    Night,
    /// Refused again and again.
    Refusals,
    /// Searches that lead nowhere.
    IdleSearches,
    /// More searches than possible: they were stopped.
    ManySearches,
    /// A device that the account never came from, when it has others.
    NewDevice,
    /// Emergencies declared again and again.
    Emergencies,
    /// A passkey that only a printed code stands behind.
    NewKey,
}

impl Sign {
    /// Every sign.
    pub const ALL: [Self; 10] = [
        Self::ManySpaces,
        Self::Stopped,
        Self::Far,
        Self::Night,
        Self::Refusals,
        Self::IdleSearches,
        Self::ManySearches,
        Self::NewDevice,
        Self::Emergencies,
        Self::NewKey,
    ];

    /// The stored word; pages look up `vigilance-sign-<word>`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ManySpaces => "many-spaces",
            Self::Stopped => "stopped",
            Self::Far => "far",
            Self::Night => "night",
            Self::Refusals => "refusals",
            Self::IdleSearches => "idle-searches",
            Self::ManySearches => "many-searches",
            Self::NewDevice => "new-device",
            Self::Emergencies => "emergencies",
            Self::NewKey => "new-key",
        }
    }

    /// The sign of a stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sign| sign.word() == word)
    }

    /// The count that the sign is about.
    #[must_use]
    pub fn figure(self, pattern: &Pattern) -> i64 {
        match self {
            Self::ManySpaces | Self::Stopped => pattern.day,
            Self::Far => pattern.far,
            Self::Night => pattern.night,
            Self::Refusals => pattern.refusals_hour,
            Self::IdleSearches => pattern.searches_day,
            Self::ManySearches => pattern.searches_hour,
            Self::NewDevice | Self::Emergencies | Self::NewKey => 1,
        }
    }

    /// Whether somebody should look at it now rather than today.
    #[must_use]
    pub fn is_grave(self) -> bool {
        matches!(self, Self::Stopped | Self::ManySearches | Self::Refusals | Self::Emergencies)
    }
}

/// What becomes of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It may go on.
    Open,
    /// First the account must prove itself again.
    Confirm,
    /// Not now.
    Refuse,
}

/// How recently an account must have proven itself once it opens more than usual, in microseconds.
pub const FRESH: i64 = 15 * 60 * Instant::SECOND;

/// Judges one more space: `pattern` counts it already. Life in danger is never stopped by a count, only told.
#[must_use]
pub fn judge(
    pattern: &Pattern,
    ceilings: Ceilings,
    proven: Option<Instant>,
    now: Instant,
    emergency: bool,
) -> Judgement {
    let over = |hour: i64, day: i64| pattern.hour > hour || pattern.day > day;
    if emergency {
        return Judgement::Open;
    }
    if over(ceilings.refuse_hour, ceilings.refuse_day) {
        return Judgement::Refuse;
    }
    let fresh = proven.is_some_and(|at| (0..=FRESH).contains(&(now.0 - at.0)));
    if over(ceilings.confirm_hour, ceilings.confirm_day) && !fresh {
        return Judgement::Confirm;
    }
    Judgement::Open
}

/// What is unusual about a pattern.
#[must_use]
pub fn signs(pattern: &Pattern, norms: &Norms, ceilings: Ceilings) -> Vec<Sign> {
    let unusual = &norms.unusual;
    let share = |part: i64, whole: i64| part * 100 / whole.max(1);
    let stopped = pattern.hour > ceilings.refuse_hour || pattern.day > ceilings.refuse_day;
    let found = [
        (Sign::Stopped, stopped),
        (
            Sign::ManySpaces,
            !stopped && (pattern.hour > ceilings.confirm_hour || pattern.day > ceilings.confirm_day),
        ),
        (Sign::Far, pattern.day >= unusual.far && share(pattern.far, pattern.day) > unusual.far_share),
        (Sign::Night, pattern.night >= unusual.night),
        (Sign::Refusals, pattern.refusals_hour >= unusual.refusals),
        (
            Sign::IdleSearches,
            pattern.searches_day >= unusual.idle_searches
                && share(pattern.day, pattern.searches_day) < unusual.idle_share,
        ),
        (Sign::ManySearches, pattern.searches_hour > norms.searches(ceilings)),
    ];
    found.into_iter().filter(|(_, is)| *is).map(|(sign, _)| sign).collect()
}

/// When the night that runs at `now` began, on clocks of metropolitan France; `None` by day.
#[must_use]
pub fn night_since(now: Instant, unusual: &Unusual) -> Option<Instant> {
    let here = now.paris();
    let hour = here.hour();
    let into = |from: i8| i64::from(here.minute()) * 60 + i64::from(here.second()) + i64::from(from) * 3600;
    let seconds = if hour >= unusual.night_from {
        into(hour - unusual.night_from)
    } else if hour < unusual.night_until {
        into(hour + 24 - unusual.night_from)
    } else {
        return None;
    };
    Some(now.plus(-seconds * Instant::SECOND))
}

/// Whether a person lives where the practice is: the first two signs of a FINESS number are its department's. Overseas
/// (97, 98) they name no single one, and without a number nothing is known: neither says "elsewhere".
#[must_use]
pub fn is_near(department: &str, finess: Option<&str>) -> bool {
    let (Some(home), Some(practice)) = (department.get(..2), finess.and_then(|finess| finess.get(..2)))
    else {
        return true;
    };
    home == practice || (matches!(home, "97" | "98") && matches!(practice, "97" | "98"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn norms() -> &'static Norms {
        Norms::built_in().unwrap()
    }

    const CEILINGS: Ceilings =
        Ceilings { confirm_hour: 20, confirm_day: 60, refuse_hour: 60, refuse_day: 150 };

    #[test]
    fn more_than_usual_must_prove_itself_and_more_than_possible_is_stopped() {
        let now = Instant(1_795_334_400_000_000);
        let ago = |minutes: i64| Some(now.plus(-minutes * 60 * Instant::SECOND));
        use Judgement::{Confirm, Open, Refuse};
        // hour, day, proven, emergency, what follows
        let cases = [
            (1, 1, None, false, Open),
            (20, 60, None, false, Open),
            (21, 21, None, false, Confirm),
            (5, 61, None, false, Confirm),
            (21, 21, ago(14), false, Open),
            (21, 21, ago(16), false, Confirm),
            // A proof of tomorrow is no proof.
            (21, 21, ago(-1), false, Confirm),
            (60, 150, ago(0), false, Open),
            (61, 61, ago(0), false, Refuse),
            (5, 151, ago(0), false, Refuse),
            (500, 500, None, true, Open),
        ];
        for (hour, day, proven, emergency, expected) in cases {
            let pattern = Pattern { hour, day, ..Pattern::default() };
            assert_eq!(judge(&pattern, CEILINGS, proven, now, emergency), expected, "{pattern:?} {proven:?}");
        }
    }

    #[test]
    fn each_sign_has_its_pattern() {
        let usual =
            Pattern { hour: 8, day: 30, far: 5, searches_hour: 10, searches_day: 35, ..Pattern::default() };
        let cases: [(Pattern, &[Sign]); 14] = [
            (Pattern::default(), &[]),
            (usual, &[]),
            (Pattern { hour: 31, ..usual }, &[Sign::ManySpaces]),
            (Pattern { day: 101, ..usual }, &[Sign::ManySpaces]),
            (Pattern { hour: 91, ..usual }, &[Sign::Stopped]),
            (Pattern { day: 301, ..usual }, &[Sign::Stopped]),
            (Pattern { far: 18, ..usual }, &[]),
            (Pattern { far: 19, ..usual }, &[Sign::Far]),
            // A few from elsewhere say nothing.
            (Pattern { day: 19, far: 19, ..Pattern::default() }, &[]),
            (Pattern { night: 14, ..usual }, &[]),
            (Pattern { night: 15, ..usual }, &[Sign::Night]),
            (Pattern { refusals_hour: 10, ..usual }, &[Sign::Refusals]),
            (Pattern { searches_day: 30, day: 5, ..Pattern::default() }, &[Sign::IdleSearches]),
            (Pattern { searches_hour: 91, searches_day: 91, day: 30, ..usual }, &[Sign::ManySearches]),
        ];
        for (pattern, expected) in cases {
            assert_eq!(signs(&pattern, norms(), norms().of("10")), expected, "{pattern:?}");
        }
    }

    #[test]
    fn signs_keep_their_words() {
        for sign in Sign::ALL {
            assert_eq!(Sign::parse(sign.word()), Some(sign));
        }
        assert_eq!(Sign::parse("something"), None);
    }

    #[test]
    fn the_night_begins_before_midnight_and_ends_in_the_morning() {
        // 2026-11-22T08:00:00Z is nine o'clock in Paris.
        let nine = Instant(1_795_334_400_000_000);
        let at = |hours: i64| nine.plus(hours * 3600 * Instant::SECOND);
        let eleven = at(14);
        for (moment, since) in [
            (nine, None),
            (at(13), None),
            (eleven, Some(eleven)),
            (eleven.plus(1_500 * Instant::SECOND), Some(eleven)),
            (at(16), Some(eleven)),
            (at(20), Some(eleven)),
            (at(21), None),
        ] {
            assert_eq!(night_since(moment, &norms().unusual), since, "{moment}");
        }
    }

    #[test]
    fn near_is_the_practice_s_department() {
        for (department, finess, near) in [
            ("69", Some("690000001"), true),
            ("69", Some("750000001"), false),
            ("2A", Some("2A0000001"), true),
            ("2A", Some("2B0000001"), false),
            ("974", Some("970400001"), true),
            ("976", Some("980500001"), true),
            ("974", Some("750000001"), false),
            ("69", None, true),
            ("", Some("750000001"), true),
        ] {
            assert_eq!(is_near(department, finess), near, "{department} {finess:?}");
        }
    }
}
