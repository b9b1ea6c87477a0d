"""What a hostile submitter might write into a name: HTML, Markdown, Plotly's templates, formulas, directions of writing."""

PAYLOADS = (
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<a href=javascript:alert(1)>x</a>", "<svg/onload=alert(1)>", "<b>bold</b>",
    "<iframe src=//evil.example></iframe>", "</div><h1>x", "<!-- x -->", "<style>*{display:none}</style>", "&lt;img src=x&gt;", "&#60;b&#62;",
    "[x](javascript:alert(1))", "[x](http://evil.example)", "![x](http://evil.example/x.png)", "<http://evil.example>", "http://evil.example/x",
    "www.evil.example", "a@evil.example", "[x][1]", "[1]: http://evil.example", "`code`", "```", "**bold**", "__bold__", "_em_", "*em*", "~~gone~~",
    "# heading", "> quote", "- item", "1. item", "---", "===", "| a | b |", "\\", "\\\\[x](y)", "$$x^2$$", "$x$", ":red[x]", ":red-background[x]",
    ":material/home:", ":smile:", ":streamlit:", "^[note]", "==mark==", "a -- b", "a -> b", "<- x", "a >= b", "{{7*7}}", "{x}", "%{x}", "%{customdata}",
    "%{hovertext}<extra></extra>", "<br>", "<sup>2</sup>", "<extra>x</extra>", "a\nb", "a\tb", "\u202egnp.exe", "x\u200by", "x" * 300,
    "=1+1", "@SUM(1)", "+1", "-1", "'; drop table results; --", "\" onmouseover=\"alert(1)", "' onfocus='alert(1)", "javascript:alert(1)",
)  # fmt: skip
