// Command playground runs the whole of Quell in one process, without an account
// and without a network: the real bot, a Slack workspace (bot/slacksim) to talk
// to it in, and all the vendors (integrations/sim) for it to act on.
//
//	go run ./cmd/playground
//	go run ./cmd/playground -redis 127.0.0.1:6379
//
// The second plays with a real Redis on this machine: the vendor is played all
// the same, but the sessions of cache-prod are that server's own clients.
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
	redis := flag.String("redis", "", "a Redis on this machine to be cache-prod, such as 127.0.0.1:6379; its clients can be killed")
	verbose := flag.Bool("v", false, "show the bot's log and the vendor's")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.DiscardHandler)
	if *verbose {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if err := start(ctx, *redis, *listen, log); err != nil {
		fmt.Fprintf(os.Stderr, "playground: %v\n", err)
		os.Exit(1)
	}
}

// start runs with a Redis, if there is an address of one, or without.
func start(ctx context.Context, redis, listen string, log *slog.Logger) error {
	if redis == "" {
		return run(ctx, listen, os.Stdout, log, wiring.Seams{})
	}
	server, err := sim.OpenRedis(ctx, redis)
	if err != nil {
		return err
	}
	fmt.Printf("cache-prod is the Redis %s at %s, and its clients are the sessions.\n", server.Version, server.Addr)
	s := stage{cache: sim.CacheRedis(server), listen: listen, out: os.Stdout, log: log}
	return errors.Join(s.run(ctx), server.Close())
}

// run plays with clients that are made up.
func run(ctx context.Context, listen string, out io.Writer, log *slog.Logger, seams wiring.Seams) error {
	return stage{cache: sim.CacheProd(), listen: listen, out: out, log: log, seams: seams}.run(ctx)
}

// stage is what a playground is set up with.
type stage struct {
	cache  sim.DCSConfig
	listen string // where the page is
	out    io.Writer
	log    *slog.Logger
	seams  wiring.Seams
}

// run plays until ctx ends. It prints the page's address once the bot is ready.
func (s stage) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "quell-playground-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	names, played := s.vendors()
	for _, v := range played {
		defer v.Close()
	}
	workspace := slacksim.New(acme())
	defer workspace.Close()
	page := http.NewServeMux()
	page.Handle("/", workspace.Handler())
	page.Handle("/beside/", http.StripPrefix("/beside", sim.Beside(names, played)))

	pageAddr, stopPage, err := serve(ctx, s.listen, page)
	if err != nil {
		return err
	}
	defer stopPage()
	addresses := map[string]string{}
	for _, name := range names {
		addr, stop, err := serve(ctx, "127.0.0.1:0", played[name])
		if err != nil {
			return err
		}
		defer stop()
		addresses[name] = "http://" + addr
	}

	settings, err := settings(dir, pageAddr, addresses)
	if err != nil {
		return err
	}
	program, err := wiring.Start(ctx, settings, s.log, s.seams)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Open %s in a browser. Ctrl-C ends it.\n", "http://"+pageAddr)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return program.Run(ctx) })
	return g.Wait()
}

// vendors are one of each kind, by the name of its target.
func (s stage) vendors() (names []string, played map[string]sim.Played) {
	cache, agents, tasks, sessions, proxies := s.cache, sim.Transfers(), sim.Nightly(), sim.Lakehouse(), sim.Orders()
	cache.Log, agents.Logger, tasks.Log, sessions.Log, proxies.Log = s.log, s.log, s.log, s.log, s.log
	return []string{"cache-prod", "transfers", "nightly", "lakehouse", "orders"}, map[string]sim.Played{
		"cache-prod": sim.NewDCS(cache), "transfers": sim.NewHULFT(agents), "nightly": sim.NewJP1AO(tasks),
		"lakehouse": sim.NewFabric(sessions), "orders": sim.NewTaurusDB(proxies),
	}
}

// acme is the workspace, with the bot's commands and the vendors' panels beside the
// channel.
func acme() slacksim.Config {
	about := map[string]string{
		"kill-session": "End a session", "disconnect-agent": "Disconnect an agent", "stop-task": "Force a task to stop", "restart-proxy": "Restart a proxy",
	}
	c := slacksim.Acme()
	c.Beside, c.Commands = "/beside/", nil
	for _, g := range commands.Grammars() {
		_, hint, _ := strings.Cut(g.With(wiring.Profiles()...).Usage(), " ")
		c.Commands = append(c.Commands, slacksim.Command{Command: "/" + g.Name, Description: about[g.Name], UsageHint: hint})
	}
	c.Commands = append(c.Commands, slacksim.Command{
		Command: "/quell", Description: "What this bot can do, what you may act on, what is open", UsageHint: "help | targets | status | why | can | freeze | unfreeze", ShouldEscape: true,
	})
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
func settings(dir, page string, vendors map[string]string) (wiring.Settings, error) {
	acme, cloud, tasks := slacksim.Acme(), sim.CacheProd(), sim.Nightly()
	var config bytes.Buffer
	form, err := template.New("quell.yaml").Parse(targets)
	if err != nil {
		return wiring.Settings{}, err
	}
	err = errors.Join(
		form.Execute(&config, vendors),
		os.WriteFile(filepath.Join(dir, "quell.yaml"), config.Bytes(), 0o600),
		os.WriteFile(filepath.Join(dir, "policy.yaml"), []byte(rules), 0o600),
		os.Setenv("PLAYGROUND_ACCESS_KEY", cloud.AccessKey),
		os.Setenv("PLAYGROUND_SECRET_KEY", cloud.SecretKey),
		os.Setenv("PLAYGROUND_API_KEY", "fake-hulft-key-for-the-playground"),
		os.Setenv("PLAYGROUND_READ_KEY", "fake-hulft-key-that-only-reads"),
		os.Setenv("PLAYGROUND_PASSWORD", tasks.Password),
	)
	return wiring.Settings{
		AppToken: integrations.Secret(acme.AppToken), BotToken: integrations.Secret(acme.BotToken),
		APIURL: "http://" + page + "/api/", Targets: filepath.Join(dir, "quell.yaml"),
		Policy: filepath.Join(dir, "policy.yaml"), Database: "sqlite:" + filepath.Join(dir, "data"),
	}, err
}
