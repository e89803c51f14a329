package main

import (
	"bufio"
	"context"
	"flag"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"quell/bot/approval"
	"quell/cmd/wiring"
	"quell/integrations/sim"
)

// TestMain lets several browsers run beside each other: each mostly waits.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "4") // -parallel goes before it
	m.Run()
}

// TestTheStoryInTheBrowser is the README's first minute: ask, agree, see it
// gone, with a real browser on the real page.
func TestTheStoryInTheBrowser(t *testing.T) {
	t.Parallel()
	p := open(t, play(t), 1400, 900)

	p.do(
		loaded(),
		enter("#composer", "/kil"),
		shown(`#commands [role="option"]`),
	)
	p.shot("1-completes")
	p.do(
		enter("#composer", "\t"),
		enter("#composer", `cache-prod 10.63.238.158:2048 --reason "leaks connections, INC-2041"`+"\r"),
		shown(`[data-action-id="approve"]`),
	)
	p.reads("#messages", "End 1 session on cache-prod?", "10.63.238.158:2048", "checkout-worker", "leaks connections, INC-2041")
	p.vendorHas("10.63.238.158:2048", true)
	p.shot("2-asks")

	// Anna may not agree to her own request, and is told so alone.
	p.press("approve")
	p.reads("[data-ephemeral]", "This is your own request")
	p.shot("3-own")

	p.become("U0BEN")
	p.do(click(`#messages [data-action-id="calls"]`), shown("#modal[open]"))
	p.reads("#modal", "The exact call", "exactly this call is made", "/clients/kill")
	p.shot("4-call")
	p.do(
		click("#modal-close"),
		click(`#messages [data-action-id="approve"]`),
		shown("dialog[data-confirm][open]"),
	)
	p.shot("5-confirms")
	p.do(click("[data-confirm-yes]"))
	p.reads("#messages", "Gone: 1 session on cache-prod", "If it is back by", "after the call: Gone")
	p.vendorHas("10.63.238.158:2048", false)
	p.shot("6-gone")
	p.do(click(`[data-thread-open]`), shown("#thread-pane"))
	p.reads("#thread", "Exactly this call was planned", "This went over the wire", "clients/kill", "→ 204")
	p.reads("#messages", "If it is back by", "asked by @anna", "approved by @ben", "answered 204")
	p.shot("7-wire")
	p.do(click("#close-thread"))
	p.shot("8-finished")
}

// TestANoIsExplained says no, which counts, and then why, in the form.
func TestANoIsExplained(t *testing.T) {
	t.Parallel()
	p := open(t, play(t), 390, 844)
	p.do(
		loaded(),
		enter("#composer", "/kill-session cache-prod 10.63.238.158:2048 --reason leaks\r"),
		shown(`#messages [data-action-id="deny"]`),
	)
	p.become("U0BEN")
	p.do(
		click(`#messages [data-action-id="deny"]`),
		shown(`#modal[open] textarea`),
	)
	p.reads("#messages", "Denied: 1 session on cache-prod", "@ben said no")
	p.shot("denied")
	p.do(
		enter("#modal textarea", "not during the sale"),
		click("#modal-submit"),
	)
	p.reads("#messages", "Why not: not during the sale")
	p.vendorHas("10.63.238.158:2048", true)
	p.shot("explained")
}

// TestPeopleWithoutRights shows who is refused, alone, and that no card comes.
func TestPeopleWithoutRights(t *testing.T) {
	t.Parallel()
	p := open(t, play(t), 390, 844)
	for person, answer := range map[string]string{"U0CHO": "You do not hold a role", "U0GUS": "Guests cannot use this bot"} {
		p.become(person)
		p.do(
			enter("#composer", "/kill-session cache-prod 10.63.238.158:2048 --reason curious\r"),
		)
		p.reads("[data-ephemeral]", answer, "Nothing was done.")
		p.shot("refused-" + person)
	}
	p.vendorHas("10.63.238.158:2048", true)
}

// play runs the playground on a free port and returns its address.
func play(t *testing.T) string { return playWith(t, nil) }

// playWith plays with a Redis as well, if there is one.
func playWith(t *testing.T, carts *sim.Redis) string {
	return playOn(t, stage{cache: sim.CacheProd(), carts: carts})
}

// playOn plays on a stage of the test's own.
func playOn(t *testing.T, s stage) string {
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	limits := approval.DefaultLimits()
	limits.Watch = 5 * time.Second
	go func() {
		s.listen, s.out, s.log = "127.0.0.1:0", in, log
		s.seams = wiring.Seams{Limits: limits, SweepEvery: 100 * time.Millisecond, StoreWithin: time.Minute} // also on a busy machine
		err := s.run(ctx)
		in.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	address := regexp.MustCompile(`http://\S+`).FindString(line)
	require.NotEmpty(t, address, "the first line says where the page is: %q", line)
	return address
}

// page is the playground in a browser.
type page struct {
	t   *testing.T
	ctx context.Context
}

func open(t *testing.T, address string, width, height int64) page {
	browser := chromium(t)
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Env("TMPDIR="+t.TempDir()), // or it leaves folders behind
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	p := page{t, ctx}
	p.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(address)) // no window is as narrow as a phone
	return p
}

// chromium finds the browser. Where QUELL_REQUIRE names it, its absence is a
// failure.
func chromium(t *testing.T) string {
	path, err := exec.LookPath("chromium")
	if err == nil {
		return path
	}
	if slices.Contains(strings.Fields(os.Getenv("QUELL_REQUIRE")), "chromium") {
		require.NoError(t, err, "QUELL_REQUIRE names chromium")
	}
	t.Skip("SKIPPED: there is no chromium on this machine, so the page is not tested")
	return ""
}

// once waits until a function of the page is true: for a minute, as a case that acts alone waits 10 s
// by itself, and a busy machine needs longer for all the rest.
func once(function string, args ...any) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.PollFunction[bool](function, chromedp.WithPollingArgs(args...), chromedp.WithPollingTimeout(time.Minute))(ctx, t)
		return err
	})
}

// click waits for an element and clicks it within one turn of the page: a card
// that is drawn anew in between, or a layout that shifts, cannot make it miss.
func click(selector string) chromedp.Action[chromedp.Void] {
	return once(`selector => {
		const e = document.querySelector(selector)
		if (!e || e.closest("[inert]")) return false
		e.click()
		return true
	}`, selector)
}

// loaded waits until the page has its people, who are in a drawer on a phone.
func loaded() chromedp.Action[chromedp.Void] {
	return once(`() => document.querySelector("[data-person]") !== null`)
}

// shown waits until an element is to be seen. chromedp.WaitVisible looks in its own copy of the page, and waits for
// ever where that has missed an element that was drawn anew; chromedp.SendKeys reads that copy while it is written.
func shown(selector string) chromedp.Action[chromedp.Void] {
	return once(`selector => document.querySelector(selector)?.checkVisibility() === true`, selector)
}

// enter waits for an element, gives it the focus within one turn of the page, and types: as shown, without a copy.
func enter(selector, keys string) chromedp.Action[chromedp.Void] {
	focused := once(`selector => {
		const e = document.querySelector(selector)
		e?.focus()
		return Boolean(e) && e === document.activeElement
	}`, selector)
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := focused(ctx, t); err != nil {
			return err
		}
		_, err := chromedp.KeyEvent(keys)(ctx, t)
		return err
	})
}

// become sits down as somebody else, and waits for the page to be theirs.
func (p page) become(person string) {
	p.t.Helper()
	p.do(click(`[data-person="` + person + `"]`))
	p.until(`person => document.querySelector('[data-person="' + person + '"]').ariaPressed === "true" && !document.getElementById("messages").inert`, person)
}

// onDeskAndPhone tests a page of a play of its own, at the size of either.
func onDeskAndPhone(t *testing.T, test func(page)) {
	for name, size := range map[string][2]int64{"desk": {1400, 900}, "phone": {390, 844}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(open(t, play(t), size[0], size[1]))
		})
	}
}

func (p page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.shot("failed")
		require.NoError(p.t, err)
	}
}

// press clicks a button of a card and says yes to its dialog.
func (p page) press(action string) {
	p.t.Helper()
	p.do(
		click(`#messages [data-action-id="`+action+`"]`),
		shown("dialog[data-confirm][open]"),
		click("[data-confirm-yes]"),
	)
}

// reads waits until one element that fits the selector shows all of the words.
func (p page) reads(selector string, words ...string) {
	p.t.Helper()
	p.until(`(selector, words) => [...document.querySelectorAll(selector)].some(e => words.every(w => e.innerText.includes(w)))`, selector, words)
}

// vendorHas waits until the vendor's panel shows a live session, or none.
func (p page) vendorHas(peer string, want bool) {
	p.t.Helper()
	p.until(`(peer, want) => {
		const row = document.getElementById("beside").contentDocument.querySelector('tr[data-peer="' + peer + '"]')
		return want === (row !== null && !row.classList.contains("ended"))
	}`, peer, want)
}

// until waits for a function of the page to be true.
func (p page) until(f string, args ...any) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, once(f, args...)); err != nil {
		p.shot("failed")
		require.NoError(p.t, err, "%v", args)
	}
}

// shot keeps a picture of the page: go test -artifacts keeps them for looking at.
func (p page) shot(name string) {
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Logf("no picture of %s: %v", name, err)
		return
	}
	require.NoError(p.t, os.WriteFile(filepath.Join(p.t.ArtifactDir(), name+".png"), png, 0o600))
}
