//! Saved filters by the palette.
//!
//! Imports: the desk of this room. Promise: tables of keys, no screen, no clock.

use crate::state::desk::{CLEARED, Desk};
use crate::state::{Effect, Msg};

fn run(desk: &mut Desk, command: &str) -> String {
    desk.keys(":");
    desk.send(Msg::Paste(command.to_owned()));
    desk.keys("Enter").said()
}

#[test]
fn a_filter_is_saved_used_and_forgotten() {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    run(&mut desk, "filter user.name = root or user.name = lea");
    assert_eq!(run(&mut desk, "save-filter @calm"), "saved as @calm: user.name = root or user.name = lea");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::SaveFilter(name, Some(_)) if name == "calm")));
    run(&mut desk, "filter proc.name = truncate and @calm");
    let whole = "proc.name = truncate and (user.name = root or user.name = lea)";
    assert_eq!(desk.model.narrowed.now.filter, whole);
    run(&mut desk, "load-filter urgent");
    assert_eq!(desk.model.narrowed.now.filter, "priority >= Critical");
    assert_eq!(desk.keys("u").model.narrowed.now.filter, whole);
    assert_eq!(run(&mut desk, "delete-filter calm"), "deleted @calm: user.name = root or user.name = lea");
    assert_eq!(run(&mut desk, "delete-filter calm"), "@calm: no filter is saved under this name");
    assert_eq!(run(&mut desk, "delete-filter urgent"), "@urgent is built in and stays");
    assert!(run(&mut desk, "load-filter urgnt").contains("did you mean @urgent?"));
    assert!(run(&mut desk, "save-filter two words").contains("needs a name"));
    run(&mut desk, "clear");
    assert!(run(&mut desk, "save-filter x").starts_with("no filter is in force"));
}

#[test]
fn a_name_is_typed_live_and_its_mistakes_are_marked_where_they_stand() {
    let mut desk = Desk::loaded(CLEARED, 120, 36);
    desk.keys("f @ u r g e n t");
    assert_eq!(desk.model.narrowed.now.filter, "priority >= Critical");
    desk.keys("Space a n d Space @ u r g n t");
    let error = desk.model.layers.last().unwrap().filter_input().unwrap().error.clone().unwrap();
    assert_eq!((error.0, error.1.place.as_str()), (12..18, "filter, column 13"));
    desk.keys("Tab Tab");
    let typed = desk.model.layers.last().unwrap().filter_input().unwrap().text.clone();
    assert_eq!(typed, "@urgent and @urgent", "Tab takes what was meant");
    desk.keys("Esc");
    assert!(desk.model.narrowed.now.filter.is_empty());
    desk.keys("f @ u r g e n t Space a n d Space p r o c . n m a e = x");
    assert_eq!(desk.model.bar.mark.as_ref().unwrap().at, 12..21, "a place behind a name");
}
