//! HTTP/2 as bytes, for what no client library sends: names in upper case, control bytes.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A field that is neither compressed nor remembered (RFC 7541, section 6.2.2).
fn field(name: &[u8], value: &[u8]) -> Vec<u8> {
    let text = |text: &[u8]| match u8::try_from(text.len()).unwrap() {
        short @ 0..0x7f => [&[short], text].concat(),
        // The rest of a length of up to 254 is one byte more.
        long => [&[0x7f, long - 0x7f], text].concat(),
    };
    [vec![0], text(name), text(value)].concat()
}

/// What a server does with a request that has this field: the kind of the first frame that says so,
/// and whether a later request on the connection is answered.
async fn asked(at: SocketAddr, name: &[u8], value: &[u8]) -> u8 {
    let mut connection = TcpStream::connect(at).await.unwrap();
    let head = [
        field(b":method", b"GET"),
        field(b":scheme", b"http"),
        field(b":path", b"/read"),
        field(b":authority", b"test"),
        field(name, value),
    ];
    // The end of the headers, and of the stream.
    let request = frame(HEADERS, 0x5, 1, &head.concat());
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let sent = [&preface[..], &frame(SETTINGS, 0, 0, &[]), &request].concat();
    connection.write_all(&sent).await.unwrap();
    loop {
        let mut start = [0; 9];
        connection.read_exact(&mut start).await.unwrap();
        let [a, b, c, kind, ..] = start;
        connection
            .read_exact(&mut vec![0; u32::from_be_bytes([0, a, b, c]) as usize])
            .await
            .unwrap();
        if [HEADERS, RST_STREAM, GOAWAY].contains(&kind) {
            return kind;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_in_upper_case_are_refused() {
    let at = server().await;
    let ours = cookie_of("ada");
    assert!(ours.len() < 255);
    assert_eq!(asked(at, b"cookie", ours.as_bytes()).await, HEADERS, "a good one is answered");
    for name in [&b"Cookie"[..], b"COOKIE", b"cookie ", b"coo\0kie", b""] {
        let refused = asked(at, name, ours.as_bytes()).await;
        assert!([RST_STREAM, GOAWAY].contains(&refused), "{}: {refused}", name.escape_ascii());
    }
    expect_alive(at).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r29_control_bytes_are_refused() {
    let at = server().await;
    let ours = cookie_of("ada");
    for byte in (0..0x20).chain([0x7f]).filter(|byte| *byte != b'\t') {
        let value = [ours.as_bytes(), b"; a=", &[byte]].concat();
        let refused = asked(at, b"cookie", &value).await;
        assert!([RST_STREAM, GOAWAY].contains(&refused), "R29 {byte:#x}: {refused}");
    }
    expect_alive(at).await;
}
