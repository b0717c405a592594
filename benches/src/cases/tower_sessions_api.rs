//! The API of tower-sessions, for the two peers that have it: their types are two, for they stand on
//! different versions of it, and what is done with them is one.

/// Makes `$peer` a [`Peer`](super::Peer) with the handlers of every job; `$layer` makes its layer.
macro_rules! tower_sessions_peer {
    ($peer:ty, $name:literal, $session:ty, $layer:expr) => {
        impl Peer for $peer {
            fn name(&self) -> &'static str {
                $name
            }

            fn requests(&self, job: Job, cookies: Option<&str>) -> Requests {
                let layer = $layer(self);
                // One future for each job, for what a future of all of them carries along costs time.
                match job {
                    Job::Nothing => of_tower(layer.layer(service_fn(async |_| answer())), cookies),
                    Job::ReadName => of_tower(layer.layer(service_fn(read)), cookies),
                    Job::WriteNumber => of_tower(layer.layer(service_fn(write)), cookies),
                    Job::MissName => of_tower(layer.layer(service_fn(miss)), cookies),
                    Job::CheckNumber => of_tower(layer.layer(service_fn(check)), cookies),
                    Job::Fill(sample) => {
                        let fill = service_fn(move |request| {
                            let (sample, session) = (sample.clone(), session(&request));
                            async move {
                                for (key, value) in &sample.members {
                                    session.insert(key, value).await.unwrap();
                                }
                                answer()
                            }
                        });
                        of_tower(layer.layer(fill), cookies)
                    }
                }
            }
        }

        type Answer = Result<Response<()>, Infallible>;

        fn answer() -> Answer {
            Ok(Response::new(()))
        }

        fn session(request: &Request<()>) -> $session {
            request.extensions().get::<$session>().unwrap().clone()
        }

        async fn read(request: Request<()>) -> Answer {
            assert_eq!(session(&request).get::<String>(NAME).await.unwrap().unwrap(), ADA);
            answer()
        }

        async fn write(request: Request<()>) -> Answer {
            session(&request).insert(NUMBER, next_number()).await.unwrap();
            answer()
        }

        async fn miss(request: Request<()>) -> Answer {
            assert_eq!(session(&request).get::<String>(NAME).await.unwrap(), None);
            answer()
        }

        async fn check(request: Request<()>) -> Answer {
            assert!(session(&request).get::<u8>(NUMBER).await.unwrap().unwrap() > 41);
            answer()
        }
    };
}

pub(super) use tower_sessions_peer;
