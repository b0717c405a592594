"""The table, and the goals with what was reached."""

CASES = [f"{job} {size}" for job in ["read", "write"] for size in ["small", "typical", "large"]]
CASES.append("forged typical")
OURS = "ours: Signed"
# `Signed` is to be so many times faster than Flask.
GOALS = {"read typical": 50, "write typical": 80}


def show(medians):
    """Takes medians by peer and case; those of `bare` are subtracted."""
    net = {
        peer: {case: cases[case] - cases.get("bare", 0) for case in CASES}
        for peer, cases in medians.items()
    }
    print(f"| | {' | '.join(CASES)} |\n|---|{'---:|' * len(CASES)}")
    for peer, cases in net.items():
        row = [cell(cases[case], cases[case] / net[OURS][case]) for case in CASES]
        print(f"| {peer} | {' | '.join(row)} |")
    flask = next(peer for peer in net if peer.startswith("Flask"))
    print(f"\nGoals, of `Signed` against {flask}:\n")
    print("| | times faster | goal | |\n|---|---:|---:|---|")
    for case, least in GOALS.items():
        times = net[flask][case] / net[OURS][case]
        print(f"| {case} | {times:.1f} | ≥ {least} | {'yes' if times >= least else '**no**'} |")


def cell(nanoseconds, times):
    return f"{nanoseconds:,.0f} ({times:.{0 if times >= 10 else 1}f})"
