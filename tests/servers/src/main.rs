//! The server as a program, for what stands in front of it: `servers [MAX_SIZE]` prints its address
//! and logs to standard error.

use servers::{Failure, serve, sessions};
use tokio::net::TcpListener;
use tracing_subscriber::filter::LevelFilter;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .init();
    let max_size = std::env::args().nth(1).map_or(Ok(4096), |bytes| bytes.parse())?;
    let sessions = sessions(max_size)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    serve(listener, &sessions).await?;
    Ok(())
}
