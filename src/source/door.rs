//! Posts as a source: from the listener's thread into the order in which everything is read, and back as answers.
//!
//! Lives here: posts that wait, writing them to disk in groups, answering them. Not here: HTTP (`listen`), the file (`keep`).
//! Imports: `base`, siblings. Promise: a post is answered after its alert was shown, and after it was written where it is
//! to be kept; none is taken twice.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use crate::base::{Clean, Notice};
use crate::source::Wake;
use crate::source::keep::Keeper;
use crate::source::kept::lock;
use crate::source::listen::{Listener, Post, Settings, listen};
use crate::source::plain;

/// So many posts are written to disk with one wait for it.
const GROUP: usize = 64;

/// An open door.
pub(crate) struct Door {
    listener: Listener,
    posts: Receiver<Post>,
    wake: Arc<Mutex<Option<Wake>>>,
    keeper: Option<Keeper>,
    /// Written, and not yet read.
    waiting: VecDeque<Unanswered>,
    /// Being read.
    current: Option<Unanswered>,
    /// Read, and not yet shown.
    read: Vec<(Unanswered, bool)>,
}

/// A post, and why it could not be kept on disk.
struct Unanswered {
    post: Post,
    not_kept: Option<Clean>,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("listener", &self.listener).finish_non_exhaustive()
    }
}

impl Door {
    /// Listens; posts wait until somebody takes them.
    ///
    /// # Errors
    /// Those of [`listen`].
    pub(crate) fn open(settings: Settings, keeper: Option<Keeper>) -> Result<Self, Notice> {
        let (to, posts) = channel();
        let wake = Arc::<Mutex<Option<Wake>>>::default();
        let calls = Arc::clone(&wake);
        let listener = listen(
            settings,
            Arc::new(move |post| {
                // Whoever took posts has gone; the post is answered when it is dropped.
                let _ = to.send(post);
                if let Some(wake) = &*lock(&calls) {
                    wake.call();
                }
            }),
        )?;
        let (waiting, read) = (VecDeque::new(), Vec::new());
        Ok(Self { listener, posts, wake, keeper, waiting, current: None, read })
    }
    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.address
    }
    /// From now on `wake` is called when a post comes.
    pub(super) fn wakes(&self, wake: Wake) {
        *lock(&self.wake) = Some(wake);
    }
    /// The body of the next post, which is being read from now on.
    ///
    /// # Errors
    /// What went wrong with keeping posts; they are read all the same.
    pub(super) fn next(&mut self) -> (Option<&[u8]>, Option<Notice>) {
        let failed = if self.waiting.is_empty() { self.write_group() } else { None };
        if self.current.is_none() {
            self.current = self.waiting.pop_front();
        }
        (self.current.as_ref().map(|current| current.post.body.as_slice()), failed)
    }
    fn write_group(&mut self) -> Option<Notice> {
        let posts: Vec<Post> = self.posts.try_iter().take(GROUP).collect();
        let bodies: Vec<&[u8]> = posts.iter().map(|post| post.body.as_slice()).collect();
        let kept = match &mut self.keeper {
            Some(keeper) if !bodies.is_empty() => keeper.keep(&bodies),
            _ => Ok(()),
        };
        let why = kept.err().map(|why: io::Error| Clean::from_bytes(plain(&why).as_bytes()));
        self.waiting.extend(posts.into_iter().map(|post| Unanswered { post, not_kept: why.clone() }));
        let words = |why| Clean::concat([Clean::from("posted alerts can't be kept on disk: "), why]);
        why.map(|why| Notice::said(words(why)).with_next("They are in the list; their senders were told"))
    }
    /// The post that was being read is in the list; `is_alert`: as an alert, not as an unreadable line.
    pub(super) fn judged(&mut self, is_alert: bool) {
        self.read.extend(self.current.take().map(|current| (current, is_alert)));
    }
    /// Whether a post waits for what was read to be shown.
    pub(super) fn owes_answers(&self) -> bool {
        !self.read.is_empty()
    }
    /// Everything that was read was shown.
    pub(super) fn answer(&mut self) {
        for (Unanswered { post, not_kept }, is_alert) in self.read.drain(..) {
            match not_kept {
                _ if !is_alert => post.no_alert(Clean::from("no alert of Falco's; it lies among the unreadable lines")),
                Some(why) => post.not_kept(why),
                None => post.taken(),
            }
        }
    }
}
