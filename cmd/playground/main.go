// Command playground runs the whole of Quell in one process, without an account
// and without a network: the real bot, a Slack workspace (bot/slacksim) to talk
// to it in, and a vendor (integrations/sim) for it to act on.
//
//	go run ./cmd/playground
//
// The bot speaks real Socket Mode and Web API to the one and real HTTP to the
// other; nothing in it knows that they are played. It listens on 127.0.0.1 only
// and forgets everything when it ends.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
	"time"

	"golang.org/x/sync/errgroup"

	"quell/bot/slacksim"
	"quell/cmd/wiring"
	"quell/commands"
	"quell/integrations"
	"quell/integrations/sim"
)

//go:embed quell.yaml
var targets string

//go:embed policy.yaml
var rules string

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "where the page is; port 0 takes a free one")
	verbose := flag.Bool("v", false, "show the bot's log")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.DiscardHandler)
	if *verbose {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if err := run(ctx, *listen, os.Stdout, log, wiring.Seams{}); err != nil {
		fmt.Fprintf(os.Stderr, "playground: %v\n", err)
		os.Exit(1)
	}
}

// run plays until ctx ends. It prints the page's address once the bot is ready.
func run(ctx context.Context, listen string, out io.Writer, log *slog.Logger, seams wiring.Seams) (err error) {
	dir, err := os.MkdirTemp("", "quell-playground-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	vendor := sim.NewDCS(sim.CacheProd())
	defer vendor.Close()
	workspace := slacksim.New(acme())
	defer workspace.Close()
	page := http.NewServeMux()
	page.Handle("/", workspace.Handler())
	page.Handle("/beside/", http.StripPrefix("/beside", vendor.Panel()))

	pageAddr, stopPage, err := serve(ctx, listen, page)
	if err != nil {
		return err
	}
	defer stopPage()
	vendorAddr, stopVendor, err := serve(ctx, "127.0.0.1:0", vendor)
	if err != nil {
		return err
	}
	defer stopVendor()

	settings, err := settings(dir, pageAddr, vendorAddr)
	if err != nil {
		return err
	}
	program, err := wiring.Start(ctx, settings, log, seams)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Open %s in a browser. Ctrl-C ends it.\n", "http://"+pageAddr)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return program.Run(ctx) })
	return g.Wait()
}

// acme is the workspace, with the bot's commands and the vendor's panel beside
// the channel.
func acme() slacksim.Config {
	c := slacksim.Acme()
	c.Beside = "/beside/"
	_, hint, _ := strings.Cut(commands.KillSessionGrammar().Usage(), " ")
	c.Commands = []slacksim.Command{
		{Command: "/kill-session", Description: "End a session of a cache", UsageHint: hint},
		{Command: "/quell", Description: "What this bot can do and what is open", UsageHint: "help | status"},
	}
	return c
}

// serve listens on loopback only: a playground is nobody else's.
func serve(ctx context.Context, listen string, h http.Handler) (addr string, stop func(), err error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return "", nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return "", nil, fmt.Errorf("the playground listens on this machine only: give an address such as 127.0.0.1:8080, not %s", listen)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return "", nil, fmt.Errorf("%s is taken: give another with -listen 127.0.0.1:0", listen)
	}
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.Serve(l) }()
	return l.Addr().String(), func() { _ = s.Close() }, nil
}

// settings writes the two files that a real installation has, and the
// environment that points to them.
func settings(dir, page, vendor string) (wiring.Settings, error) {
	acme, cache := slacksim.Acme(), sim.CacheProd()
	var config bytes.Buffer
	form, err := template.New("quell.yaml").Parse(targets)
	if err != nil {
		return wiring.Settings{}, err
	}
	err = errors.Join(
		form.Execute(&config, map[string]string{"Vendor": "http://" + vendor}),
		os.WriteFile(filepath.Join(dir, "quell.yaml"), config.Bytes(), 0o600),
		os.WriteFile(filepath.Join(dir, "policy.yaml"), []byte(rules), 0o600),
		os.Setenv("PLAYGROUND_ACCESS_KEY", cache.AccessKey),
		os.Setenv("PLAYGROUND_SECRET_KEY", cache.SecretKey),
	)
	return wiring.Settings{
		AppToken: integrations.Secret(acme.AppToken), BotToken: integrations.Secret(acme.BotToken),
		APIURL: "http://" + page + "/api/", Targets: filepath.Join(dir, "quell.yaml"),
		Policy: filepath.Join(dir, "policy.yaml"), Database: "sqlite:" + filepath.Join(dir, "data"),
	}, err
}
