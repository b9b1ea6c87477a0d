"""Forty query strings that no link of ours looks like; every page must stand each."""

HOSTILE = (
    "round=%00", "round=v1.0%00", "round=../../etc/passwd", "round=<script>alert(1)</script>", "round=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
    "benchmark=javascript:alert(1)", "benchmark='%20or%201=1--", "scenario=Server;drop%20table%20results", "submitter=%E2%80%AEgpj.exe",
    "submitter=%ED%A0%80", "submitter=%FF%FE", "submitter=%", "submitter=%zz", "accelerator=[x](http://evil.example)", "accelerator=%24%24x%24%24",
    "cores=64-20", "cores=-", "cores=99999999999999999999", "cores=1e309", "cores=%D9%A3", "accelerators=--1", "accelerators=0-0&accelerators=1-1",
    "q=%25%5F*.()%5B%5C", "q=" + "a%20" * 40, "q=" + "x" * 5000, "per=accelerator&top=0", "per=__import__('os')", "top=-1", "top=1e3",
    "entry=v1.0/closed/../../x", "entry=" + "e" * 300, "entry=%00&entry=", "anomaly=../x", "kind=<b>&show=1&rows=2&sort=3&column=4", "snapshot=zzzz",
    "v=2", "v=1&v=1&v=9", "&&&===&?&#", "&".join(f"k{i}=v" for i in range(300)), "&".join("round=v1.0" for _ in range(300)),
    "&".join(f"submitter=s{i}" for i in range(60)), "_stcore=1&embed=true&theme=dark", "division=closed&division=CLOSED&division=",
)  # fmt: skip
