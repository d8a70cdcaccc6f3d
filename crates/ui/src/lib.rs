//! What every page is made of: the shell, forms, parts, sentences, and the files that go with them. No I/O.
//!
//! A room writes a [`page::Page`]; the server puts it into the shell ([`page::shell`]) with what only the door
//! knows (who is signed in, the CSRF token, the operator's theme). Components take what accessibility needs as
//! arguments, so that it cannot be forgotten: a field has a label and is shown with its error, a table has a
//! caption, a picture its text. `samples` shows every component in every state; the browser tests check it.

#![allow(
    clippy::needless_pass_by_value,
    reason = "components nest, `paper(html! { … })`, and markup is made for the one place where it goes"
)]

pub mod about;
pub mod acting;
pub mod address;
pub mod assets;
mod contact;
pub mod dates;
pub mod form;
pub mod icons;
pub mod menu;
pub mod numbers;
pub mod page;
pub mod parts;
pub mod refusal;
pub mod samples;
pub mod sizes;
pub mod theme;
pub mod words;

mod embedded {
    //! The lists that `build.rs` makes.
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

pub use assets::asset_url;
pub use contact::Contact;
pub use form::Filled;
pub use icons::Icon;
pub use menu::Nav;
pub use page::{Flash, Frame, Page, shell};
pub use parts::Tone;
pub use theme::Theme;
pub use words::Words;
