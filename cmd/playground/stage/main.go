// Command stage is the playground: it runs the whole of Quell in one process, without an account
// and without a network: the real bot, a Slack workspace (bot/slacksim) to talk
// to it in, and all the vendors (integrations/sim) for it to act on.
//
//	go run ./cmd/playground
//	go run ./cmd/playground -redis 127.0.0.1:6379
//	go run ./cmd/playground -dcs-redis 127.0.0.1:6379
//
// The last two act on a real Redis on this machine. With -redis the bot speaks to it, as the
// target carts, and nothing of it is played. With -dcs-redis the vendor is played all
// the same, but the sessions of cache-prod are that server's own clients.
//
// The bot speaks real Socket Mode and Web API to Slack, real HTTP to the vendors and its
// own protocol to a Redis; nothing in the bot knows what is played. It listens on 127.0.0.1
// only and forgets everything when it ends.
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
	"net/netip"
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
	"quell/integrations"
	"quell/integrations/sim"
)

//go:embed quell.yaml
var targets string

//go:embed policy.yaml
var rules string

func main() {
	listen := flag.String("listen", "", "where the page is; port 0 takes a free one (default "+usualPage+", or where that is taken the next free one)")
	var at addresses
	flag.StringVar(&at.redis, "redis", "", "a Redis on this machine to be carts, such as 127.0.0.1:6379; its clients can be killed")
	flag.StringVar(&at.dcs, "dcs-redis", "", "a Redis on this machine to be behind the vendor that is played as cache-prod; its clients can be killed")
	verbose := flag.Bool("v", false, "show the bot's log and the vendor's")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.DiscardHandler)
	if *verbose {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if err := start(ctx, at, *listen, log); err != nil {
		fmt.Fprintf(os.Stderr, "playground: %v\n", err)
		os.Exit(1)
	}
}

// addresses are those of a Redis; empty where there is none.
type addresses struct{ redis, dcs string }

// start runs with what of Redis there is.
func start(ctx context.Context, at addresses, listen string, log *slog.Logger) (err error) {
	s := stage{cache: sim.CacheProd(), listen: listen, out: os.Stdout, log: log}
	if at.dcs != "" {
		server, err := sim.OpenRedis(ctx, at.dcs)
		if err != nil {
			return err
		}
		defer server.Close()
		fmt.Printf("cache-prod is the Redis %s at %s, and its clients are the sessions.\n", server.Version, server.Addr)
		s.cache = sim.CacheRedis(server)
	}
	if at.redis != "" {
		if s.carts, err = sim.OpenRedis(ctx, at.redis); err != nil {
			return err
		}
		defer s.carts.Close()
		fmt.Printf("carts is the Redis %s at %s, and its clients are the sessions.\n", s.carts.Version, s.carts.Addr)
	}
	return s.run(ctx)
}

// stage is what a playground is set up with.
type stage struct {
	cache  sim.DCSConfig
	carts  *sim.Redis // nil for none
	listen string     // where the page is; "" for usualPage, or the next free port
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

	names, pages := s.vendors()
	for _, v := range pages {
		defer v.Close()
	}
	team, err := acme()
	if err != nil {
		return err
	}
	workspace := slacksim.New(team)
	defer func() {
		workspace.Close()
		if wrong := workspace.Complaints(); wrong != nil {
			err = errors.Join(err, fmt.Errorf("the bot did what Slack lets pass in silence: %s", strings.Join(wrong, "; ")))
		}
	}()
	page := http.NewServeMux()
	page.Handle("/", workspace.Handler())
	page.Handle("/beside/", http.StripPrefix("/beside", sim.Beside(names, pages)))

	pageAddr, stopPage, err := serve(ctx, s.listen, page)
	if err != nil {
		return err
	}
	defer stopPage()
	if s.listen == "" && pageAddr != usualPage {
		fmt.Fprintf(s.out, "%s is taken, so the page is at %s.\n", usualPage, pageAddr)
	}
	vendors, stopVendors, err := s.serveAll(ctx, pages)
	defer stopVendors()
	if err != nil {
		return err
	}
	settings, err := settings(dir, pageAddr, vendors)
	if err != nil {
		return err
	}
	program, err := wiring.Start(ctx, settings, s.log, s.seams)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Open %s in a browser. Ctrl-C ends it.\nTo check it as you would your own workspace:\n  %s\n", "http://"+pageAddr, checkup(settings))
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return program.Run(ctx) })
	g.Go(func() error { return showTroubles(ctx, program, workspace) })
	return g.Wait()
}

// checkup is the command line that has quell doctor look at the playground. The credentials of
// the played systems are on it: they open nothing else.
func checkup(s wiring.Settings) string {
	line := fmt.Sprintf("SLACK_API_URL=%s SLACK_APP_TOKEN=%s SLACK_BOT_TOKEN=%s QUELL_CONFIG=%s QUELL_POLICY=%s QUELL_DATABASE_URL=%s ",
		s.APIURL, s.AppToken.Reveal(), s.BotToken.Reveal(), s.Targets, s.Policy, s.Database)
	for _, name := range []string{"ACCESS_KEY", "SECRET_KEY", "API_KEY", "READ_KEY", "PASSWORD"} {
		line += "PLAYGROUND_" + name + "=" + os.Getenv("PLAYGROUND_"+name) + " "
	}
	return line + "go run ./cmd/quell doctor"
}

// showTroubles has the page say, until ctx ends, what keeps the bot from serving people.
func showTroubles(ctx context.Context, program *wiring.Program, page *slacksim.Workspace) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			page.SayOfApp(strings.Join(program.Troubles(), " "))
		}
	}
}

// vendors are one of each kind, by the name of its target. The Redis comes first where
// there is one: it was asked for.
func (s stage) vendors() (names []string, pages map[string]sim.Page) {
	cache, agents, tasks, sessions, proxies := s.cache, sim.Transfers(), sim.Nightly(), sim.Lakehouse(), sim.Orders()
	cache.Log, agents.Logger, tasks.Log, sessions.Log, proxies.Log = s.log, s.log, s.log, s.log, s.log
	names, pages = []string{"cache-prod", "transfers", "nightly", "lakehouse", "orders"}, map[string]sim.Page{
		"cache-prod": sim.NewDCS(cache), "transfers": sim.NewHULFT(agents), "nightly": sim.NewJP1AO(tasks),
		"lakehouse": sim.NewFabric(sessions), "orders": sim.NewTaurusDB(proxies),
	}
	if s.carts != nil {
		names, pages["carts"] = append([]string{"carts"}, names...), sim.NewRedisPage(s.carts)
	}
	return names, pages
}

// serveAll serves what is played and returns where each target is, and what ends it, also
// after an error.
func (s stage) serveAll(ctx context.Context, pages map[string]sim.Page) (at map[string]string, stop func(), err error) {
	var stops []func()
	stop = func() {
		for _, one := range stops {
			one()
		}
	}
	at = map[string]string{}
	if s.carts != nil {
		at["carts"] = "redis://" + s.carts.Addr
	}
	for name, page := range pages {
		played, ok := page.(http.Handler)
		if !ok {
			continue
		}
		addr, end, err := serve(ctx, "127.0.0.1:0", played)
		if err != nil {
			return nil, stop, err
		}
		stops = append(stops, end)
		at[name] = "http://" + addr
	}
	return at, stop, nil
}

// acme is the workspace, with the manifest's commands and the vendors' panels beside the
// channel. It is one of an organization, in another workspace of which Ben is at home, and
// hears from people of others: one of them has Ben's user id.
func acme() (slacksim.Config, error) {
	c := slacksim.Acme()
	c.Enterprise = slacksim.Enterprise{ID: "E0ACME", Name: "Acme Group"}
	c.People[1].Home = "T0EMEA"
	c.People = append(c.People,
		slacksim.Person{ID: "U0KIM", Name: "kim", RealName: "Kim Lund", Title: "Of another workspace of Acme Group", Kind: slacksim.External, Team: "T0EMEA", Enterprise: c.Enterprise},
		slacksim.Person{ID: "U0FAY", Name: "fay", RealName: "Fay Roe", Title: "Of another organization", Kind: slacksim.External, Team: "T0FAR", Enterprise: slacksim.Enterprise{ID: "E0FAR", Name: "Far"}},
		slacksim.Person{ID: "U0OTHERBEN", UserID: "U0BEN", Name: "ben", RealName: "Somebody else's Ben", Title: "Has Ben's user id", Kind: slacksim.External, Team: "T0OTHER"})
	c.Channels[1].Members = append(c.Channels[1].Members, "U0KIM", "U0FAY", "U0OTHERBEN")
	m, err := wiring.Manifest("", "")
	c.Beside, c.Commands, c.Scopes, c.Events = "/beside/", nil, m.OAuth.Scopes.Bot, m.Settings.Events.Bot
	for _, has := range m.Features.Commands {
		c.Commands = append(c.Commands, slacksim.Command{
			Command: has.Command, Description: has.Description, UsageHint: has.UsageHint, ShouldEscape: has.Escape,
		})
	}
	for _, has := range m.Features.Shortcuts {
		c.Shortcuts = append(c.Shortcuts, slacksim.Shortcut{Name: has.Name, Type: has.Type, CallbackID: has.Callback, Description: has.Description})
	}
	c.NoHomeTab, c.NoMessagesTab, c.MessagesReadOnly = !m.Features.Home.Home, !m.Features.Home.Messages, m.Features.Home.ReadOnly
	return c, err
}

// usualPage is where the page is unless somebody wants it elsewhere.
const usualPage = "127.0.0.1:8080"

// usualPorts is how many ports are tried from that of usualPage on.
const usualPorts = 20

// listen opens the address that was asked for, or for "" the usual one or the next port that is free.
func listen(ctx context.Context, asked, usual string) (net.Listener, error) {
	if asked != "" {
		l, err := listenAt(ctx, asked)
		if errors.Is(err, syscall.EADDRINUSE) {
			return nil, fmt.Errorf("%s is taken: give another with -listen 127.0.0.1:0", asked)
		}
		return l, err
	}
	first := netip.MustParseAddrPort(usual)
	for n := range uint16(usualPorts) {
		l, err := listenAt(ctx, netip.AddrPortFrom(first.Addr(), first.Port()+n).String())
		if !errors.Is(err, syscall.EADDRINUSE) {
			return l, err
		}
	}
	return nil, fmt.Errorf("%s and the %d ports after it are taken: give another with -listen 127.0.0.1:0", usual, usualPorts-1)
}

// listenAt listens on loopback only: a playground is nobody else's.
func listenAt(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("the playground listens on this machine only: give an address such as %s, not %s", usualPage, addr)
	}
	return (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
}

// serve serves at an address; see listen.
func serve(ctx context.Context, asked string, h http.Handler) (addr string, stop func(), err error) {
	l, err := listen(ctx, asked, usualPage)
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
