package main

import "testing"

// TestAReportIsCopied asks for the report of a channel: what is marked in its block of code, on a desk
// and on a phone, is the Markdown as it was written.
func TestAReportIsCopied(t *testing.T) {
	t.Parallel()
	onDeskAndPhone(t, func(p page) {
		p.do(
			loaded(),
			enter("#composer", "/kill-session cache-prod 10.63.238.158:2048 --reason \"# leaks ``` <!channel>\"\r"),
		)
		p.reads("#messages", "End 1 session on cache-prod?", "Why:")
		p.become("U0BEN")
		p.do(
			click(`#messages [data-action-id="deny"]`),
			shown(`#modal[open] textarea`),
			enter("#modal textarea", "not now"),
			click("#modal-submit"),
		)
		p.reads("#messages", "Why not: not now")
		p.become("U0ANNA")
		p.do(enter("#composer", "/quell report 2h\r"))
		p.reads("#messages", "What was asked in #inc-checkout")
		p.until(`() => {
			const blocks = [...document.querySelectorAll("#messages pre")].filter(pre => pre.textContent.startsWith("# What was asked"));
			if (blocks.length !== 1 || blocks[0].querySelector("a, b, i")) return false;
			getSelection().selectAllChildren(blocks[0]);
			const [head, empty, title, ...lines] = getSelection().toString().trim().split("\n");
			return /^# What was asked in #inc-checkout \(C0INCCHECKOUT\) from 20.* UTC to 20.* UTC$/.test(head) && empty === "" &&
				/^## \[Q-\w+\]\(https:\/\/\S+\/archives\/C0INCCHECKOUT\/p\d+\) Denied: 1 session on .cache-prod.$/.test(title) &&
				lines.every(line => line === "" || line.startsWith("- ")) &&
				lines.includes("- Why: \\# leaks \\` + "`\\\\`\\\\`" + ` \\<!channel\\>") &&
				lines.some(line => line.endsWith("UTC asked by Anna Weber (U0ANNA)"));
		}`)
		p.fits()
		p.until(`() => { getSelection().removeAllRanges(); return true }`)
		p.shot("report")
	})
}
