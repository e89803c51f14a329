package slacksim_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"quell/bot/slacksim"
)

// unhurried gives a browser on a busy machine the time that it may need.
func unhurried(cfg *slacksim.Config) { cfg.AckWithin = 3 * patience }

// browser shows the page of a workspace to anna.
type browser struct {
	scene
	tab context.Context
}

// browse opens the page in a window of that size.
func (s scene) browse(width, height int64) browser {
	s.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(chromium(s.T)), chromedp.NoSandbox, chromedp.UserDataDir(s.TempDir()),
		chromedp.Env("TMPDIR="+s.TempDir()), // or it leaves folders behind
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	s.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	s.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	s.Cleanup(cancel)
	b := browser{s, ctx}
	b.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(s.url), chromedp.WaitReady(`[data-person="U0ANNA"]`))
	return b
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

func (b browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.tab, steps...); err != nil {
		b.shot("failed")
		b.must(err)
	}
}

// keys presses keys, one after the other, on whatever has the focus.
func (b browser) keys(keys ...string) {
	b.Helper()
	for _, key := range keys {
		b.do(chromedp.KeyEvent(key))
	}
}

// sitDown becomes the n-th person, with Alt and the number.
func (b browser) sitDown(n int) {
	b.Helper()
	b.do(chromedp.KeyEvent(strconv.Itoa(n), chromedp.KeyModifiers(chromedp.ModifierAlt)))
	b.until(`n => document.querySelectorAll("#people button")[n - 1].ariaPressed === "true" && !document.getElementById("messages").inert`, n)
}

// click waits for an element and clicks it in one turn of the page.
func (b browser) click(selector string) {
	b.Helper()
	b.until(`selector => {
		const e = document.querySelector(selector)
		if (!e || e.closest("[inert]")) return false
		e.focus()
		e.click()
		return true
	}`, selector)
}

// searched waits until a menu shows what there is to what was typed: until then it shows what
// was there before, and its keys would choose from that.
func (b browser) searched() {
	b.Helper()
	b.until(`() => document.querySelector(".popup:not([hidden]) .choices")?.ariaBusy === "false"`)
}

// reads waits until an element shows all of the words.
func (b browser) reads(selector string, words ...string) {
	b.Helper()
	b.until(`(selector, words) => words.every(w => document.querySelector(selector)?.innerText.includes(w))`, selector, words)
}

// focused waits until an element has the focus.
func (b browser) focused(selector string) {
	b.Helper()
	b.until(`selector => document.activeElement?.matches(selector)`, selector)
}

// holds waits until an input holds a text.
func (b browser) holds(selector, text string) {
	b.Helper()
	b.until(`(selector, text) => document.querySelector(selector)?.value === text`, selector, text)
}

// until waits for a function of the page to be true.
func (b browser) until(f string, args ...any) {
	b.Helper()
	_, err := chromedp.Run(b.tab, chromedp.PollFunction[bool](f, chromedp.WithPollingArgs(args...), chromedp.WithPollingTimeout(patience)))
	if err != nil {
		b.shot("failed")
		require.NoError(b.T, err, "%s %v", f, args)
	}
}

// tells evaluates an expression in the page.
func tells[T any](b browser, expression string) T {
	b.Helper()
	value, err := chromedp.Run(b.tab, chromedp.Evaluate[T](expression))
	b.must(err)
	return value
}

// shot keeps a picture of the page: go test -artifacts keeps them for looking at.
func (b browser) shot(name string) {
	b.Helper()
	png, err := chromedp.Run(b.tab, chromedp.CaptureScreenshot())
	if err != nil {
		b.Logf("no picture of %s: %v", name, err)
		return
	}
	b.must(os.WriteFile(filepath.Join(b.ArtifactDir(), name+".png"), png, 0o600))
}
