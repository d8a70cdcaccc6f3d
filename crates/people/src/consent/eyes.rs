//! A space through somebody else's eyes: what a professional, or an app, would find in it, decided by the same code as
//! when she comes. It opens nothing and writes nothing: whoever looks through it sees, at most, what she sees herself.

use kernel::{Actor, Answer, App, Instant, Professional, Purpose, Visit};

use super::decision::Exception;
use super::facts::EntryFacts;
use super::pass::{Action, Pass};
use super::policy::{self, Scene};
use super::sharing::{Given, Permission, Sharing};

/// A professional's view of a space, or an app's.
pub struct Eyes {
    actor: Actor,
    scene: Scene,
    sharing: Sharing,
    opens: bool,
}

impl Eyes {
    /// Whether she could open the space at all.
    #[must_use]
    pub fn opens(&self) -> bool {
        self.opens
    }

    /// Whether she would see an entry with these facts, which must have been told for [`Eyes::actor`] and by
    /// [`Eyes::sharing`].
    #[must_use]
    pub fn sees(&self, facts: &EntryFacts) -> bool {
        self.opens && self.scene.sees(facts)
    }

    /// Whose eyes.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What the person would have decided.
    #[must_use]
    pub fn sharing(&self) -> &Sharing {
        &self.sharing
    }
}

/// The space as this professional would find it, were `sharing` what the person has decided. For
/// [`Purpose::Emergency`] and [`Purpose::CallCentre`] as if she had declared it just now.
///
/// # Errors
/// A fault under another pass than one for deciding or reading, held by the person or by somebody who acts for her.
pub fn eyes(pass: &Pass, professional: &Professional, purpose: Purpose, sharing: &Sharing) -> Answer<Eyes> {
    let (now, mut sharing) = (pass.visit().now, sharing.clone());
    let exception = || Exception {
        professional: professional.clone(),
        since: now,
        until: now.plus(Instant::SECOND),
        reason: String::new(),
    };
    let purpose = match purpose {
        Purpose::Emergency => {
            sharing.broke = vec![exception()];
            purpose
        }
        Purpose::CallCentre => {
            sharing.on_call = vec![exception()];
            purpose
        }
        // What a minor would show in secret is what she keeps; nobody asks to see it through another's eyes.
        _ => Purpose::Care,
    };
    let actor = Actor::Professional(professional.clone());
    through(pass, Visit { actor, on_behalf_of: None, purpose, ..pass.visit().clone() }, sharing)
}

/// The space as an app would find it that shows a token given under this connection, were `sharing` what the person has
/// decided.
///
/// # Errors
/// As [`eyes`].
pub fn app_eyes(pass: &Pass, app: &App, sharing: &Sharing) -> Answer<Eyes> {
    let (actor, on_behalf_of) = (Actor::App(app.clone()), Some(pass.person()));
    let visit = Visit { actor, on_behalf_of, purpose: Purpose::Own, ..pass.visit().clone() };
    through(pass, visit, sharing.clone())
}

fn through(pass: &Pass, visit: Visit, sharing: Sharing) -> Answer<Eyes> {
    let fits = matches!(pass.action(), Action::ManageSharing | Action::ReadRecord | Action::ReadDocument)
        && matches!(pass.visit().actor, Actor::Citizen { .. });
    if !fits {
        return Err(super::misused("a view was asked for"));
    }
    let scene = Scene::of(&visit, pass.whole(), &sharing, None)?;
    let opens = policy::decide(&scene, Action::ReadRecord)?;
    Ok(Eyes { actor: visit.actor, scene, sharing, opens })
}

/// What she has decided, with this professional allowed: for asking what one of a profession would see.
#[must_use]
pub fn as_if_allowed(sharing: &Sharing, professional: &Professional, now: Instant) -> Sharing {
    let mut sharing = sharing.clone();
    sharing.give(Permission::lasting(professional.clone(), now, Given::OnTheWeb), now);
    sharing
}

impl std::fmt::Debug for Eyes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Eyes(opens: {})", self.opens)
    }
}
