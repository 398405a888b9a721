//! A terminal for the program under test: a real pseudo-terminal, an emulator behind it, and a reader that waits.
//!
//! Lives here: starting, typing, waiting for the screen, signals, taking the terminal away. Promise: no test sleeps or
//! measures; it waits until something holds, and fails with the screen's text when it never does.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use portable_pty::{Child, ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// Long enough for the slowest machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the program wrote, raw and as it is seen.
struct Seen {
    emulator: vt100::Parser,
    raw: Vec<u8>,
    /// Nothing more comes.
    over: bool,
    /// The program has ended so.
    status: Option<u32>,
}

impl Seen {
    /// Whether nothing can change any more.
    fn is_final(&self) -> bool {
        self.over && self.status.is_some()
    }
}

/// A program in a terminal.
pub(crate) struct Terminal {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    vanish: Arc<AtomicBool>,
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    pid: Pid,
    fresh: String,
    killer: Box<dyn ChildKiller + Send + Sync>,
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// A program with `arguments`, in an environment of which every part is known.
pub(crate) fn command(program: &str, arguments: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(arguments);
    command.env_clear();
    command.cwd("/");
    for (name, value) in
        [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin"), ("HOME", "/nonexistent")]
            .into_iter()
            // Below a device nothing can be made, so nothing is remembered.
            .chain([("XDG_STATE_HOME", "/dev/null/state")])
    {
        command.env(name, value);
    }
    command
}

impl Terminal {
    /// Starts `command` in a new terminal of this size.
    pub(crate) fn start(command: CommandBuilder, columns: u16, rows: u16) -> Self {
        let pair = native_pty_system().openpty(pty_size(columns, rows)).unwrap();
        let fresh = modes(pair.master.as_ref());
        let child = pair.slave.spawn_command(command).unwrap();
        // Only the program itself may hold the terminal open.
        drop(pair.slave);
        let seen = Seen {
            emulator: vt100::Parser::new(cells(rows), cells(columns), 0),
            raw: Vec::new(),
            over: false,
            status: None,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let vanish = Arc::new(AtomicBool::new(false));
        let (reader, keys) = (pair.master.try_clone_reader().unwrap(), pair.master.take_writer().unwrap());
        let (for_reader, stop) = (Arc::clone(&seen), Arc::clone(&vanish));
        std::thread::Builder::new().name("pty".into()).spawn(move || read(reader, &for_reader, &stop)).unwrap();
        let (pid, killer) = (pid(child.as_ref()), child.clone_killer());
        let for_status = Arc::clone(&seen);
        std::thread::Builder::new().name("wait".into()).spawn(move || wait(child, &for_status)).unwrap();
        Self { seen, vanish, master: Some(pair.master), keys: Some(keys), pid, fresh, killer }
    }

    /// Types bytes as they stand.
    pub(crate) fn type_in(&mut self, bytes: &str) -> &mut Self {
        let keys = self.keys.as_mut().unwrap();
        keys.write_all(bytes.as_bytes()).unwrap();
        keys.flush().unwrap();
        self
    }

    /// Waits until `holds` of the screen.
    pub(crate) fn wait(&mut self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) -> &mut Self {
        self.wait_for(what, |seen| holds(seen.emulator.screen()));
        self
    }

    /// Waits until `text` is on the screen.
    pub(crate) fn see(&mut self, text: &str) -> &mut Self {
        self.wait(text, |screen| screen.contents().contains(text))
    }

    /// Waits until `text` is not on the screen.
    pub(crate) fn see_no_more(&mut self, text: &str) -> &mut Self {
        self.wait(&format!("no more {text}"), |screen| !screen.contents().contains(text))
    }

    /// Waits until the program has the alternate screen.
    pub(crate) fn entered(&mut self) -> &mut Self {
        self.wait("the alternate screen", vt100::Screen::alternate_screen)
    }

    /// Waits until all that was typed before has been answered, by a key whose answer is known: `Ctrl-l` draws anew.
    pub(crate) fn settled(&mut self) -> &mut Self {
        let before = self.raw_len();
        self.type_in("\x0c");
        self.wait_for("a frame drawn anew", |seen| contains(&seen.raw[before..], b"\x1b[2J"));
        self
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.seen.0.lock().unwrap().emulator.screen_mut().set_size(cells(rows), cells(columns));
        self.master.as_ref().unwrap().resize(pty_size(columns, rows)).unwrap();
        self
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        kill_process(self.pid, signal).unwrap();
        self
    }

    /// Takes the terminal away, as a closed window or a lost connection does.
    pub(crate) fn vanish(&mut self) {
        self.vanish.store(true, Ordering::SeqCst);
        self.master = None;
        // The reader looks up when something comes: the writer's own farewell is echoed or answered.
        self.type_in("\x0c");
        self.keys = None;
        self.wait_for("the reader's end", |seen| seen.over);
    }

    /// Waits until the program has ended, and gives its exit status.
    pub(crate) fn status(&mut self) -> u32 {
        self.wait_for("the end", |seen| seen.over && seen.status.is_some());
        self.seen.0.lock().unwrap().status.unwrap()
    }

    /// The terminal's modes, to be compared.
    pub(crate) fn modes(&self) -> String {
        modes(self.master.as_ref().unwrap().as_ref())
    }

    /// The modes before the program began.
    pub(crate) fn fresh_modes(&self) -> &str {
        &self.fresh
    }

    /// Fails unless the screen is the shell's again, as it was.
    pub(crate) fn assert_given_back(&self, what: &str) {
        let seen = self.seen.0.lock().unwrap();
        let screen = seen.emulator.screen();
        let left = [
            ("alternate screen", screen.alternate_screen()),
            ("hidden cursor", screen.hide_cursor()),
            ("paste mode", screen.bracketed_paste()),
            ("mouse mode", screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None),
            ("colour", (screen.fgcolor(), screen.bgcolor()) != (vt100::Color::Default, vt100::Color::Default)),
            ("attribute", screen.bold() || screen.dim() || screen.italic() || screen.underline() || screen.inverse()),
        ];
        for (mode, on) in left {
            assert!(!on, "{what}: {mode} left on; the screen:\n{}", screen.contents());
        }
    }

    /// The screen's text.
    pub(crate) fn contents(&self) -> String {
        self.seen.0.lock().unwrap().emulator.screen().contents()
    }

    /// Every byte that was written since `from`.
    pub(crate) fn raw_since(&self, from: usize) -> Vec<u8> {
        self.seen.0.lock().unwrap().raw[from..].to_vec()
    }

    /// How many bytes were written.
    pub(crate) fn raw_len(&self) -> usize {
        self.seen.0.lock().unwrap().raw.len()
    }

    /// Waits until what was written since `from` holds `bytes`.
    pub(crate) fn written(&mut self, from: usize, bytes: &[u8]) -> &mut Self {
        self.wait_for(&String::from_utf8_lossy(bytes), |seen| contains(&seen.raw[from..], bytes));
        self
    }

    fn wait_for(&self, what: &str, holds: impl Fn(&Seen) -> bool) {
        let (seen, news) = &*self.seen;
        let (seen, timeout) =
            news.wait_timeout_while(seen.lock().unwrap(), PATIENCE, |seen| !holds(seen) && !seen.is_final()).unwrap();
        let held = holds(&seen);
        let text = seen.emulator.screen().contents();
        drop(seen);
        assert!(held, "{what} never came ({timeout:?}); the screen:\n{text}");
    }
}

/// No program outlives its test.
impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.killer.kill();
    }
}

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

fn pid(child: &dyn Child) -> Pid {
    Pid::from_raw(i32::try_from(child.process_id().unwrap()).unwrap()).unwrap()
}

fn wait(mut child: Box<dyn Child + Send + Sync>, (seen, news): &(Mutex<Seen>, Condvar)) {
    let status = child.wait().unwrap().exit_code();
    seen.lock().unwrap().status = Some(status);
    news.notify_all();
}

/// Whether `bytes` stand in `text`.
pub(crate) fn contains(text: &[u8], bytes: &[u8]) -> bool {
    text.windows(bytes.len()).any(|window| window == bytes)
}

fn read(mut reader: Box<dyn Read + Send>, seen: &(Mutex<Seen>, Condvar), vanish: &AtomicBool) {
    let mut block = [0; 4096];
    loop {
        let count = reader.read(&mut block).unwrap_or(0);
        let over = count == 0 || vanish.load(Ordering::SeqCst);
        if over {
            // The last hold on the terminal goes before anybody is told.
            drop(reader);
            tell(seen, &block[..count], true);
            return;
        }
        tell(seen, &block[..count], false);
    }
}

fn tell((seen, news): &(Mutex<Seen>, Condvar), bytes: &[u8], over: bool) {
    let mut seen = seen.lock().unwrap();
    seen.raw.extend_from_slice(bytes);
    seen.emulator.process(bytes);
    seen.over = over;
    drop(seen);
    news.notify_all();
}

/// A file of `count` alerts, all different.
pub(crate) fn alerts(directory: &Path, count: usize) -> String {
    let path = directory.join("alerts.jsonl");
    let line = |n: usize| {
        format!(
            r#"{{"uuid":"u-{n}","output":"output {n}","priority":"Notice","rule":"Rule {n}","time":"2024-10-06T02:{:02}:{:02}.000Z","source":"syscall","output_fields":{{"proc.name":"proc-{n}","container.name":"box-{n}"}}}}"#,
            n / 60 % 60,
            n % 60
        )
    };
    std::fs::write(&path, (0..count).map(line).collect::<Vec<_>>().join("\n") + "\n").unwrap();
    path.to_str().unwrap().to_owned()
}
