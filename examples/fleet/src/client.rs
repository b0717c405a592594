//! 500 visitors at once, and what became of them. The script asks on standard input, and each line
//! gets a one-line answer; when it has nothing more to ask, the visitors end their rounds and go.

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    task::JoinSet,
    time::sleep,
};

use crate::{
    Failure,
    board::Board,
    options::Options,
    tally::Tally,
    visitor::{Round, Visitor, Web},
};

pub(crate) async fn run(arguments: impl Iterator<Item = String>) -> Result<ExitCode, Failure> {
    let mut options = Options::new(arguments);
    let address: String = options.value("--at")?.ok_or("--at HOST:PORT is missing")?;
    let sessions = options.value("--sessions")?.unwrap_or(500);
    let pause = options.value("--pause")?.unwrap_or(1000);
    let round = Round {
        // One, because of two at once one overwrites the other, in any client-side session and
        // whatever is re-issued. With one, whatever is overwritten is a re-issue's doing.
        updates: options.value("--updates")?.unwrap_or(1),
        reads: options.value("--reads")?.unwrap_or(3),
        page_first: options.flag("--page-first"),
    };
    options.end()?;

    let web = Web::new(&address);
    let board = Board::default();
    let stop = Arc::new(AtomicBool::new(false));
    let mut busy = JoinSet::new();
    for n in 0..sessions {
        let visitor = Visitor::log_in(web.clone(), format!("visitor-{n}")).await?;
        busy.spawn(visit(visitor, round, pause, board.clone(), Arc::clone(&stop)));
    }
    println!("{}", Tally::HEAD);

    let mut kept = Vec::new();
    let mut questions = BufReader::new(tokio::io::stdin()).lines();
    while let Some(question) = questions.next_line().await? {
        match question.split_once(' ').unwrap_or((&question, "")) {
            ("everyone-came-back", _) => println!("{}", everyone_came_back(&board).await),
            ("count", name) => println!("{}", board.since().row(name)),
            ("keep-tokens", _) => {
                kept = board.tokens();
                println!("{}", kept.len());
            }
            ("kept-tokens-accepted", _) => println!("{}", accepted(&web, &kept).await?),
            _ => return Err(format!("no such question: {question}").into()),
        }
    }

    stop.store(true, Ordering::Relaxed);
    while let Some(ended) = busy.join_next().await {
        ended?;
    }
    println!("{}", board.since().row("the last rounds"));
    println!("{}", board.total().row("total"));
    Ok(if board.total().is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Round after round, with a pause in between, as a person takes time to read.
async fn visit(
    mut visitor: Visitor,
    round: Round,
    pause: u64,
    board: Board,
    stop: Arc<AtomicBool>,
) {
    let line = board.enter(visitor.token());
    while !stop.load(Ordering::Relaxed) {
        sleep(Duration::from_millis(fastrand::u64(pause / 2..=pause * 3 / 2))).await;
        let tally = visitor.round(round).await;
        board.after_round(line, tally, visitor.token());
    }
}

/// Waits until each visitor has had a whole round from now on: one may be under way.
async fn everyone_came_back(board: &Board) -> usize {
    let then = board.rounds();
    while board.fewest_since(&then) < 2 {
        sleep(Duration::from_millis(20)).await;
    }
    then.len()
}

/// How many of these tokens still identify a user.
async fn accepted(web: &Web, tokens: &[String]) -> Result<usize, Failure> {
    let mut shown = JoinSet::new();
    for token in tokens {
        let (web, token) = (web.clone(), token.clone());
        shown.spawn(async move { web.user(&token).await });
    }
    let mut accepted = 0;
    while let Some(user) = shown.join_next().await {
        accepted += usize::from(user??.is_some());
    }
    Ok(accepted)
}
